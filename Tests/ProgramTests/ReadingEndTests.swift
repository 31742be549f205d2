import Foundation
import TestTerminal
import TestTurns
import Testing

/// A program that is ended while its tools do not answer takes them with it.
@Suite(.oneAtATime)
struct ReadingEndTests {
  private let folder = NSTemporaryDirectory() + "ip-leases-reads-\(UUID().uuidString)"

  /// Tools that note their process ids and answer after minutes; SIGTERM does not end them.
  private func start(_ words: [String]) throws -> PseudoTerminal {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let script = "#!/bin/sh\ntrap '' TERM\nsleep 77 &\necho $$ $! >> \(folder)/started\nwait\n"
    let tool = "\(folder)/tool"
    try script.write(toFile: tool, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    var environment = PseudoTerminal.plainEnvironment
    environment["KUBECTL"] = tool
    environment["HELM"] = tool
    environment["HOME"] = folder
    return try PseudoTerminal(
      [PseudoTerminal.program] + words + ["--state-dir", "\(folder)/state"],
      environment: environment, folder: folder)
  }

  private var started: [pid_t] {
    let text = try? String(contentsOfFile: "\(folder)/started", encoding: .utf8)
    return (text ?? "").split { $0.isWhitespace }.compactMap { pid_t($0) }
  }

  private func eventually(_ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      if condition() { return true }
      usleep(5_000)
    }
    return false
  }

  /// One that nobody has collected yet does not run any more.
  private func runs(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return false }
    return !text[end...].dropFirst(2).hasPrefix("Z")
  }

  private func expectNothingRuns(_ comment: String) {
    let isEmpty = eventually { !started.contains(where: runs) }
    #expect(isEmpty, "\(comment)")
    for process in started where runs(process) { kill(process, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  @Test(arguments: ["status", "verify", "steps", "plan", "apply --yes", "logs -f", "pools"])
  func aSignalEndsTheReadsAndTheProgram(command: String) throws {
    for signal in [SIGTERM, SIGHUP, SIGINT] {
      let program = try start(command.split(separator: " ").map(String.init))
      try #require(eventually { !started.isEmpty })
      let time = ContinuousClock().measure {
        // On a terminal the key reaches the program only: its tools have groups of their own.
        if signal == SIGINT { program.send("\u{03}") } else { program.signal(signal) }
        #expect(program.waitExit() == .exited(130), "\(command) \(signal)")
      }
      #expect(time < .seconds(3))
      expectNothingRuns("\(command) \(signal)")
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, 0])
  func aConsoleThatIsEndedLeavesNoRead(signal: Int32) throws {
    let console = try start([])
    try #require(eventually { !started.isEmpty })
    if signal == 0 { console.hangUp() } else { console.signal(signal) }
    #expect(console.waitExit(reading: signal != 0) == .exited(130))
    expectNothingRuns("\(signal)")
  }
}
