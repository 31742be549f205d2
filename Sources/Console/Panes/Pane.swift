import ConsoleKit
import Terminal

/// A part of the screen with focus. A pane's own state is intent only; everything it shows comes
/// from the facts in `State`.
package protocol Pane: SendableMetatype {
  static var id: PaneID { get }
  static var keys: [KeyBinding] { get }
  /// The pane's cursor in the state.
  static var cursor: WritableKeyPath<State, ListCursor> { get }

  /// The number a tab carries: "7/10"; "" while nothing is known.
  static func count(_ state: State) -> String
  /// What the cursor can stand on, after the filter of `f`.
  static func rows(_ state: State) -> [PaneRow]
  /// How many they are.
  static func rowCount(_ state: State) -> Int
  /// The pane as lines, for a plain print as much as for the screen.
  static func lines(_ state: State, columns: Int) -> [Line]
  static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas)
  /// `e` has somewhere to go.
  static func hasProblems(_ state: State) -> Bool
  /// `n` has something to look for.
  static func hasSearch(_ state: State) -> Bool
  /// One sentence about the row under the cursor.
  static func hint(_ state: State) -> String
  /// - Returns: nil for an action the pane leaves to the rule that holds everywhere.
  static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]?
}

/// What the generic keys need to know of a row: find, next problem, next part.
package struct PaneRow: Hashable, Sendable {
  package var text: String
  package var word: StateWord?
  /// Rows of one part have the same number, counted from 0.
  package var part: Int

  package init(_ text: String, word: StateWord? = nil, part: Int = 0) {
    self.text = text
    self.word = word
    self.part = part
  }
}

extension Pane {
  package static func rowCount(_ state: State) -> Int { rows(state).count }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    canvas.draw(
      list: lines(state, columns: rect.columns),
      cursor: state[keyPath: cursor].index(in: rows(state).count), in: rect)
  }

  package static func hasProblems(_ state: State) -> Bool {
    rows(state).contains { $0.word?.isProblem ?? false }
  }

  package static func hasSearch(_ state: State) -> Bool { !state.searched.isEmpty }

  /// The row under the cursor; nil in an empty list.
  package static func place(_ state: State) -> Int? {
    let count = rowCount(state)
    return count == 0 ? nil : state[keyPath: cursor].index(in: count)
  }
}
