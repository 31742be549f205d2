import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore

/// The one place where the state changes. Never awaits, never asks the clock or the world.
package func update(_ state: inout State, _ event: Event) -> [Effect] {
  if case .tick(let now) = event {
    state.now = now
    return []
  }
  let effects = take(event, &state)
  let known = state.known
  return effects + state.panes.changeEach { $0.reconcile(known) }
}

private func take(_ event: Event, _ state: inout State) -> [Effect] {
  let before = state.known
  switch event {
  case .started:
    state.isReading = true
    return [.read, .readActivity]
  case .key(let key): return press(key, &state)
  case .inputDrained:
    guard !state.overlays.isEmpty else { return [] }
    return state.make(state.overlays[state.overlays.count - 1].inputDrained())
  case .resized(let size): state.size = size
  case .tick(let now): state.now = now
  case .factsComing(let facts):
    guard state.facts == nil || state.areFactsEarly, state.isReading else { break }
    state.facts = facts
    state.areFactsEarly = true
    return tellPanes(event, before, &state)
  case .factsRead(let facts):
    state.isReading = false
    return take(facts, event, &state) + follow(&state)
  case .factsChanged(let facts):
    // While a plan runs, and until all is read after it, what is half done would mislead.
    guard !state.isRunning, !state.isReading, state.facts?.says(theSameAs: facts) != true else {
      break
    }
    return take(facts, event, &state)
  case .watchChanged(let look): return take(look, event, &state)
  case .baselineTaken(let look):
    let effects = take(look, event, &state)
    state.notice =
      "The baseline is of \(Text.clock(look.run.baseline.time)): "
      + "\(SafeText.line(look.run.baseline.text))."
    return effects
  case .readFailed(let message):
    state.isReading = false
    state.readProblem = message
  case .planMade(let plan, let request): return Planning.show(plan, for: request, &state)
  case .planRefused(let request, let message): Planning.refuse(request, message, &state)
  case .run(let event): return follow(event, &state)
  case .activityRead(let entries): state.activity = entries
  case .wayChosen(let way):
    state.settings.way = way
    return startReading(&state)
  case .setAsideSaved, .findingKept: return startReading(&state)
  case .logsChanged(let view):
    // Made before the newest one, and posted after it.
    if view.version >= state.logView.version { state.logView = view }
  case .logNews(let news): take(news, &state)
  case .poolImported, .logLineFound, .logHitsCounted: return tellPanes(event, before, &state)
  case .saved(let path): state.notice = "Saved as \(SafeText.line(path)), mode 0600."
  case .refused(let message): state.notice = state.known.oneLine(message)
  case .terminate: return [.quit(code: 130)]
  // Stopped and continued many times in a row: one reading is enough.
  case .resumed: return state.isReading ? [.redraw] : [.redraw] + startReading(&state)
  }
  return []
}

/// When the loop must wake up by itself; nil while nothing on the screen moves with time.
package func delayToNextTick(_ known: Known) -> Duration? {
  known.isRunning || known.isClockOn ? .seconds(1) : nil
}

/// Reads anew because somebody asked.
func startReading(_ state: inout State) -> [Effect] {
  state.isReading = true
  return [.read]
}

/// Not before the first reading: it shall not have to share the cluster's answers.
private func follow(_ state: inout State) -> [Effect] {
  if state.isFollowing { return [] }
  state.isFollowing = true
  return [.followFacts, .followLogs, .followWatch]
}

private func take(_ news: LogNews, _ state: inout State) {
  switch news {
  case .lines: break
  case .unread(let problems): state.logProblems = problems
  }
}

/// Each pane keeps its cursor on what it stands on, and takes what is its own.
private func tellPanes(_ event: Event, _ before: Known, _ state: inout State) -> [Effect] {
  let known = state.known
  let moves = state.panes.changeEach { $0.take(event, known, before: before) }
  return state.make(moves)
}

private func take(_ look: WatchLook, _ event: Event, _ state: inout State) -> [Effect] {
  let before = state.known
  state.watchLook = look
  return tellPanes(event, before, &state)
}

private func take(_ read: Facts, _ event: Event, _ state: inout State) -> [Effect] {
  let before = state.known
  var facts = read
  // One that is not known for a while is still the same.
  if facts.cluster.isEmpty { facts.cluster = before.facts?.cluster ?? "" }
  if facts.isOfAnotherCluster(than: before.facts) { leaveCluster(&state) }
  state.readProblem = nil
  state.secrets.add(facts.secrets)
  let wasLost = before.facts?.lost
  let hadEarlyFacts = state.areFactsEarly
  state.areFactsEarly = false
  state.facts = facts
  // Whoever has gone on meanwhile is not called back.
  if before.facts == nil || hadEarlyFacts && state.panes.shown == state.panes.first {
    state.notice = firstAdvice(state.known)
  }
  if let problem = facts.startProblem { state.notice = state.known.oneLine(problem) }
  if let lost = facts.lost, wasLost == nil { state.notice = state.known.oneLine(lost.problem) }
  if facts.lost == nil, wasLost != nil { state.notice = "The cluster answers again." }
  let effects = tellPanes(event, before, &state)
  guard let awaited = state.awaitedNext else { return effects }
  state.awaitedNext = nil
  Planning.sayNext(after: awaited, &state)
  return effects
}

/// Another cluster answers: what was asked and planned was meant for the one before.
private func leaveCluster(_ state: inout State) {
  state.activity = []
  state.overlays.removeAll { $0.isOfCluster }
}

/// Where to begin; nil where nothing is left to do.
private func firstAdvice(_ known: Known) -> String? {
  if let reason = known.reasonReadOnly { return Text.sentence(reason) }
  if let status = known.facts?.status, status.state == .fail, !status.remedies.isEmpty {
    return "Enter shows the plan of the way out, i the evidence. Nothing runs before a typed word."
  }
  guard let next = known.facts?.checklist.next, let number = known.number(of: next.id) else {
    return nil
  }
  let step = "step \(number), \(SafeText.line(next.title))"
  return next.state == .failed
    ? "Look at \(step): 2 shows the steps, i there what is wrong."
    : "Go on with \(step): 2 shows the steps, then a its plan."
}

private func follow(_ event: RunEvent, _ state: inout State) -> [Effect] {
  guard state.isRunning else { return [] }
  let now = state.now
  state.run?.apply(event, now: now)
  guard case .ended = event else { return [] }
  state.awaitedNext = .endOfRun
  state.run?.isStopping = false
  state.notice = "The plan has ended. The cluster is being read again."
  // A question about a run that has ended has no sense any more.
  state.overlays.removeAll { $0.isAboutRun }
  return startReading(&state) + [.readActivity]
}
