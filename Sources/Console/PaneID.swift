/// The panes, in the order of their tabs.
package enum PaneID: Int, Hashable, Sendable, CaseIterable {
  case overview = 1
  case steps, pools, logs, verify, watch

  package var digit: Character { Character("\(rawValue)") }

  package var title: String {
    switch self {
    case .overview: "Overview"
    case .steps: "Steps"
    case .pools: "Pools"
    case .logs: "Logs"
    case .verify: "Verify"
    case .watch: "Watch"
    }
  }

  /// The word of the command line that shows the same.
  package var commandWord: String {
    switch self {
    case .overview: "status"
    case .steps: "steps"
    case .pools: "pools"
    case .logs: "logs"
    case .verify: "verify"
    case .watch: "watch"
    }
  }
}
