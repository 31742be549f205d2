import Terminal
import TestSupport
import Testing

struct CanvasTests {
  private func canvas(_ columns: Int, rows: Int = 1) -> Canvas {
    Canvas(size: Size(rows: rows, columns: columns))
  }

  @Test(arguments: [
    ("abc", "abc   ", 3), ("abcdef", "abcdef", 6), ("abcdefg", "abcde…", 6), ("界界界", "界界界", 6),
    ("界界界x", "界界… ", 5), ("a界界界", "a界界…", 6), ("\u{1B}[1mab", "[1mab ", 5),
    ("e\u{301}e\u{301}", "e\u{301}e\u{301}    ", 2), ("\u{301}x", "x     ", 1),
    ("abcdef\u{200D}\u{301}", "abcdef\u{301}", 6),
  ])
  func aTextIsCutByColumns(text: String, shown: String, end: Int) {
    var canvas = canvas(6)
    #expect(canvas.write(text, row: 0, column: 0) == end)
    #expect(canvas.text == shown)
  }

  @Test func theLimitOfColumnsIsKept() {
    var canvas = canvas(10)
    #expect(canvas.write("abcdef", row: 0, column: 2, columns: 4) == 6)
    #expect(canvas.text == "  abc…    ")
    #expect(canvas.write("xy", row: 0, column: 9) == 10)
    #expect(canvas.text == "  abc…   …")
    #expect(canvas.write("x", row: 0, column: 3, columns: 0) == 3)
    #expect(canvas.write("x", row: 1, column: 3) == 3)
    #expect(canvas.write("x", row: 0, column: -1) == -1)
  }

  @Test func writingOverHalfOfAWideCharacterBlanksTheOther() {
    var left = canvas(4)
    left.write("界界", row: 0, column: 0)
    left.write("x", row: 0, column: 1)
    #expect(left.text == " x界")
    var right = canvas(4)
    right.write("界界", row: 0, column: 0)
    right.write("x", row: 0, column: 2)
    #expect(right.text == "界x ")
    var across = canvas(4)
    across.write("界界", row: 0, column: 0)
    across.write("国", row: 0, column: 1)
    #expect(across.text == " 国 ")
    var filled = canvas(4)
    filled.write("界界", row: 0, column: 0)
    filled.fill(Rect(row: 0, column: 1, rows: 1, columns: 2), style: .plain)
    #expect(filled.text == "    ")
  }

  @Test func drawingOutsideIsCut() {
    var canvas = canvas(3, rows: 2)
    canvas.fill(Rect(row: 30, column: 5, rows: 2, columns: 2), style: Style(.red))
    canvas.fill(Rect(row: -1, column: -1, rows: 2, columns: 2), style: Style(.red))
    canvas[5, 5] = Cell("x")
    #expect(canvas[0, 0] == Cell(" ", style: Style(.red)))
    #expect(canvas[1, 0] == .blank)
    #expect(canvas[-1, 0] == .blank)
    #expect(canvas.cells.count == 6)
  }

  @Test func aRuleHasItsTitle() {
    var canvas = canvas(20)
    canvas.rule(row: 0, column: 0, columns: 20, title: "Pools")
    #expect(canvas.text == "── Pools ───────────")
    canvas.rule(row: 0, column: 0, columns: 12, title: "A long title")
    #expect(canvas.text.hasPrefix("── A lon… ──"))
    canvas.rule(row: 0, column: 0, columns: 20)
    #expect(canvas.text == String(repeating: "─", count: 20))
    canvas.rule(row: 0, column: 18, columns: 20, title: "x")
    #expect(canvas.text == String(repeating: "─", count: 20))
  }

  @Test func aVerticalRuleGoesDown() {
    var canvas = canvas(2, rows: 3)
    canvas.verticalRule(row: 1, column: 1, rows: 5)
    #expect(canvas.text == "  \n │\n │")
  }

  @Test(.inTurn, arguments: ["x", "\u{200D}", "\u{301}", "界"])
  func aHugeTextCostsNoMoreThanItsShownPart(unit: Character) {
    let huge = String(repeating: unit, count: 3_000_000)
    let once = processorTime {
      var canvas = canvas(80)
      for _ in 0..<100 { canvas.write(huge, row: 0, column: 0) }
      #expect(canvas.text.hasSuffix("…") || canvas.text.contains("…"))
    }
    let walk = processorTime { #expect(huge.unicodeScalars.count > 0) }
    #expect(once < max(walk * 10, .milliseconds(500)), "\(once) against \(walk)")
  }
}
