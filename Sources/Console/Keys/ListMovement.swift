import Basics
import IPLeasesCore
import Terminal

/// Moving in the list of the pane on screen: lines, parts, problems, hits.
package enum ListMovement {
  static func perform(_ action: KeyAction, _ state: inout State) {
    let pane = AllPanes.pane(state.pane)
    switch action {
    case .find:
      state.layers.append(
        .input(TextInput(.find, prompt: "Find in \(state.pane.title):", text: state.searched)))
    case .problemsOnly:
      state.showsProblemsOnly.toggle()
      state.notice = state.showsProblemsOnly ? "Only problems are shown; f shows all." : nil
    case .nextHit: goToHit(.down, includingPlace: false, &state)
    case .previousHit: goToHit(.up, includingPlace: false, &state)
    case .nextProblem: go(.down, &state) { $0.word?.isProblem ?? false }
    case .previousProblem: go(.up, &state) { $0.word?.isProblem ?? false }
    case .nextPart: goToPart(.down, pane.rows(state), &state)
    case .previousPart: goToPart(.up, pane.rows(state), &state)
    case .nextGroup: goToGroup(.down, pane.rows(state), &state)
    case .previousGroup: goToGroup(.up, pane.rows(state), &state)
    case .move(let movement):
      state[keyPath: pane.cursor].move(
        movement, count: pane.rowCount(state), page: Frame.content(state.size).rows - 2)
    default: break
    }
  }

  /// To the next row that holds what was searched, around the end.
  static func goToHit(_ direction: Direction, includingPlace: Bool, _ state: inout State) {
    let wanted = state.searched.lowercased()
    let pane = AllPanes.pane(state.pane)
    if includingPlace, let place = pane.place(state),
      pane.rows(state)[place].text.lowercased().contains(wanted)
    {
      return
    }
    let found = go(direction, &state) { $0.text.lowercased().contains(wanted) }
    if !found { state.notice = "\"\(SafeText.line(state.searched))\" is not in this pane." }
  }

  package enum Direction: Hashable, Sendable { case down, up }

  @discardableResult
  private static func go(
    _ direction: Direction, _ state: inout State, where isWanted: (PaneRow) -> Bool
  ) -> Bool {
    let pane = AllPanes.pane(state.pane)
    let rows = pane.rows(state)
    guard let place = pane.place(state) else { return false }
    for distance in 1...rows.count {
      let step = direction == .down ? distance : -distance
      let index = ((place + step) % rows.count + rows.count) % rows.count
      if isWanted(rows[index]) {
        state[keyPath: pane.cursor].index = index
        return true
      }
    }
    return false
  }

  private static func goToPart(_ direction: Direction, _ rows: [PaneRow], _ state: inout State) {
    let pane = AllPanes.pane(state.pane)
    guard let place = pane.place(state) else { return }
    let parts = Set(rows.map(\.part)).sorted()
    guard let at = parts.firstIndex(of: rows[place].part) else { return }
    let next = (at + (direction == .down ? 1 : parts.count - 1)) % parts.count
    state[keyPath: pane.cursor].index = rows.firstIndex { $0.part == parts[next] } ?? 0
  }

  /// A group is a part where there are several, else a row: each step is one.
  private static func goToGroup(_ direction: Direction, _ rows: [PaneRow], _ state: inout State) {
    if Set(rows.map(\.part)).count > 1 {
      goToPart(direction, rows, &state)
    } else {
      let pane = AllPanes.pane(state.pane)
      state[keyPath: pane.cursor].move(
        direction == .down ? .down : .up, count: rows.count, page: 1)
    }
  }
}
