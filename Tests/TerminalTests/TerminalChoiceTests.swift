import Terminal
import Testing

struct TerminalChoiceTests {
  @Test func noColorCountsUnlessAnOptionSaysMore() {
    #expect(ColorChoice.auto.allowsColor(environment: [:]))
    #expect(ColorChoice.auto.allowsColor(environment: ["NO_COLOR": ""]))
    #expect(!ColorChoice.auto.allowsColor(environment: ["NO_COLOR": "0"]))
    #expect(ColorChoice.always.allowsColor(environment: ["NO_COLOR": "1"]))
    #expect(!ColorChoice.never.allowsColor(environment: [:]))
  }

  @Test(arguments: [
    ("xterm-kitty", true), ("foot", true), ("some-256color", true), ("nonesuch", false),
    ("vt320", false),
  ])
  func relativesOfXtermAreKnown(name: String, isLike: Bool) {
    #expect(TerminalName.isLikeXterm(name) == isLike)
  }

  @Test func aHeadlessScreenKeepsTheFrameAndGivesTheKeys() {
    let screen = HeadlessScreen(size: Size(rows: 1, columns: 3))
    screen.type("ab")
    screen.type([.enter])
    #expect(screen.readKeys() == [.character("a"), .character("b"), .enter])
    #expect(screen.readKeys() == [])
    var canvas = Canvas(size: screen.size)
    canvas.write("xyz", row: 0, column: 0)
    screen.show(canvas)
    #expect(screen.canvas?.text == "xyz")
    #expect(screen.frames == 1)
  }
}
