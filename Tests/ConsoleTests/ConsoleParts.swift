import Terminal

@testable import Console

/// The panes by their names, and what tests look at in them.
extension State {
  var overview: OverviewPane { panes[OverviewPane.self] }
  var steps: StepsPane { panes[StepsPane.self] }
  var pools: PoolsPane {
    get { panes[PoolsPane.self] }
    set { panes[PoolsPane.self] = newValue }
  }
  var logs: LogsPane { panes[LogsPane.self] }
  var verify: VerifyPane { panes[VerifyPane.self] }
  var watch: WatchPane { panes[WatchPane.self] }

  var pane: PaneID {
    get { panes.shown }
    set { panes.shown = newValue }
  }

  /// The range being typed.
  var rangeField: RangeField? { overlays.lazy.compactMap { $0 as? RangeField }.last }

  var draftedPool: DraftedPool? { pools.table(known, field: rangeField) }

  var hasDraft: Bool { pools.hasDraft }

  /// What the cursor of Verify stands on.
  var placeName: String? { verify.underCursor(known)?.name }

  mutating func go(to target: Target) { _ = make([.go(to: target)]) }
}

extension PaneID {
  static let overview = OverviewPane.id
  static let pools = PoolsPane.id
  static let logs = LogsPane.id
  static let verify = VerifyPane.id
  static let watch = WatchPane.id

  static let allCases = AllPanes.make().map(\.id)

  var digit: Character {
    Character("\(Panes(AllPanes.make()).number(of: self))")
  }
}
