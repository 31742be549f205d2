import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The range under the cursor in full: its line, its problems, the ways to mend it, what it was
/// compared with, and who sits in it.
enum PoolDetails {
  /// Under the list, where there is one column.
  static func below(_ table: DraftedPool, _ state: State, columns: Int) -> [Line] {
    guard table.currentRow != nil || state.rangeField != nil else {
      return pool(table, state, columns: columns)
    }
    var lines = [Line.rule("Range", columns: columns), field(state, table, columns: columns)]
    if let row = table.currentRow {
      lines += summary(row, table, columns: columns)
      lines += problems(table, row, columns: columns)
      lines += fixes(table, state, label: " fix", columns: columns)
      let isBroken = table.word(of: row) == .fail
      if !isBroken, let note = PoolScreen.edgeNote(of: row, table) {
        lines += Line.labelled(" note", note, indent: 7, columns: columns)
      }
      lines += looks(row, table, columns: columns)
    } else {
      lines += poolProblems(table, columns: columns)
    }
    if !table.draft.isEmpty {
      lines += Text.wrap(PoolScreen.draftText(table), columns - 2).map { Line(" " + $0) }
    }
    return lines
  }

  /// Under the list, where the rest stands beside it.
  static func left(_ table: DraftedPool, _ state: State, columns: Int) -> [Line] {
    guard table.currentRow != nil || state.rangeField != nil else {
      return pool(table, state, columns: columns)
    }
    var lines = [Line.rule("Range", columns: columns), field(state, table, columns: columns)]
    guard let row = table.currentRow else { return lines }
    lines += summary(row, table, columns: columns)
    lines += PoolMap.lines(row, table, columns: columns)
    return lines
  }

  /// Beside the list.
  static func right(_ table: DraftedPool, _ state: State, columns: Int) -> [Line] {
    var lines: [Line] = []
    if let row = table.currentRow {
      let word = table.word(of: row)
      lines.append(
        Line.rule(SafeText.line(row.text), trailing: word.rawValue, columns: columns))
      let found = problems(table, row, columns: columns)
      lines += found.isEmpty ? [Line("  Nothing is wrong with it.")] : found
      let mends = fixes(table, state, label: "  ", columns: columns)
      if !mends.isEmpty {
        let who = state.rangeField?.fix == nil ? "Tab comes here, Enter takes one" : "Enter takes"
        lines += [Line(""), Line("  Ways to mend it", style: Theme.label)] + mends
        lines.append(Line("  " + who, style: Theme.quiet))
      }
      lines += [Line(""), Line.rule("Looked at", columns: columns)]
      lines += PoolLook.all(row, table).map { look in
        Line("  ").adding(look.title, columns: 26)
          .adding(look.word.rawValue, columns: 5, style: Theme.style(of: look.word))
          .adding(Text.cut(look.found, max(1, columns - 33)))
      }
      if let note = PoolScreen.edgeNote(of: row, table) {
        lines += [Line(""), Line.rule("First and last", columns: columns)]
        lines += Text.wrap(note, columns - 3).map { Line("  " + $0) }
      }
    } else if state.rangeField == nil {
      let word = table.wordOfPool(state.facts?.findings ?? [])
      lines.append(Line.rule("Settings", trailing: word.rawValue, columns: columns))
      lines += Menu(.poolSettings).lines(state, columns: columns)
      if table.live.exists { lines.append(Line("  Enter changes them", style: Theme.quiet)) }
    } else {
      lines.append(Line.rule("Pool", columns: columns))
      lines += poolProblems(table, columns: columns)
    }
    guard !table.draft.isEmpty else { return lines }
    return lines + [Line("")] + draft(table, columns: columns)
  }

  /// What fits under the details: who sits in the range, else in the pool.
  static func more(
    _ table: DraftedPool, _ state: State, columns: Int, rows: Int
  ) -> [Line] {
    rows < 3 ? [] : inUse(table, state, columns: columns, rows: rows)
  }

  static func inUse(
    _ table: DraftedPool, _ state: State, columns: Int, rows: Int
  ) -> [Line] {
    let own = table.currentRow.map { table.seats(of: $0) } ?? []
    let seats = own.isEmpty ? table.live.seats[...] : own
    let isUnfolded = table.currentRow.map { state.pools.unfolded.contains($0.text) } ?? false
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
  private static func pool(_ table: DraftedPool, _ state: State, columns: Int) -> [Line] {
    var lines = [Line.rule("Pool", columns: columns)]
    lines += table.problemsOfPool.flatMap { line(of: $0, columns: columns) }
    if let silence = table.live.silence { lines += line(of: silence, columns: columns) }
    for finding in state.facts?.findings ?? [] {
      lines += labelled(.warn, SafeText.line(finding.message, limit: 400), columns)
    }
    let next = table.live.nextFree(6).map(\.description)
    if !next.isEmpty {
      lines += Line.labelled(
        " next", next.joined(separator: ", "), indent: 7, columns: columns - 1)
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

  private static func labelled(_ word: StateWord, _ text: String, _ columns: Int) -> [Line] {
    Text.wrap(text, columns - 8).enumerated().map { number, part in
      Line(" ").adding(number == 0 ? word.rawValue : "", columns: 6, style: Theme.style(of: word))
        .adding(part)
    }
  }

  /// The columns between the brackets.
  static func fieldColumns(_ columns: Int) -> Int { columns >= 68 ? 34 : 24 }

  private static func field(_ state: State, _ table: DraftedPool, columns: Int) -> Line {
    let width = fieldColumns(columns)
    let text =
      state.rangeField.map { $0.editor.visible(columns: width).text }
      ?? table.currentRow.map { SafeText.line($0.text) } ?? ""
    let style = state.rangeField == nil ? Theme.quiet : Style.plain
    return Line(" [").adding(text, columns: width, style: style)
      .adding("]  " + Text.cut("CIDR, first-last or address/32", max(1, columns - width - 6)))
  }

  private static func summary(
    _ row: PoolDraft.Row, _ table: DraftedPool, columns: Int
  ) -> [Line] {
    guard row.entry.interval != nil else { return [] }
    return [
      Line("  " + Text.cut(PoolScreen.summary(of: row, table, columns: columns), columns - 3))
    ]
  }

  private static func problems(
    _ table: DraftedPool, _ row: PoolDraft.Row, columns: Int
  ) -> [Line] {
    table.problems(of: row).flatMap { line(of: $0, columns: columns) }
      + poolProblems(table, columns: columns)
  }

  /// Problems of the pool as a whole: two at most, `i` tells the rest.
  private static func poolProblems(_ table: DraftedPool, columns: Int) -> [Line] {
    let problems = table.problemsOfPool
    var lines = problems.prefix(2).flatMap { line(of: $0, columns: columns) }
    if problems.count > 2 { lines.append(Line("  and \(problems.count - 2) more, i tells them")) }
    return lines
  }

  private static func line(of problem: PoolProblem, columns: Int) -> [Line] {
    let word: StateWord = problem.severity == .error ? .fail : .warn
    return labelled(word, SafeText.line(problem.message), columns)
  }

  private static func fixes(
    _ table: DraftedPool, _ state: State, label: String, columns: Int
  ) -> [Line] {
    let fixes = table.fixes
    let chosen = state.rangeField?.fix?.index(in: fixes.count)
    return fixes.enumerated().flatMap { number, fix -> [Line] in
      let style = number == chosen ? Theme.cursor : .plain
      let head = number == chosen ? ">" + label.dropFirst() : label
      return Line.labelled(
        "\(head) \(number + 1)", SafeText.line(fix.title), indent: 7, columns: columns,
        style: style)
    }
  }

  private static func looks(
    _ row: PoolDraft.Row, _ table: DraftedPool, columns: Int
  ) -> [Line] {
    let looks = PoolLook.all(row, table)
    guard !looks.isEmpty else { return [] }
    let words = looks.map { look in
      let isQuiet = look.word == .ok || look.word == .unknown
      return "\(look.short) \(look.word.rawValue)" + (isQuiet ? "" : " \(look.found)")
    }
    return [Line.rule("Looked at", columns: columns)]
      + Text.wrap(words.joined(separator: ", "), columns - 2).map { Line(" " + $0) }
  }

  private static func draft(_ table: DraftedPool, columns: Int) -> [Line] {
    var lines = [Line.rule("Draft", columns: columns)]
    let changes =
      PoolSettings.changes(table.live, table.draft.options).map { "\($0.sign) \($0.text)" }
      + table.draft.removed.map { "- \($0.text)" }
      + table.draft.edited.flatMap { ["- \($0.old.text)", "+ \($0.new.text)"] }
      + table.draft.added.map { "+ \($0.text)" }
    for change in changes.prefix(6) {
      let style = change.hasPrefix("+") ? Theme.added : Theme.removed
      lines.append(Line("  " + Text.cut(SafeText.line(change), columns - 3), style: style))
    }
    if changes.count > 6 { lines.append(Line("  and \(changes.count - 6) more, d shows them")) }
    let depth = table.draft.undoDepth
    let text = PoolScreen.draftText(table) + (depth > 0 ? " \(depth) to undo." : "")
    return lines + Text.wrap(text, columns - 3).map { Line("  " + $0) }
  }
}
