import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// The one place where the state changes. Never awaits, never asks the clock or the world.
package func update(_ state: inout State, _ event: Event) -> [Effect] {
  let drafts = state.pools.drafts
  let effects = take(event, &state)
  guard let kept = PoolsPane.draftsToKeep(state, since: drafts) else { return effects }
  return effects + [.keepDrafts(kept)]
}

private func take(_ event: Event, _ state: inout State) -> [Effect] {
  switch event {
  case .started:
    state.isReading = true
    return [.read, .readActivity]
  case .key(let key): return press(key, &state) + LogsPane.reconcile(&state)
  case .inputDrained: return openTypedWord(&state)
  case .resized(let size): state.size = size
  case .tick(let now): state.now = now
  case .factsComing(let facts):
    guard state.facts == nil || state.areFactsEarly, state.isReading else { break }
    let isFirst = state.facts == nil
    state.facts = facts
    state.areFactsEarly = true
    if isFirst { placeCursors(facts, &state) }
  case .factsRead(let facts):
    state.isReading = false
    take(facts, &state)
    return follow(&state)
  case .factsChanged(let facts):
    // While a plan runs, and until all is read after it, what is half done would mislead.
    guard !state.isRunning, !state.isReading, state.facts?.says(theSameAs: facts) != true else {
      break
    }
    take(facts, &state)
  case .watchChanged(let look): WatchPane.take(look, &state)
  case .baselineTaken(let look): WatchPane.takeBaseline(look, &state)
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
  case .poolImported(let imported, let pool): PoolsPane.take(imported, pool: pool, &state)
  case .logsChanged(let view):
    LogsPane.take(view, &state)
    return LogsPane.reconcile(&state)
  case .logNews(let news): take(news, &state)
  case .logLineFound(let hit, let search): LogsPane.take(hit, of: search, &state)
  case .logHitsCounted(let hits): if hits.pattern == state.logs.search { state.logs.hits = hits }
  case .saved(let path): state.notice = "Saved as \(SafeText.line(path)), mode 0600."
  case .refused(let message): state.notice = oneLine(message)
  case .terminate: return [.quit(code: 130)]
  case .resumed: return [.redraw] + startReading(&state)
  }
  return []
}

/// When the loop must wake up by itself; nil while nothing on the screen moves with time.
package func delayToNextTick(_ state: State) -> Duration? {
  state.isRunning || state.isClockOn ? .seconds(1) : nil
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

private func take(_ read: Facts, _ state: inout State) {
  var facts = read
  // One that is not known for a while is still the same.
  if facts.cluster.isEmpty { facts.cluster = state.facts?.cluster ?? "" }
  if let shown = state.facts?.cluster, !shown.isEmpty, facts.cluster != shown {
    leaveCluster(&state)
  }
  state.readProblem = nil
  state.secrets.add(facts.secrets)
  let wasLost = state.facts?.lost
  let stepUnderCursor = StepsPane.underCursor(state)?.id
  let isFirst = state.facts == nil
  let hadEarlyFacts = state.areFactsEarly
  state.areFactsEarly = false
  let poolRow = PoolsPane.underCursor(state)
  let check = VerifyPane.placeName(state)
  state.facts = facts
  PoolsPane.rebaseDrafts(keeping: poolRow, &state)
  VerifyPane.keepPlace(check, &state)
  if isFirst {
    placeCursors(facts, &state)
  } else if let step = stepUnderCursor, !state.showsProblemsOnly {
    state.steps.cursor.index = (state.number(of: step) ?? 1) - 1
  }
  // Whoever has gone on meanwhile is not called back.
  if isFirst || hadEarlyFacts && state.pane == .overview { state.notice = firstAdvice(state) }
  if let problem = facts.startProblem { state.notice = oneLine(problem) }
  if let lost = facts.lost, wasLost == nil { state.notice = oneLine(lost.problem) }
  if facts.lost == nil, wasLost != nil { state.notice = "The cluster answers again." }
  PoolsPane.restoreDrafts(&state)
  guard let awaited = state.awaitedNext else { return }
  state.awaitedNext = nil
  Planning.sayNext(after: awaited, &state)
}

/// Another cluster answers: what was drafted, asked and planned was meant for the one before.
private func leaveCluster(_ state: inout State) {
  state.pools.drafts = [:]
  state.activity = []
  state.layers.removeAll { layer in
    switch layer {
    case .plan, .question, .input, .range, .activity: true
    case .run, .help, .reading, .palette, .logChoices, .menu: false
    }
  }
}

/// On what to look at first.
private func placeCursors(_ facts: Facts, _ state: inout State) {
  let next = facts.checklist.next.flatMap { state.number(of: $0.id) } ?? 1
  state.steps.cursor.index = next - 1
  state.overview.cursor.index =
    OverviewPane.rows(state).firstIndex { $0.word?.isProblem ?? false } ?? 0
}

/// Where to begin; nil where nothing is left to do.
private func firstAdvice(_ state: State) -> String? {
  if let reason = state.reasonReadOnly { return Text.sentence(reason) }
  if let status = state.facts?.status, status.state == .fail, !status.remedies.isEmpty {
    return "Enter shows the plan of the way out, i the evidence. Nothing runs before a typed word."
  }
  guard let next = state.facts?.checklist.next, let number = state.number(of: next.id) else {
    return nil
  }
  let step = "step \(number), \(SafeText.line(next.title))"
  return next.state == .failed
    ? "Look at \(step): 2 shows the steps, i there what is wrong."
    : "Go on with \(step): 2 shows the steps, then a its plan."
}

private func follow(_ event: RunEvent, _ state: inout State) -> [Effect] {
  guard state.isRunning else { return [] }
  state.run?.apply(event, now: state.now)
  guard case .ended = event else { return [] }
  state.awaitedNext = .endOfRun
  state.run?.isStopping = false
  state.notice = "The plan has ended. The cluster is being read again."
  // A question about a run that has ended has no sense any more.
  state.layers.removeAll { layer in
    if case .question(let question) = layer {
      [.leaveWhileRunning, .leaveWhileProving, .stopRun].contains(question.kind)
    } else {
      false
    }
  }
  return startReading(&state) + [.readActivity]
}

private func openTypedWord(_ state: inout State) -> [Effect] {
  switch state.layers.last {
  case .plan(var plan):
    if let notice = plan.typedWord.inputDrained() { state.notice = notice }
    state.replaceTop(.plan(plan))
  case .question(var question):
    if let notice = question.typedWord?.inputDrained() { state.notice = notice }
    state.replaceTop(.question(question))
  default: break
  }
  return []
}

/// A message that fits one line: what failed, and what to try.
func oneLine(_ message: UserMessage) -> String {
  let parts = [message.what, message.reason, message.advice].compactMap { $0 }
    .map { SafeText.line($0) }
  return parts.enumerated().map { number, part in
    number < parts.count - 1 && part.hasSuffix(".") ? String(part.dropLast()) : part
  }.joined(separator: ": ")
}

extension State {
  /// A typed word's line was asked for and still drops keys.
  package var isDroppingKeys: Bool {
    switch layers.last {
    case .plan(let plan): plan.typedWord.phase == .opening
    case .question(let question): question.typedWord?.phase == .opening
    case nil, .run, .activity, .help, .reading, .palette, .input, .range, .logChoices, .menu: false
    }
  }

  mutating func replaceTop(_ layer: Layer) { layers[layers.count - 1] = layer }
}
