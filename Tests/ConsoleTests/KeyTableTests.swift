import ConsoleKit
import Terminal
import Testing

@testable import Console

struct KeyTableTests {
  private static func bindings(_ title: String) -> [Binding] {
    KeyReference.sections.filter { $0.title == title }.flatMap(\.bindings)
  }

  @Test func noKeyStandsTwiceInOneTable() {
    for place in KeyReference.sections {
      let keys = place.bindings.flatMap(\.keys)
      #expect(keys.count == Set(keys).count, "\(place.title)")
    }
  }

  @Test func noPaneTakesAKeyThatWorksEverywhere() {
    let everywhere = Set(Self.bindings("Everywhere").flatMap(\.keys))
    for place in KeyReference.sections where !["Everywhere", "Text line"].contains(place.title) {
      for key in place.bindings.flatMap(\.keys) {
        #expect(!everywhere.contains(key), "\(place.title): \(key.name)")
      }
    }
  }

  @Test func theKeysOfTheTerminalAreLeftToIt() {
    let terminal: Set<Key> = [.control("s"), .control("q"), .control("a"), .control("^")]
    for place in KeyReference.sections {
      let keys = place.bindings.flatMap { $0.keys }
      #expect(terminal.isDisjoint(with: keys), "\(place.title)")
    }
  }

  @Test func everyBindingHasAWordAndAMeaning() {
    for place in KeyReference.sections {
      for binding in place.bindings {
        #expect(!binding.word.isEmpty && !binding.meaning.isEmpty, "\(place.title)")
        #expect(binding.word.first?.isUppercase == true, "\(binding.word)")
      }
    }
  }

  @Test func theKeyMapIsTheOneOfTheDesign() {
    let everywhere = Dictionary(
      uniqueKeysWithValues: Self.bindings("Everywhere").flatMap { binding in
        binding.keys.map { ($0, binding.word) }
      })
    let map: [(Key, String)] = [
      (.character("?"), "Help"), (.function(1), "Help"), (.character(":"), "Command"),
      (.character("/"), "Find"), (.character("n"), "Next hit"), (.character("f"), "Problems"),
      (.character("e"), "Next problem"), (.tab, "Next part"), (.control("d"), "Half page down"),
      (.character("{"), "Previous group"), (.enter, "Open"), (.character("i"), "Why"),
      (.escape, "Close"), (.character("q"), "Back"), (.character("Q"), "Quit"),
      (.function(10), "Quit"), (.control("c"), "Stop"), (.control("z"), "Suspend"),
      (.control("l"), "Redraw"), (.character("z"), "Zoom"), (.character("P"), "Plain"),
      (.character("@"), "Activity"), (.character("r"), "Re-read"), (.character("R"), "All"),
      (.character("y"), "Copy"), (.character("c"), "Copy"), (.character("Y"), "Markdown"),
      (.character("S"), "Save"), (.character("v"), "Range"), (.character("W"), "Watch"),
    ]
    for (key, word) in map { #expect(everywhere[key] == word, "\(key.name)") }
    let steps = Self.bindings("Steps").map { "\($0.keysText) \($0.word)" }
    #expect(
      steps == ["Space Fold", "a Plan", "d Diff", "x Set aside", "u Roll back", "B Way"])
    let plan = Self.bindings("Plan").map { $0.word }
    #expect(plan == ["Accept line", "Diff"])
  }

  @Test func aKeyThatIsOffSaysWhy() {
    var state = Fixtures.state()
    state.press(.character("2"))
    state.go(to: .step(.provider))
    let effects = state.press(.character("a"))
    #expect(effects.isEmpty)
    #expect(state.notice == "Plan is off: it waits for step 8.")
  }

  @Test func theKeysRowIsCutAtAWordAndKeepsHelp() {
    for columns in 60...140 {
      let state = Fixtures.state(rows: 24, columns: columns)
      let row = Frame.keys(state.scene, columns: columns)
      #expect(TextWidth.columns(of: row) <= columns)
      #expect(row.contains("? Help"))
      #expect(!row.contains("…"))
    }
  }
}
