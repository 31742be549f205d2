import Foundation
import IPLeasesCore
import Terminal

/// The one place where the state changes. Never awaits, never asks the clock or the world.
package func update(_ state: inout State, _ event: Event) -> [Effect] {
  switch event {
  case .started:
    state.isReading = true
    return [.read, .readActivity]
  case .key(let key): return press(key, &state) + LogsPane.reconcile(&state)
  case .inputDrained: return openTypedWord(&state)
  case .resized(let size): state.size = size
  case .tick(let now): return tick(now, &state)
  case .factsRead(let facts):
    take(facts, &state)
    return followLogs(&state)
  case .readFailed(let message):
    endReading(&state)
    state.readProblem = message
  case .planMade(let plan, let request): return show(plan, for: request, &state)
  case .planRefused(let request, let message): refuse(request, message, &state)
  case .run(let event): return follow(event, &state)
  case .activityRead(let entries): state.activity = entries
  case .setAsideSaved: return startReading(&state)
  case .rangesImported(let entries, let pool): PoolsPane.take(entries, pool: pool, &state)
  case .logsChanged(let view):
    LogsPane.take(view, &state)
    return LogsPane.reconcile(&state)
  case .logNews(let news): take(news, &state)
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
  var delays: [Duration] = []
  if state.isRunning || state.isClockOn { delays.append(.seconds(1)) }
  if let due = rereadDue(state) {
    delays.append(
      .milliseconds(max(0, Int((due.timeIntervalSince(state.now) * 1_000).rounded(.up)))))
  }
  return delays.min()
}

/// Reads anew because somebody asked.
func startReading(_ state: inout State) -> [Effect] {
  state.isReading = true
  return [.read]
}

/// Not before the first reading: it shall not have to share the cluster's answers.
private func followLogs(_ state: inout State) -> [Effect] {
  if state.areLogsFollowed { return [] }
  state.areLogsFollowed = true
  return [.followLogs]
}

private func take(_ news: LogNews, _ state: inout State) {
  switch news {
  case .lines: break
  case .redaction(let redaction): state.logRedaction = redaction
  case .unread(let problems): state.logProblems = problems
  }
}

private func rereadDue(_ state: State) -> Date? {
  guard let interval = state.rereadInterval, let last = state.lastRead, !state.isReading,
    !state.isReadingQuietly, !state.isRunning
  else { return nil }
  return last.addingTimeInterval(Double(interval.components.seconds))
}

private func tick(_ now: Date, _ state: inout State) -> [Effect] {
  state.now = now
  guard let due = rereadDue(state), due <= now else { return [] }
  state.isReadingQuietly = true
  return [.read]
}

private func endReading(_ state: inout State) {
  state.isReading = false
  state.isReadingQuietly = false
  state.lastRead = state.now
}

private func take(_ facts: Facts, _ state: inout State) {
  let wasQuiet = !state.isReading
  endReading(&state)
  state.readProblem = nil
  // A reading nobody asked for that found nothing new leaves the screen, and the line, at rest.
  if wasQuiet, !state.isClockOn, let shown = state.facts, shown.says(theSameAs: facts) { return }
  let stepUnderCursor = StepsPane.underCursor(state)?.id
  let isFirst = state.facts == nil
  let poolRow = PoolsPane.underCursor(state)
  state.facts = facts
  PoolsPane.rebaseDrafts(keeping: poolRow, &state)
  if isFirst {
    let next = facts.checklist.next.flatMap { state.number(of: $0.id) } ?? 1
    state.steps.cursor.index = next - 1
    state.overview.cursor.index =
      OverviewPane.rows(state).firstIndex { $0.word?.isProblem ?? false } ?? 0
  } else if let step = stepUnderCursor, !state.showsProblemsOnly {
    state.steps.cursor.index = (state.number(of: step) ?? 1) - 1
  }
  if isFirst { state.notice = firstAdvice(state) }
  guard let awaited = state.awaitedNext else { return }
  state.awaitedNext = nil
  sayNextStep(after: awaited, &state)
}

/// Where to begin; nil where nothing is left to do.
private func firstAdvice(_ state: State) -> String? {
  if let reason = state.reasonReadOnly { return Text.sentence(reason) }
  guard let next = state.facts?.checklist.next, let number = state.number(of: next.id) else {
    return nil
  }
  let step = "step \(number), \(SafeText.line(next.title))"
  return next.state == .failed
    ? "Look at \(step): 2 shows the steps, i there what is wrong."
    : "Go on with \(step): 2 shows the steps, then a its plan."
}

/// Puts the cursor on the step to go on with and says so.
private func sayNextStep(after awaited: AwaitedNext, _ state: inout State) {
  guard let checklist = state.facts?.checklist else { return }
  var opening = ""
  switch awaited {
  case .endOfRun:
    guard let run = state.run else { return }
    let number = state.number(of: run.request.step).map(String.init) ?? ""
    guard run.outcome == .done else {
      let key = run.request.isRollback ? "u" : "a"
      let place = run.request.pool == nil ? "" : " in Pools"
      state.notice =
        "The plan did not reach its end. \(key)\(place) makes it anew from what is there now."
      return
    }
    if let pool = run.request.pool {
      state.notice = "Pool \(SafeText.line(pool.name, limit: 40)) was changed. Esc goes there."
      return
    }
    if run.request.isRollback {
      state.notice = "Step \(number) was taken back. Esc goes back to the steps."
      return
    }
  case .nothingToDo(let step):
    let number = state.number(of: step).map(String.init) ?? ""
    let holds = state.report(step)?.state.isSettled ?? false
    opening = holds ? "Step \(number) holds by now. " : "Nothing to do at step \(number). "
  }
  guard let next = checklist.next, let number = state.number(of: next.id) else {
    let isAll = checklist.settledCount == checklist.reports.count
    state.notice =
      opening
      + (isAll
        ? "Every step holds. 5 shows the evidence."
        : "No step can be worked on now. 2 shows why.")
    return
  }
  state.steps.cursor.index = number - 1
  state.notice = opening + "Next: step \(number), \(SafeText.line(next.title)). a shows its plan."
}

private func show(
  _ plan: Plan, for request: PlanRequest, _ state: inout State
) -> [Effect] {
  guard state.awaitedPlan == request else { return [] }
  state.awaitedPlan = nil
  state.notice = nil
  if plan.isEmpty {
    state.notice = "Nothing to do: the cluster is as this plan would make it. It is read again."
    state.awaitedNext = .nothingToDo(request.step)
    return startReading(&state)
  }
  state.layers = [
    .plan(
      PlanScreen(plan: plan, request: request, madeAt: state.now, showsDiff: state.opensOnDiff))
  ]
  return []
}

private func refuse(_ request: PlanRequest, _ message: UserMessage, _ state: inout State) {
  guard state.awaitedPlan == request else { return }
  state.awaitedPlan = nil
  var paragraphs = [ReadingScreen.Paragraph("what", SafeText.line(message.what))]
  if let reason = message.reason { paragraphs.append(.init("reason", SafeText.line(reason))) }
  if let advice = message.advice { paragraphs.append(.init("try", SafeText.line(advice))) }
  let step = SafeText.line(state.report(request.step)?.title ?? request.step.rawValue)
  let title = request.pool.map { "pool \(SafeText.line($0.name, limit: 40))" } ?? step
  let kind = request.isRollback ? "NO WAY BACK" : "NO PLAN"
  state.layers.append(
    .reading(ReadingScreen(title: "\(kind)  \(title)", paragraphs: paragraphs)))
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
      question.kind == .leaveWhileRunning || question.kind == .stopRun
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
    case nil, .run, .activity, .help, .reading, .palette, .input, .range, .logChoices: false
    }
  }

  mutating func replaceTop(_ layer: Layer) { layers[layers.count - 1] = layer }
}
