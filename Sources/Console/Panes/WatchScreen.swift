import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// How the watch looks: what it is of and its verdict, the promises, the timeline. From 120 columns
/// on the evidence of what the cursor stands on is beside the promises.
enum WatchScreen {
  /// Rows the timeline has at least, where there is room.
  private static let leastTimeline = 6
  /// Columns the promises need to show all of a state.
  private static let promiseColumns = 80

  static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    guard let look = state.watchLook else {
      return canvas.draw(linesBefore(state, columns: rect.columns), in: rect)
    }
    let cursor = state.watch.cursor.index(in: WatchPane.rows(state).count)
    let isWide = rect.columns >= 120
    let head = WatchHead.lines(look, state, columns: rect.columns, most: isWide ? 3 : 2)
    canvas.draw(head, in: rect)
    var area = rect
    area.row += min(head.count, rect.rows)
    area.rows -= min(head.count, rect.rows)
    let all = WatchPane.promises(state).count
    let room = area.rows - 2
    let evidence = isWide ? min(14, room - leastTimeline) : 0
    let rows = min(max(1, all, evidence), max(4, room - leastTimeline), max(0, room))
    var (left, right) = (area, area)
    if isWide { (left, right) = area.split(at: max(promiseColumns, rect.columns * 58 / 100)) }
    left.rows = min(rows + 1, area.rows)
    right.rows = left.rows
    canvas.draw(
      [heading(columns: left.columns)] + promises(state, columns: left.columns, rows: rows, cursor),
      cursor: cursor, in: left)
    if isWide {
      canvas.drawDivider(column: left.columns, in: left)
      canvas.draw(WatchEvidence.lines(state, columns: right.columns), in: right)
    }
    area.row += left.rows
    area.rows -= left.rows
    guard area.rows > 0 else { return }
    canvas.draw(
      Line.rule("Timeline", columns: area.columns), row: area.row, column: area.column,
      columns: area.columns)
    area.row += 1
    area.rows -= 1
    canvas.draw(list: timeline(look, state, columns: area.columns), cursor: cursor, in: area)
  }

  /// All of it, for a plain print.
  static func lines(_ state: State, columns: Int) -> [Line] {
    guard let look = state.watchLook else { return linesBefore(state, columns: columns) }
    return WatchHead.lines(look, state, columns: columns, most: .max)
      + [heading(columns: columns)]
      + promises(state, columns: columns, rows: .max, 0)
      + [Line.rule("Timeline", columns: columns)] + timeline(look, state, columns: columns)
  }

  private static func linesBefore(_ state: State, columns: Int) -> [Line] {
    state.facts == nil
      ? Navigation.linesBeforeFacts(state, columns: columns)
      : [Line("  " + Text.sentence(WatchPane.unseen))]
  }

  // MARK: Promises

  /// Columns of a line of a promise.
  private struct Widths {
    var title = 43
    var baseline = 9
    var now = 10
    let state = 16

    init(columns: Int) {
      let rest = columns - 2 - title - baseline - now - state
      if rest < 0 {
        title = max(10, title + rest)
      } else {
        baseline += rest / 2
        now += rest - rest / 2
      }
    }
  }

  private static func heading(columns: Int) -> Line {
    let widths = Widths(columns: columns)
    let start = Rule.text("Promises", columns: widths.title + 1)
    let end =
      " " + rule("baseline", widths.baseline) + rule("now", widths.now) + rule("", widths.state)
    return Line(start + end, style: Theme.frame)
  }

  /// The word and a line over the rest of the column.
  private static func rule(_ word: String, _ columns: Int) -> String {
    let start = word.isEmpty ? "" : word + " "
    let rest = columns - start.count
    guard rest > 1 else { return start }
    return start + String(repeating: "─", count: word.isEmpty ? rest : rest - 1)
      + (word.isEmpty ? "" : " ")
  }

  /// Where not all have room, those that are kept fall away from the end.
  private static func promises(
    _ state: State, columns: Int, rows: Int, _ cursor: Int
  ) -> [Line] {
    let tracks = WatchPane.promises(state)
    if tracks.isEmpty { return [Line("  Everything is kept. f shows all.")] }
    let widths = Widths(columns: columns)
    func lines(_ indices: [Int]) -> [Line] {
      indices.map { line(of: tracks[$0], state, widths, row: $0) }
    }
    guard tracks.count > rows else { return lines(Array(tracks.indices)) }
    let room = max(1, rows - 1)
    let isCursorHere = tracks.indices.contains(cursor)
    let first = (isCursorHere ? [cursor] : []) + tracks.indices.filter { tracks[$0].isOpen }
    var chosen = Set<Int>()
    for index in first + Array(tracks.indices) where chosen.count < room { chosen.insert(index) }
    let hidden = tracks.indices.filter { !chosen.contains($0) }
    let isAllKept = hidden.allSatisfy { !tracks[$0].isOpen }
    let more = "  …\(hidden.count) more\(isAllKept ? " kept" : "")"
    return lines(chosen.sorted()) + (rows > 1 ? [Line(more, style: Theme.quiet)] : [])
  }

  private static func line(
    of track: PromiseTrack, _ state: State, _ widths: Widths, row: Int
  ) -> Line {
    func column(_ text: String, _ columns: Int) -> String {
      Text.fit(Text.cut(SafeText.line(text.isEmpty ? "-" : text), columns - 1), columns)
    }
    let start = Line("  ", row: row).adding(column(WatchPane.title(track), widths.title))
    let isOnce =
      track.baseline == track.now && TextWidth.columns(of: track.now) >= widths.baseline
    // What is the same and is long has the room of both.
    let values =
      isOnce
      ? column(track.now, widths.baseline + widths.now)
      : column(track.baseline, widths.baseline) + column(track.now, widths.now)
    return start.adding(values)
      .adding(
        Text.cut(stateText(track), widths.state), Theme.style(of: WatchPane.word(track)))
  }

  static func stateText(_ track: PromiseTrack) -> String {
    switch track.state {
    case .kept: "kept"
    case .waiting(let until, _): "WAIT \(Text.clock(until))"
    case .broken(let since, _): "BROKEN \(Text.clock(since))"
    case .unknown: "unknown"
    }
  }

  // MARK: Timeline

  private static func timeline(_ look: WatchLook, _ state: State, columns: Int) -> [Line] {
    let before = WatchPane.promises(state).count
    let events = WatchPane.events(state).enumerated().map { index, event in
      let text = text(event, state, columns: columns - 17)
      return line(
        event.time, word(event.part), text, columns: columns, row: before + index)
    }
    let began = look.hasBaseline ? "the baseline was taken" : "the console began"
    return events
      + [line(look.run.baseline.time, "watch", began, columns: columns, row: nil)]
  }

  private static func line(
    _ time: Date, _ part: String, _ text: String, columns: Int, row: Int?
  ) -> Line {
    Line(" " + Text.clock(time) + " ", row: row)
      .adding(part, columns: 6, style: Theme.label)
      .adding(Text.cut(text, max(1, columns - 17)))
  }

  /// Where not all has room, what it is now goes before what it was.
  private static func text(_ event: WatchEvent, _ state: State, columns: Int) -> String {
    let whole = SafeText.line(WatchPane.clocks(event.text, state))
    guard event.to != nil, TextWidth.columns(of: whole) > columns else { return whole }
    var short = event
    short.from = nil
    return SafeText.line(WatchPane.clocks(short.text, state))
  }

  /// At most five letters.
  private static func word(_ part: WatchEvent.Part) -> String {
    switch part {
    case .watch: "watch"
    case .helm: "helm"
    case .metallb: "mlb"
    case .operator: "op"
    case .provider: "prov"
    case .pools: "pool"
    case .services: "svc"
    case .leases: "lease"
    case .announcements: "l2"
    case .pods: "pod"
    case .kubeProxy: "proxy"
    case .checks: "check"
    }
  }

  // MARK: Texts to read

  static func reading(_ row: WatchPane.Row, _ state: State) -> ReadingScreen {
    let title =
      switch row {
      case .promise(let track): "PROMISE  \(WatchPane.title(track))"
      case .event(let event): "TIMELINE  \(WatchPane.moment(event.time, state))"
      }
    return ReadingScreen(title: title, paragraphs: WatchEvidence.paragraphs(row, state))
  }

  static func difference(_ look: WatchLook, _ state: State) -> ReadingScreen {
    var paragraphs = look.run.differences.enumerated().map { index, event in
      ReadingScreen.Paragraph(
        event.part.rawValue, SafeText.line(WatchPane.clocks(event.text, state)))
    }
    if paragraphs.isEmpty {
      paragraphs = [ReadingScreen.Paragraph("", "Everything is as it was.")]
    }
    let since = WatchPane.moment(look.run.baseline.time, state)
    let name = look.hasBaseline ? "the baseline of \(since)" : "what was read first, \(since),"
    return ReadingScreen(title: "DIFF  \(name) against now", paragraphs: paragraphs)
  }
}

extension PromiseTrack {
  fileprivate var isOpen: Bool { state.kind != .kept }
}
