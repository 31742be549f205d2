import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

@testable import ip_leases

/// What is wrong from the start is refused before anything runs, with the reason and what to do.
@Suite(.inTurn)
struct RefusalTests {
  private static let pool = ["--pool", "203.0.113.0/28"]

  private let program = ProgramCall()

  private var providerFile: String { "\(program.folder)/provider.yaml" }

  /// `apply --yes` on the scenario fresh, with a provider file of its own.
  private func apply(_ arguments: [String] = pool, yes: Bool = true) async -> CommandResult {
    var all = ["apply", "--rehearse", "fresh"] + (yes ? ["--yes"] : []) + arguments
    if !all.contains("--provider-file") { all += ["--provider-file", providerFile] }
    return await program.run(all)
  }

  private func expectRefusal(
    _ result: CommandResult, saying words: String, exit: Int32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(result.exit == .code(exit), "\(result.transcript)", sourceLocation: sourceLocation)
    #expect(
      result.errorText.contains(words), "\(result.errorText)", sourceLocation: sourceLocation)
    #expect(
      result.errorText.contains("try: "), "\(result.errorText)", sourceLocation: sourceLocation)
    #expect(try await program.changes(.fresh) == [], sourceLocation: sourceLocation)
    #expect(
      !FileManager.default.fileExists(atPath: providerFile), sourceLocation: sourceLocation)
  }

  // MARK: Arguments

  @Test func anUpgradeThatWasNotMadeHasNoWayBack() async {
    let result = await program.run([
      "rollback", "upgrade-metallb", "--rehearse", "enabled", "--dry-run",
    ])
    #expect(result.exit == .code(1), "\(result.transcript)")
    #expect(result.errorText.contains("no way back saved for change upgrade-metallb"))
  }

  @Test(arguments: [
    ["--pool", "203.0.113.0/33"], ["--pool", "203.0.113.300"],
    ["--pool", "203.0.113.9-203.0.113.1"],
    ["--pool", "example.test"], ["--pool", ""], ["--pool", "203.0.113.0-2001:db8::1"],
    ["--provider-address", "cosmos1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"],
    ["--provider-address", "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfq"],
    ["--metallb-version", "0.16.1"], ["--metallb-version", "0.15.0"],
    ["--metallb-version", "0.12.1"], ["--metallb-version", "latest"],
    ["nosuchstep"], ["--way", "magic"], ["--accept-touch", "-1"],
  ])
  func wrongArgumentsAreWrongUsage(arguments: [String]) async throws {
    let result = await apply(arguments)
    #expect(result.exit == .code(64), "\(result.transcript)")
    let said = arguments.filter { !$0.isEmpty && result.errorText.contains($0) }
    #expect(!said.isEmpty, "\(result.errorText)")
    // Not even a folder is made.
    #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder) == [])
  }

  @Test func aResetWithoutARehearsalIsWrongUsage() async {
    let result = await program.run(["steps", "--reset"])
    #expect(result.exit == .code(64))
    #expect(result.errorText.contains("--reset goes with --rehearse SCENARIO only."))
  }

  @Test(arguments: [
    ["operater"], ["no-such-pod"], ["--since", "soon"], ["--level", "loud"], ["--grep", "("],
    ["--max-lines", "0"],
  ])
  func logsThatCannotBeAreWrongUsage(arguments: [String]) async {
    let result = await program.run(["logs", "--rehearse", "fresh"] + arguments)
    #expect(result.exit == .code(64), "\(result.transcript)")
  }

  @Test func anUnknownSourceOfLogsIsToldWhichThereAre() async {
    let result = await program.run(["logs", "operater", "--rehearse", "fresh"])
    #expect(result.errorText.contains("provider, operator, hostname"), "\(result.errorText)")
  }

  // MARK: What stands against it

  @Test func aPoolThatOverlapsANodeIsRefused() async throws {
    let result = await apply(["--pool", "10.245.0.8/29"])
    try await expectRefusal(result, saying: "10.245.0.11", exit: 1)
  }

  @Test func noRangesAndNoPoolIsSaidBeforeThePoolsAreMade() async {
    let result = await apply([])
    #expect(result.exit == .code(1))
    #expect(result.errorText.contains("--pool 203.0.113.0/28"), "\(result.errorText)")
  }

  @Test(arguments: [
    (RehearsalFault.noProvider, "No provider was found"),
    (.twoProviders, "There are 2 provider releases"),
    (.forbidden, "This user may not do everything"),
  ])
  func aClusterThatIsNotForThisIsRefused(fault: RehearsalFault, words: String) async throws {
    try await program.cluster(.fresh).setFault(fault)
    try await expectRefusal(await apply(), saying: words, exit: 1)
  }

  @Test func valuesOfNothingAreNoProviderToSwitchOn() async throws {
    try await program.cluster(.fresh).setFault(.valuesNull)
    let result = await apply()
    #expect(result.exit == .code(1), "\(result.transcript)")
    #expect(try await program.changes(.fresh).allSatisfy { !$0.contains("upgrade") })
    #expect(!FileManager.default.fileExists(atPath: providerFile))
  }

  // MARK: Files and locks

  @Test func aForeignProviderFileIsRefusedBeforeAnythingRuns() async throws {
    let text = "from: somebody\nkey: else\n"
    try write(text, to: providerFile)
    let result = await apply()
    #expect(result.exit == .code(1), "\(result.transcript)")
    #expect(result.errorText.contains("it is not overwritten"), "\(result.errorText)")
    #expect(result.errorText.contains("--provider-file FILE"), "\(result.errorText)")
    #expect(try String(contentsOfFile: providerFile, encoding: .utf8) == text)
    #expect(try await program.changes(.fresh) == [])
  }

  @Test func aStateFolderThatCannotBeMadeStopsEverything() async throws {
    // A file where the folder should be: root is refused too.
    let file = "\(program.folder)/file"
    try write("", to: file)
    let result = await apply(Self.pool + ["--state-dir", "\(file)/state"])
    #expect([.code(1), .code(2)].contains(result.exit), "\(result.transcript)")
    #expect(result.errorText.contains("\(file)/state"), "\(result.errorText)")
    #expect(!result.outputText.contains("$ kubectl"))
  }

  @Test(arguments: ["file", "none", "/proc/self"])
  func aFolderThatCannotTakeTheProviderFileIsRefusedBeforeAnythingRuns(name: String) async throws {
    try write("", to: "\(program.folder)/file")
    let file = (name.hasPrefix("/") ? name : "\(program.folder)/\(name)") + "/p.yaml"
    let result = await apply(Self.pool + ["--provider-file", file])
    try await expectRefusal(result, saying: file, exit: 1)
  }

  @Test func aSecondWriterIsToldWhoTheFirstIs() async throws {
    let folder = StateFolder(root: program.state, cluster: "rehearsal-fresh")
    try folder.create()
    let lock = try Lock.acquire(in: folder, doing: "a test that holds it")
    defer { lock.release() }
    try await expectRefusal(await apply(), saying: "a test that holds it", exit: 1)
    // Reading needs no lock.
    #expect(await program.run(["steps", "--rehearse", "fresh"]).exit == .code(1))
    #expect(await program.run(["plan", "--rehearse", "fresh"]).exit == .code(0))
  }

  // MARK: Consent

  @Test func readOnlyChangesNothing() async throws {
    let result = await apply(Self.pool + ["--read-only"])
    try await expectRefusal(result, saying: "--read-only", exit: 1)
  }

  @Test func withoutATerminalAndWithoutYesNothingRuns() async throws {
    try await expectRefusal(await apply(yes: false), saying: "--yes", exit: 2)
  }

  @Test(arguments: [
    ("yes\n", true), (" yes \n", true), ("Yes\n", false), ("no\nyes\n", false),
    ("\n", false), ("", false),
  ])
  func onlyTheWordAtTheTerminalRunsAPlan(typed: String, isRun: Bool) async throws {
    let streams = RecordedStreams(input: typed, terminals: [.input])
    let words = ["apply", "namespace", "--rehearse", "fresh", "--provider-file", providerFile]
    let result = await program.run(words + Self.pool, streams)
    #expect(result.errorText.contains("Type yes to run this on "), "\(result.transcript)")
    #expect(result.exit == .code(isRun ? 0 : 1), "\(result.transcript)")
    #expect(result.errorText.contains("the word was not typed") == !isRun)
    #expect(try await program.changes(.fresh).isEmpty == !isRun)
  }

  private func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
