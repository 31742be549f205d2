import ConsoleKit
import Logs

/// The way from hit to hit. It is made aside: a pattern may be slow, and keys are answered meanwhile.
package struct LogSearch: Hashable, Sendable {
  package var pattern: LogPattern
  /// nil: from the end, which is followed.
  package var start: LogLineID?
  package var direction: Direction
  /// Keys that were pressed before the first of them was answered.
  package var steps = 1

  package struct Hit: Hashable, Sendable {
    package var line: LogLineID
    package var turn: LogTurn
  }

  /// nil where no row matches.
  package func hit(in view: LogView) -> Hit? {
    var place = start.map { view.row(of: $0) } ?? view.rowCount
    var turn = LogTurn.none
    for _ in 0..<steps {
      guard let next = view.next(direction, from: place, to: .pattern(pattern)) else { return nil }
      (place, turn) = next
    }
    return Hit(line: view.row(at: place).id, turn: turn)
  }
}

/// How many lines a search finds, at one moment.
package struct LogHits: Hashable, Sendable {
  package var pattern: LogPattern
  package var lines: Int
  /// Lines that came later are not counted.
  package var takenLines: Int
}

/// Whether a jump went around the end of the list.
package enum LogTurn: Hashable, Sendable {
  case none, around
  /// It came back to where it began.
  case whole
}

extension LogView {
  /// The nearest row of a kind, around the end if need be; nil where there is none.
  func next(
    _ direction: Direction, from start: Int, to target: LogTarget
  ) -> (place: Int, turn: LogTurn)? {
    let found: Int?
    let around: Int?
    switch direction {
    case .down:
      found = row(after: start, with: target)
      around = found ?? row(after: -1, with: target)
    case .up:
      found = row(before: start, with: target)
      around = found ?? row(before: rowCount, with: target)
    }
    return around.map { ($0, found != nil ? .none : $0 == start ? .whole : .around) }
  }
}
