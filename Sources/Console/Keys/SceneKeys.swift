import ConsoleKit
import Terminal

extension Scene {
  /// The bindings that hold now: of the place with the keys, then of everywhere.
  package var bindings: [Binding] {
    switch answer({ $0.keys($1) }) {
    case nil: pane.keys(known) + EverywhereKeys.table(panes)
    case .beside(_, let own)?: own + EverywhereKeys.table(panes)
    case .alone(let own)?: own
    case .textLine(let own)?: TextLineKeys.table + own
    }
  }

  /// The table of the place with the keys under its name; none where there is nothing but what works
  /// everywhere.
  package var ownKeys: (title: String, bindings: [Binding])? {
    switch answer({ $0.keys($1) }) {
    case nil: (pane.id.title, pane.keys(known))
    case .beside(let title, let own)?: own.isEmpty ? nil : (title, own)
    case .alone?: nil
    case .textLine?: (TextLineKeys.title, TextLineKeys.table)
    }
  }

  /// Why a key cannot act now; nil when it can.
  package func reasonOff(_ binding: Binding) -> String? {
    binding.reasonWhenOff ?? EverywhereKeys.reasonOff(binding.action, self)
  }

  package var isTextLine: Bool {
    if case .textLine? = answer({ $0.keys($1) }) { true } else { false }
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
