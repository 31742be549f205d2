import Foundation
import TestSupport
import Testing

/// A program that is ended while its tools do not answer takes them with it.
@Suite(.inTurn)
struct ReadingEndTests {
  private let folder = NSTemporaryDirectory() + "ip-leases-reads-\(UUID().uuidString)"

  /// Tools that note their process ids and answer after minutes; SIGTERM does not end them.
  private func start(_ words: [String]) async throws -> PseudoTerminal {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let script = "#!/bin/sh\ntrap '' TERM\nsleep 77 &\necho $$ $! >> \(folder)/started\nwait\n"
    let tool = "\(folder)/tool"
    try await Program.install(script, at: tool)
    var environment = PseudoTerminal.plainEnvironment
    environment["KUBECTL"] = tool
    environment["HELM"] = tool
    environment["HOME"] = folder
    return try PseudoTerminal(
      [Program.underTest] + words + ["--state-dir", "\(folder)/state"],
      environment: environment, folder: folder)
  }

  private var started: [pid_t] {
    let text = try? String(contentsOfFile: "\(folder)/started", encoding: .utf8)
    return (text ?? "").split { $0.isWhitespace }.compactMap { pid_t($0) }
  }

  private func expectNothingRuns(_ comment: String) {
    let isEmpty = blockUntil { !started.contains(where: ProcessTable.isRunning) }
    #expect(isEmpty, "\(comment)")
    for process in started where ProcessTable.isRunning(process) { kill(process, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  @Test(arguments: [
    "status", "verify", "steps", "plan", "apply --yes", "logs -f", "pools", "watch",
  ])
  func aSignalEndsTheReadsAndTheProgram(command: String) async throws {
    for signal in [SIGTERM, SIGHUP, SIGINT] {
      let program = try await start(command.split(separator: " ").map(String.init))
      try #require(blockUntil { !started.isEmpty })
      // On a terminal the key reaches the program only: its tools have groups of their own.
      if signal == SIGINT { program.send("\u{03}") } else { program.signal(signal) }
      #expect(program.waitExit() == .exited(130), "\(command) \(signal): \(program.screenText)")
      expectNothingRuns("\(command) \(signal)")
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, 0])
  func aConsoleThatIsEndedLeavesNoRead(signal: Int32) async throws {
    let console = try await start([])
    try #require(blockUntil { !started.isEmpty })
    if signal == 0 { console.hangUp() } else { console.signal(signal) }
    #expect(console.waitExit(reading: signal != 0) == .exited(130))
    expectNothingRuns("\(signal)")
  }

  @Test func aWatchThatIsInterruptedSaysThatItsBaselineIsKept() throws {
    let stage = folder + "/watch"
    var environment = PseudoTerminal.plainEnvironment
    environment["HOME"] = stage
    let program = try PseudoTerminal(
      [Program.underTest, "watch", "--rehearse", "enabled", "--for", "1h", "--state-dir", stage],
      environment: environment, folder: NSTemporaryDirectory())
    try #require(program.waitFor("WAIT"), "\(program.screenText)")
    program.send("\u{03}")
    #expect(program.waitExit() == .exited(130))
    #expect(program.screenText.contains("The baseline is kept: "), "\(program.screenText)")
    try FileManager.default.removeItem(atPath: stage)
  }
}
