import ConsoleKit
import IPLeasesCore
import Terminal

/// What a key does: the overlay's own line of text, else the first binding that has it.
func press(_ key: Key, _ state: inout State) -> [Effect] {
  switch key {
  case .focusGained, .focusLost, .unknown, .click: return []
  default: break
  }
  if !state.isDroppingKeys { state.notice = nil }
  guard Frame.isLargeEnough(state.size) else {
    return state.make(SafeScreen.press(key, state.scene))
  }
  if let effects = changeTop(&state, { $0.press(key, $1) }) { return effects }
  switch key {
  case .wheelDown: return perform(.move(.down), &state)
  case .wheelUp: return perform(.move(.up), &state)
  default: break
  }
  let scene = state.scene
  guard let binding = scene.bindings.first(where: { $0.keys.contains(key) }) else {
    state.notice = Reflexes.notice(for: key) ?? "\(key.name) does nothing here. ? lists the keys."
    return []
  }
  if let reason = scene.reasonOff(binding) {
    state.notice = "\(binding.word) is off: \(reason)."
    return []
  }
  return perform(binding.action, &state)
}

/// - Returns: nil where there is no overlay, or it leaves this to others.
private func changeTop(
  _ state: inout State, _ body: (inout any Overlay, Scene) -> [Move]?
) -> [Effect]? {
  let last = state.overlays.count - 1
  guard last >= 0 else { return nil }
  let scene = state.scene.beneath(last)
  guard let moves = body(&state.overlays[last], scene) else { return nil }
  return state.make(moves)
}

/// Carries out an action: the overlay or pane with the keys first, then the rule of everywhere.
func perform(_ action: KeyAction, _ state: inout State) -> [Effect] {
  if let effects = changeTop(&state, { $0.handle(action, $1) }) { return effects }
  if state.overlays.isEmpty,
    let moves = state.panes[state.panes.shown].handle(action, state.known)
  {
    return state.make(moves)
  }
  if let moves = state.panes[state.panes.shown].moveInList(action, state.known) {
    return state.make(moves)
  }
  switch action {
  case .help: state.overlays.append(HelpScreen())
  case .palette: state.overlays.append(Palette())
  case .show(let pane): return state.make([.show(pane)])
  case .activity:
    state.overlays.append(ActivityScreen())
    return [.readActivity]
  case .planOf(let step): return state.make([.go(to: .step(step)), .ask(PlanRequest(step))])
  case .planOfRemedy(let remedy): return Planning.ask(PlanRequest(.remedy(remedy)), &state)
  case .close, .back: goBack(action, &state)
  case .quit: return leave(&state)
  case .stop: return stop(&state)
  case .suspend: return [.suspend]
  case .redraw: return [.redraw]
  case .reread: return startReading(&state)
  case .rereadAll: return startReading(&state) + [.readActivity]
  case .toggleClock: state.isClockOn.toggle()
  case .find: askSearch(&state)
  case .problemsOnly:
    state.showsProblemsOnly.toggle()
    state.notice = state.showsProblemsOnly ? "Only problems are shown; f shows all." : nil
  case .plainPrint, .copy, .markdown, .save: return state.make(Export.moves(action, state.scene))
  case .nextHit, .previousHit, .nextProblem, .previousProblem, .nextPart, .previousPart,
    .nextGroup, .previousGroup, .move,
    .open, .why, .fold, .plan, .diff, .setAside, .rollBack, .way, .acceptLine, .left, .right,
    .nextTab, .previousTab, .zoom, .range, .baseline, .add, .remove, .undo, .redo, .importRanges,
    .exportRanges, .poolSettings, .pageUpInLogs, .follow, .keepHide, .level, .sources,
    .previousLog, .mark, .nextMark, .previousMark, .timeForm, .goToTime, .wrap, .histogram,
    .lineStart, .lineEnd, .take, .leave:
    state.notice = "There is nothing here for this key."
  }
  return []
}

private func askSearch(_ state: inout State) {
  state.overlays.append(
    TextInput("Find in \(state.panes.shown.title):", text: state.searched) { text, _ in
      [.search(text)]
    })
}

private func goBack(_ action: KeyAction, _ state: inout State) {
  if !state.overlays.isEmpty {
    state.overlays.removeLast()
  } else if action == .back, state.panes.shown != state.panes.first {
    state.panes.shown = state.panes.first
  } else if action == .back {
    askLeaving(&state)
  }
}

private func askLeaving(_ state: inout State) {
  state.overlays.append(leaveQuestion(state.scene))
}

private func leaveQuestion(_ scene: Scene) -> Question {
  guard let run = scene.known.run, scene.known.isRunning else {
    return hasDraft(scene.panes) ? .leaveWithDraft : .leave
  }
  if case .proof = run.request.subject { return .leaveWhileProving }
  return .leaveWhileRunning
}

/// Something is written that no plan has brought to the cluster.
private func hasDraft(_ panes: Panes) -> Bool { panes.all.contains { $0.hasDraft } }

private func leave(_ state: inout State) -> [Effect] {
  guard state.isRunning || hasDraft(state.panes) else { return [.quit(code: 0)] }
  askLeaving(&state)
  return []
}

private func stop(_ state: inout State) -> [Effect] {
  if state.isRunning {
    guard state.run?.isStopping == false else {
      state.notice = "Stopping was asked for already; the command is given time to end."
      return []
    }
    state.overlays.append(Question.stopRun)
  } else if state.awaitedPlan != nil {
    state.awaitedPlan = nil
    state.notice = "The wait for the plan was stopped. Nothing was changed."
    return [.stopPlanning]
  } else if state.isReading {
    state.isReading = false
    state.notice = "The reading was stopped; what is shown is older."
    return [.stopReading]
  } else {
    askLeaving(&state)
  }
  return []
}
