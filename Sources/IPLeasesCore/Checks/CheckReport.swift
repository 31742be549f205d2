/// One round of checks, with what follows from it.
package struct CheckReport: Hashable, Sendable {
  package enum Threshold: String, Hashable, Sendable, CaseIterable {
    case warn, fail
  }

  package var results: [CheckResult]
  /// Which cluster, by kubectl's name for it.
  package var context: String
  /// How long the round took.
  package var duration: Duration

  package init(results: [CheckResult], context: String, duration: Duration) {
    self.results = results
    self.context = context
    self.duration = duration
  }

  package func count(_ kind: Verdict.Kind) -> Int { results.count { $0.verdict.kind == kind } }

  /// Something a check looks at could not be read.
  package var isIncomplete: Bool {
    results.contains { result in
      if case .notRun(.unreadable) = result.verdict { true } else { false }
    }
  }

  /// 1 if something fails (or warns, if that is the threshold); else 2 if something could not be
  /// read; else 0.
  package func exitCode(failOn threshold: Threshold) -> Int32 {
    let isBad = count(.fail) > 0 || (threshold == .warn && count(.warn) > 0)
    return isBad ? 1 : isIncomplete ? 2 : 0
  }

  /// The groups that have results, each with its own.
  package var groups: [(group: CheckGroup, results: [CheckResult])] {
    CheckGroup.allCases.compactMap { group in
      let own = results.filter { $0.group == group }
      return own.isEmpty ? nil : (group, own)
    }
  }
}

extension CheckReport {
  /// For a ticket: at most 80 columns, what passes in one line, what does not with its details.
  package var text: String {
    var lines: [String] = []
    for (group, own) in groups {
      let good = own.count { $0.verdict.kind == .pass }
      lines.append("\(group.title): \(good) of \(own.count) pass")
      for result in own { lines += Self.lines(of: result) }
      lines.append("")
    }
    lines.append(
      "\(count(.pass)) pass, \(count(.warn)) warn, \(count(.fail)) fail, \(count(.notRun)) not run")
    if isIncomplete { lines.append("Some things could not be read; what is said is not all.") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let columns = 80

  private static func lines(of result: CheckResult) -> [String] {
    let word =
      switch result.verdict.kind {
      case .pass: "OK      "
      case .warn: "WARN    "
      case .fail: "FAIL    "
      case .notRun: "NOT RUN "
      }
    var lines = ["  \(word)\(result.code)  \(result.title)"]
    let whole = "\(lines[0]): \(SafeText.line(result.verdict.got))"
    switch result.verdict {
    case .pass where whole.count <= columns: lines = [whole]
    case .pass, .notRun: lines += field("", result.verdict.got)
    case .warn, .fail:
      lines += field("got", result.verdict.got)
      lines += field("want", result.want)
      lines += field("why", result.why)
      lines += field("hint", result.hint)
      for remedy in result.remedies { lines += field("fix", "ip-leases remedy \(remedy.rawValue)") }
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
