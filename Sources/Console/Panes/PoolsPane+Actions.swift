import IPLeasesCore
import Terminal

/// What the keys of the Pools pane do.
extension PoolsPane {
  static func askPlan(_ state: inout State) -> [Effect] {
    guard let live = live(state), !draft(state).isEmpty else {
      return Planning.ask(PlanRequest(.pools), &state)
    }
    let change = WantedPool(
      name: live.name, entries: draft(state).entries(over: live.entries))
    return Planning.ask(PlanRequest(.pool(change)), &state)
  }

  static func edit(_ state: inout State) {
    guard let row = underCursor(state) else {
      if live(state) == nil {
        StepsPane.go(to: .pools, &state)
      } else {
        state.notice = "+ adds a range."
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
    state.pools.cursor = ListCursor()
  }

  static func askImport(_ state: inout State) {
    guard let live = live(state) else { return }
    let prompt =
      "Import ranges into the draft of pool \(SafeText.line(live.name, limit: 40)) from this file:"
    state.layers.append(.input(TextInput(.importRanges(pool: live.name), prompt: prompt)))
  }

  static func askExport(_ state: inout State) {
    guard let live = live(state) else { return }
    let manifest = PoolManifest(
      name: live.name, addresses: draft(state).entries(over: live.entries),
      advertisement: live.announcedBy.first ?? "l2advertisement1")
    let plain = live.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    state.layers.append(
      .input(
        TextInput(
          .exportPool(manifest.text), prompt: "Write the pool with its draft as YAML (mode 0600):",
          text: "pool-\(plain).yaml")))
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
    var lines: [ReadingScreen.Paragraph] = []
    for row in table.rows {
      let text = SafeText.line(row.text)
      switch row.kind {
      case .unchanged: continue
      case .removed: lines.append(.init("-", text))
      case .added: lines.append(.init("+", text))
      case .edited(let old):
        lines.append(.init("-", SafeText.line(old)))
        lines.append(.init("+", text))
      }
    }
    lines.append(.init("", PoolScreen.totalsText(table)))
    for seat in table.moving(out: table.wanted) {
      lines.append(.init("moves", PoolScreen.seatText(seat)))
    }
    let name = SafeText.line(table.live.name, limit: 40)
    state.layers.append(.reading(ReadingScreen(title: "DIFF  pool \(name)", paragraphs: lines)))
  }

  static func explain(_ state: inout State) {
    guard let table = DraftedPool(state), let row = table.currentRow else {
      _ = StepsPane.explain(.pools, &state)
      return
    }
    var lines: [ReadingScreen.Paragraph] = []
    lines.append(.init("range", PoolScreen.summary(of: row, table)))
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

  static func openField(_ field: RangeField, _ state: inout State) {
    let row = field.row
    state.showsProblemsOnly = false
    if let row { moveCursor(to: row.text, &state) }
    state.layers.append(.range(field))
  }

  private static func showCommand(_ state: State) -> String {
    Kubectl(state.settings.connection).get(
      ["ipaddresspools.metallb.io"], namespace: ConsoleSettings.metallbNamespace,
      purpose: "show the pools"
    ).shellText
  }
}
