import Foundation
import IPLeasesCore
import Terminal

/// The first screen: what is wrong, why, what to do; the parts and the counts that must agree.
package struct OverviewPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()

  package static let id = PaneID.overview
  package static var cursor: WritableKeyPath<State, ListCursor> { \.overview.cursor }

  package static let keys: [KeyBinding] = []

  package init() {}

  package static func count(_ state: State) -> String { "" }

  package static func rows(_ state: State) -> [PaneRow] {
    shownParts(state).map {
      PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 0)
    }
      + shownAddresses(state).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 1)
      }
  }

  package static func hint(_ state: State) -> String {
    guard let place = place(state) else { return "r reads the cluster." }
    let parts = shownParts(state)
    let note: String
    let step: StepID?
    if parts.indices.contains(place) {
      note = parts[place].note
      step = parts[place].step
    } else {
      note = shownAddresses(state)[place - parts.count].note
      step = .capacity
    }
    let whereTo = step.flatMap { state.number(of: $0) }.map { " Enter goes to step \($0)." } ?? ""
    let said = SafeText.line(note)
    guard said.isEmpty else { return Text.sentence(said) + whereTo }
    let row = rows(state)[place]
    let meaning =
      switch row.word {
      case .ok: "as it should be"
      case .wait: "comes with a step that is not done yet"
      case .todo, .warn, .fail, .skip, .unknown, nil: "look at its step"
      }
    return "\(SafeText.line(titles(state)[place])): \(meaning).\(whereTo)"
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    guard action == .open || action == .why else { return nil }
    guard let place = place(state) else { return [] }
    let parts = shownParts(state)
    let step = parts.indices.contains(place) ? parts[place].step : .capacity
    guard let step, state.report(step) != nil else {
      state.notice = "No step explains this row."
      return []
    }
    if action == .why { return StepsPane.explain(step, &state) }
    StepsPane.go(to: step, &state)
    return []
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    head(state, columns: columns) + table(state, columns: columns)
      + latest(state, columns: columns, count: 5)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    let head = head(state, columns: rect.columns).prefix(max(1, rect.rows / 2))
    canvas.draw(Array(head), in: rect)
    var below = rect
    below.row += head.count
    below.rows -= head.count
    let cursor = state.overview.cursor.index(in: rows(state).count)
    guard rect.columns >= 120, state.facts != nil else {
      let table = table(state, columns: rect.columns)
      let room = max(0, below.rows - table.count - 1)
      let lines = table + latest(state, columns: rect.columns, count: room)
      canvas.draw(list: lines, cursor: cursor, in: below)
      return
    }
    let latest = latest(state, columns: rect.columns, count: max(3, below.rows / 4))
    var left = below
    left.rows = max(1, below.rows - latest.count)
    left.columns = max(80, rect.columns * 60 / 100)
    var right = left
    right.column = left.columns + 2
    right.columns = rect.columns - right.column
    canvas.draw(list: table(state, columns: left.columns), cursor: cursor, in: left)
    canvas.drawDivider(column: left.columns, in: left)
    canvas.draw(sideLines(state, columns: right.columns), in: right)
    var bottom = below
    bottom.row += left.rows
    bottom.rows -= left.rows
    canvas.draw(latest, in: bottom)
  }

  private static func titles(_ state: State) -> [String] {
    shownParts(state).map(\.title) + shownAddresses(state).map(\.title)
  }

  // MARK: Lines

  private static func head(_ state: State, columns: Int) -> [Line] {
    guard let status = state.facts?.status else {
      guard let problem = state.readProblem else {
        return [Line(" The cluster is being read.")]
      }
      return said("NOW", problem.what, columns: columns)
        + said("WHY", problem.reason ?? "the tool gave no reason", columns: columns)
        + said("DO", problem.advice ?? "r reads again", columns: columns)
    }
    return said("NOW", status.now, word: StateWord(status.state), columns: columns)
      + said("WHY", status.why, columns: columns)
      + said("DO", action(status, state), columns: columns)
  }

  /// What the report says for the command line, in the keys of the console.
  private static func action(_ status: StatusReport, _ state: State) -> String {
    let words = status.action.split { $0 == " " || $0 == "," }.map(String.init)
    guard words.count >= 3, words[0] == "ip-leases", words[1] == "plan",
      let step = StepID(rawValue: words[2]), let number = state.number(of: step),
      let report = state.report(step)
    else { return status.action }
    return "2, then a: plan of step \(number), \(report.title). Nothing runs before a typed word."
  }

  private static func said(
    _ label: String, _ text: String, word: StateWord? = nil, columns: Int
  ) -> [Line] {
    guard !text.isEmpty else { return [] }
    let width = columns - (word == nil ? 1 : 7)
    var lines = Line.labelled(" " + label, SafeText.line(text), indent: 7, columns: width)
    if let word {
      let used = TextWidth.columns(of: lines[0].text)
      lines[0] = lines[0].adding(String(repeating: " ", count: max(0, width - used) + 1))
        .adding(word.rawValue, columns: 5, style: Theme.style(of: word))
    }
    return lines
  }

  private static func table(_ state: State, columns: Int) -> [Line] {
    guard state.facts != nil else { return [] }
    let parts = shownParts(state)
    let hasVersion = columns >= 64
    let trailing = hasVersion ? "version  ready  state" : "ready  state"
    var lines = [
      Line.rule("Parts", trailing: trailing, tail: noteColumns(columns), columns: columns)
    ]
    lines += parts.enumerated().map { index, part in
      line(of: part, row: index, hasVersion: hasVersion, columns: columns)
    }
    if parts.isEmpty { lines.append(nothing(state, "part")) }
    let counts = shownAddresses(state)
    let hasAge = columns >= 64
    let heads = hasAge ? "total  in use  free   age  state" : "total  in use  free  state"
    lines.append(
      Line.rule("Addresses", trailing: heads, tail: noteColumns(columns), columns: columns))
    lines += counts.enumerated().map { index, count in
      line(of: count, row: parts.count + index, state, hasAge: hasAge, columns: columns)
    }
    if counts.isEmpty { lines.append(nothing(state, "count")) }
    return lines
  }

  private static func line(
    of part: StatusReport.Part, row: Int, hasVersion: Bool, columns: Int
  ) -> Line {
    let word = StateWord(part.state)
    let note = noteColumns(columns)
    let title = columns - 2 - (hasVersion ? 12 : 0) - 7 - 2 - 6 - note
    var line = Line("  ", row: row).adding(SafeText.line(part.title), columns: title)
    if hasVersion { line = line.adding(SafeText.line(part.version), columns: 12, .right) }
    return line.adding(SafeText.line(part.ready), columns: 7, .right).adding("  ")
      .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
      .adding(SafeText.line(part.note), columns: note)
  }

  private static func line(
    of count: StatusReport.AddressCount, row: Int, _ state: State, hasAge: Bool, columns: Int
  ) -> Line {
    let word = StateWord(count.state)
    let note = noteColumns(columns)
    let title = columns - 2 - 6 - 8 - 6 - (hasAge ? 6 : 0) - 2 - 6 - note
    let age = count.readAt.map { Text.age(from: $0, to: state.timeForAges) } ?? "-"
    var line = Line("  ", row: row).adding(SafeText.line(count.title), columns: title)
      .adding(SafeText.line(count.total ?? "-"), columns: 6, .right)
      .adding(SafeText.line(count.inUse ?? "-"), columns: 8, .right)
      .adding(free(count), columns: 6, .right)
    if hasAge { line = line.adding(age, columns: 6, .right) }
    return line.adding("  ")
      .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
      .adding(SafeText.line(count.note), columns: note)
  }

  private static func free(_ count: StatusReport.AddressCount) -> String {
    guard let total = count.total.flatMap(Int.init), let inUse = count.inUse.flatMap(Int.init),
      total >= inUse
    else { return "-" }
    return String(total - inUse)
  }

  private static func latest(_ state: State, columns: Int, count: Int) -> [Line] {
    guard state.facts != nil, count > 0 else { return [] }
    var lines = [Line.rule("Latest", trailing: "@ shows all", columns: columns)]
    lines += state.activity.suffix(count).reversed().map {
      ActivityScreen.line(of: $0, row: nil, columns: columns)
    }
    if state.activity.isEmpty { lines.append(Line("  Nothing was run yet by this console.")) }
    return lines
  }

  private static func sideLines(_ state: State, columns: Int) -> [Line] {
    var lines = [Line.rule("Steps", columns: columns)]
    let room = columns - 34
    for (index, report) in (state.facts?.checklist.reports ?? []).enumerated() {
      let word = StateWord(report.state)
      let line = Line(Text.fit("\(index + 1)", 4, .right) + " ")
        .adding(SafeText.line(report.title), columns: 23)
        .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
      lines.append(
        room < 20 ? line : line.adding(Text.cut(SafeText.line(report.evidence), room)))
    }
    guard let pool = state.facts?.pools.value?.pool(ConsoleSettings.poolName) else { return lines }
    lines.append(Line(""))
    lines.append(Line.rule("Pool \(ConsoleSettings.poolName)", columns: columns))
    lines += pool.spec.addresses.prefix(6).map { Line("   " + SafeText.line($0)) }
    let more = pool.spec.addresses.count - 6
    if more > 0 { lines.append(Line("   and \(more) more, 3 shows them", style: Theme.quiet)) }
    return lines
  }

  private static func nothing(_ state: State, _ what: String) -> Line {
    let problemsOnly = state.showsProblemsOnly ? " with a problem (f shows all)" : " is known"
    return Line("  No \(what)\(problemsOnly).", style: Theme.quiet)
  }

  private static func noteColumns(_ columns: Int) -> Int { columns >= 76 ? 17 : 11 }

  private static func shownParts(_ state: State) -> [StatusReport.Part] {
    let parts = state.facts?.status.parts ?? []
    return state.showsProblemsOnly ? parts.filter { StateWord($0.state).isProblem } : parts
  }

  private static func shownAddresses(_ state: State) -> [StatusReport.AddressCount] {
    let counts = state.facts?.status.addresses ?? []
    return state.showsProblemsOnly ? counts.filter { StateWord($0.state).isProblem } : counts
  }
}
