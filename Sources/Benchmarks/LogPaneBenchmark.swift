import Foundation
import TestSupport

/// The Logs pane in a pseudo-terminal of 80x24 while a provider writes 100,000 lines in a second.
struct LogPaneBenchmark {
  private let site: Site

  private static let rate = 100_000
  private static let presses = 300
  private static let watched = Duration.seconds(10)

  init(_ site: Site) { self.site = site }

  func rows() throws -> [Row] {
    let what = "under \(Self.rate) log lines/s"
    let terminal = try PseudoTerminal(
      [
        site.program, "log-probe", "--rate", "\(Self.rate)", "--rehearse", "enabled", "--state-dir",
        "\(site.folder)/flood",
      ], environment: site.environment)
    terminal.send("4")
    guard terminal.wait(silence: .zero, until: { $0.screenText.contains("let go") }) else {
      let screen = terminal.screenText.replacing("\n", with: " / ")
      return [.notRun("key press to screen \(what)", target: "p99 ≤ 33 ms", because: screen)]
    }
    let bytes = bytesPerSecond(terminal)
    let rate = linesPerSecond(terminal)
    return [
      keys(terminal, what),
      Row(
        what: "bytes to the terminal \(what), 80x24",
        measured: String(format: "%.1f kB/s", bytes / 1_000), target: "≤ 20 kB/s",
        verdict: bytes <= 20_000 ? .met : .missed),
      Row(
        what: "log lines taken in by the console \(what)",
        measured: String(format: "%.0f lines/s", rate), target: "≥ 95,000 lines/s",
        verdict: rate >= 95_000 ? .met : .missed),
    ]
  }

  private func bytesPerSecond(_ terminal: PseudoTerminal) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let before = terminal.bytesReceived
    _ = terminal.moment(timeout: Self.watched) { _ in false }
    return Double(terminal.bytesReceived - before) / (clock.now - start).inSeconds
  }

  /// By the lines the list has let go: it is full.
  private func linesPerSecond(_ terminal: PseudoTerminal) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let before = letGo(terminal)
    _ = terminal.moment(timeout: .seconds(5)) { _ in false }
    return Double(letGo(terminal) - before) / (clock.now - start).inSeconds
  }

  private func letGo(_ terminal: PseudoTerminal) -> Int {
    let words = terminal.screenText.split { $0 == " " || $0 == "\n" }.map(String.init)
    for index in words.indices.dropFirst() where words[index...].starts(with: ["let", "go"]) {
      return Int(words[index - 1].replacing(",", with: "")) ?? 0
    }
    return 0
  }

  /// The time before each line changes its form with each press of `t`: clock, since, none.
  private func keys(_ terminal: PseudoTerminal, _ what: String) -> Row {
    let forms: [(PseudoTerminal) -> Bool] = [
      { $0.cell(3, 1).text == "+" || $0.cell(3, 1).text == "-" },
      { $0.cell(3, 1).text == "p" },
      { $0.cell(3, 3).text == ":" },
    ]
    let clock = ContinuousClock()
    let times = (0..<Self.presses).compactMap { press -> Duration? in
      // At no fixed distance from the frames that data makes.
      _ = terminal.moment(timeout: .milliseconds(20 + press * 7 % 90)) { _ in false }
      let start = clock.now
      terminal.send("t")
      return terminal.moment(timeout: .seconds(2), until: forms[press % 3]).map { $0 - start }
    }
    let isAnswered = times.count == Self.presses
    return Row(
      what: "key press to its change on screen \(what), \(Self.presses) presses",
      measured: "p50 \(times.median.text), p99 \(times.share(0.99).text)"
        + (isAnswered ? "" : " (\(Self.presses - times.count) without)"),
      target: "p99 ≤ 33.0 ms",
      verdict: isAnswered && times.share(0.99) <= .milliseconds(33) ? .met : .missed)
  }
}
