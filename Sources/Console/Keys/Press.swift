import ConsoleKit
import IPLeasesCore
import Terminal

/// What a key does: the place's own line of text, else the first binding that has it.
func press(_ key: Key, _ state: inout State) -> [Effect] {
  switch key {
  case .focusGained, .focusLost, .unknown, .click: return []
  default: break
  }
  guard Frame.isLargeEnough(state.size) else { return SafeScreen.press(key, &state) }
  if !state.isDroppingKeys { state.notice = nil }
  if let effects = TextLine.press(key, &state) { return effects }
  switch key {
  case .wheelDown: return perform(.move(.down), &state)
  case .wheelUp: return perform(.move(.up), &state)
  default: break
  }
  guard let binding = state.bindings.first(where: { $0.keys.contains(key) }) else {
    state.notice = Reflexes.notice(for: key) ?? "\(key.name) does nothing here. ? lists the keys."
    return []
  }
  if let reason = binding.reasonWhenOff(state) {
    state.notice = "\(binding.word) is off: \(reason)."
    return []
  }
  return perform(binding.action, &state)
}

/// Carries out an action: the screen or pane with the keys first, then the rule of everywhere.
func perform(_ action: KeyAction, _ state: inout State) -> [Effect] {
  if let effects = Screens.handle(action, &state) { return effects }
  if state.layers.isEmpty, let effects = AllPanes.pane(state.pane).handle(action, &state) {
    return effects
  }
  switch action {
  case .help: state.layers.append(.help(HelpScreen(place: state.keyPlace)))
  case .palette: state.layers.append(.palette(Palette(place: state.keyPlace)))
  case .show(let pane):
    state.layers.removeAll()
    state.pane = pane
  case .activity:
    state.layers.append(.activity(ActivityScreen()))
    return [.readActivity]
  case .planOf(let step):
    Navigation.go(to: step, &state)
    return Planning.ask(PlanRequest(step), &state)
  case .planOfRemedy(let remedy): return Planning.ask(PlanRequest(.remedy(remedy)), &state)
  case .close, .back: return goBack(action, &state)
  case .quit: return leave(&state)
  case .stop: return stop(&state)
  case .suspend: return [.suspend]
  case .redraw: return [.redraw]
  case .reread: return startReading(&state)
  case .rereadAll: return startReading(&state) + [.readActivity]
  case .toggleClock: state.isClockOn.toggle()
  case .find, .nextHit, .previousHit, .problemsOnly, .nextProblem, .previousProblem, .nextPart,
    .previousPart, .nextGroup, .previousGroup, .move:
    ListMovement.perform(action, &state)
  case .plainPrint, .copy, .markdown, .save: return Export.perform(action, &state)
  case .open, .why, .fold, .plan, .diff, .setAside, .rollBack, .way, .acceptLine, .left, .right,
    .nextTab, .previousTab, .zoom, .range, .baseline, .add, .remove, .undo, .redo, .importRanges,
    .exportRanges, .poolSettings, .pageUpInLogs, .follow, .keepHide, .level, .sources, .previousLog,
    .mark,
    .nextMark, .previousMark, .timeForm, .goToTime, .wrap, .histogram, .lineStart, .lineEnd,
    .take, .leave:
    state.notice = "There is nothing here for this key."
  }
  return []
}

private func goBack(_ action: KeyAction, _ state: inout State) -> [Effect] {
  if !state.layers.isEmpty {
    state.layers.removeLast()
    return []
  }
  guard action == .back else { return [] }
  if state.pane != .overview {
    state.pane = .overview
  } else {
    state.layers.append(.question(Question(state.leaveQuestion)))
  }
  return []
}

private func leave(_ state: inout State) -> [Effect] {
  guard state.isRunning || state.hasDraft else { return [.quit(code: 0)] }
  state.layers.append(.question(Question(state.leaveQuestion)))
  return []
}

private func stop(_ state: inout State) -> [Effect] {
  if state.isRunning {
    guard state.run?.isStopping == false else {
      state.notice = "Stopping was asked for already; the command is given time to end."
      return []
    }
    state.layers.append(.question(Question(.stopRun)))
  } else if state.awaitedPlan != nil {
    state.awaitedPlan = nil
    state.notice = "The wait for the plan was stopped. Nothing was changed."
    return [.stopPlanning]
  } else if state.isReading {
    state.isReading = false
    state.notice = "The reading was stopped; what is shown is older."
    return [.stopReading]
  } else {
    state.layers.append(.question(Question(state.leaveQuestion)))
  }
  return []
}
