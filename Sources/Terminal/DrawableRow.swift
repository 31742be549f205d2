/// One row of a canvas made safe for a terminal whatever a caller has set in its cells.
package enum DrawableRow {
  /// A character and its marks: what one cell of ncurses holds.
  static let scalarLimit = 5

  /// Every wide character is followed by its right half, no half stands alone, and no cell holds
  /// anything that takes no column by itself or that a terminal would obey.
  ///
  /// - Parameter isKnown: whether the system agrees on the width of a character; others are drawn
  ///   as "?", because a wrong width would shift the rest of the row.
  package static func cells(
    of row: some Sequence<Cell>, isASCII: Bool, isKnown: (Unicode.Scalar) -> Bool = { _ in true }
  ) -> [Cell] {
    var drawn: [Cell] = []
    drawn.reserveCapacity(row.underestimatedCount)
    var isWideOpen = false
    for cell in row {
      guard let text = cell.text else {
        drawn.append(isWideOpen ? cell : Cell(" ", style: cell.style))
        isWideOpen = false
        continue
      }
      if isWideOpen { drawn[drawn.count - 1].text = "?" }
      isWideOpen = false
      if let byte = text.asciiValue, byte &- 0x20 < 0x5F {
        drawn.append(cell)
        continue
      }
      let safe = harmless(text, isKnown: isKnown)
      let shown = isASCII ? ASCIILines.substitute(for: safe) : safe
      drawn.append(Cell(shown, style: cell.style))
      isWideOpen = TextWidth.columns(of: shown) == 2
    }
    if isWideOpen { drawn[drawn.count - 1].text = "?" }
    return drawn
  }

  /// The first character that takes a column with the marks that follow it; a blank without one.
  private static func harmless(
    _ text: Character, isKnown: (Unicode.Scalar) -> Bool
  ) -> Character {
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !TextWidth.isDropped(scalar) {
      guard isKnown(scalar) else { return "?" }
      if TextWidth.isMark(scalar) {
        if !kept.isEmpty, kept.count < scalarLimit { kept.append(scalar) }
      } else if kept.isEmpty {
        kept.append(scalar)
      } else {
        break
      }
    }
    let text = String(kept)
    return text.count == 1 ? Character(text) : text.first ?? " "
  }
}
