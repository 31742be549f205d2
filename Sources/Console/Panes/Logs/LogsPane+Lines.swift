import Basics
import IPLeasesCore
import Logs
import Terminal

/// What is done with the line under the cursor, or with a range of lines.
extension LogsPane {
  static func open(_ state: inout State) -> [Effect] {
    pause(&state)
    guard let place = cursorPlace(state) else { return [] }
    let row = state.logView.row(at: place)
    if row.note == nil, row.repeats > 0 || row.isRepeat {
      guard let head = LogText.foldHead(of: place, state.logView) else { return [] }
      let isFolded = !state.logView.row(at: head).isUnfolded
      let id = state.logView.row(at: head).id
      if !isFolded { state.logs.cursorLine = id }
      return [.foldLogs(id, isFolded: !isFolded)]
    }
    state.layers.append(.reading(LogChosen.reading(row, state)))
    return []
  }

  static func toggleRange(_ state: inout State) {
    pause(&state)
    guard state.logs.rangeStart == nil else {
      state.logs.rangeStart = nil
      state.notice = "The range is ended."
      return
    }
    state.logs.rangeStart = cursorRow(state)?.id
    state.notice = "A range begins here: move, then y copies it; v ends it."
  }

  static func copy(_ action: KeyAction, _ state: inout State) -> [Effect] {
    pause(&state)
    guard let place = cursorPlace(state) else {
      state.notice = "There is no line to copy."
      return []
    }
    var places = action == .copy ? place..<place + 1 : LogWindow(state).visible
    if let start = state.logs.rangeStart {
      let other = min(state.logView.rowCount - 1, state.logView.row(of: start))
      places = min(place, other)..<max(place, other) + 1
    }
    let lines = LogText.lines(
      state.logView, places, state.secrets.redaction, limit: LogText.copyLimit)
    let text = lines.joined(separator: "\n")
    let what = lines.count == 1 ? "1 line" : "\(lines.count) lines"
    let isCut = lines.count < places.count ? ", more do not go into a clipboard; S saves" : ""
    state.notice = "Copied \(what)\(action == .copy ? "" : " as Markdown")\(isCut)."
    return [.copy(action == .copy ? text : "```\n\(text)\n```\n")]
  }

  /// To Verify, on the check that explains the line under the cursor.
  static func goToCheck(_ state: inout State) {
    let code = cursorRow(state).flatMap { state.logLine($0.id)?.known?.code }
    guard let code, !state.logs.isFollowing else {
      state.pane = .verify
      return
    }
    let isThere = Navigation.go(toCheck: code, &state)
    state.notice = "\(code) explains the line\(isThere ? "." : "; it is not among these.")"
  }
}

/// Log lines as plain text: for the clipboard, a file, the terminal. Secrets are hidden.
enum LogText {
  /// Bytes that go into a clipboard through a terminal.
  static let copyLimit = 70_000
  private static let printedRows = 500

  /// - Parameter limit: of bytes; what comes behind is left out.
  static func lines(
    _ view: LogView, _ places: Range<Int>, _ redaction: Redaction, limit: Int = .max
  ) -> [String] {
    var lines: [String] = []
    var bytes = 0
    for place in places.clamped(to: 0..<view.rowCount) {
      let row = view.row(at: place)
      var text = "\(row.time.rfc3339) \(SafeText.line(row.source.tag, limit: 60)) "
      if let note = row.note {
        text += "-- \(LogNames.title(row.source)): \(note.text)"
      } else if let line = view.line(row.id) {
        text += redaction.redacting(line.raw)
        if row.repeats > 0, !row.isUnfolded { text += "  (the same \(row.repeats) times more)" }
      }
      bytes += text.utf8.count + 1
      if bytes > limit, !lines.isEmpty { break }
      lines.append(text)
    }
    return lines
  }

  /// The rows up to the end of those in sight.
  static func pageLines(_ state: State) -> [String] {
    let end = LogWindow(state).visible.upperBound
    return lines(state.logView, max(0, end - printedRows)..<end, state.secrets.redaction)
  }

  /// The first line of a fold, from it or from one of its repeats.
  static func foldHead(of place: Int, _ view: LogView) -> Int? {
    let source = view.row(at: place).source.id
    return (0...place).reversed().first { candidate in
      let row = view.row(at: candidate)
      return row.note == nil && row.source.id == source && !row.isRepeat
    }
  }

  /// "2,914".
  static func grouped(_ number: Int) -> String {
    var digits = Array(String(abs(number)))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }
}
