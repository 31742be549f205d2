import IPLeasesCore
import Terminal

/// The pools of the cluster as they are, with their counts. Read-only.
package struct PoolsPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()

  package static let id = PaneID.pools
  package static var cursor: WritableKeyPath<State, ListCursor> { \.pools.cursor }

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character(" ")], "Fold", "unfold or fold the addresses of a range", .fold,
      off: readOnly),
    KeyBinding(
      [.character("+"), .character("o")], "Add", "new range in the draft", .add,
      off: readOnly),
    KeyBinding(
      [.character("-"), .character("x")], "Remove", "take the range out of the draft",
      .remove, off: readOnly),
    KeyBinding([.character("u")], "Undo", "last change of the draft", .undo, off: readOnly),
    KeyBinding([.character("U")], "Redo", "the change taken back", .redo, off: readOnly),
    KeyBinding([.character("d")], "Diff", "draft against live", .diff, off: readOnly),
    KeyBinding(
      [.character("a")], "Plan", "plan of the step Pools", .plan, opensFirst: true,
      bar: 1, off: { StepsPane.reasonNoPlan(.pools, $0) }),
    KeyBinding([.character("I")], "Import", "ranges from a file", .importRanges, off: readOnly),
    KeyBinding([.character("X")], "Export", "write the pool as YAML", .exportRanges, off: readOnly),
  ]

  package init() {}

  package static func count(_ state: State) -> String {
    let counts = state.facts?.status.addresses ?? []
    guard let total = counts.first(where: { $0.source == "pool" })?.total else { return "" }
    let inUse = counts.compactMap(\.inUse).first ?? "-"
    return SafeText.line("\(inUse)/\(total)", limit: 20)
  }

  package static func rows(_ state: State) -> [PaneRow] {
    entries(state).map { PaneRow("\($0.pool) \($0.text)", part: $0.part) }
  }

  package static func hint(_ state: State) -> String {
    "Read-only. y copies the command that shows the pools."
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch action {
    case .plan: return StepsPane.askPlan(PlanRequest(.pools), &state)
    case .why: return StepsPane.explain(.pools, &state)
    case .open:
      StepsPane.go(to: .pools, &state)
      return []
    case .copy:
      state.notice = "Copied the command that shows this pool."
      return [.copy(showCommand(state))]
    default: return nil
    }
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    guard let facts = state.facts else { return OverviewPane.lines(state, columns: columns) }
    var lines: [Line] = []
    switch facts.pools {
    case .known(let objects, _):
      lines += poolLines(objects, columns: columns)
      if objects.pools.isEmpty { lines.append(Line(" There is no pool in the cluster.")) }
    case .absent: lines.append(Line(" The cluster does not know pools: MetalLB is not installed."))
    case .unreadable(let problem, _):
      lines += problem.lines.flatMap { Text.wrap(SafeText.line($0), columns - 2) }.map {
        Line(" " + $0)
      }
    case .notRead: lines.append(Line(" The pools were not read."))
    }
    lines.append(Line.rule("Counts", trailing: "total  in use", columns: columns))
    for count in facts.status.addresses {
      let word = StateWord(count.state)
      lines.append(
        Line("  ").adding(SafeText.line(count.title), columns: 30)
          .adding(SafeText.line(count.total ?? "-"), columns: 8, .right)
          .adding(SafeText.line(count.inUse ?? "-"), columns: 8, .right).adding("  ")
          .adding(word.rawValue, columns: 6, style: Theme.style(of: word))
          .adding(Text.cut(SafeText.line(count.note), max(1, columns - 54))))
    }
    lines.append(Line.rule("To change a pool", columns: columns))
    lines += advice.flatMap { Text.wrap($0, columns - 2) }.map { Line(" " + $0) }
    return lines
  }

  // MARK: Helpers

  private static let advice = [
    "The first pool is made by its step (a), which asks for the ranges where --pool gave none. A "
      + "range is added by editing the pool with kubectl. Before one is taken out, look who has an address in it: MetalLB moves the "
      + "Services of a range that leaves to other addresses."
  ]

  private struct Entry {
    var pool: String
    var text: String
    var part: Int
  }

  private static func entries(_ state: State) -> [Entry] {
    (state.facts?.pools.value?.pools ?? []).enumerated().flatMap { part, pool in
      pool.spec.addresses.map {
        Entry(
          pool: SafeText.line(pool.metadata.name), text: SafeText.line($0), part: part)
      }
    }
  }

  private static func poolLines(_ objects: PoolObjects, columns: Int) -> [Line] {
    var lines: [Line] = []
    var row = 0
    for pool in objects.pools {
      let covering = objects.advertisements.filter { $0.covers(pool: pool) }.map(\.metadata.name)
      let announced = covering.isEmpty ? "not announced" : "L2 \(covering.joined(separator: ", "))"
      let assign = pool.spec.autoAssign ?? true ? "auto-assign" : "no auto-assign"
      lines.append(
        Line.rule(
          "Pool \(SafeText.line(pool.metadata.name))",
          trailing: SafeText.line("\(assign), \(announced)"), columns: columns))
      for address in pool.spec.addresses {
        lines.append(Line("  ", row: row).adding(SafeText.line(address)))
        row += 1
      }
    }
    return lines
  }

  private static func showCommand(_ state: State) -> String {
    Kubectl(state.settings.connection).get(
      ["ipaddresspools.metallb.io"], namespace: ConsoleSettings.metallbNamespace,
      purpose: "show the pools"
    ).shellText
  }

  @Sendable private static func readOnly(_ state: State) -> String? {
    "this pane shows the pool and has no draft"
  }
}
