import Basics
import Cluster
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// What the keys of the Pools pane do.
extension PoolsPane {
  static func askPlan(_ state: inout State) -> [Effect] {
    guard let live = live(state), !draft(state).isEmpty else {
      return Planning.ask(PlanRequest(.pools), &state)
    }
    return Planning.ask(PlanRequest(.pool(draft(state).wish(over: live))), &state)
  }

  static func edit(_ state: inout State) {
    guard let row = underCursor(state) else {
      if live(state) == nil {
        Navigation.go(to: .pools, &state)
      } else {
        openSettings(&state)
      }
      return
    }
    guard row.stays else {
      state.notice = "This range leaves; u takes that back."
      return
    }
    openField(RangeField(row: row), &state)
  }

  static func openFixes(_ state: inout State) {
    guard let table = DraftedPool(state), let row = table.currentRow, !table.fixes.isEmpty else {
      state.notice = "There is nothing to mend at this range."
      return
    }
    openField(RangeField(row: row, fix: ListCursor()), &state)
  }

  static func removeRow(_ state: inout State) {
    guard let row = underCursor(state) else { return }
    let count = DraftedPool(state)?.seats(of: row).count ?? 0
    change(&state) { $0.remove([row]) }
    guard row.kind != .added, count > 0 else { return }
    let tenants = count == 1 ? "1 Service sits" : "\(count) Services sit"
    state.notice = "\(tenants) in it and must move; i lists them. u takes it back."
  }

  static func step(_ state: inout State, _ notice: String, _ body: (inout PoolDraft) -> Void) {
    change(&state, body)
    state.notice = notice
  }

  /// The next pool, or the one before, around the end.
  static func showPool(_ distance: Int, _ state: inout State) {
    let names = (state.facts?.livePools ?? []).map(\.name)
    guard let name = live(state)?.name, let at = names.firstIndex(of: name) else { return }
    state.pools.poolName = names[(at + distance + names.count) % names.count]
    state.pools.cursor = ListCursor(index: 1)
  }

  static func openSettings(_ state: inout State) {
    guard let live = live(state) else { return }
    if live.exists || !live.advertisements.isEmpty {
      state.layers.append(.menu(Menu(.poolSettings)))
    } else {
      state.notice = "+ adds a range; the pool is made with its advertisement."
    }
  }

  static func askImport(_ state: inout State) {
    guard let live = live(state) else { return }
    let prompt =
      "Import ranges into the draft of pool \(SafeText.line(live.name, limit: 40)) from this file:"
    state.layers.append(.input(TextInput(.importRanges(pool: live.name), prompt: prompt)))
  }

  /// The file the pool is written to, with its draft.
  static func askExport(_ format: PoolExport.Format, _ state: inout State) {
    guard let live = live(state) else { return }
    let draft = draft(state)
    let text = PoolExport.text(
      draft.shape(over: live), advertisement: live.announcedBy.first ?? "l2advertisement1",
      format: format,
      problems: draft.problems(over: live))
    let plain = live.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let ending =
      switch format {
      case .yaml: "\(plain).yaml"
      case .kubespray: "\(plain)-kubespray.yml"
      case .kubesprayOld: "\(plain)-kubespray-old.yml"
      case .csv: "\(plain).csv"
      case .json: "\(plain).json"
      }
    state.layers.append(
      .input(
        TextInput(
          .exportPool(text),
          prompt: "Write the pool with its draft as \(format.rawValue) (mode 0600):",
          text: "pool-\(ending)")))
  }

  static func copy(_ state: inout State) -> [Effect] {
    guard let row = underCursor(state) else {
      state.notice = "Copied the command that shows the pools."
      return [.copy(showCommand(state))]
    }
    let text = SafeText.line(row.text)
    state.notice = "Copied: \(text)"
    return [.copy(text)]
  }

  static func showDiff(_ state: inout State) {
    guard let table = DraftedPool(state) else { return }
    var lines = PoolSettings.changes(table.live, table.draft.options).map {
      ReadingScreen.Paragraph($0.sign, $0.text)
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
    state.layers.append(.reading(ReadingScreen(title: "DIFF  pool \(name)", paragraphs: lines)))
  }

  static func explain(_ state: inout State) {
    guard let table = DraftedPool(state), let row = table.currentRow else {
      explainPool(&state)
      return
    }
    var lines: [ReadingScreen.Paragraph] = []
    lines.append(.init("range", PoolScreen.summary(of: row, table)))
    if row.kind == .unchanged, let use = table.use(of: row) {
      let next = use.nextFree(8).map(\.description)
      lines.append(.init("next free", next.isEmpty ? "none" : next.joined(separator: ", ")))
    }
    for problem in table.problems(of: row) + table.problemsOfPool {
      let word = problem.severity == .error ? "FAIL" : "WARN"
      lines.append(.init(word, SafeText.line(problem.message)))
      if let fix = problem.fix { lines.append(.init("try", SafeText.line(fix))) }
    }
    for look in PoolLook.all(row, table) {
      lines.append(.init(look.word.rawValue, "\(look.title): \(look.found)"))
    }
    if let note = PoolScreen.edgeNote(of: row, table) { lines.append(.init("note", note)) }
    let seats = table.seats(of: row)
    lines.append(.init("who", seats.isEmpty ? "nobody sits in it" : "\(seats.count) in it"))
    lines += seats.map { .init("", PoolScreen.seatText($0)) }
    state.layers.append(
      .reading(ReadingScreen(title: "RANGE  \(SafeText.line(row.text))", paragraphs: lines)))
  }

  /// The pool as a whole, else the step that makes it.
  private static func explainPool(_ state: inout State) {
    guard let table = DraftedPool(state), table.live.exists else {
      Navigation.explain(.pools, &state)
      return
    }
    var lines = [
      ReadingScreen.Paragraph("pool", PoolSettings.summary(table.live, table.draft.options))
    ]
    for problem in table.problemsOfPool {
      lines.append(
        .init(problem.severity == .error ? "FAIL" : "WARN", SafeText.line(problem.message)))
      if let fix = problem.fix { lines.append(.init("try", SafeText.line(fix))) }
    }
    if let silence = table.live.silence {
      lines += [.init("FAIL", silence.message), .init("try", "Enter shows the advertisements")]
    }
    let next = table.live.nextFree(8).map(\.description)
    lines.append(.init("next free", next.isEmpty ? "none" : next.joined(separator: ", ")))
    for finding in state.facts?.findings ?? [] {
      lines.append(.init("WARN", SafeText.line(finding.message, limit: 400)))
      lines.append(.init("try", SafeText.line(finding.advice, limit: 400)))
    }
    for setting in PoolSettings.entries(state) {
      lines.append(.init("setting", "\(setting.title): \(setting.value)"))
      lines += setting.details.map { .init("", $0) }
    }
    let name = SafeText.line(table.live.name, limit: 40)
    state.layers.append(.reading(ReadingScreen(title: "POOL  \(name)", paragraphs: lines)))
  }

  static func openField(_ field: RangeField, _ state: inout State) {
    let row = field.row
    state.showsProblemsOnly = false
    if let row { moveCursor(to: row.entry, &state) }
    state.layers.append(.range(field))
  }

  private static func showCommand(_ state: State) -> String {
    Kubectl(state.settings.connection).get(
      ["ipaddresspools.metallb.io"], namespace: ConsoleSettings.metallbNamespace,
      purpose: "show the pools"
    ).shellText
  }
}
