/// Every pane in the order of the tabs. A new one is a file and a line here.
package enum AllPanes {
  package static func make() -> [any Pane] {
    [OverviewPane(), StepsPane(), PoolsPane(), LogsPane(), VerifyPane(), WatchPane()]
  }
}
