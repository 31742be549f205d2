/// Every pane. A new one is a file, a line here and its property in `State`.
package enum AllPanes {
  package static let inOrder: [any Pane.Type] = [
    OverviewPane.self, StepsPane.self, PoolsPane.self, LogsPane.self, VerifyPane.self,
    WatchPane.self,
  ]

  package static func pane(_ id: PaneID) -> any Pane.Type { inOrder[id.rawValue - 1] }
}
