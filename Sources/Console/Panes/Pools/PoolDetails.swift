import Addresses
import Basics
import ConsoleKit
import IPLeasesCore

/// The range under the cursor in full: its line, its problems, the ways to mend it, what it was
/// compared with, and who sits in it.
struct PoolDetails {
  let screen: PoolScreen
  let table: DraftedPool

  /// Under the list, where there is one column.
  func below(columns: Int) -> [Line] {
    guard table.currentRow != nil || table.field != nil else {
      return pool(columns: columns)
    }
    var lines = [Line.rule("Range", columns: columns), field(columns: columns)]
    if let row = table.currentRow {
      lines += summary(row, columns: columns)
      lines += problems(row, columns: columns)
      lines += fixes(label: " fix", columns: columns)
      let isBroken = table.word(of: row) == .fail
      if !isBroken, let note = PoolScreen.edgeNote(of: row, table) {
        lines += Line.labelled(" note", note, indent: 7, columns: columns)
      }
      lines += looks(row, columns: columns)
    } else {
      lines += poolProblems(columns: columns)
    }
    if !table.draft.isEmpty {
      lines += Text.wrap(PoolScreen.draftText(table), columns - 2).map { Line(" " + $0) }
    }
    return lines
  }

  /// Under the list, where the rest stands beside it.
  func left(columns: Int) -> [Line] {
    guard table.currentRow != nil || table.field != nil else {
      return pool(columns: columns)
    }
    var lines = [Line.rule("Range", columns: columns), field(columns: columns)]
    guard let row = table.currentRow else { return lines }
    lines += summary(row, columns: columns)
    lines += PoolMap.lines(row, table, columns: columns)
    return lines
  }

  /// Beside the list.
  func right(columns: Int) -> [Line] {
    var lines: [Line] = []
    if let row = table.currentRow {
      let word = table.word(of: row)
      lines.append(Line.rule(SafeText.line(row.text), trailing: word.rawValue, columns: columns))
      let found = problems(row, columns: columns)
      lines += found.isEmpty ? [Line("  Nothing is wrong with it.")] : found
      let mends = fixes(label: "  ", columns: columns)
      if !mends.isEmpty {
        let who = table.field?.fix == nil ? "Tab comes here, Enter takes one" : "Enter takes"
        lines += [Line(""), Line("  Ways to mend it", style: Theme.label)] + mends
        lines.append(Line("  " + who, style: Theme.quiet))
      }
      lines += [Line(""), Line.rule("Looked at", columns: columns)]
      let looked = Table([.fixed(26), .fixed(5), .growing(1)], indent: 2, in: columns)
      lines += PoolLook.all(row, table).map { look in
        looked.line([
          Table.Cell(look.title), Table.Cell(look.word.rawValue, Theme.style(of: look.word)),
          Table.Cell(look.found),
        ])
      }
      if let note = PoolScreen.edgeNote(of: row, table) {
        lines += [Line(""), Line.rule("First and last", columns: columns)]
        lines += Text.wrap(note, columns - 3).map { Line("  " + $0) }
      }
    } else if table.field == nil {
      let word = table.wordOfPool(screen.known.facts?.findings ?? [])
      lines.append(Line.rule("Settings", trailing: word.rawValue, columns: columns))
      lines += Menu.lines(PoolSettings.entries(screen.pane, screen.known), columns: columns)
      if table.live.exists { lines.append(Line("  Enter changes them", style: Theme.quiet)) }
    } else {
      lines.append(Line.rule("Pool", columns: columns))
      lines += poolProblems(columns: columns)
    }
    guard !table.draft.isEmpty else { return lines }
    return lines + [Line("")] + draft(columns: columns)
  }

  /// What fits under the details: who sits in the range, else in the pool.
  func more(columns: Int, rows: Int) -> [Line] {
    rows < 3 ? [] : inUse(columns: columns, rows: rows)
  }

  func inUse(columns: Int, rows: Int) -> [Line] {
    let own = table.currentRow.map { table.seats(of: $0) } ?? []
    let seats = own.isEmpty ? table.live.seats[...] : own
    let isUnfolded = table.currentRow.map { screen.pane.unfolded.contains($0.text) } ?? false
    guard !seats.isEmpty, own.isEmpty || !isUnfolded else { return [] }
    let title = own.isEmpty ? "In use in the pool" : "In use in this range"
    var lines = [Line.rule(title, trailing: "\(seats.count)", columns: columns)]
    let room = rows - 1
    let shown = seats.count <= room ? seats.count : max(0, room - 1)
    lines += seats.prefix(shown).map { PoolScreen.seatLine($0, columns: columns) }
    if shown < seats.count {
      lines.append(Line("  and \(seats.count - shown) more, i lists them", style: Theme.quiet))
    }
    return lines
  }

  // MARK: Parts

  /// The pool itself: what is wrong with it as a whole, what needs attention, what comes next.
  private func pool(columns: Int) -> [Line] {
    var lines = [Line.rule("Pool", columns: columns)]
    lines += table.problemsOfPool.flatMap { line(of: $0, columns: columns) }
    if let silence = table.live.silence { lines += line(of: silence, columns: columns) }
    for finding in screen.known.facts?.findings ?? [] {
      lines += labelled(.warn, SafeText.line(finding.message, limit: 400), columns)
    }
    let next = table.live.nextFree(6).map(\.description)
    if !next.isEmpty {
      lines += Line.labelled(" next", next.joined(separator: ", "), indent: 7, columns: columns - 1)
    }
    let unseen = table.live.context.unseen
    if !unseen.isEmpty {
      lines += Line.labelled(
        " ?", "not looked at: \(unseen.joined(separator: ", "))", indent: 7, columns: columns - 1)
    }
    if !table.draft.isEmpty {
      lines += Text.wrap(PoolScreen.draftText(table), columns - 2).map { Line(" " + $0) }
    }
    return lines
  }

  private func labelled(_ word: StateWord, _ text: String, _ columns: Int) -> [Line] {
    Text.wrap(text, columns - 8).enumerated().map { number, part in
      Line(" ").adding(number == 0 ? word.rawValue : "", columns: 6, style: Theme.style(of: word))
        .adding(part)
    }
  }

  /// The line where a range is typed, and what is written there.
  static func fieldTable(in columns: Int) -> Table {
    Table([.fixed(2), .growing(24, to: 34), .fixed(3), .growing(30, turn: 1)], in: columns - 1)
  }

  private func field(columns: Int) -> Line {
    let line = Self.fieldTable(in: columns)
    let text =
      table.field.map { $0.editor.visible(columns: line.widths[1]).text }
      ?? table.currentRow.map { SafeText.line($0.text) } ?? ""
    return line.line([
      Table.Cell(" ["), Table.Cell(text, table.field == nil ? Theme.quiet : .plain),
      Table.Cell("]  "), Table.Cell("CIDR, first-last or address/32"),
    ])
  }

  private func summary(_ row: PoolDraft.Row, columns: Int) -> [Line] {
    guard row.entry.interval != nil else { return [] }
    return [
      Line("  " + Text.cut(PoolScreen.summary(of: row, table, columns: columns - 3), columns - 3))
    ]
  }

  private func problems(_ row: PoolDraft.Row, columns: Int) -> [Line] {
    table.problems(of: row).flatMap { line(of: $0, columns: columns) }
      + poolProblems(columns: columns)
  }

  /// Problems of the pool as a whole: two at most, `i` tells the rest.
  private func poolProblems(columns: Int) -> [Line] {
    let problems = table.problemsOfPool
    var lines = problems.prefix(2).flatMap { line(of: $0, columns: columns) }
    if problems.count > 2 { lines.append(Line("  and \(problems.count - 2) more, i tells them")) }
    return lines
  }

  private func line(of problem: PoolProblem, columns: Int) -> [Line] {
    let word: StateWord = problem.severity == .error ? .fail : .warn
    return labelled(word, SafeText.line(problem.message), columns)
  }

  private func fixes(label: String, columns: Int) -> [Line] {
    let fixes = table.fixes
    let chosen = table.field?.fix?.index(in: fixes.count)
    return fixes.enumerated().flatMap { number, fix -> [Line] in
      let style = number == chosen ? Theme.cursor : .plain
      let head = number == chosen ? ">" + label.dropFirst() : label
      return Line.labelled(
        "\(head) \(number + 1)", SafeText.line(fix.title), indent: 7, columns: columns,
        style: style)
    }
  }

  private func looks(_ row: PoolDraft.Row, columns: Int) -> [Line] {
    let looks = PoolLook.all(row, table)
    guard !looks.isEmpty else { return [] }
    let words = looks.map { look in
      let isQuiet = look.word == .ok || look.word == .unknown
      return "\(look.short) \(look.word.rawValue)" + (isQuiet ? "" : " \(look.found)")
    }
    return [Line.rule("Looked at", columns: columns)]
      + Text.wrap(words.joined(separator: ", "), columns - 2).map { Line(" " + $0) }
  }

  private func draft(columns: Int) -> [Line] {
    var lines = [Line.rule("Draft", columns: columns)]
    let changes = table.changes
    for change in changes.prefix(6) {
      let text =
        "  " + Text.cut(SafeText.line("\(change.sign.rawValue) \(change.text)"), columns - 3)
      lines.append(Line(text, style: change.sign == .added ? Theme.added : Theme.removed))
    }
    if changes.count > 6 { lines.append(Line("  and \(changes.count - 6) more, d shows them")) }
    let depth = table.draft.undoDepth
    let text = PoolScreen.draftText(table) + (depth > 0 ? " \(depth) to undo." : "")
    return lines + Text.wrap(text, columns - 3).map { Line("  " + $0) }
  }
}
