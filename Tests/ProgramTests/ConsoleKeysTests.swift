import Foundation
import TestSupport
import Testing

/// Keys of the real program: none of them, alone or in pairs, changes anything.
@Suite(.inTurn)
struct ConsoleKeysTests {
  /// A pane or what can lie over one, and the keys that lead there: the later ones are pressed when
  /// the earlier ones have brought up what they ask for.
  private struct Place {
    var name: String
    var keys: [String]
    /// Found on the screen when the console is there.
    var sign: String
  }

  private static let places = [
    Place(name: "Overview", keys: ["1"], sign: "[1 Overview"),
    Place(name: "Steps", keys: ["2"], sign: "[2 Steps"),
    Place(name: "Pools", keys: ["3"], sign: "[3 Pools"),
    Place(name: "Logs", keys: ["4"], sign: "[4 Logs"),
    Place(name: "Verify", keys: ["5"], sign: "[5 Ver"),
    Place(name: "plan", keys: ["2a"], sign: "\nPLAN  "),
    Place(name: "typed word", keys: ["2a", "a"], sign: "Type  yes"),
    Place(name: "help", keys: ["2?"], sign: "\nHELP  "),
    Place(name: "activity", keys: ["@"], sign: "\nACTIVITY  "),
    Place(name: "palette", keys: ["2:"], sign: "── Command "),
    Place(name: "leaving", keys: ["1q"], sign: "Leave the console?"),
  ]

  private static let keys: [String] =
    (0x20...0x7E).map { String(Unicode.Scalar($0)) }
    + (0x01...0x1A).map { String(Unicode.Scalar($0)) }
    + [
      "\u{1B}", "\u{7F}", "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[H", "\u{1B}[F",
      "\u{1B}[5~", "\u{1B}[6~", "\u{1B}[3~", "\u{1B}[Z", "\u{1B}OP", "\u{1B}OQ", "\u{1B}OR",
      "\u{1B}OS", "\u{1B}[15~", "\u{1B}[20~", "\u{1B}[21~", "\u{1B}[24~",
      "\u{1B}[200~yes\r\u{1B}[201~", "\u{1B}[<64;11;6M", "\u{1B}[<65;11;6M", "\u{1B}[<0;3;4M",
    ]

  /// One console for each place, so that the waits are shared.
  private final class Bench {
    let place: Place
    let stage: ConsoleStage
    var terminal: PseudoTerminal
    var arrivals = 0

    init(_ place: Place) throws {
      self.place = place
      stage = try ConsoleStage()
      terminal = try stage.console(["--reset"])
    }

    var isThere: Bool { terminal.screenText.contains(place.sign) }

    /// Starts the console anew where a key has left it.
    func revive() throws {
      guard terminal.ending() != nil else { return }
      terminal = try stage.console()
      _ = terminal.waitForFacts()
    }
  }

  /// In two halves of the places, which are tried side by side.
  @Test(.seeded, arguments: [0, 1])
  func noKeyAloneAndNoPairOfKeysChangesAnything(half: Int) throws {
    let benches = try Self.places.indices.filter { $0 % 2 == half }.map {
      try Bench(Self.places[$0])
    }
    for bench in benches { try #require(bench.terminal.waitForFacts()) }
    var random = SeededRandom(stream: UInt64(half))
    for key in Self.keys { try press([key], at: benches) }
    for _ in 0..<Amount(20, large: 200).count {
      let pair = [0, 1].map { _ in Self.keys.randomElement(using: &random) ?? "j" }
      try press(pair, at: benches)
    }
    for bench in benches {
      #expect(bench.stage.changes().isEmpty, "\(bench.place.name)")
      #expect(bench.arrivals > Self.keys.count * 9 / 10, "\(bench.place.name): \(bench.arrivals)")
      let states = try bench.stage.steps().map(\.state)
      #expect(states.prefix(3) == ["done", "todo", "blocked"], "\(bench.place.name)")
    }
  }

  /// Goes to each place, presses the keys there one after the other, and closes what they opened.
  private func press(_ keys: [String], at benches: [Bench]) throws {
    for bench in benches where !bench.isThere { bench.terminal.send("\u{1B}") }
    // A lone ESC takes a while to be known as the key.
    settle(benches, .milliseconds(30))
    for bench in benches { try bench.revive() }
    for index in 0..<2 {
      let waiting = benches.filter { !$0.isThere && index < $0.place.keys.count }
      for bench in waiting { bench.terminal.send(bench.place.keys[index]) }
      for bench in waiting {
        // Not every key can be undone by one ESC: then the next round goes on from there.
        bench.terminal.settle()
      }
    }
    for bench in benches where bench.isThere { bench.arrivals += 1 }
    for key in keys {
      for bench in benches { bench.terminal.send(key) }
      settle(benches, .milliseconds(8))
    }
  }

  private func settle(_ benches: [Bench], _ silence: Duration) {
    for (index, bench) in benches.enumerated() {
      bench.terminal.settle(index == 0 ? silence : .zero)
    }
  }
}
