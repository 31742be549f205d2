import Terminal

/// The columns of a list in the room there is: some have one width, some grow, and where not all
/// have room, those that may fall away do so, the least important first.
package struct Table: Sendable {
  package struct Column: Sendable {
    package var heading: String
    package var least: Int
    package var most: Int
    package var alignment = Text.Alignment.left
    /// Blanks before it.
    package var gap = 0
    /// Falls away before every column with a higher number; nil: it stays.
    package var rank: Int?
    /// Those of a later turn grow when all of the turns before have what they may have.
    package var turn = 0
    /// Of what the columns of one turn grow by.
    package var share = 1

    package static func fixed(
      _ columns: Int, _ heading: String = "", _ alignment: Text.Alignment = .left, gap: Int = 0,
      rank: Int? = nil
    ) -> Column {
      Column(
        heading: heading, least: columns, most: columns, alignment: alignment, gap: gap, rank: rank)
    }

    package static func growing(
      _ least: Int, to most: Int = .max, _ heading: String = "", gap: Int = 0, turn: Int = 0,
      share: Int = 1
    ) -> Column {
      Column(
        heading: heading, least: least, most: max(least, most), gap: gap, turn: turn, share: share)
    }

    fileprivate var needed: Int { gap + least }
  }

  package struct Cell: Sendable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }

  package let columns: [Column]
  /// Of each column; 0 for one that fell away.
  package let widths: [Int]
  /// Blanks before the first column.
  package let indent: Int

  package init(_ columns: [Column], indent: Int = 0, in room: Int) {
    self.columns = columns
    self.indent = indent
    var shown = Array(columns.indices)
    func rest() -> Int { room - indent - shown.map { columns[$0].needed }.reduce(0, +) }
    while rest() < 0,
      let least = shown.filter({ columns[$0].rank != nil })
        .min(by: { (columns[$0].rank ?? 0) < (columns[$1].rank ?? 0) })
    {
      shown.removeAll { $0 == least }
    }
    var widths = Array(repeating: 0, count: columns.count)
    for index in shown { widths[index] = columns[index].least }
    let spare = rest()
    if spare > 0 { Self.grow(&widths, shown, columns, by: spare) }
    if spare < 0 { Self.shrink(&widths, shown, columns, by: -spare) }
    self.widths = widths
  }

  /// The same with two neighbours as one column.
  package func merging(_ first: Int, _ second: Int) -> Table {
    var columns = columns
    let width = widths[first] + columns[second].gap + widths[second]
    columns[first].least = width
    columns[first].most = width
    columns.remove(at: second)
    var widths = widths
    widths[first] = width
    widths.remove(at: second)
    return Table(columns, widths, indent: indent)
  }

  private init(_ columns: [Column], _ widths: [Int], indent: Int) {
    self.columns = columns
    self.widths = widths
    self.indent = indent
  }

  package func isShown(_ column: Int) -> Bool { widths[column] > 0 }

  /// The column where a column begins, from the left.
  package func start(of column: Int) -> Int {
    columns.indices.prefix(column).filter(isShown).reduce(indent) {
      $0 + columns[$1].gap + widths[$1]
    } + columns[column].gap
  }

  /// A line of the list. What belongs to a column that fell away is left out.
  package func line(_ cells: [Cell], row: Int? = nil) -> Line {
    var line = Line(String(repeating: " ", count: indent), row: row)
    for (index, cell) in cells.enumerated() where isShown(index) {
      let column = columns[index]
      if column.gap > 0 { line = line.adding(String(repeating: " ", count: column.gap)) }
      line = line.adding(cell.text, columns: widths[index], column.alignment, style: cell.style)
    }
    return line
  }

  /// The names of the columns over them.
  package func headings(style: Style) -> Line {
    var last = columns.count
    while last > 0, columns[last - 1].heading.isEmpty { last -= 1 }
    return Line(line(columns.prefix(last).map { Cell($0.heading) }).text, style: style)
  }

  /// A rule with a title, and the names of the columns over them.
  package func rule(_ title: String, columns total: Int) -> Line {
    var text = ""
    var end = 0
    for (index, column) in columns.enumerated() where isShown(index) && !column.heading.isEmpty {
      let width = TextWidth.columns(of: column.heading)
      let isRight = column.alignment == .right
      let begin = start(of: index) + (isRight ? max(0, widths[index] - width) : 0)
      let gap = text.isEmpty ? 0 : max(1, begin - end)
      end = (text.isEmpty ? begin : end + gap) + width
      text += String(repeating: " ", count: gap) + column.heading
    }
    return .rule(title, trailing: text, tail: max(0, total - end - 1), columns: total)
  }

  // MARK: Widths

  private static func grow(
    _ widths: inout [Int], _ shown: [Int], _ columns: [Column], by spare: Int
  ) {
    var spare = spare
    for turn in Set(shown.map { columns[$0].turn }).sorted() {
      var growing = shown.filter { columns[$0].turn == turn && widths[$0] < columns[$0].most }
      while spare > 0, !growing.isEmpty {
        let shares = growing.map { columns[$0].share }.reduce(0, +)
        let whole = spare
        for index in growing {
          // The last of them has what dividing left over.
          let part =
            index == growing.last ? spare : min(spare, whole * columns[index].share / shares)
          let taken = min(part, columns[index].most - widths[index])
          widths[index] += taken
          spare -= taken
        }
        growing = growing.filter { widths[$0] < columns[$0].most }
      }
    }
  }

  /// Those that grow give way, the last first.
  private static func shrink(
    _ widths: inout [Int], _ shown: [Int], _ columns: [Column], by missing: Int
  ) {
    var missing = missing
    for index in shown.reversed() where columns[index].most > columns[index].least {
      let given = min(missing, widths[index] - 1)
      widths[index] -= max(0, given)
      missing -= max(0, given)
    }
  }
}
