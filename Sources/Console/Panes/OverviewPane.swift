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
    shownCause(state).map {
      PaneRow("\($0.now) \($0.why)", word: StateWord($0.state), part: 0)
    }
      + shownParts(state).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 1)
      }
      + shownAddresses(state).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 2)
      }
  }

  package static func hint(_ state: State) -> String {
    guard let line = place(state) else { return "r reads the cluster." }
    let causes = shownCause(state)
    if line < causes.count { return hint(onCause: causes[line], state) }
    let place = line - causes.count
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
    let row = rows(state)[line]
    let meaning =
      switch row.word {
      case .ok: "as it should be"
      case .wait: "comes with a step that is not done yet"
      case .todo, .warn, .fail, .skip, .unknown, .nothing, nil: "look at its step"
      }
    return "\(SafeText.line(titles(state)[place])): \(meaning).\(whereTo)"
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    guard action == .open || action == .why else { return nil }
    guard let line = place(state) else { return [] }
    let causes = shownCause(state)
    if line < causes.count { return openCause(causes[line], action, &state) }
    let parts = shownParts(state)
    let part = line - causes.count
    let isPart = parts.indices.contains(part)
    if action == .why, let check = failing(in: isPart ? groups(of: parts[part]) : [.counts], state)
    {
      VerifyPane.explain(check, &state)
      return []
    }
    let step = isPart ? parts[part].step : .capacity
    guard let step, state.report(step) != nil else {
      state.notice = "No step explains this row."
      return []
    }
    if action == .why { return StepsPane.explain(step, &state) }
    StepsPane.go(to: step, &state)
    return []
  }

  // MARK: The cause

  /// What is wrong, as a row with ways out; none where nothing is.
  private static func shownCause(_ state: State) -> [StatusReport] {
    guard let status = state.facts?.status, status.state == .fail || status.state == .warn else {
      return []
    }
    return [status]
  }

  /// Enter: what mends it. i: the check or step behind it.
  private static func openCause(
    _ cause: StatusReport, _ action: KeyAction, _ state: inout State
  ) -> [Effect] {
    let check = cause.remedies.isEmpty ? failing(in: CheckGroup.allCases, state) : nil
    if action == .open, !cause.remedies.isEmpty || !(check?.remedies.isEmpty ?? true) {
      let remedies = cause.remedies.isEmpty ? check?.remedies ?? [] : cause.remedies
      return Menu.open(plans: Menu.choices(remedies), title: "Ways out", &state)
    }
    if action == .why, let found = evidence(of: cause, state) ?? check {
      VerifyPane.explain(found, &state)
      return []
    }
    guard
      let step = state.facts?.checklist.reports.first(where: { $0.state == .failed })
        ?? state.facts?.checklist.next
    else {
      state.pane = .verify
      return []
    }
    if action == .why { return StepsPane.explain(step.id, &state) }
    StepsPane.go(to: step.id, &state)
    return []
  }

  private static func hint(onCause cause: StatusReport, _ state: State) -> String {
    switch cause.remedies.count {
    case 0: "Enter goes where it can be mended, i shows the evidence."
    case 1: "Enter shows the plan of the way out, i the evidence. Nothing runs by it."
    default: "Enter: \(cause.remedies.count) ways out, each with its plan. i shows the evidence."
    }
  }

  /// The check that says the same as the cause: it has the same cure.
  private static func evidence(of cause: StatusReport, _ state: State) -> CheckResult? {
    state.facts?.checks.results.first { result in
      result.verdict.kind == .fail && !cause.remedies.isEmpty
        && !Set(result.remedies).isDisjoint(with: cause.remedies)
    }
  }

  private static func failing(in groups: [CheckGroup], _ state: State) -> CheckResult? {
    let report = state.facts?.checks
    let own = report?.results.filter { result in
      groups.contains(result.group) && report?.aside(result) == nil
    }
    return own?.first { $0.verdict.kind == .fail } ?? own?.first { $0.verdict.kind == .warn }
  }

  private static func groups(of part: StatusReport.Part) -> [CheckGroup] {
    switch part.step {
    case .metallb, .migrate, .namespace: [.metallb, .metrics, .pools]
    case .ipOperator, .capacity: [.operator]
    case .provider: [.provider]
    case .strictARP: [.arp]
    case .preflight: [.tools]
    case .metricsService: [.metrics]
    case .pools: [.pools]
    case .verification, nil: []
    }
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    head(state, columns: columns) + table(state, columns: columns)
      + latest(state, columns: columns, count: 5)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    let head = head(state, columns: rect.columns).prefix(max(1, rect.rows / 2))
    canvas.draw(
      Array(head), cursor: state.overview.cursor.index(in: rows(state).count), in: rect)
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
    return said(
      "NOW", status.now, word: StateWord(status.state), since: standing(state),
      row: shownCause(state).isEmpty ? nil : 0, columns: columns)
      + said("WHY", status.why, columns: columns)
      + said("DO", action(status, state), columns: columns)
  }

  /// "6m31": how long what is wrong has been so.
  private static func standing(_ state: State) -> String {
    guard !shownCause(state).isEmpty, let since = state.facts?.headlineSince else { return "" }
    return TimeSpan.text(from: since, to: state.timeForAges)
  }

  /// What the report says for the command line, in the keys of the console.
  private static func action(_ status: StatusReport, _ state: State) -> String {
    if !status.remedies.isEmpty, !shownCause(state).isEmpty {
      let ways = status.remedies.count == 1 ? "the way out" : "\(status.remedies.count) ways out"
      return "Enter here: plan of \(ways) (\(status.action)). i: evidence."
    }
    let words = status.action.split { $0 == " " || $0 == "," }.map(String.init)
    guard words.count >= 3, words[0] == "ip-leases", words[1] == "plan",
      let step = StepID(rawValue: words[2]), let number = state.number(of: step),
      let report = state.report(step)
    else { return status.action }
    return "2, then a: plan of step \(number), \(report.title). Nothing runs before a typed word."
  }

  private static func said(
    _ label: String, _ text: String, word: StateWord? = nil, since: String = "", row: Int? = nil,
    columns: Int
  ) -> [Line] {
    guard !text.isEmpty else { return [] }
    let tail = since.isEmpty ? "" : " " + since
    let width = columns - (word == nil ? 1 : 7 + TextWidth.columns(of: tail))
    var lines = Line.labelled(" " + label, SafeText.line(text), indent: 7, columns: width)
    if let word {
      let used = TextWidth.columns(of: lines[0].text)
      lines[0] = lines[0].adding(String(repeating: " ", count: max(0, width - used) + 1))
        .adding(
          word.rawValue, columns: tail.isEmpty ? 5 : word.rawValue.count,
          style: Theme.style(of: word)
        ).adding(tail)
    }
    lines[0].row = row
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
    let first = shownCause(state).count
    lines += parts.enumerated().map { index, part in
      line(of: part, row: first + index, hasVersion: hasVersion, columns: columns)
    }
    if parts.isEmpty { lines.append(nothing(state, "part")) }
    let counts = shownAddresses(state)
    let hasAge = columns >= 64
    let heads = hasAge ? "total  in use  free   age  state" : "total  in use  free  state"
    lines.append(
      Line.rule("Addresses", trailing: heads, tail: noteColumns(columns), columns: columns))
    lines += counts.enumerated().map { index, count in
      line(of: count, row: first + parts.count + index, state, hasAge: hasAge, columns: columns)
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
