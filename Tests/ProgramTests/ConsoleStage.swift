import Foundation
import TestSupport
import Testing

/// The console of the real program on the built-in cluster, in a folder of its own.
final class ConsoleStage {
  let folder: String
  let scenario: String

  init(_ scenario: String = "fresh") throws {
    self.scenario = scenario
    folder = NSTemporaryDirectory() + "ip-leases-console-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// - Parameter pace: "0": the cluster's time jumps; "1": commands take as long as real ones.
  func environment(pace: String = "0") -> [String: String] {
    var variables = PseudoTerminal.plainEnvironment
    variables["IP_LEASES_PACE"] = pace
    variables["XDG_CONFIG_HOME"] = folder
    return variables
  }

  func arguments(_ words: [String]) -> [String] {
    [Program.underTest] + words + ["--rehearse", scenario, "--state-dir", "\(folder)/state"]
  }

  func console(
    _ options: [String] = [], pace: String = "0", rows: Int = 24, columns: Int = 80
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      arguments(options), environment: environment(pace: pace), folder: folder, rows: rows,
      columns: columns)
  }

  /// A console that has read its cluster.
  func openedConsole(
    _ options: [String] = [], pace: String = "0", rows: Int = 24, columns: Int = 80
  ) throws -> PseudoTerminal {
    let terminal = try console(options, pace: pace, rows: rows, columns: columns)
    guard terminal.waitForFacts() else {
      throw PseudoTerminal.StartFailed(reason: terminal.screenText)
    }
    return terminal
  }

  /// Id and state of every step, as a call of `ip-leases steps` says.
  func steps() throws -> [Step] {
    let call = try PseudoTerminal(
      arguments(["steps", "-o", "json"]), environment: environment(), folder: folder, rows: 50,
      columns: 200)
    _ = call.waitExit()
    return try JSONDecoder().decode(Steps.self, from: Data(call.output)).steps
  }

  struct Step: Decodable, Hashable {
    var id: String
    var state: String
  }

  private struct Steps: Decodable {
    var steps: [Step]
  }

  /// What the journal holds of commands that change something.
  func changes() -> [String] {
    journalLines.filter { $0.contains("\"changes\":true") }
  }

  private var journalLines: [String] {
    let path = "\(folder)/state/rehearsal-\(scenario)/activity.jsonl"
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    return (text ?? "").split(separator: "\n").map(String.init)
  }
}

extension PseudoTerminal {
  static let escape = "\u{1B}"

  /// User and system time of the program in ticks of the clock (proc(5): fields 14 and 15 of stat).
  func ticks() throws -> Int {
    let text = String(
      decoding: FileManager.default.contents(atPath: "/proc/\(processID)/stat") ?? Data(),
      as: UTF8.self)
    let close = try #require(text.lastIndex(of: ")"))
    let fields = text[close...].split(separator: " ")
    return try #require(Int(fields[12])) + #require(Int(fields[13]))
  }

  /// Types the word of the plan on screen and waits until the plan has begun.
  func typeWord(_ word: String = "yes") -> Bool {
    send("a")
    guard wait(until: { $0.cursorVisible && $0.screenText.contains("Type  \(word)") }) else {
      return false
    }
    guard typeKeys(word) else { return false }
    send("\r")
    return wait(silence: .zero) { ["RUNNING", "DONE", "HOLDS", "FAILED"].contains($0.heading) }
  }

  /// Each key by itself: all at once they would pass for a paste.
  func typeKeys(_ word: String) -> Bool {
    var typed = ""
    for letter in word {
      send(String(letter))
      typed.append(letter)
      guard waitFor("> \(typed)", silence: .zero) else { return false }
    }
    return true
  }

  /// The first word of the second row: what lies over the panes.
  var heading: String { String(line(1).prefix { $0 != " " }) }

  /// The plan has ended, and the cluster was read again.
  func waitForEnd() -> Bool {
    wait { terminal in
      guard ["DONE", "FAILED", "STOPPED"].contains(terminal.heading) else { return false }
      let message = terminal.line(terminal.rows - 2)
      return message.contains("Next: step") || message.contains("Every step holds")
        || message.contains("did not reach its end") || message.contains("was taken back")
    }
  }

  /// Nothing of the provider's secrets was ever sent; they all say what they are in base 64.
  var hasSentSecrets: Bool {
    ["Q0FOQVJZ", "CANARY", "BDQU5BUl"].contains { hasSent($0) }
  }
}
