import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// Keys while a text line is open: letters are text there.
enum TextLine {
  /// - Returns: nil when no text line has the keys.
  static func press(_ key: Key, _ state: inout State) -> [Effect]? {
    switch state.layers.last {
    case .plan(let plan) where plan.typedWord.isShown: pressInPlan(key, plan, &state)
    case .question(let question): pressInQuestion(key, question, &state)
    case .input(let input): pressInInput(key, input, &state)
    case .palette(let palette): pressInPalette(key, palette, &state)
    case .range(let field): RangeKeys.press(key, field, &state)
    case .logChoices(let choices): LogChoiceKeys.press(key, choices, &state)
    case .menu(let menu): MenuKeys.press(key, menu, &state)
    case nil, .plan, .run, .activity, .help, .reading: nil
    }
  }

  // MARK: The typed word of a plan

  private static func pressInPlan(
    _ key: Key, _ plan: PlanScreen, _ state: inout State
  ) -> [Effect] {
    var plan = plan
    if plan.typedWord.phase == .open, let movement = scrollMovement(key) {
      plan.scrollByKey(movement, state)
      state.replaceTop(.plan(plan))
      return []
    }
    if key == .function(1), plan.typedWord.phase == .open { return perform(.help, &state) }
    if key == .control("c"), plan.typedWord.phase == .open {
      return pressInPlan(.escape, plan, &state)
    }
    let answer = plan.typedWord.handle(key, at: state.now)
    state.replaceTop(.plan(plan))
    switch answer {
    case .pending(let notice):
      if let notice { state.notice = notice }
    case .cancelled(let notice): state.notice = notice
    case .accepted: return run(plan, &state)
    }
    return []
  }

  /// The only place that lets a plan run.
  private static func run(_ screen: PlanScreen, _ state: inout State) -> [Effect] {
    if let reason = state.reasonReadOnly {
      state.notice = "Nothing was run: \(reason)."
      return []
    }
    guard !state.isRunning else {
      state.notice = "Nothing was run: another plan is running."
      return []
    }
    state.run = RunInProgress(plan: screen.plan, request: screen.request, startedAt: state.now)
    state.layers = [.run(RunScreen())]
    return [.run(screen.plan)]
  }

  private static func scrollMovement(_ key: Key) -> Movement? {
    switch key {
    case .tab, .pageDown: .pageDown
    case .backTab, .pageUp: .pageUp
    case .down, .wheelDown: .down
    case .up, .wheelUp: .up
    default: nil
    }
  }

  // MARK: Questions

  private static func pressInQuestion(
    _ key: Key, _ question: Question, _ state: inout State
  ) -> [Effect] {
    var question = question
    guard var word = question.typedWord else { return answer(key, question, &state) }
    let answer = word.handle(key == .control("c") ? .escape : key, at: state.now)
    question.typedWord = word
    state.replaceTop(.question(question))
    switch answer {
    case .pending(let notice):
      if let notice { state.notice = notice }
      return []
    case .cancelled:
      state.layers.removeLast()
      state.notice = "It goes on."
      return []
    case .accepted:
      state.layers.removeLast()
      state.run?.isStopping = true
      state.notice = "Stopping: the command has been asked to end."
      return [.stopRun]
    }
  }

  private static func answer(
    _ key: Key, _ question: Question, _ state: inout State
  ) -> [Effect] {
    switch key {
    case .enter:
      guard question.kind == .newBaseline else { return [.quit(code: 0)] }
      state.layers.removeLast()
      return [.takeBaseline]
    case .escape, .character("q"), .control("c"):
      state.layers.removeLast()
    default: state.notice = question.prompt
    }
    return []
  }

  // MARK: Inputs

  private static func pressInInput(
    _ key: Key, _ input: TextInput, _ state: inout State
  ) -> [Effect] {
    var input = input
    switch key {
    case .escape, .control("c"):
      state.layers.removeLast()
      return []
    case .enter:
      if let refusal = refusal(of: input, state) {
        state.notice = refusal
        return []
      }
      state.layers.removeLast()
      return take(input, &state)
    case .function(1): return perform(.help, &state)
    default:
      if input.editor.handle(key) { state.replaceTop(.input(input)) }
      return []
    }
  }

  /// - Returns: why the answer stays in the line.
  private static func refusal(of input: TextInput, _ state: State) -> String? {
    if case .logs(let question) = input.purpose {
      return LogsPane.refusal(of: input.editor.string, for: question, state)
    }
    if case .reach(let question) = input.purpose {
      return PoolReach.refusal(input.editor.string, question, state)
    }
    if case .findingEnd(_, _, let day) = input.purpose, input.finding(at: state.now) == nil {
      return "\"\(SafeText.line(input.editor.string, limit: 20))\" is no day after today. Write it "
        + "as 2027-01-31, or nothing for \(day.text)."
    }
    guard let judgement = input.judgement(state), judgement.input == nil else { return nil }
    return input.editor.string.isEmpty
      ? "Nothing is typed yet. Esc leaves." : "Not taken as it is; Esc leaves."
  }

  private static func take(_ input: TextInput, _ state: inout State) -> [Effect] {
    let text = input.editor.string
    switch input.purpose {
    case .answer(let step):
      guard let answer = input.judgement(state)?.input else { return [] }
      state.steps.answers[step] = text
      return Planning.ask(PlanRequest(step, input: answer), onDiff: state.opensOnDiff, &state)
    case .find:
      state.searched = text
      if text.isEmpty { return [] }
      ListMovement.goToHit(.down, includingPlace: true, &state)
      return []
    case .logs(let question): return LogsPane.take(text, for: question, &state)
    case .setAside(let step):
      let isAside = state.report(step)?.state == .setAside
      if let reason = state.reasonReadOnly {
        state.notice = "Nothing was kept: \(reason)."
        return []
      }
      if text.isEmpty, !isAside {
        state.notice = "Not set aside: a reason is needed."
        return []
      }
      if isAside, state.report(step)?.evidence == "set aside: \(text)" { return [] }
      return [.setAside(step, reason: text.isEmpty ? nil : text)]
    case .findingReason(let code): return VerifyPane.takeReason(text, code, &state)
    case .findingEnd(let code, _, _):
      guard let finding = input.finding(at: state.now) else { return [] }
      return [.setFindingAside(code: code, finding)]
    case .reach(let question):
      PoolReach.take(text, question, &state)
      return []
    case .importRanges(let pool):
      guard !text.isEmpty else { return [] }
      return [.importRanges(path: text, pool: pool)]
    case .exportPool(let contents):
      guard !text.isEmpty else { return [] }
      return [.save(text: contents, path: text)]
    case .save:
      guard !text.isEmpty else { return [] }
      return [.save(text: Export.text(state), path: text)]
    }
  }

  // MARK: The palette

  private static func pressInPalette(
    _ key: Key, _ palette: Palette, _ state: inout State
  ) -> [Effect] {
    var palette = palette
    let entries = palette.entries(state)
    switch key {
    case .escape, .control("c"):
      state.layers.removeLast()
      return []
    case .function(1): return perform(.help, &state)
    case .up, .wheelUp: palette.cursor.move(.up, count: entries.count, page: 10)
    case .down, .wheelDown: palette.cursor.move(.down, count: entries.count, page: 10)
    case .pageUp: palette.cursor.move(.pageUp, count: entries.count, page: 10)
    case .pageDown: palette.cursor.move(.pageDown, count: entries.count, page: 10)
    case .enter: return take(entries, palette, &state)
    case .tab:
      if !entries.isEmpty {
        palette.editor = LineEditor(entries[palette.cursor.index(in: entries.count)].title)
        palette.cursor = ListCursor()
      }
    default:
      if palette.editor.handle(key) { palette.cursor = ListCursor() }
    }
    state.replaceTop(.palette(palette))
    return []
  }

  private static func take(
    _ entries: [Palette.Entry], _ palette: Palette, _ state: inout State
  ) -> [Effect] {
    guard !entries.isEmpty else {
      state.notice = "Nothing has these letters."
      return []
    }
    let entry = entries[palette.cursor.index(in: entries.count)]
    state.layers.removeLast()
    if let reason = entry.reasonWhenOff {
      state.notice = "\(entry.title) is off: \(reason)."
      return []
    }
    return perform(entry.action, &state)
  }
}
