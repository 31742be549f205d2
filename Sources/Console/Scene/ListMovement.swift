import Basics
import ConsoleKit

/// Moving in the list of a pane: lines, parts, problems, hits.
extension Pane {
  /// - Returns: nil for an action that is no movement in a list.
  package mutating func moveInList(_ action: KeyAction, _ known: Known) -> [Move]? {
    switch action {
    case .nextHit: return goToHit(.down, includingPlace: false, known)
    case .previousHit: return goToHit(.up, includingPlace: false, known)
    case .nextProblem: go(.down, known) { $0.word?.isProblem ?? false }
    case .previousProblem: go(.up, known) { $0.word?.isProblem ?? false }
    case .nextPart: goToPart(.down, known)
    case .previousPart: goToPart(.up, known)
    case .nextGroup: goToGroup(.down, known)
    case .previousGroup: goToGroup(.up, known)
    case .move(let movement):
      cursor.move(movement, count: rowCount(known), page: known.size.content.rows - 2)
    default: return nil
    }
    return []
  }

  /// To the next row that holds what was searched, around the end.
  package mutating func goToHit(
    _ direction: Direction, includingPlace: Bool, _ known: Known
  ) -> [Move] {
    let wanted = known.searched.lowercased()
    if includingPlace, let place = place(known),
      rows(known)[place].text.lowercased().contains(wanted)
    {
      return []
    }
    let isFound = go(direction, known) { $0.text.lowercased().contains(wanted) }
    return isFound ? [] : [.say("\"\(SafeText.line(known.searched))\" is not in this pane.")]
  }

  @discardableResult
  private mutating func go(
    _ direction: Direction, _ known: Known, where isWanted: (PaneRow) -> Bool
  ) -> Bool {
    let rows = rows(known)
    guard let place = place(known), !rows.isEmpty else { return false }
    for distance in 1...rows.count {
      let step = direction == .down ? distance : -distance
      let index = ((place + step) % rows.count + rows.count) % rows.count
      if isWanted(rows[index]) {
        cursor.index = index
        return true
      }
    }
    return false
  }

  private mutating func goToPart(_ direction: Direction, _ known: Known) {
    let rows = rows(known)
    guard let place = place(known), rows.indices.contains(place) else { return }
    let parts = Set(rows.map(\.part)).sorted()
    guard let at = parts.firstIndex(of: rows[place].part) else { return }
    let next = (at + (direction == .down ? 1 : parts.count - 1)) % parts.count
    cursor.index = rows.firstIndex { $0.part == parts[next] } ?? 0
  }

  /// A group is a part where there are several, else a row: each step is one.
  private mutating func goToGroup(_ direction: Direction, _ known: Known) {
    let rows = rows(known)
    if Set(rows.map(\.part)).count > 1 {
      goToPart(direction, known)
    } else {
      cursor.move(direction == .down ? .down : .up, count: rows.count, page: 1)
    }
  }
}
