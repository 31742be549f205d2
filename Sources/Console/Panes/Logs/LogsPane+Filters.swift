import Basics
import IPLeasesCore
import Logs
import Terminal

/// What is asked in a text line.
package enum LogQuestion: Hashable, Sendable {
  case search, filter, time, save
}

/// What the list leaves out, and what is looked for in it.
extension LogsPane {
  /// The filter as it is meant now.
  static func filter(_ state: State) -> LogFilter {
    let logs = state.logs
    var filter = LogFilter()
    let hidden = state.logView.sources.map(\.source).filter { logs.hiddenTags.contains($0.tag) }
    filter.hiddenSources = Set(hidden.map(\.id))
    filter.minimumLevel = logs.minimumLevel
    filter.keep = logs.patterns.filter { $0.isOn && !$0.isHiding }.map(\.pattern)
    filter.hide = logs.patterns.filter { $0.isOn && $0.isHiding }.map(\.pattern)
    filter.isProblemsOnly = state.showsProblemsOnly
    return filter
  }

  // MARK: Asking

  static func ask(_ question: LogQuestion, _ state: inout State) {
    switch question {
    case .search:
      let prompt = "Find in Logs (regular expression; in \"…\" as it stands):"
      ask(.search, prompt, state.logs.search?.shown ?? "", &state)
    case .filter:
      if state.logs.patterns.isEmpty {
        askFilter(&state)
      } else {
        state.layers.append(.logChoices(LogChoices(.filters)))
      }
    case .time:
      ask(.time, "Go to which time (10m ago, 12:04, 12:04:31 or a whole one; UTC):", "", &state)
    case .save:
      let count = state.logView.passingLines
      let lines = count == 1 ? "the line" : "the \(LogText.grouped(count)) lines"
      ask(.save, "Save \(lines) that pass in (mode 0600):", "ip-leases-logs.txt", &state)
    }
  }

  static func askFilter(_ state: inout State) {
    let prompt = "Keep lines with (a leading ! hides them; regular expression, \"…\" as it stands):"
    ask(.filter, prompt, "", &state)
  }

  private static func ask(
    _ question: LogQuestion, _ prompt: String, _ text: String, _ state: inout State
  ) {
    state.layers.append(.input(TextInput(.logs(question), prompt: prompt, text: text)))
  }

  /// Why a text cannot be taken as it is; nil when it can.
  static func refusal(of text: String, for question: LogQuestion, _ state: State) -> String? {
    do throws(UserMessage) {
      switch question {
      case .search: _ = text.isEmpty ? nil : try LogPattern(typed: text)
      case .filter: _ = text.isEmpty || text == "!" ? nil : try LogPattern(typed: text.unhidden)
      case .time: _ = text.isEmpty ? nil : try LogMoment.parse(text, now: LogTime(state.now))
      case .save: break
      }
      return nil
    } catch {
      return oneLine(error)
    }
  }

  /// What was typed and is not refused.
  static func take(_ text: String, for question: LogQuestion, _ state: inout State) -> [Effect] {
    switch question {
    case .search:
      state.logs.search = try? LogPattern(typed: text)
      state.logs.hits = nil
      state.logs.searching = nil
      return nextHit(.down, &state)
    case .filter:
      guard let pattern = try? LogPattern(typed: text.unhidden) else { return [] }
      let filter = LogPatternFilter(pattern: pattern, isHiding: text.first == "!")
      state.logs.patterns.removeAll { $0.pattern == pattern }
      state.logs.patterns.append(filter)
      return []
    case .time:
      guard let time = try? LogMoment.parse(text, now: LogTime(state.now)) else { return [] }
      goTo(time, &state)
      return []
    case .save: return text.isEmpty ? [] : [.saveLogs(path: text)]
    }
  }

  static func nextHit(_ direction: ListMovement.Direction, _ state: inout State) -> [Effect] {
    guard let pattern = state.logs.search else { return [] }
    var search = LogSearch(
      pattern: pattern, start: state.logs.isFollowing ? nil : cursorRow(state)?.id,
      direction: direction)
    // The key was pressed again before it was answered.
    if let earlier = state.logs.searching, earlier.pattern == pattern,
      earlier.direction == direction
    {
      search.start = earlier.start
      search.steps = earlier.steps + 1
    }
    state.logs.searching = search
    return [.findInLogs(search)]
  }

  /// What the search has found, if it is still wanted.
  static func take(_ hit: LogSearch.Hit?, of search: LogSearch, _ state: inout State) {
    guard state.logs.searching == search else { return }
    state.logs.searching = nil
    let name = "line with \(search.pattern.shown)"
    guard let hit, state.logView.rowCount > 0 else {
      state.notice = "There is no \(name) among these lines."
      return
    }
    jump(to: min(state.logView.row(of: hit.line), state.logView.rowCount - 1), &state)
    say(hit.turn, search.direction, name, &state)
  }

  private static func goTo(_ time: LogTime, _ state: inout State) {
    let view = state.logView
    guard view.rowCount > 0 else { return }
    let place = view.row(at: time)
    jump(to: min(place, view.rowCount - 1), &state)
    if place >= view.rowCount {
      state.notice = "That is later than every line; this is the last one."
    } else if place == 0, view.row(at: 0).time > time {
      state.notice = "That is earlier than every line; this is the oldest one."
    }
  }

  // MARK: Looks

  /// - Parameter change: of how the list looks, or of what of it.
  static func changeLook(_ state: inout State, _ change: (inout State) -> Void) {
    change(&state)
    // What is in sight may take more rows now.
    if !state.logs.isFollowing, let place = cursorPlace(state) { putCursor(at: place, &state) }
  }

  static func nextLevel(_ state: inout State) {
    let levels: [LogLevel?] = [nil, .debug, .info, .warn, .error]
    let at = levels.firstIndex(of: state.logs.minimumLevel) ?? 0
    state.logs.minimumLevel = levels[(at + 1) % levels.count]
    let word = state.logs.minimumLevel.map { "\($0.word) and above" } ?? "every level"
    state.notice = "Lines of \(word) are shown."
  }

  static func nextTimeForm(_ state: inout State) {
    state.logs.timeForm =
      switch state.logs.timeForm {
      case .clock: .since(state.logView.row(at: 0).time)
      case .since: .off
      case .off: .clock
      }
  }

  static func turnWrapping(_ state: inout State) {
    state.logs.isWrapping.toggle()
    state.logs.sideways = 0
  }

  static func turnStrip(_ state: inout State) {
    let areas = LogAreas(state, in: Frame.content(state.size))
    state.logs.showsStrip = areas.strip.isEmpty
    if LogAreas(state, in: Frame.content(state.size)).strip.isEmpty == areas.strip.isEmpty {
      state.notice = "There is no room for the strip in a window this low."
    }
  }

  /// Under the list; where a window is too low for that, on a screen of its own.
  static func turnChosen(_ state: inout State) {
    let areas = LogAreas(state, in: Frame.content(state.size))
    let wished = state.logs.showsChosen
    state.logs.showsChosen = areas.chosen.isEmpty
    guard areas.chosen.isEmpty else { return }
    pause(&state)
    guard LogAreas(state, in: Frame.content(state.size)).chosen.isEmpty,
      let row = cursorRow(state)
    else { return }
    state.logs.showsChosen = wished
    state.layers.append(.reading(LogChosen.reading(row, state)))
  }
}

extension LogPattern {
  /// As people type it: a regular expression where it has signs of one; between quotes it is taken
  /// as it stands.
  package init(typed text: String) throws(UserMessage) {
    if text.count > 2, text.hasPrefix("\""), text.hasSuffix("\""),
      let plain = LogPattern(plain: String(text.dropFirst().dropLast()))
    {
      self = plain
      return
    }
    let signs = "\\^$.[]|()*+?{}"
    if !text.contains(where: { signs.contains($0) }), let plain = LogPattern(plain: text) {
      self = plain
      return
    }
    self = try LogPattern(regex: text)
  }

  /// As it would be typed again.
  package var shown: String {
    let text = SafeText.line(text, limit: 200)
    guard kind == .plain, let again = try? LogPattern(typed: text), again.kind != .plain else {
      return text
    }
    return "\"\(text)\""
  }
}

extension String {
  /// Without the sign that hides.
  fileprivate var unhidden: String { first == "!" ? String(dropFirst()) : self }
}
