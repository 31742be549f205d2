import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import TestSupport
import Testing

@testable import Console

/// Nothing that fingers do by habit changes the cluster.
struct SafetyTests {
  /// Every key of every table, the reflexes, and keys that mean nothing here.
  static let keys: [Key] = {
    var keys = Set(KeyReference.sections.flatMap { $0.bindings.flatMap(\.keys) })
    keys.formUnion(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".map { .character($0) })
    keys.formUnion("kqrsacwud".map { .control($0) })
    keys.formUnion((1...12).map { .function($0) })
    keys.formUnion([
      .backspace, .delete, .paste("yes\n"), .paste("stop\n"), .unknown, .focusGained, .focusLost,
      .wheelUp(Position(row: 3, column: 3)), .wheelDown(Position(row: 3, column: 3)),
      .click(Position(row: 3, column: 3)),
    ])
    return keys.sorted { $0.name < $1.name }
  }()

  /// A state for every pane and everything that can lie over one.
  static let places: [(name: String, state: State)] = {
    var places = PaneID.allCases.map { pane in
      var state = Fixtures.state()
      state.press(.character(pane.digit))
      return (name: pane.title, state: state)
    }
    func add(_ name: String, _ state: State) { places.append((name: name, state: state)) }
    add("plan", .showing(Fixtures.plan))
    add("plan with the stronger word", .showing(Fixtures.largePlan))
    var typing = State.showing(Fixtures.plan)
    typing.press(.character("a"))
    add("typed word", typing)
    add("run", ScreenTests.running())
    var stopping = ScreenTests.running()
    stopping.press(.control("c"))
    add("question about stopping", stopping)
    for key: Key in [
      .character("@"), .character("?"), .character(":"), .character("/"), .character("S"),
    ] {
      var state = Fixtures.state()
      state.press(.character("2"), key)
      add("after \(key.name)", state)
    }
    for key: Key in [.character("i"), .character("x"), .character("z")] {
      var state = Fixtures.state()
      state.press(.character("2"), key)
      add("Steps after \(key.name)", state)
    }
    var draft = Fixtures.poolsPane()
    draft.press(.character("x"))
    draft.add(range: "192.0.2.0/30")
    add("Pools with a draft", draft)
    for keys: [Key] in [
      [.character("+"), .character("1")], [.character("I")], [.character("X")],
      [.character("d")], [.character("i")], [.character("Q")], [.character(" ")],
    ] {
      var state = draft
      state.press(keys)
      add("Pools with a draft after \(keys[0].name)", state)
    }
    var mending = Fixtures.poolsPane()
    mending.add(range: "192.0.2.208/28")
    add("Pools with a problem", mending)
    mending.press(.tab)
    add("fixes in Pools", mending)
    add("Logs followed", LogScreens.following)
    add("a line of Logs chosen", LogScreens.chosenFold)
    add("sources of Logs", LogScreens.sources)
    add("filters of Logs", LogScreens.filters)
    add("a search in Logs", LogScreens.refusedPattern)
    add("Watch without a baseline", Fixtures.watchPane(WatchStory.quiet))
    var back = WatchStory.broken
    back.waysBack = [.metallb]
    add("Watch with GO BACK", Fixtures.watchPane(back))
    var anew = Fixtures.watchPane(WatchStory.broken)
    anew.press(.character("b"))
    add("question about a new baseline", anew)
    var leaving = Fixtures.state()
    leaving.press(.character("q"))
    add("question about leaving", leaving)
    return places
  }()

  /// Each key, and each after each; a plain run tries an eighth of the pairs, in each place others.
  @Test(.inTurn, arguments: places.indices)
  func noKeyAndNoTwoKeysChangeAnything(place: Int) {
    let (name, start) = Self.places[place]
    for (index, first) in Self.keys.enumerated() {
      var state = start
      let effects = state.press(first)
      #expect(!effects.changeSomething, "\(name): \(first.name)")
      guard Amount.isLarge || (index + place) % 8 == 0 else { continue }
      for second in Self.keys {
        var state = state
        let effects = state.press(second)
        // A letter and Enter are a whole reason: that is typed text, and kept for the list only.
        if name == "Steps after x", effects.allSatisfy({ $0.isSettingAside }) { continue }
        if effects.changeSomething {
          Issue.record("\(name): \(first.name) \(second.name) made \(effects)")
        }
      }
    }
  }

  @Test func nothingRunsInAWindowThatIsTooSmall() {
    for (name, start) in Self.places {
      var state = start
      _ = update(&state, .resized(Size(rows: 14, columns: 80)))
      for key in Self.keys {
        var state = state
        let effects = state.press([key, .character("y"), .character("e"), .character("s"), .enter])
        #expect(!effects.changeSomething, "\(name): \(key.name)")
      }
    }
  }

  @Test func aHabitThatDoesHarmElsewhereSaysWhatItIsHere() {
    for key: Key in [.control("k"), .control("s"), .control("r"), .function(9)] {
      var state = Fixtures.state()
      let effects = state.press(key)
      #expect(effects.isEmpty)
      #expect(state.notice?.contains("off") == true, "\(key.name)")
    }
  }

  @Test func everySizeCanBeDrawn() {
    let rows = [1, 2, 3, 5, 8, 14, 15, 16, 24, 40, 60]
    let columns = [1, 2, 3, 10, 39, 59, 60, 61, 79, 80, 119, 120, 121, 200]
    for (name, start) in Self.places {
      for row in rows {
        for column in columns {
          var state = start
          _ = update(&state, .resized(Size(rows: row, columns: column)))
          var canvas = Canvas(size: state.size)
          view(state.scene, &canvas)
          let isEmpty = canvas.cells.allSatisfy { $0.text == " " }
          #expect(!isEmpty, "\(name) at \(column)x\(row)")
        }
      }
    }
  }
}

extension [Effect] {
  fileprivate var changeSomething: Bool { contains { $0.changesSomething } }
}

extension Effect {
  /// True for what changes the cluster or what is kept about it.
  fileprivate var changesSomething: Bool {
    switch self {
    case .run, .setAside, .setFindingAside, .stopRun: true
    case .read, .stopReading, .followFacts, .followWatch, .takeBaseline, .makePlan, .stopPlanning,
      .chooseWay, .readActivity, .importRanges, .keepDrafts, .followLogs, .filterLogs, .foldLogs,
      .findInLogs, .saveLogs, .copy, .save, .plainPrint, .suspend, .redraw, .quit:
      false
    }
  }

  fileprivate var isSettingAside: Bool {
    if case .setAside = self { true } else { false }
  }
}
