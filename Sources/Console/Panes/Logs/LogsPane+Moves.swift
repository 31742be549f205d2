import ConsoleKit
import IPLeasesCore
import Logs

/// Moving in the list.
extension LogsPane {
  /// A new view of the store, or other intentions: what to ask of the store.
  package mutating func reconcile(_ known: Known) -> [Effect] {
    if isFollowing { seen = Self.count(of: known.logView) }
    let wanted = filter(known)
    guard wanted != askedFilter else { return [] }
    askedFilter = wanted
    return [.filterLogs(wanted, around: isFollowing ? nil : top)]
  }

  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] {
    switch event {
    case .logLineFound(let hit, let search): return take(hit, of: search, known)
    case .logHitsCounted(let hits): if hits.pattern == search { self.hits = hits }
    default: break
    }
    return []
  }

  private static func count(of view: LogView) -> LogCount {
    LogCount(lines: view.takenLines, problems: view.takenProblems)
  }

  /// What has come since the end was last in sight.
  package func unseen(_ view: LogView) -> LogCount {
    let all = Self.count(of: view)
    return LogCount(lines: all.lines - seen.lines, problems: all.problems - seen.problems)
  }

  // MARK: Following

  mutating func follow(_ isWanted: Bool, _ known: Known) -> [Move] {
    guard isWanted != isFollowing else { return [] }
    guard isWanted else {
      pause(known)
      return [.say("Paused: the list stands still, and new lines are kept and counted.")]
    }
    isFollowing = true
    cursorLine = nil
    top = nil
    return [.say("Following: the newest line is always in sight.")]
  }

  /// The list stands still from now on.
  mutating func pause(_ known: Known) {
    guard isFollowing else { return }
    let window = LogWindow(self, known)
    if let place = cursorPlace(known.logView) {
      top = known.logView.row(at: window.first).id
      cursorLine = known.logView.row(at: place).id
    }
    seen = Self.count(of: known.logView)
    isFollowing = false
  }

  // MARK: The cursor

  mutating func move(_ movement: Movement, _ known: Known) -> [Move] {
    let count = known.logView.rowCount
    guard let place = cursorPlace(known.logView) else { return [] }
    let window = LogWindow(self, known).visible
    let page = max(1, window.count - 1)
    let target = movement.applied(to: place, last: count - 1, page: page)
    if isFollowing, target >= place {
      return [.say("This is the end, and it is followed. F stops that; going up, too.")]
    }
    pause(known)
    switch movement {
    case .pageDown, .pageUp, .halfDown, .halfUp:
      let first = max(0, min(count - 1, window.lowerBound + target - place))
      top = known.logView.row(at: first).id
    case .down, .up, .top, .bottom: break
    }
    putCursor(at: target, known)
    return []
  }

  /// Puts the cursor on a row, and the window around it.
  mutating func putCursor(at place: Int, _ known: Known) {
    pause(known)
    cursorLine = known.logView.row(at: place).id
    top = known.logView.row(at: LogWindow(self, known).first).id
    if place == known.logView.rowCount - 1 { seen = Self.count(of: known.logView) }
  }

  /// As `putCursor`; a row that is not in sight yet comes to the middle.
  mutating func jump(to place: Int, _ known: Known) {
    pause(known)
    let window = LogWindow(self, known)
    if !window.visible.contains(place) {
      let first = max(0, place - window.rows / 2)
      cursorLine = known.logView.row(at: place).id
      top = known.logView.row(at: first).id
    }
    putCursor(at: place, known)
  }

  mutating func jump(
    _ direction: Direction, to target: LogTarget, _ name: String, _ known: Known
  ) -> [Move] {
    guard let place = cursorPlace(known.logView) else { return [] }
    let start = isFollowing ? known.logView.rowCount : place
    guard let next = known.logView.next(direction, from: start, to: target) else {
      return [.say("There is no \(name) among these lines.")]
    }
    jump(to: next.place, known)
    return Self.say(next.turn, direction, name)
  }

  /// Where a jump went around the end.
  static func say(_ turn: LogTurn, _ direction: Direction, _ name: String) -> [Move] {
    let end = direction == .down ? "top" : "end"
    return switch turn {
    case .none: []
    case .around: [.say("Gone around: this is the first \(name) from the \(end).")]
    case .whole: [.say("This is the only \(name).")]
    }
  }

  // MARK: Marks

  mutating func mark(_ known: Known) {
    pause(known)
    guard let line = cursorRow(known.logView)?.id else { return }
    if marks.remove(line) == nil { marks.insert(line) }
  }

  mutating func goToMark(_ direction: Direction, _ known: Known) -> [Move] {
    guard let here = cursorRow(known.logView)?.id else { return [] }
    let view = known.logView
    let kept = marks.filter { view.isKept($0) }.sorted()
    marks = Set(kept)
    let next = direction == .down ? kept.first { $0 > here } : kept.last { $0 < here }
    guard let mark = next ?? (direction == .down ? kept.first : kept.last) else {
      return [.say("The marked lines are no longer kept.")]
    }
    let place = min(view.row(of: mark), view.rowCount - 1)
    jump(to: place, known)
    return view.row(at: place).id == mark
      ? [] : [.say("The marked line is left out now; it stood behind this one.")]
  }

  // MARK: Restarts

  /// To the last line before the restart of the container whose line is under the cursor.
  mutating func goToPreviousLog(_ known: Known) -> [Move] {
    guard let place = cursorPlace(known.logView) else { return [] }
    let view = known.logView
    let source = view.row(at: place).source
    var start = place + 1
    while let restart = view.row(before: start, with: .restart) {
      start = restart
      guard view.row(at: restart).source.isSamePlace(as: source) else { continue }
      let before = (0..<restart).reversed().first { candidate in
        let row = view.row(at: candidate)
        return row.note == nil && row.source.isSamePlace(as: source)
      }
      guard let before else { break }
      jump(to: before, known)
      return [.say("The last words of \(LogNames.title(source)) before its restart.")]
    }
    return [.say("Nothing is known of \(LogNames.title(source)) from before a restart.")]
  }

  // MARK: Sideways

  enum Sideways {
    case left, right, start, end
  }

  mutating func moveSideways(_ movement: Sideways, _ known: Known) -> [Move] {
    let window = LogWindow(self, known)
    let screen = LogScreen(pane: self, known: known)
    let room = screen.textColumns(columns: window.columns)
    let step = max(1, room / 2)
    let widths = window.visible.map { screen.width(of: known.logView.row(at: $0)) }
    let end = max(0, (widths.max() ?? 0) - room)
    switch movement {
    case .left: sideways = max(0, sideways - step)
    case .right:
      guard sideways < end else { return [.say("The longest line in sight ends here.")] }
      sideways = min(end, sideways + step)
    case .start: sideways = 0
    case .end: sideways = end
    }
    return []
  }
}

extension LogSource {
  /// The same container of the same pod, before or after a restart.
  fileprivate func isSamePlace(as other: LogSource) -> Bool {
    role == other.role && namespace == other.namespace && pod == other.pod
      && container == other.container
  }
}
