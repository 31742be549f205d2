import Basics
import ConsoleKit
import IPLeasesCore
import Logs

/// What the list leaves out, and what is looked for in it.
extension LogsPane {
  /// The filter as it is meant now.
  func filter(_ known: Known) -> LogFilter {
    var filter = LogFilter()
    let hidden = known.logView.sources.map(\.source).filter { hiddenTags.contains($0.tag) }
    filter.hiddenSources = Set(hidden.map(\.id))
    filter.minimumLevel = minimumLevel
    filter.keep = patterns.filter { $0.isOn && !$0.isHiding }.map(\.pattern)
    filter.hide = patterns.filter { $0.isOn && $0.isHiding }.map(\.pattern)
    filter.isProblemsOnly = known.showsProblemsOnly
    return filter
  }

  // MARK: Asking

  static func searchInput(_ earlier: String) -> TextInput {
    TextInput(
      "Find in Logs (regular expression; in \"…\" as it stands):", text: earlier,
      refusal: { text, _ in
        text.isEmpty ? nil : refusal { () throws(UserMessage) in _ = try LogPattern(typed: text) }
      },
      take: { text, _ in
        [
          .change { (pane: inout LogsPane, known) in
            pane.search = try? LogPattern(typed: text)
            pane.hits = nil
            pane.searching = nil
            return pane.nextHit(.down, known)
          }
        ]
      })
  }

  static func filterInput() -> TextInput {
    TextInput(
      "Keep lines with (a leading ! hides them; regular expression, \"…\" as it stands):",
      refusal: { text, _ in
        text.isEmpty || text == "!"
          ? nil : refusal { () throws(UserMessage) in _ = try LogPattern(typed: text.unhidden) }
      },
      take: { text, _ in
        guard let pattern = try? LogPattern(typed: text.unhidden) else { return [] }
        let filter = LogPatternFilter(pattern: pattern, isHiding: text.first == "!")
        return [
          .change { (pane: inout LogsPane, _) in
            pane.patterns.removeAll { $0.pattern == pattern }
            pane.patterns.append(filter)
            return []
          }
        ]
      })
  }

  static func timeInput() -> TextInput {
    TextInput(
      "Go to which time (10m ago, 12:04, 12:04:31 or a whole one; UTC):",
      refusal: { text, known in
        text.isEmpty
          ? nil
          : refusal { () throws(UserMessage) in
            _ = try LogMoment.parse(text, now: LogTime(known.now))
          }
      },
      take: { text, known in
        guard let time = try? LogMoment.parse(text, now: LogTime(known.now)) else { return [] }
        return [.change { (pane: inout LogsPane, known) in pane.goTo(time, known) }]
      })
  }

  static func saveInput(_ count: Int) -> TextInput {
    let lines = count == 1 ? "the line" : "the \(LogText.grouped(count)) lines"
    return TextInput("Save \(lines) that pass in (mode 0600):", text: "ip-leases-logs.txt") {
      path, _ in
      path.isEmpty ? [] : [.perform(.saveLogs(path: path))]
    }
  }

  /// Why a text cannot be taken as it is; nil when it can.
  private static func refusal(_ reading: () throws(UserMessage) -> Void) -> String? {
    do throws(UserMessage) {
      try reading()
      return nil
    } catch {
      return Text.oneLine(error)
    }
  }

  // MARK: Finding

  mutating func nextHit(_ direction: Direction, _ known: Known) -> [Move] {
    guard let pattern = search else { return [] }
    var search = LogSearch(
      pattern: pattern, start: isFollowing ? nil : cursorRow(known.logView)?.id,
      direction: direction)
    // The key was pressed again before it was answered.
    if let earlier = searching, earlier.pattern == pattern, earlier.direction == direction {
      search.start = earlier.start
      search.steps = earlier.steps + 1
    }
    searching = search
    return [.perform(.findInLogs(search))]
  }

  /// What the search has found, if it is still wanted.
  mutating func take(_ hit: LogSearch.Hit?, of search: LogSearch, _ known: Known) -> [Move] {
    guard searching == search else { return [] }
    searching = nil
    let name = "line with \(search.pattern.shown)"
    guard let hit, known.logView.rowCount > 0 else {
      return [.say("There is no \(name) among these lines.")]
    }
    jump(to: min(known.logView.row(of: hit.line), known.logView.rowCount - 1), known)
    return Self.say(hit.turn, search.direction, name)
  }

  private mutating func goTo(_ time: LogTime, _ known: Known) -> [Move] {
    let view = known.logView
    guard view.rowCount > 0 else { return [] }
    let place = view.row(at: time)
    jump(to: min(place, view.rowCount - 1), known)
    if place >= view.rowCount {
      return [.say("That is later than every line; this is the last one.")]
    }
    return place == 0 && view.row(at: 0).time > time
      ? [.say("That is earlier than every line; this is the oldest one.")] : []
  }

  // MARK: Looks

  /// - Parameter change: of how the list looks, or of what of it.
  mutating func changeLook(_ known: Known, _ change: (inout LogsPane) -> [Move]) -> [Move] {
    let moves = change(&self)
    // What is in sight may take more rows now.
    if !isFollowing, let place = cursorPlace(known.logView) { putCursor(at: place, known) }
    return moves
  }

  mutating func nextLevel() -> [Move] {
    let levels: [LogLevel?] = [nil, .debug, .info, .warn, .error]
    let at = levels.firstIndex(of: minimumLevel) ?? 0
    minimumLevel = levels[(at + 1) % levels.count]
    let word = minimumLevel.map { "\($0.word) and above" } ?? "every level"
    return [.say("Lines of \(word) are shown.")]
  }

  mutating func nextTimeForm(_ view: LogView) -> [Move] {
    timeForm =
      switch timeForm {
      case .clock: .since(view.row(at: 0).time)
      case .since: .off
      case .off: .clock
      }
    return []
  }

  mutating func turnWrapping() -> [Move] {
    isWrapping.toggle()
    sideways = 0
    return []
  }

  private func areas(_ known: Known) -> LogAreas { LogAreas(self, known, in: known.size.content) }

  mutating func turnStrip(_ known: Known) -> [Move] {
    let isHidden = areas(known).strip.isEmpty
    showsStrip = isHidden
    return areas(known).strip.isEmpty == isHidden
      ? [.say("There is no room for the strip in a window this low.")] : []
  }

  /// Under the list; where a window is too low for that, on a screen of its own.
  mutating func turnChosen(_ known: Known) -> [Move] {
    let wished = showsChosen
    let isHidden = areas(known).chosen.isEmpty
    showsChosen = isHidden
    guard isHidden else { return [] }
    pause(known)
    guard areas(known).chosen.isEmpty, let row = cursorRow(known.logView) else { return [] }
    showsChosen = wished
    return [.open(LogChosen(pane: self, known: known).reading(row))]
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
