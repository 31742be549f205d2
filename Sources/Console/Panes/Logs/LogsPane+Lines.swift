import Basics
import IPLeasesCore
import Logs

/// What is done with the line under the cursor, or with a range of lines.
extension LogsPane {
  mutating func open(_ known: Known) -> [Move] {
    pause(known)
    guard let place = cursorPlace(known.logView) else { return [] }
    let view = known.logView
    let row = view.row(at: place)
    guard row.note == nil, row.repeats > 0 || row.isRepeat else {
      return [.open(LogChosen(pane: self, known: known).reading(row))]
    }
    guard let head = LogText.foldHead(of: place, view).map({ view.row(at: $0) }) else { return [] }
    if head.isUnfolded { cursorLine = head.id }
    return [.perform(.foldLogs(head.id, isFolded: head.isUnfolded))]
  }

  mutating func toggleRange(_ known: Known) -> [Move] {
    pause(known)
    guard rangeStart == nil else {
      rangeStart = nil
      return [.say("The range is ended.")]
    }
    rangeStart = cursorRow(known.logView)?.id
    return [.say("A range begins here: move, then y copies it; v ends it.")]
  }

  mutating func copy(_ action: KeyAction, _ known: Known) -> [Move] {
    pause(known)
    let view = known.logView
    guard let place = cursorPlace(known.logView) else { return [.say("There is no line to copy.")] }
    var places = action == .copy ? place..<place + 1 : LogWindow(self, known).visible
    if let start = rangeStart {
      let other = min(view.rowCount - 1, view.row(of: start))
      places = min(place, other)..<max(place, other) + 1
    }
    let lines = LogText.lines(view, places, known.secrets.redaction, limit: LogText.copyLimit)
    let text = lines.joined(separator: "\n")
    let what = lines.count == 1 ? "1 line" : "\(lines.count) lines"
    let isCut = lines.count < places.count ? ", more do not go into a clipboard; S saves" : ""
    return [
      .say("Copied \(what)\(action == .copy ? "" : " as Markdown")\(isCut)."),
      .perform(.copy(action == .copy ? text : "```\n\(text)\n```\n")),
    ]
  }

  /// To the check that explains the line under the cursor; nil where none does.
  func goToCheck(_ known: Known) -> [Move]? {
    let code = cursorRow(known.logView).flatMap { known.logLine($0.id)?.known?.code }
    guard let code, !isFollowing else { return nil }
    let isThere = known.facts?.checks.results.contains { $0.code == code } ?? false
    return [
      .go(to: .check(code)),
      .say("\(code) explains the line\(isThere ? "." : "; it is not among these.")"),
    ]
  }
}
