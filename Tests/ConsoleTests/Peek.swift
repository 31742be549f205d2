import Foundation
import IPLeasesCore
import Terminal
import Testing

@testable import Console

@Test func peek() {
  var out = ""
  func add(_ name: String, _ s: State) { out += "=== \(name)\n\(s.screen)\n" }
  for (r, c) in [(24, 80), (40, 120), (15, 60), (8, 40)] {
    for pane in PaneID.allCases {
      var s = Fixtures.state(rows: r, columns: c)
      s.press(.character(pane.digit))
      add("\(pane) \(c)x\(r)", s)
    }
  }
  var s = State.showing(Fixtures.plan)
  add("plan", s)
  s.press(.character("a"))
  add("typed", s)
  s.type("yes")
  s.press(.enter)
  add("run", s)
  s = State.showing(Fixtures.largePlan, step: .pools)
  add("large", s)
  s.press(.character("a"))
  add("large typed", s)
  s = Fixtures.state()
  s.press(.character("?"))
  add("help", s)
  s = Fixtures.state()
  s.press(.character("2"), .character("?"))
  add("help steps", s)
  s = Fixtures.state()
  s.press(.character(":"))
  s.type("pl")
  add("palette", s)
  s = Fixtures.state()
  s.press(.character("@"))
  add("activity", s)
  s.press(.enter)
  add("entry", s)
  s = Fixtures.state()
  s.press(.character("2"), .character("i"))
  add("why", s)
  s = Fixtures.state()
  s.press(.character("2"), .character("x"))
  add("x", s)
  s = Fixtures.state()
  s.press(.character("q"))
  add("q", s)
  s = Fixtures.state(facts: nil)
  add("nofacts", s)
  try! out.write(toFile: "/tmp/console-peek.txt", atomically: true, encoding: .utf8)
}
