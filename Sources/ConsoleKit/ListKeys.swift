import Terminal

/// The keys that every list over something else has.
package enum ListKeys {
  package enum Outcome: Hashable, Sendable {
    case left
    case asksHelp
    case moved
    /// A key of this list alone, or none.
    case other
  }

  package static func press(_ key: Key, _ cursor: inout ListCursor, count: Int) -> Outcome {
    switch key {
    case .escape, .control("c"), .character("q"): return .left
    case .function(1), .character("?"): return .asksHelp
    default:
      guard let movement = movement(key) else { return .other }
      cursor.move(movement, count: count, page: 1)
      return .moved
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
