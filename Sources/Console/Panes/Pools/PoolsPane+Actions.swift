import Basics
import Cluster
import ConsoleKit
import Execution
import IPLeasesCore

/// What the keys of the Pools pane do.
extension PoolsPane {
  func askPlan(_ facts: Facts?) -> [Move] {
    let draft = draft(facts)
    guard let live = live(facts), !draft.isEmpty else { return [.ask(PlanRequest(.pools))] }
    return [.ask(PlanRequest(.pool(draft.wish(over: live))))]
  }

  mutating func edit(_ known: Known) -> [Move] {
    guard let row = underCursor(known) else {
      return live(known.facts) == nil ? [.go(to: .step(.pools))] : openSettings(known.facts)
    }
    guard row.stays else { return [.say("This range leaves; u takes that back.")] }
    return openField(RangeField(row: row), known)
  }

  mutating func openFixes(_ known: Known) -> [Move] {
    guard let table = table(known), let row = table.currentRow, !table.fixes.isEmpty else {
      return [.say("There is nothing to mend at this range.")]
    }
    return openField(RangeField(row: row, fix: ListCursor()), known)
  }

  mutating func removeRow(_ known: Known) -> [Move] {
    guard let table = table(known), let row = table.currentRow else { return [] }
    let count = table.seats(of: row).count
    change(known.facts) { $0.remove([row]) }
    guard row.kind != .added, count > 0 else { return [] }
    let tenants = count == 1 ? "1 Service sits" : "\(count) Services sit"
    return [.say("\(tenants) in it and must move; i lists them. u takes it back.")]
  }

  /// The next pool, or the one before, around the end.
  mutating func showPool(_ distance: Int, _ facts: Facts?) {
    let names = (facts?.livePools ?? []).map(\.name)
    guard let name = live(facts)?.name, let at = names.firstIndex(of: name) else { return }
    poolName = names[(at + distance + names.count) % names.count]
    cursor = ListCursor(index: 1)
  }

  func openSettings(_ facts: Facts?) -> [Move] {
    guard let live = live(facts) else { return [] }
    guard live.exists || !live.advertisements.isEmpty else {
      return [.say("+ adds a range; the pool is made with its advertisement.")]
    }
    return [.open(PoolSettings.menu())]
  }

  func askImport(_ facts: Facts?) -> [Move] {
    guard let live = live(facts) else { return [] }
    let prompt =
      "Import ranges into the draft of pool \(SafeText.line(live.name, limit: 40)) from this file:"
    return [
      .open(
        TextInput(prompt) { path, _ in
          path.isEmpty ? [] : [.perform(.importRanges(path: path, pool: live.name))]
        })
    ]
  }

  func copy(_ known: Known) -> [Move] {
    guard let row = underCursor(known) else {
      return [
        .say("Copied the command that shows the pools."),
        .perform(.copy(showCommand(known.settings))),
      ]
    }
    let text = SafeText.line(row.text)
    return [.say("Copied: \(text)"), .perform(.copy(text))]
  }

  func difference(_ known: Known) -> ReadingScreen? {
    guard let table = table(known) else { return nil }
    var lines = PoolSettings.changes(table.live, table.draft.options).map {
      ReadingScreen.Paragraph($0.sign.rawValue, $0.text)
    }
    for row in table.rows {
      guard row.kind != .unchanged else { continue }
      let text = SafeText.line(row.text)
      switch row.kind {
      case .unchanged: continue
      case .removed: lines.append(.init("-", text))
      case .added: lines.append(.init("+", text))
      case .edited(let old):
        lines.append(.init("-", SafeText.line(old.text)))
        lines.append(.init("+", text))
      }
    }
    lines.append(.init("", PoolScreen.totalsText(table)))
    for seat in table.draft.moving(over: table.live) {
      lines.append(.init("moves", PoolScreen.seatText(seat)))
    }
    let name = SafeText.line(table.live.name, limit: 40)
    return ReadingScreen(title: "DIFF  pool \(name)", paragraphs: lines)
  }

  func explain(_ known: Known) -> [Move] {
    guard let table = table(known), let row = table.currentRow else { return explainPool(known) }
    var lines: [ReadingScreen.Paragraph] = []
    lines.append(.init("range", PoolScreen.summary(of: row, table)))
    if row.kind == .unchanged, let use = table.use(of: row) {
      let next = use.nextFree(8).map(\.description)
      lines.append(.init("next free", next.isEmpty ? "none" : next.joined(separator: ", ")))
    }
    for problem in table.problems(of: row) + table.problemsOfPool {
      let word = problem.severity == .error ? "FAIL" : "WARN"
      lines.append(.init(word, SafeText.line(problem.message)))
      if let fix = problem.fix { lines.append(.init("try", known.text(fix))) }
    }
    for look in PoolLook.all(row, table) {
      lines.append(.init(look.word.rawValue, "\(look.title): \(look.found)"))
    }
    if let note = PoolScreen.edgeNote(of: row, table) { lines.append(.init("note", note)) }
    let seats = table.seats(of: row)
    lines.append(.init("who", seats.isEmpty ? "nobody sits in it" : "\(seats.count) in it"))
    lines += seats.map { .init("", PoolScreen.seatText($0)) }
    return [
      .open(ReadingScreen(title: "RANGE  \(SafeText.line(row.text))", paragraphs: lines))
    ]
  }

  /// The pool as a whole, else the step that makes it.
  private func explainPool(_ known: Known) -> [Move] {
    guard let table = table(known), table.live.exists else { return [.explain(.step(.pools))] }
    var lines = [
      ReadingScreen.Paragraph("pool", PoolSettings.summary(table.live, table.draft.options))
    ]
    for problem in table.problemsOfPool {
      lines.append(
        .init(problem.severity == .error ? "FAIL" : "WARN", SafeText.line(problem.message)))
      if let fix = problem.fix { lines.append(.init("try", known.text(fix))) }
    }
    if let silence = table.live.silence {
      lines += [.init("FAIL", silence.message), .init("try", "Enter shows the advertisements")]
    }
    let next = table.live.nextFree(8).map(\.description)
    lines.append(.init("next free", next.isEmpty ? "none" : next.joined(separator: ", ")))
    for finding in known.facts?.findings ?? [] {
      lines.append(.init("WARN", SafeText.line(finding.message, limit: 400)))
      lines.append(.init("try", known.text(finding.advice)))
    }
    for setting in PoolSettings.entries(self, known) {
      lines.append(.init("setting", "\(setting.title): \(setting.value)"))
      lines += setting.details.map { .init("", $0) }
    }
    let name = SafeText.line(table.live.name, limit: 40)
    return [.open(ReadingScreen(title: "POOL  \(name)", paragraphs: lines))]
  }

  /// The list is whole while a range is typed.
  mutating func openField(_ field: RangeField, _ known: Known) -> [Move] {
    var known = known
    known.showsProblemsOnly = false
    if let row = field.row { moveCursor(to: row.entry, known) }
    return [.showAll, .open(field)]
  }

  private func showCommand(_ settings: ConsoleSettings) -> String {
    Kubectl(settings.connection).get(
      ["ipaddresspools.metallb.io"], namespace: ConsoleSettings.metallbNamespace,
      purpose: "show the pools"
    ).shellText
  }
}
