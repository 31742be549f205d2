import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// How the watch looks: what it is of and its verdict, the promises, the timeline. From 120 columns
/// on the evidence of what the cursor stands on is beside the promises.
struct WatchScreen {
  let pane: WatchPane
  let known: Known

  /// Rows the timeline has at least, where there is room.
  private static let leastTimeline = 6
  /// Columns the promises need to show all of a state.
  private static let promiseColumns = 80

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard let look = known.watchLook else {
      return canvas.draw(linesBefore(columns: rect.columns), in: rect)
    }
    let cursor = pane.cursor.index(in: pane.rowCount(known))
    let isWide = rect.sideBySide(left: 58) != nil
    let head = WatchHead(look: look, known: known).lines(
      columns: rect.columns, most: isWide ? 3 : 2)
    canvas.draw(head, in: rect)
    var area = rect
    area.row += min(head.count, rect.rows)
    area.rows -= min(head.count, rect.rows)
    let all = pane.promises(known).count
    let room = area.rows - 2
    let evidence = isWide ? min(14, room - Self.leastTimeline) : 0
    let rows = min(max(1, all, evidence), max(4, room - Self.leastTimeline), max(0, room))
    var (left, right) = area.sideBySide(left: 58, least: Self.promiseColumns) ?? (area, area)
    left.rows = min(rows + 1, area.rows)
    right.rows = left.rows
    canvas.draw(
      [heading(columns: left.columns)] + promises(columns: left.columns, rows: rows, cursor),
      cursor: cursor, in: left)
    if isWide {
      canvas.drawDivider(column: left.columns, in: left)
      canvas.draw(
        WatchEvidence.lines(pane.underCursor(known), now: known.now, columns: right.columns),
        in: right)
    }
    area.row += left.rows
    area.rows -= left.rows
    guard area.rows > 0 else { return }
    canvas.draw(
      Line.rule("Timeline", columns: area.columns), row: area.row, column: area.column,
      columns: area.columns)
    area.row += 1
    area.rows -= 1
    canvas.draw(list: timeline(look, columns: area.columns), cursor: cursor, in: area)
  }

  /// All of it, for a plain print.
  func lines(columns: Int) -> [Line] {
    guard let look = known.watchLook else { return linesBefore(columns: columns) }
    return WatchHead(look: look, known: known).lines(columns: columns, most: .max)
      + [heading(columns: columns)]
      + promises(columns: columns, rows: .max, 0)
      + [Line.rule("Timeline", columns: columns)] + timeline(look, columns: columns)
  }

  private func linesBefore(columns: Int) -> [Line] {
    known.facts == nil
      ? BeforeFacts.lines(known, columns: columns)
      : [Line("  " + Text.sentence(WatchPane.unseen))]
  }

  // MARK: Promises

  /// The names and the states have what they need, the values the rest.
  private func promiseTable(in columns: Int) -> Table {
    let tracks = pane.promises(known)
    let titles = tracks.map { TextWidth.columns(of: WatchPane.title($0)) }
    let states = tracks.map { TextWidth.columns(of: Self.stateText($0)) }
    return Table(
      [
        .growing(10, to: max(20, titles.max() ?? 0)), .growing(8, gap: 1, turn: 1),
        .growing(9, gap: 1, turn: 1), .fixed(max(5, states.max() ?? 0), gap: 1),
      ], indent: 2, in: columns)
  }

  private func heading(columns: Int) -> Line {
    let table = promiseTable(in: columns)
    let start = Rule.text("Promises", columns: table.start(of: 1) - 1)
    let end =
      " " + rule("baseline", table.widths[1] + 1) + rule("now", table.widths[2] + 1)
      + rule("", table.widths[3])
    return Line(start + end, style: Theme.frame)
  }

  /// The word and a line over the rest of the column.
  private func rule(_ word: String, _ columns: Int) -> String {
    let start = word.isEmpty ? "" : word + " "
    let rest = columns - start.count
    guard rest > 1 else { return start }
    return start + String(repeating: "─", count: word.isEmpty ? rest : rest - 1)
      + (word.isEmpty ? "" : " ")
  }

  /// Where not all have room, those that are kept fall away from the end.
  private func promises(columns: Int, rows: Int, _ cursor: Int) -> [Line] {
    let tracks = pane.promises(known)
    if tracks.isEmpty { return [Line("  Everything is kept. f shows all.")] }
    let table = promiseTable(in: columns)
    func lines(_ indices: [Int]) -> [Line] {
      indices.map { line(of: tracks[$0], table, row: $0) }
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

  private func line(of track: PromiseTrack, _ table: Table, row: Int) -> Line {
    func cell(_ text: String) -> Table.Cell {
      Table.Cell(SafeText.line(text.isEmpty ? "-" : text))
    }
    let state = Table.Cell(Self.stateText(track), Theme.style(of: WatchPane.word(track)))
    let title = cell(WatchPane.title(track))
    guard track.baseline == track.now, TextWidth.columns(of: track.now) > table.widths[1] else {
      return table.line([title, cell(track.baseline), cell(track.now), state], row: row)
    }
    // What is the same and is long has the room of both.
    return table.merging(1, 2).line([title, cell(track.now), state], row: row)
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

  private func timeline(_ look: WatchLook, columns: Int) -> [Line] {
    let before = pane.promises(known).count
    let table = Table([.fixed(9), .fixed(6, gap: 1), .growing(1)], indent: 1, in: columns)
    func line(_ time: Date, _ part: String, _ text: String, row: Int? = nil) -> Line {
      table.line(
        [Table.Cell(Text.clock(time)), Table.Cell(part, Theme.label), Table.Cell(text)], row: row)
    }
    let events = pane.events(known.watchLook).enumerated().map { index, event in
      let text = text(event, columns: table.widths[2])
      return line(event.time, word(event.part), text, row: before + index)
    }
    let began = look.hasBaseline ? "the baseline was taken" : "the console began"
    return events + [line(look.run.baseline.time, "watch", began)]
  }

  /// Where not all has room, what it is now goes before what it was.
  private func text(_ event: WatchEvent, columns: Int) -> String {
    let whole = SafeText.line(WatchTime.clocks(event.text, now: known.now))
    guard event.to != nil, TextWidth.columns(of: whole) > columns else { return whole }
    var short = event
    short.from = nil
    return SafeText.line(WatchTime.clocks(short.text, now: known.now))
  }

  /// At most five letters.
  private func word(_ part: WatchEvent.Part) -> String {
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
}

extension PromiseTrack {
  fileprivate var isOpen: Bool { state.kind != .kept }
}
