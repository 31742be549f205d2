import Foundation
import Glibc
import TestSupport

/// The console in a pseudo-terminal of 80x24, against the built-in cluster.
struct ConsoleBenchmark {
  private let site: Site

  private static let idleTime = Duration.seconds(10)
  private static let presses = 400

  init(_ site: Site) { self.site = site }

  private struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  func rows() throws -> [Row] {
    try starts() + [try press()] + idle()
  }

  // MARK: Start

  private func starts() throws -> [Row] {
    let frame = try (0..<11).map { _ in try start(console, until: isComplete) }.median
    let facts = try (0..<11).map { _ in try start(console, until: isRead) }.median
    let tig = reference(["tig"]) {
      $0.line($0.rows - 1).contains("[main]") || $0.line(22).contains("[main]")
    }
    let htop = reference(["htop"]) { $0.line($0.rows - 1).contains("Quit") }
    return [
      Row.time(
        "exec to first complete frame", frame, limit: .milliseconds(60),
        references: [("tig", tig), ("htop", htop)]),
      Row.time("exec to the frame with all facts, all ten steps read", facts, limit: nil),
    ]
  }

  private func start(_ arguments: [String], until condition: (PseudoTerminal) -> Bool) throws
    -> Duration
  {
    let start = ContinuousClock().now
    let terminal = try PseudoTerminal(arguments, environment: site.environment)
    guard let end = terminal.moment(until: condition) else {
      throw Failed(description: "\(arguments[0]) drew: \(terminal.screenText)")
    }
    return end - start
  }

  private func reference(_ arguments: [String], until condition: (PseudoTerminal) -> Bool)
    -> Duration?
  {
    guard let path = Self.path(of: arguments[0]) else { return nil }
    let whole = [path] + arguments.dropFirst()
    let times = (0..<7).compactMap { _ in try? start(whole, until: condition) }
    return times.isEmpty ? nil : times.median
  }

  // MARK: A key

  private func press() throws -> Row {
    let terminal = try PseudoTerminal(console, environment: site.environment)
    guard terminal.wait(until: isRead) else {
      throw Failed(description: "the console drew: \(terminal.screenText)")
    }
    terminal.send("2")
    terminal.settle(.milliseconds(100))
    terminal.send("g")
    terminal.settle(.milliseconds(100))
    guard let top = (0..<terminal.rows).first(where: { terminal.cell($0, 0).text == ">" }) else {
      throw Failed(description: "there is no cursor: \(terminal.screenText)")
    }
    let times = (0..<Self.presses).compactMap { press -> Duration? in
      let row = press.isMultiple(of: 2) ? top + 1 : top
      return time(terminal, press.isMultiple(of: 2) ? "j" : "k") { $0.cell(row, 0).text == ">" }
    }
    let less = try lessPresses()
    let limit = Duration.milliseconds(16)
    let answer = times.count < Self.presses ? " (\(Self.presses - times.count) without)" : ""
    return Row(
      what: "key press to its change on screen, idle, \(Self.presses) presses",
      measured: "p50 \(times.median.text), p99 \(times.share(0.99).text)\(answer)",
      target: "p99 ≤ \(limit.text)",
      reference: less.map { "less p50 \($0.median.text), p99 \($0.share(0.99).text)" }
        ?? "less not there",
      ratio: less.map { String(format: "%.2f", times.share(0.99) / $0.share(0.99)) } ?? "—",
      verdict: times.count == Self.presses && times.share(0.99) <= limit ? .met : .missed)
  }

  private func time(
    _ terminal: PseudoTerminal, _ key: String, until condition: (PseudoTerminal) -> Bool
  ) -> Duration? {
    terminal.settle(.milliseconds(5))
    let start = ContinuousClock().now
    terminal.send(key)
    return terminal.moment(timeout: .seconds(2), until: condition).map { $0 - start }
  }

  private func lessPresses() throws -> [Duration]? {
    guard let less = Self.path(of: "less") else { return nil }
    let lines = (0..<2_000).map { "line \($0)" }
    let file = try site.file("lines", lines.joined(separator: "\n"))
    let terminal = try PseudoTerminal([less, file], environment: site.environment)
    guard terminal.waitFor("line 22") else { return nil }
    return (1...Self.presses).compactMap { press in
      time(terminal, "j") { $0.line(0) == "line \(press)" }
    }
  }

  // MARK: At rest

  private func idle() throws -> [Row] {
    let mine = try idle(console, settled: isRead)
    let silent = try idle(
      [
        site.program, "log-probe", "--rate", "0", "--rehearse", "enabled", "--state-dir",
        "\(site.folder)/silent",
      ], keys: "4", settled: isRead)
    let references = ["tig", "htop"].map { name in
      (name, Self.path(of: name).flatMap { try? idle([$0], settled: { _ in true }) })
    }
    let texts = references.map { name, rest in
      rest.map { "\(name) \($0.text)" } ?? "\(name) not there"
    }
    let what = "at rest for \(Self.idleTime.text)"
    return [
      rest(what, mine, texts.joined(separator: ", ")),
      rest("\(what) in the Logs pane, no line arriving", silent, "—"),
    ]
  }

  private func rest(_ what: String, _ rest: Rest, _ reference: String) -> Row {
    Row(
      what: what, measured: rest.text, target: "0 %, 0 B/s", reference: reference,
      verdict: rest.ticks == 0 && rest.bytes == 0 ? .met : .missed)
  }

  private struct Rest {
    /// Of the kernel's clock, 100 in a second.
    let ticks: Int
    let bytes: Int

    var text: String { "\(ticks) ticks of CPU, \(bytes) bytes sent" }
  }

  private func idle(
    _ arguments: [String], keys: String = "", settled: (PseudoTerminal) -> Bool
  ) throws -> Rest {
    let terminal = try PseudoTerminal(arguments, environment: site.environment)
    _ = terminal.wait(silence: .milliseconds(300), until: settled)
    terminal.send(keys)
    // What a program does late after its start is no rest yet.
    _ = terminal.moment(timeout: .seconds(1)) { _ in false }
    let ticks = ProcessTable.ticks(of: terminal.processID)
    let bytes = terminal.bytesReceived
    _ = terminal.moment(timeout: Self.idleTime) { _ in false }
    return Rest(
      ticks: ProcessTable.ticks(of: terminal.processID) - ticks,
      bytes: terminal.bytesReceived - bytes)
  }

  // MARK: Helpers

  private var console: [String] {
    [site.program, "--rehearse", "enabled", "--state-dir", "\(site.folder)/state"]
  }

  /// The keys row is the last one and is drawn last.
  private func isComplete(_ terminal: PseudoTerminal) -> Bool {
    terminal.line(terminal.rows - 1).contains("? Help")
  }

  private func isRead(_ terminal: PseudoTerminal) -> Bool {
    terminal.screenText.contains("IP leases are on") && isComplete(terminal)
  }

  static func path(of program: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}
