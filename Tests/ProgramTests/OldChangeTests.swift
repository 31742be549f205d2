import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Execution
@testable import IPLeasesCore

/// A change goes on whose console is gone.
@Suite(.inTurn)
struct OldChangeTests {
  private let program = ProgramCall()
  private var folder: StateFolder { StateFolder(root: program.state, cluster: "rehearsal-fresh") }

  /// - Returns: the folder of the change, and the lock that says that it runs.
  private func leaveChange() throws -> (job: JobFolder, output: FileDescriptor) {
    let job = JobFolder(newIn: folder)
    let spec = JobSpec(
      program: "/bin/helm", argv: ["helm", "upgrade", "akash-provider"], timeLimit: .seconds(660),
      ladder: JobSpec.Ladder(), outputLimit: 1, began: Date(timeIntervalSince1970: 1_795_444_322),
      folder: folder, context: "rehearsal-fresh")
    return (job, try job.create(spec))
  }

  private func start(_ words: String) throws -> PseudoTerminal {
    var environment = PseudoTerminal.plainEnvironment
    environment["IP_LEASES_PACE"] = "0"
    environment["HOME"] = program.folder
    return try PseudoTerminal(
      [Program.underTest] + words.split(separator: " ").map(String.init) + Self.options,
      environment: environment, rows: 60, columns: 240)
  }

  private static let options = ["--rehearse", "fresh"]
  private static let who = "a change of an earlier console still runs ("
  private static let what =
    ", since 2026-11-23T14:32:02Z, until 2026-11-23T14:43:17Z at the latest: helm upgrade "
    + "akash-provider)."

  @Test(arguments: [("", 900), (" --timeout 20s", 20)])
  func aWaitForItIsToldAtOnceAndCanBeLeft(option: String, seconds: Int) throws {
    let (job, output) = try leaveChange()
    defer { endChange(output) }
    let program = try start("apply --yes namespace\(option)")
    try #require(program.waitFor("Ctrl-C leaves; that change goes on."), "\(program.screenText)")
    let line = program.line(0)
    #expect(line.hasPrefix("Waiting for its end, at most \(seconds) s: \(Self.who)"), "\(line)")
    #expect(line.hasSuffix(Self.what), "\(line)")
    program.send("\u{03}")
    #expect(program.waitExit() == .exited(130))
    // Nothing was begun, and the change still is what it was.
    #expect(job.isRunning)
    #expect(Lock.holder(in: folder)?.isOrphan == true)
    #expect(Journal(folder: folder, context: "").entries().isEmpty)
  }

  @Test func whatWaitedGoesOnAfterItsEnd() throws {
    let (_, output) = try leaveChange()
    let program = try start("apply --yes namespace")
    try #require(program.waitFor("Ctrl-C leaves; that change goes on."), "\(program.screenText)")
    endChange(output)
    #expect(program.waitExit() == .exited(0), "\(program.screenText)")
    #expect(program.hasSent("done      namespace"))
  }

  @Test(arguments: ["status", "steps", "verify", "plan", "activity", "logs", "pools usage"])
  func whateverReadsSaysWhoChangesTheCluster(command: String) async throws {
    let (_, output) = try leaveChange()
    defer { endChange(output) }
    let result = await program.run(command.split(separator: " ").map(String.init) + Self.options)
    #expect(
      result.errorText.contains("The cluster is being changed now: \(Self.who)"),
      "\(result.errorText)")
    if command == "status" {
      let text = result.outputText
      #expect(text.contains("NOW  The cluster is being changed now: helm upgrade akash-provider"))
      #expect(text.contains("DO   Wait until it ends"))
    }
  }
}
