package enum Direction: Hashable, Sendable { case down, up }

/// A way to move in a list or a text.
package enum Movement: Hashable, Sendable, CaseIterable {
  case down, up, top, bottom, halfDown, halfUp, pageDown, pageUp

  /// The place after the movement, from 0 to `last`.
  package func applied(to place: Int, last: Int, page: Int) -> Int {
    let page = max(1, page)
    let target =
      switch self {
      case .down: place + 1
      case .up: place - 1
      case .top: 0
      case .bottom: last
      case .halfDown: place + max(1, page / 2)
      case .halfUp: place - max(1, page / 2)
      case .pageDown: place + page
      case .pageUp: place - page
      }
    return max(0, min(target, max(0, last)))
  }
}

/// The selected row of a list. The list may shrink at any time: `index(in:)` is what counts.
package struct ListCursor: Hashable, Sendable {
  package var index = 0

  package init(index: Int = 0) { self.index = index }

  package func index(in count: Int) -> Int { max(0, min(index, count - 1)) }

  package mutating func move(_ movement: Movement, count: Int, page: Int) {
    index = movement.applied(to: index(in: count), last: count - 1, page: page)
  }
}

/// How far a text is scrolled, in lines.
package struct Scroll: Hashable, Sendable {
  package var offset = 0

  package init(offset: Int = 0) { self.offset = offset }

  package func offset(lines: Int, rows: Int) -> Int { max(0, min(offset, lines - rows)) }

  package mutating func move(_ movement: Movement, lines: Int, rows: Int) {
    offset = movement.applied(
      to: offset(lines: lines, rows: rows), last: lines - rows, page: rows - 1)
  }
}
