import Foundation
import Glibc
import TestSupport
import Testing

/// A terminal that nobody reads: the line hangs, or the window is held.
@Suite(.inTurn)
struct SlowTerminalTests {
  private let folder = NSTemporaryDirectory() + "ip-leases-slow-\(UUID().uuidString)"

  /// Far more than pipe and terminal hold between them.
  private static let lines = 50_000

  @Test func aTerminalThatIsNotReadKeepsNoLineFromComingIn() async throws {
    try await install()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var environment = PseudoTerminal.plainEnvironment
    for tool in ["KUBECTL", "HELM"] { environment[tool] = "\(folder)/tool" }
    environment["XDG_CONFIG_HOME"] = folder
    let terminal = try PseudoTerminal(
      [Program.underTest, "--state-dir", "\(folder)/state"], environment: environment,
      folder: folder)
    try #require(terminal.waitForFacts(), "\(terminal.screenText)")
    terminal.send("4")
    try #require(terminal.waitFor("not yet", silence: .zero), "\(terminal.screenText)")

    // From here on nothing is read.
    let bytes = terminal.bytesReceived
    try #require(blockUntil { isStuck(terminal.processID) })
    try Data().write(to: URL(filePath: "\(folder)/go"))
    try #require(blockUntil { FileManager.default.fileExists(atPath: "\(folder)/drained") })
    #expect(isStuck(terminal.processID))
    #expect(terminal.bytesReceived == bytes)

    let last = "order=\(Self.lines)"
    #expect(
      terminal.wait { $0.screenText.contains(last) && $0.screenText.contains("50,") },
      "\(terminal.screenText)")
    terminal.send("Q")
    #expect(terminal.waitExit() == .exited(0))
  }

  /// A provider that says little until it is let, then much, and leaves a mark once all of it has
  /// been taken.
  private func install() async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let objects = """
      {"items": [
      {"kind": "StatefulSet", "apiVersion": "apps/v1",
       "metadata": {"name": "akash-provider", "namespace": "akash-services"},
       "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "akash-provider"}},
        "template": {"metadata": {"labels": {"app": "akash-provider"}},
         "spec": {"containers": [{"name": "provider", "image": "provider:0.6.9"}]}}}},
      {"kind": "Pod", "apiVersion": "v1",
       "metadata": {"name": "akash-provider-0", "namespace": "akash-services", "uid": "1",
        "labels": {"app": "akash-provider"}},
       "spec": {"containers": [{"name": "provider", "image": "provider:0.6.9"}]},
       "status": {"phase": "Running", "containerStatuses": [
        {"name": "provider", "restartCount": 0, "ready": true,
         "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}
      ]}
      """
    try objects.write(toFile: "\(folder)/objects", atomically: true, encoding: .utf8)
    let tool = """
      #!/bin/sh
      cd '\(folder)'
      case "$*" in
      *"logs akash-provider-0"*)
        while [ ! -e go ]; do
          count=$((count + 1))
          echo "2026-01-01T00:00:00Z INF not yet $count"
          sleep 0.02
        done
        seq -f '2026-01-01T00:00:01Z INF bid made order=%.0f and so on until the line is long' \
      \(Self.lines)
        : > drained
        exec sleep 1000;;
      *akash-services*get*pods*) cat objects;;
      *) echo '{"items": []}';;
      esac
      """
    let path = "\(folder)/tool"
    try await Program.install(tool, at: path)
  }

  /// Whether a thread of the process is inside write(2) to its standard output (proc(5): syscall).
  private func isWriting(_ process: Int32) -> Bool {
    let tasks = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return threads.contains { thread in
      let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/syscall", encoding: .utf8)) ?? ""
      let words = text.split(separator: " ")
      return words.count > 1 && ["1", "64"].contains(words[0]) && words[1] == "0x1"
    }
  }

  /// A write that goes through is seldom met, and never this often.
  private func isStuck(_ process: Int32) -> Bool {
    (0..<20).allSatisfy { _ in
      Thread.sleep(forTimeInterval: 0.001)
      return isWriting(process)
    }
  }
}
