import ConsoleKit
import IPLeasesCore
import Logs
import Terminal

/// Moving in the list.
extension LogsPane {
  /// A new view of the store, or other intentions: what to ask of the store.
  static func reconcile(_ state: inout State) -> [Effect] {
    if state.logs.isFollowing { state.logs.seen = count(of: state.logView) }
    let wanted = filter(state)
    guard wanted != state.logs.askedFilter else { return [] }
    state.logs.askedFilter = wanted
    return [.filterLogs(wanted, around: state.logs.isFollowing ? nil : state.logs.top)]
  }

  /// New lines have come. The old ones stay where they are.
  static func take(_ view: LogView, _ state: inout State) {
    // Made before the newest one, and posted after it.
    guard view.version >= state.logView.version else { return }
    state.logView = view
  }

  static func count(of view: LogView) -> LogCount {
    LogCount(lines: view.takenLines, problems: view.takenProblems)
  }

  /// What has come since the end was last in sight.
  static func unseen(_ state: State) -> LogCount {
    let all = count(of: state.logView)
    return LogCount(
      lines: all.lines - state.logs.seen.lines, problems: all.problems - state.logs.seen.problems)
  }

  // MARK: Following

  static func follow(_ isFollowing: Bool, _ state: inout State) {
    guard isFollowing != state.logs.isFollowing else { return }
    if isFollowing {
      state.logs.isFollowing = true
      state.logs.cursorLine = nil
      state.logs.top = nil
      state.notice = "Following: the newest line is always in sight."
    } else {
      pause(&state)
      state.notice = "Paused: the list stands still, and new lines are kept and counted."
    }
  }

  /// The list stands still from now on.
  static func pause(_ state: inout State) {
    guard state.logs.isFollowing else { return }
    let window = LogWindow(state)
    if let place = cursorPlace(state) {
      state.logs.top = state.logView.row(at: window.first).id
      state.logs.cursorLine = state.logView.row(at: place).id
    }
    state.logs.seen = count(of: state.logView)
    state.logs.isFollowing = false
  }

  // MARK: The cursor

  static func move(_ movement: Movement, _ state: inout State) {
    let count = state.logView.rowCount
    guard let place = cursorPlace(state) else { return }
    let window = LogWindow(state).visible
    let page = max(1, window.count - 1)
    let target = movement.applied(to: place, last: count - 1, page: page)
    if state.logs.isFollowing, target >= place {
      state.notice = "This is the end, and it is followed. F stops that; going up, too."
      return
    }
    pause(&state)
    switch movement {
    case .pageDown, .pageUp, .halfDown, .halfUp:
      let first = max(0, min(count - 1, window.lowerBound + target - place))
      state.logs.top = state.logView.row(at: first).id
    case .down, .up, .top, .bottom: break
    }
    putCursor(at: target, &state)
  }

  /// Puts the cursor on a row, and the window around it.
  static func putCursor(at place: Int, _ state: inout State) {
    pause(&state)
    state.logs.cursorLine = state.logView.row(at: place).id
    state.logs.top = state.logView.row(at: LogWindow(state).first).id
    if place == state.logView.rowCount - 1 { state.logs.seen = count(of: state.logView) }
  }

  /// As `putCursor`; a row that is not in sight yet comes to the middle.
  static func jump(to place: Int, _ state: inout State) {
    pause(&state)
    let window = LogWindow(state)
    if !window.visible.contains(place) {
      let first = max(0, place - window.rows / 2)
      state.logs.cursorLine = state.logView.row(at: place).id
      state.logs.top = state.logView.row(at: first).id
    }
    putCursor(at: place, &state)
  }

  static func jump(
    _ direction: ListMovement.Direction, to target: LogTarget, _ name: String,
    _ state: inout State
  ) {
    guard let place = cursorPlace(state) else { return }
    let start = state.logs.isFollowing ? state.logView.rowCount : place
    guard let next = state.logView.next(direction, from: start, to: target) else {
      state.notice = "There is no \(name) among these lines."
      return
    }
    jump(to: next.place, &state)
    say(next.turn, direction, name, &state)
  }

  /// Where a jump went around the end.
  static func say(
    _ turn: LogTurn, _ direction: ListMovement.Direction, _ name: String, _ state: inout State
  ) {
    let end = direction == .down ? "top" : "end"
    switch turn {
    case .none: break
    case .around: state.notice = "Gone around: this is the first \(name) from the \(end)."
    case .whole: state.notice = "This is the only \(name)."
    }
  }

  // MARK: Marks

  static func mark(_ state: inout State) {
    pause(&state)
    guard let line = cursorRow(state)?.id else { return }
    if state.logs.marks.remove(line) == nil { state.logs.marks.insert(line) }
  }

  static func goToMark(_ direction: ListMovement.Direction, _ state: inout State) {
    guard let here = cursorRow(state)?.id else { return }
    let view = state.logView
    let marks = state.logs.marks.filter { view.isKept($0) }.sorted()
    state.logs.marks = Set(marks)
    let next = direction == .down ? marks.first { $0 > here } : marks.last { $0 < here }
    guard let mark = next ?? (direction == .down ? marks.first : marks.last) else {
      state.notice = "The marked lines are no longer kept."
      return
    }
    let place = min(view.row(of: mark), view.rowCount - 1)
    jump(to: place, &state)
    if view.row(at: place).id != mark {
      state.notice = "The marked line is left out now; it stood behind this one."
    }
  }

  // MARK: Restarts

  /// To the last line before the restart of the container whose line is under the cursor.
  static func goToPreviousLog(_ state: inout State) {
    guard let place = cursorPlace(state) else { return }
    let view = state.logView
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
      jump(to: before, &state)
      state.notice = "The last words of \(LogNames.title(source)) before its restart."
      return
    }
    state.notice = "Nothing is known of \(LogNames.title(source)) from before a restart."
  }

  // MARK: Sideways

  enum Sideways {
    case left, right, start, end
  }

  static func moveSideways(_ movement: Sideways, _ state: inout State) {
    let window = LogWindow(state)
    let room = LogScreen.textColumns(state, columns: window.columns)
    let step = max(1, room / 2)
    let longest =
      window.visible.map { place in
        LogScreen.width(of: state.logView.row(at: place), state)
      }.max() ?? 0
    let end = max(0, longest - room)
    switch movement {
    case .left: state.logs.sideways = max(0, state.logs.sideways - step)
    case .right:
      guard state.logs.sideways < end else {
        state.notice = "The longest line in sight ends here."
        return
      }
      state.logs.sideways = min(end, state.logs.sideways + step)
    case .start: state.logs.sideways = 0
    case .end: state.logs.sideways = end
    }
  }
}

extension LogSource {
  /// The same container of the same pod, before or after a restart.
  fileprivate func isSamePlace(as other: LogSource) -> Bool {
    role == other.role && namespace == other.namespace && pod == other.pod
      && container == other.container
  }
}
