import ConsoleKit
import IPLeasesCore
import Terminal

/// The keys that every list over a pane has.
enum OverlayKeys {
  enum Outcome {
    case done([Effect])
    case moved(ListCursor)
    /// A key of this list alone, or none.
    case other
  }

  static func press(
    _ key: Key, _ cursor: ListCursor, count: Int, _ state: inout State
  ) -> Outcome {
    switch key {
    case .escape, .control("c"), .character("q"):
      state.layers.removeLast()
      return .done([])
    case .function(1), .character("?"): return .done(perform(.help, &state))
    default:
      guard let movement = movement(key) else { return .other }
      var cursor = cursor
      cursor.move(movement, count: count, page: 1)
      return .moved(cursor)
    }
  }

  private static func movement(_ key: Key) -> Movement? {
    switch key {
    case .down, .character("j"), .wheelDown: .down
    case .up, .character("k"), .wheelUp: .up
    case .home, .character("g"): .top
    case .end, .character("G"): .bottom
    default: nil
    }
  }
}
