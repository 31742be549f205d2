import Basics
import Foundation

extension CheckReport {
  /// For a ticket: at most 80 columns, what passes in one line, what does not with its details.
  ///
  /// - Parameters:
  ///   - comparesInFull: what still stands is named one by one.
  ///   - options: what each command of this program carries.
  package func text(comparesInFull: Bool = false, options: [String] = []) -> String {
    var lines: [String] = []
    for (group, own) in groups {
      let good = own.count { $0.verdict.kind == .pass }
      lines.append("\(group.title): \(good) of \(own.count) pass")
      for result in own { lines += self.lines(of: result, options) }
      lines.append("")
    }
    lines.append(
      "\(count(.pass)) pass, \(count(.warn)) warn, \(count(.fail)) fail, \(count(.notRun)) not run")
    if asideCount > 0 {
      lines.append("\(asideCount) set aside: in the numbers above, not in the exit code")
    }
    if isIncomplete { lines.append("Some things could not be read; what is said is not all.") }
    lines += comparison(inFull: comparesInFull)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The round against the one before; nothing on the first one.
  ///
  /// - Parameter isInFull: each finding that still stands, and not only their number.
  package func comparison(inFull isInFull: Bool) -> [String] {
    let before = runsBefore
    guard let first = before.first, let last = before.last else { return [] }
    let (changes, lasting) = (changes, lasting)
    let head =
      before.count == 1
      ? "Since run \(last.run), \(last.time.formatted(.iso8601)): "
      : "Each against its last run (\(first.run) to \(last.run), since "
        + "\(first.time.formatted(.iso8601))): "
    if changes.isEmpty, lasting.isEmpty { return [head + "no difference"] }
    let counts = CheckHistory.Change.Kind.allCases.compactMap { kind -> String? in
      let count = changes.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind.rawValue)"
    }
    var lines = [head + (counts + ["\(lasting.count) still there"]).joined(separator: ", ")]
    for change in changes {
      lines.append(
        Self.compared(change.kind.rawValue, change.code, results, "was \(change.before.word)"))
    }
    guard isInFull else { return lines }
    for result in lasting {
      lines.append(Self.compared("still", result.code, results, standing(result)))
    }
    return lines
  }

  /// "since 2026-11-23T10:00:00Z, 4 runs"; "" for what is no finding.
  package func standing(_ result: CheckResult) -> String {
    guard let since = since(result) else { return "" }
    let runs = history.spans(of: result.code).last?.count ?? 0
    let count = runs > 1 ? ", \(runs) runs" : ""
    return "since \(since.formatted(.iso8601))\(count)"
  }

  private static func compared(
    _ word: String, _ code: String, _ results: [CheckResult], _ remark: String
  ) -> String {
    let result = results.first { $0.code == code }
    let kind = result?.verdict.kind.word ?? ""
    let start = "  " + word.padding(to: 8) + code + "  " + kind.padding(to: 8)
    let room = columns - start.count
    let whole = "\(result?.title ?? ""), \(remark)"
    return start + (whole.count <= room ? whole : String(whole.prefix(room - 3)) + "...")
  }

  private static let columns = 80

  private func lines(of result: CheckResult, _ options: [String]) -> [String] {
    var lines = ["  \(result.verdict.kind.word.padding(to: 8))\(result.code)  \(result.title)"]
    let whole = "\(lines[0]): \(SafeText.line(result.verdict.got))"
    switch result.verdict {
    case .pass where whole.count <= Self.columns: lines = [whole]
    case .pass, .notRun: lines += Self.field("", result.verdict.got)
    case .warn, .fail:
      lines += Self.field("got", result.verdict.got)
      lines += Self.field("want", result.want)
      lines += Self.field("why", result.why)
      lines += Self.field("hint", result.hint.text(options))
      for plan in result.plans { lines += Self.field("fix", plan.text(options)) }
      lines += Self.field("stands", standing(result))
      if let aside = aside(result) { lines += Self.field("aside", aside.text) }
    }
    return lines
  }

  private static func field(_ name: String, _ text: String) -> [String] {
    let indent = String(repeating: " ", count: 20)
    let wrapped = wrap(SafeText.line(text, limit: 600), columns - indent.count)
    return wrapped.enumerated().map { index, line in
      let label = index == 0 ? name : ""
      return "            \(label)\(String(repeating: " ", count: 8 - label.count))\(line)"
    }
  }

  /// Breaks at blanks; a word that is longer than a line is cut in pieces.
  package static func wrap(_ text: String, _ columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var rest = word[...]
      if !line.isEmpty, line.count + 1 + rest.count > columns {
        lines.append(line)
        line = ""
      }
      while rest.count > columns {
        lines.append(String(rest.prefix(columns)))
        rest = rest.dropFirst(columns)
      }
      line += (line.isEmpty ? "" : " ") + rest
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension Verdict.Kind {
  /// As it stands in a text.
  package var word: String {
    switch self {
    case .pass: "OK"
    case .warn: "WARN"
    case .fail: "FAIL"
    case .notRun: "NOT RUN"
    }
  }
}

extension String {
  fileprivate func padding(to columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - count))
  }
}
