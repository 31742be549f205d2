import ConsoleKit
import IPLeasesCore
import Terminal

/// The keys and the drawing of what lies over the panes.
enum Screens {
  /// - Returns: nil for an action the screen leaves to the rule that holds everywhere.
  static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch state.layers.last {
    case nil, .palette, .question, .input, .range, .logChoices, .menu: return nil
    case .plan(let plan): return handle(action, plan, &state)
    case .run(let screen): return handle(action, screen, &state)
    case .activity(let screen): return handle(action, screen, &state)
    case .help(var help):
      guard let movement = movement(action) else { return nil }
      let area = Frame.content(state.size)
      help.scroll.move(
        movement, lines: help.lines(state, columns: area.columns).count, rows: area.rows)
      state.replaceTop(.help(help))
    case .reading(var reading):
      guard let movement = movement(action) else { return nil }
      let area = Frame.content(state.size)
      reading.scroll.move(
        movement, lines: reading.lines(columns: area.columns).count, rows: area.rows)
      state.replaceTop(.reading(reading))
    }
    return []
  }

  /// The whole text of what is on screen.
  static func allLines(_ state: State, columns: Int) -> [Line] {
    for (index, layer) in state.layers.enumerated().reversed() {
      switch layer {
      case .plan(let plan):
        return [plan.heading(columns: columns)] + plan.lines(state, columns: columns, isWhole: true)
      case .run:
        guard let run = state.run else { continue }
        return [RunScreen.heading(run, now: state.now, columns: columns)]
          + RunScreen.plainLines(run, state, columns: columns)
      case .activity: return ActivityScreen.lines(state, columns: columns)
      case .help(let help):
        var beneath = state
        beneath.layers.removeSubrange((index + 1)...)
        return help.lines(beneath, columns: columns)
      case .reading(let reading): return reading.lines(columns: columns)
      case .palette, .question, .input, .range, .logChoices, .menu: continue
      }
    }
    return AllPanes.pane(state.pane).lines(state, columns: columns)
  }

  /// The first line of the screen that covers the panes; nil when none does.
  static func heading(_ state: State, columns: Int) -> Line? {
    for layer in state.layers.reversed() {
      switch layer {
      case .plan(let plan): return plan.heading(columns: columns)
      case .run: return state.run.map { RunScreen.heading($0, now: state.now, columns: columns) }
      case .activity: return ActivityScreen.heading(state, columns: columns)
      case .help: return Line("HELP  the keys that work here", style: Theme.title)
      case .reading(let reading): return Line(reading.title, style: Theme.title)
      case .palette, .question, .input, .range, .logChoices, .menu: continue
      }
    }
    return nil
  }

  /// "12 more lines below"; "" where the end of the uppermost text is in sight.
  static func below(_ state: State) -> String {
    let count = linesBelow(state)
    if count == 0 { return "" }
    return count == 1 ? "1 more line below" : "\(count) more lines below"
  }

  private static func linesBelow(_ state: State) -> Int {
    let area = Frame.content(state.size)
    let lines: Int
    let scroll: Scroll
    var rows = area.rows
    switch state.layers.last {
    case .plan(let plan):
      lines = plan.lines(state, columns: area.columns).count
      scroll = plan.scroll
      rows -= plan.promptRows(columns: area.columns)
    case .help(let help):
      lines = help.lines(state, columns: area.columns).count
      scroll = help.scroll
    case .reading(let reading):
      lines = reading.lines(columns: area.columns).count
      scroll = reading.scroll
    case nil, .run, .activity, .palette, .question, .input, .range, .logChoices, .menu: return 0
    }
    return max(0, lines - rows - scroll.offset(lines: lines, rows: rows))
  }

  /// Draws the uppermost screen that covers the panes, else the pane.
  static func drawContent(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    for (index, layer) in state.layers.enumerated().reversed() {
      switch layer {
      case .plan(let plan):
        let lines = plan.lines(state, columns: rect.columns)
        canvas.draw(
          lines, from: plan.scroll.offset(lines: lines.count, rows: rect.rows), in: rect)
      case .run(let screen): screen.draw(state, in: rect, on: &canvas)
      case .activity(let screen):
        canvas.draw(
          list: ActivityScreen.lines(state, columns: rect.columns),
          cursor: screen.cursor.index(in: state.activity.count), in: rect)
      case .help(let help):
        var beneath = state
        beneath.layers.removeSubrange((index + 1)...)
        let lines = help.lines(beneath, columns: rect.columns)
        canvas.draw(
          lines, from: help.scroll.offset(lines: lines.count, rows: rect.rows), in: rect)
      case .reading(let reading):
        let lines = reading.lines(columns: rect.columns)
        canvas.draw(
          lines, from: reading.scroll.offset(lines: lines.count, rows: rect.rows), in: rect)
      case .palette, .question, .input, .range, .logChoices, .menu: continue
      }
      return
    }
    AllPanes.pane(state.pane).draw(state, in: rect, on: &canvas)
  }

  // MARK: Keys

  private static func handle(
    _ action: KeyAction, _ plan: PlanScreen, _ state: inout State
  ) -> [Effect]? {
    var plan = plan
    switch action {
    case .acceptLine: plan.typedWord.open()
    case .diff:
      plan.showsDiff.toggle()
      plan.scroll = Scroll()
    case .nextPart: plan.scrollByKey(.pageDown, state)
    case .previousPart: plan.scrollByKey(.pageUp, state)
    case .copy:
      state.notice = "Copied \(ActionText.count(plan.plan.actions)) as commands."
      return [.copy(ActionText.shellLines(plan.plan.actions).joined(separator: "\n") + "\n")]
    default:
      guard let movement = movement(action) else { return nil }
      plan.scrollByKey(movement, state)
    }
    state.replaceTop(.plan(plan))
    return []
  }

  private static func handle(
    _ action: KeyAction, _ screen: RunScreen, _ state: inout State
  ) -> [Effect]? {
    if action == .plan, let step = RunScreen.stepToGoOn(state) {
      Navigation.go(to: step, &state)
      return Planning.ask(PlanRequest(step), &state)
    }
    guard let movement = movement(action) else {
      guard action == .back || action == .close, !state.isRunning else { return nil }
      state.layers.removeAll()
      state.pane = state.run?.request.home ?? state.pane
      return []
    }
    var screen = screen
    let last = RunScreen.scrollLimit(state.run)
    let page = Frame.content(state.size).rows / 2
    let place = last - min(screen.scrolledBack, last)
    screen.scrolledBack = last - movement.applied(to: place, last: last, page: page)
    state.replaceTop(.run(screen))
    return []
  }

  private static func handle(
    _ action: KeyAction, _ screen: ActivityScreen, _ state: inout State
  ) -> [Effect]? {
    var screen = screen
    let index = screen.cursor.index(in: state.activity.count)
    if action == .reread { return [.readActivity] }
    if action == .open || action == .why {
      guard let entry = ActivityScreen.entry(state, at: index) else { return [] }
      state.layers.append(.reading(ActivityScreen.detail(entry)))
      return []
    }
    guard let movement = movement(action) else { return nil }
    screen.cursor.index = index
    screen.cursor.move(
      movement, count: state.activity.count, page: Frame.content(state.size).rows)
    state.replaceTop(.activity(screen))
    return []
  }

  private static func movement(_ action: KeyAction) -> Movement? {
    if case .move(let movement) = action { movement } else { nil }
  }
}

extension PlanScreen {
  mutating func scrollByKey(_ movement: Movement, _ state: State) {
    let area = Frame.content(state.size)
    let rows = area.rows - promptRows(columns: area.columns)
    scroll.move(movement, lines: lines(state, columns: area.columns).count, rows: rows)
  }
}
