import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

@testable import Basics
@testable import Console
@testable import IPLeasesCore
@testable import Logs

/// The moments of the Logs pane whose screens are compared.
enum LogScreens {
  static let all: [(name: String, state: State)] = [
    ("following", following), ("followingLarge", followingLarge),
    ("followingNarrow", followingNarrow),
    ("pausedWithUnseen", pausedWithUnseen), ("filtered", filtered), ("unfolded", unfolded),
    ("chosenFold", chosenFold), ("search", search), ("hostile", hostile), ("wrapped", wrapped),
    ("sources", sources), ("filters", filters), ("longList", longList), ("nothing", nothing),
    ("refusedPattern", refusedPattern), ("wholeLine", wholeLine),
  ]

  static var following: State { LogStage.incident().state }
  static var followingLarge: State { LogStage.incident(rows: 40, columns: 120).state }
  static var followingNarrow: State { LogStage.incident(rows: 15, columns: 60).state }

  static var pausedWithUnseen: State {
    var stage = LogStage.many(40)
    stage.press(.character("k"), .character("k"))
    stage.add(40..<65)
    return stage.state
  }

  static var filtered: State {
    var stage = LogStage.incident()
    stage.press(.character("L"), .character("L"), .character("L"), .character("&"))
    stage.type("!slow")
    stage.press(.enter)
    return stage.state
  }

  static var unfolded: State {
    var stage = LogStage.incident()
    stage.press(.character("g"))
    stage.press(Array(repeating: .character("j"), count: 5))
    stage.press(.enter)
    return stage.state
  }

  static var chosenFold: State {
    var stage = LogStage.incident()
    stage.press(.character("E"), .character("m"), .character("i"))
    return stage.state
  }

  static var search: State {
    var stage = LogStage.incident()
    stage.press(.character("/"))
    stage.type("reconciled")
    stage.press(.enter, .character("n"))
    return stage.state
  }

  static var hostile: State {
    var stage = LogStage()
    let date = LogStage.time("12:00:00.0")
    let texts = [
      "<nil> INF colours \u{1B}[31mred\u{1B}[0m and \u{1B}]0;title\u{07}bell",
      "<nil> INF clear \u{1B}[2J\u{1B}[H and back\u{8}\u{8}\u{8}space",
      "<nil> INF override \u{202E}txt.exe\u{202C} zero\u{200B}width",
      "<nil> INF wide 界界界 e\u{301} 👍🏽",
      "<nil> ERR long " + String(repeating: "y", count: 40_000),
      "no format at all \u{0}\u{1}\u{2}",
    ]
    for (index, text) in texts.enumerated() {
      stage.take(LogStage.op, date.addingTimeInterval(Double(index)), text)
    }
    stage.store.take([
      LogEvent(
        LogStage.op,
        .lines(Array("2026-03-13T12:00:10Z <nil> INF bytes ".utf8) + [0xFF, 0xFE, 0xC3, 0x0A]))
    ])
    stage.show()
    return stage.state
  }

  static var wrapped: State {
    var stage = LogStage()
    let words = (1...30).map { "word\($0)" }.joined(separator: " ")
    stage.line("12:00:00.0", LogStage.prv, "INF \(words)")
    stage.line("12:00:01.0", LogStage.prv, "INF short")
    stage.press(.character("w"))
    return stage.state
  }

  static var sources: State {
    var stage = LogStage.incident()
    stage.press(.character("s"), .character("3"))
    return stage.state
  }

  static var filters: State {
    var stage = LogStage.incident()
    stage.press(.character("&"))
    stage.type("!reconciled|announcing")
    stage.press(.enter, .character("&"))
    return stage.state
  }

  static var longList: State {
    var stage = LogStage.many(2_000)
    stage.press(.character("T"))
    stage.type("11:10")
    stage.press(.enter, .character("i"), .character("H"))
    return stage.state
  }

  static var nothing: State {
    var stage = LogStage()
    let message = UserMessage("The pods were not read", reason: "connection refused")
    _ = update(
      &stage.state,
      .logNews(.unread([.init(name: "the pods of metallb-system", message: message)])))
    return stage.state
  }

  static var refusedPattern: State {
    var stage = LogStage.many(3)
    stage.press(.character("/"))
    stage.type("a(b")
    stage.press(.enter)
    return stage.state
  }

  static var wholeLine: State {
    var stage = LogStage.incident()
    stage.press(.character("g"), .character("j"), .enter)
    return stage.state
  }
}
