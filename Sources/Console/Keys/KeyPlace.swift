import ConsoleKit
import Terminal

/// Where a key table holds. Keys of a place go before those that work everywhere.
package enum KeyPlace: Hashable, Sendable {
  case everywhere
  case pane(PaneID)
  case plan
  case run
  case textLine

  package static let all: [KeyPlace] =
    [.everywhere] + PaneID.allCases.map(KeyPlace.pane) + [.plan, .run, .textLine]

  package var title: String {
    switch self {
    case .everywhere: "Everywhere"
    case .pane(let pane): pane.title
    case .plan: "Plan"
    case .run: "Run"
    case .textLine: "Text line"
    }
  }

  package var bindings: [KeyBinding] {
    switch self {
    case .everywhere: EverywhereKeys.table
    case .pane(let pane): AllPanes.pane(pane).keys
    case .plan: PlanScreen.keys
    case .run: RunScreen.keys
    case .textLine: TextLineKeys.table
    }
  }
}

/// Keys that do harm elsewhere or freeze a terminal: they do nothing here and say what does.
package enum Reflexes {
  package static func notice(for key: Key) -> String? {
    switch key {
    case .control("s"): "Ctrl-S is off: it can freeze a terminal. S saves."
    case .control("r"): "Ctrl-R is off. r reads again."
    case .control("k"), .function(9): "\(key.name) is off: nothing is killed here."
    case .control("q"), .control("a"), .control("^"): "\(key.name) is left to the terminal."
    case .paste: "The paste was dropped: no text line is open."
    default: nil
    }
  }
}
