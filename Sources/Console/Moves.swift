import ConsoleKit
import IPLeasesCore

extension State {
  /// Makes the moves in their order.
  mutating func make(_ moves: [Move]) -> [Effect] { moves.flatMap { make($0) } }

  private mutating func make(_ move: Move) -> [Effect] {
    switch move {
    case .perform(let effect): return [effect]
    case .say(let text): known.notice = text
    case .open(let overlay): overlays.append(overlay)
    case .close: if !overlays.isEmpty { overlays.removeLast() }
    case .show(let pane):
      overlays.removeAll()
      panes.shown = pane
    case .go(let target): return go(to: target)
    case .explain(let target):
      for pane in panes.all {
        guard let found = pane.explanation(of: target, known) else { continue }
        overlays.append(found)
        break
      }
    case .ask(let request, let onDiff): return Planning.ask(request, onDiff: onDiff, &self)
    case .run(let plan, let request, let typed):
      return PlanGate.letRun(plan, request, typed, &self)
    case .stopRun:
      known.run?.isStopping = true
      known.notice = "Stopping: the command has been asked to end."
      return [.stopRun]
    case .showAll: known.showsProblemsOnly = false
    case .search(let text): return search(text)
    case .act(let action): return perform(action, &self)
    case .remember(let answer, let step): known.answers[step] = answer
    case .saveText(let path): return [.save(text: Export.text(scene), path: path)]
    case .changePane(let id, let change): return make(change(&panes[id], known))
    }
    return []
  }

  private mutating func go(to target: Target) -> [Effect] {
    for pane in panes.all {
      guard let moves = panes[pane.id].find(target, known) else { continue }
      overlays.removeAll()
      panes.shown = pane.id
      return make(moves)
    }
    return []
  }

  private mutating func search(_ text: String) -> [Effect] {
    known.searched = text
    if text.isEmpty { return [] }
    return make(panes[panes.shown].goToHit(.down, includingPlace: true, known))
  }
}

extension State {
  /// Puts the cursor of the pane that has it there, whatever pane is shown.
  mutating func put(on target: Target) {
    if known.showsProblemsOnly { return }
    for id in panes.all.map(\.id) where panes[id].find(target, known) != nil { return }
  }
}
