import Terminal
import Testing

struct DrawableRowTests {
  private func drawn(_ cells: [Cell], isASCII: Bool = false) -> String {
    String(DrawableRow.cells(of: cells, isASCII: isASCII).map { $0.text ?? "~" })
  }

  @Test(arguments: [
    (["a", "b"], "ab"), (["界", nil], "界~"), (["界", "x"], "?x"), ([nil, "x"], " x"),
    (["x", "界"], "x?"), (["界", nil, nil], "界~ "), (["\u{1B}", "\n"], "  "),
    (["\u{202E}", "\u{85}"], "  "), (["👍🏽", nil], "👍~"), (["👨‍👩‍👧", nil], "👨~"), (["❤️"], "❤"),
  ])
  func onlyHarmlessCellsOfTheRightWidthAreDrawn(cells: [Character?], text: String) {
    #expect(drawn(cells.map { Cell($0) }) == text)
  }

  @Test func marksAreLimited() throws {
    let tower = Character("e" + String(repeating: "\u{301}", count: 50))
    let text = try #require(DrawableRow.cells(of: [Cell(tower)], isASCII: false)[0].text)
    #expect(text.unicodeScalars.count == 5)
  }

  @Test func whatTheSystemDoesNotKnowIsAQuestionMark() {
    let cells = DrawableRow.cells(of: [Cell("界"), Cell(nil)], isASCII: false) { _ in false }
    #expect(cells == [Cell("?"), Cell(" ")])
  }

  @Test func linesHaveStandInsInASCII() {
    let text = "┌─┬═│║┼…▶█✓界é"
    let cells = text.flatMap { $0 == "界" ? [Cell($0), Cell(nil)] : [Cell($0)] }
    #expect(drawn(cells, isASCII: true) == "+-+=||+.>#+界~é")
  }
}
