import ConsoleKit
import Terminal

/// A part of the screen with focus, as a value that holds what the admin meant there. What it shows
/// comes from what is known; what it wants it says by moves.
package protocol Pane: Sendable {
  static var id: PaneID { get }
  var cursor: ListCursor { get set }

  init()

  /// Its own keys as they stand now, those that are off with their reasons.
  func keys(_ known: Known) -> [Binding]
  /// Why an action of everywhere is off while the pane has the keys; nil: it acts.
  ///
  /// - Parameter elsewhere: what holds for panes that have nothing of their own for it.
  func reasonOff(_ action: KeyAction, _ known: Known, elsewhere: String?) -> String?
  /// - Returns: nil for an action the pane leaves to the rule that holds everywhere.
  mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]?

  /// The number a tab carries: "7/10"; "" while nothing is known.
  func count(_ known: Known) -> String
  /// What the cursor can stand on, after the filter of `f`.
  func rows(_ known: Known) -> [PaneRow]
  /// How many they are.
  func rowCount(_ known: Known) -> Int
  /// The pane as lines, for a plain print as much as for the screen.
  func lines(_ known: Known, columns: Int) -> [Line]
  func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas)
  /// One sentence about the row under the cursor.
  func hint(_ known: Known) -> String
  /// What `y` takes.
  func copied(_ known: Known) -> String?

  /// Something happened; `before` is what was known until then.
  mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move]
  /// After every event: what to ask of the world so that it is as the pane means it.
  mutating func reconcile(_ known: Known) -> [Effect]
  /// Puts the cursor on it.
  ///
  /// - Returns: nil where another pane shows such things.
  mutating func find(_ target: Target, _ known: Known) -> [Move]?
  /// What is known of it, over whatever is shown; nil where another pane knows such things.
  func explanation(of target: Target, _ known: Known) -> (any Overlay)?

  /// Where the change of such a plan can be seen.
  func isHome(of subject: PlanRequest.Subject) -> Bool
  /// Where `Esc` leads after a plan whose home this is.
  var wayHome: String { get }
  /// Keys beside the digit that show it.
  static var letters: [Key] { get }
  /// Something is written here that no plan has brought to the cluster.
  var hasDraft: Bool { get }
  /// How what is shown stands; nil: as of the last reading.
  func standing(_ known: Known) -> String?
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
  package static var letters: [Key] { [] }
  package var hasDraft: Bool { false }
  package var wayHome: String { "Esc goes back." }

  package func keys(_ known: Known) -> [Binding] { [] }

  package func reasonOff(_ action: KeyAction, _ known: Known, elsewhere: String?) -> String? {
    ownReason(action, known, elsewhere)
  }

  /// What holds for a list that is searched and gone through by its rows.
  package func ownReason(_ action: KeyAction, _ known: Known, _ elsewhere: String?) -> String? {
    switch action {
    case .nextHit, .previousHit: known.searched.isEmpty ? elsewhere : nil
    case .nextProblem, .previousProblem:
      rows(known).contains { $0.word?.isProblem ?? false } ? nil : elsewhere
    default: elsewhere
    }
  }

  package func rowCount(_ known: Known) -> Int { rows(known).count }

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    canvas.draw(
      list: lines(known, columns: rect.columns), cursor: cursor.index(in: rowCount(known)),
      in: rect)
  }

  package func copied(_ known: Known) -> String? {
    guard let place = place(known) else { return nil }
    return lines(known, columns: 100).first { $0.row == place }.map {
      String($0.text.trimmed.drop { $0 == " " })
    }
  }

  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] { [] }
  package mutating func reconcile(_ known: Known) -> [Effect] { [] }
  package mutating func find(_ target: Target, _ known: Known) -> [Move]? { nil }
  package func explanation(of target: Target, _ known: Known) -> (any Overlay)? { nil }
  package func isHome(of subject: PlanRequest.Subject) -> Bool { false }
  package func standing(_ known: Known) -> String? { nil }

  package var id: PaneID { Self.id }

  /// The row under the cursor; nil in an empty list.
  package func place(_ known: Known) -> Int? {
    let count = rowCount(known)
    return count == 0 ? nil : cursor.index(in: count)
  }
}
