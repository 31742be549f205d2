import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import Console
@testable import IPLeasesCore

struct PoolsPaneTests {
  private func entries(_ state: State) -> [PoolEntry] {
    let live = state.pools.live(state.facts)?.entries ?? []
    return state.pools.draft(state.facts).entries(over: live)
  }

  private func pressDown(_ count: Int, _ state: inout State) {
    for _ in 0..<count { state.press(.character("j")) }
  }

  @Test func aTypoIsMendedByItsFixAndTheDraftBecomesAPlan() {
    var state = Fixtures.poolsPane()
    state.press(.character("+"))
    state.type("192.0.2.218")
    #expect(state.screen.contains("A single address needs its prefix length."))
    #expect(state.press(.enter) == [])
    #expect(state.notice?.hasPrefix("Not taken, a single address needs") == true)
    state.press(.tab, .enter)
    let wanted = Fixtures.poolEntries + ["192.0.2.218/32"]
    #expect(entries(state) == wanted)
    let change = PoolWish(name: "default", ranges: .whole(wanted))
    let request = PlanRequest(.pool(change))
    #expect(state.press(.character("a")) == [.makePlan(request)])
    _ = update(&state, .planMade(Fixtures.largePlan, for: request))
    state.press(.character("a"))
    #expect(state.screen.contains("Type  move 2  to go on"))
    state.type("move 2")
    #expect(state.press(.enter) == [.run(Fixtures.largePlan)])
    _ = update(&state, .run(.ended(.done)))
    #expect(state.screen.contains("Who counts how many addresses now is being read."))
    var facts = Fixtures.poolFacts(wanted)
    facts.readAt = state.now
    let totals: [(StatusReport.AddressCount.Source, String)] = [
      (.metallb, "54"), (.operator, "53"),
    ]
    facts.status.addresses = totals.map { source, total in
      StatusReport.AddressCount(
        source: source, title: source.rawValue, total: total, inUse: nil, readAt: nil, state: .ok,
        note: "")
    }
    _ = update(&state, .factsRead(facts))
    #expect(
      state.screen.replacing(/\s+/, with: " ").contains(
        "The pool has 54 addresses, MetalLB counts 54, the IP operator 53 (it counts again within "
          + "10 minutes, or when its pod restarts)."))
    #expect(!state.hasDraft)
    #expect(state.notice == "Pool default was changed. Esc goes there.")
    state.press(.escape)
    #expect(state.pane == .pools)
  }

  @Test func aFixCanBeTakenByItsDigit() {
    var state = Fixtures.poolsPane()
    state.press(.character("+"))
    state.type("192.0.2.208/28")
    state.press(.tab, .character("1"))
    #expect(
      entries(state) == [
        "203.0.113.192/28", "198.51.100.112/28", "192.0.2.96/28", "192.0.2.208/28",
      ])
    state.press(.character("u"))
    #expect(!state.hasDraft)
  }

  @Test func aRangeIsEditedInItsRow() {
    var state = Fixtures.poolsPane()
    pressDown(2, &state)
    state.press(.enter)
    #expect(state.screen.contains("[192.0.2.96/28 "))
    state.press(.control("u"))
    state.type("192.0.2.96/29")
    state.press(.enter)
    #expect(entries(state)[2] == "192.0.2.96/29")
    #expect(state.screen.contains(">~ 192.0.2.96/29"))
  }

  @Test func escapeLeavesTheDraftAsItWas() {
    var state = Fixtures.poolsPane()
    state.press(.enter, .control("u"))
    state.type("192.0.2.0/29")
    state.press(.escape)
    #expect(!state.hasDraft)
    #expect(state.overlays.isEmpty)
  }

  @Test func whatIsTypedIsNotTakenForKeys() {
    var state = Fixtures.poolsPane()
    state.press(.character("+"))
    let effects = state.type("1qQa?2")
    #expect(effects == [])
    #expect(state.rangeField?.editor.string == "1qQa?2")
    #expect(state.pane == .pools)
  }

  @Test func undoAndRedoWalkThroughTheDraft() {
    var state = Fixtures.poolsPane()
    state.add(range: "192.0.2.0/30")
    state.press(.character("g"), .character("j"), .character("x"))
    #expect(entries(state) == Array(Fixtures.poolEntries.dropFirst()) + ["192.0.2.0/30"])
    state.press(.character("u"))
    #expect(entries(state) == Fixtures.poolEntries + ["192.0.2.0/30"])
    state.press(.character("u"))
    #expect(!state.hasDraft)
    state.press(.character("u"))
    #expect(state.notice == "Undo is off: nothing was changed in the draft.")
    state.press(.character("U"), .character("U"))
    #expect(entries(state) == Array(Fixtures.poolEntries.dropFirst()) + ["192.0.2.0/30"])
    state.press(.character("U"))
    #expect(state.notice == "Redo is off: nothing was taken back.")
  }

  @Test func aPasteOfSeveralLinesAddsARowForEach() {
    var state = Fixtures.poolsPane()
    state.press(.character("+"), .paste("192.0.2.0/30\r\n# office\n192.0.2.8\n192.0.2.4/30\n"))
    #expect(entries(state).suffix(3) == ["192.0.2.0/30", "192.0.2.8", "192.0.2.4/30"])
    #expect(state.notice == "3 ranges were added to the draft; u takes them back.")
    #expect(state.draftedPool?.errors.map(\.entry) == ["192.0.2.8"])
    state.press(.character("u"))
    #expect(!state.hasDraft)
  }

  @Test func aPasteOfOneLineStandsInTheLine() {
    var state = Fixtures.poolsPane()
    state.press(.character("+"), .paste("192.0.2.0/30\n"))
    #expect(state.rangeField?.text == "192.0.2.0/30")
    #expect(!state.hasDraft)
  }

  @Test func aDraftWithProblemsIsNoPlan() {
    var state = Fixtures.poolsPane()
    state.add(range: "192.0.2.128/29")
    #expect(state.press(.character("a")) == [])
    #expect(state.notice == "Plan is off: 1 problem in the draft, e goes there.")
    state.press(.character("g"), .character("e"))
    #expect(state.pools.underCursor(state.known)?.text == "192.0.2.128/29")
  }

  @Test func aDraftSurvivesReadingsAndPanes() {
    var state = Fixtures.poolsPane()
    state.add(range: "192.0.2.0/30")
    state.add(range: "192.0.2.4/30")
    state.press(.character("2"), .character("3"))
    _ = update(&state, .factsRead(Fixtures.poolFacts(Fixtures.poolEntries + ["192.0.2.0/30"])))
    #expect(state.pools.draft(state.facts).added == ["192.0.2.4/30"])
    _ = update(&state, .readFailed(UserMessage("away")))
    #expect(state.pools.draft(state.facts).added == ["192.0.2.4/30"])
    #expect(state.pools.underCursor(state.known)?.text == "192.0.2.4/30")
  }

  @Test func leavingWithADraftAsks() {
    for key: Key in [.character("Q"), .function(10), .control("c")] {
      var state = Fixtures.poolsPane()
      state.add(range: "192.0.2.0/30")
      #expect(state.press(key) == [])
      #expect(state.screen.contains("A pool has a draft that no plan has brought"))
      state.press(.escape)
      #expect(state.hasDraft)
      state.press(key)
      #expect(state.press(.enter) == [.quit(code: 0)])
    }
    var state = Fixtures.poolsPane()
    #expect(state.press(.character("Q")) == [.quit(code: 0)])
  }

  @Test func anotherPoolHasADraftOfItsOwn() {
    var state = Fixtures.poolsPane(facts: Fixtures.poolFacts(lan: true))
    state.add(range: "192.0.2.0/30")
    state.press(.character("]"))
    #expect(state.pools.live(state.facts)?.name == "lan")
    #expect(state.pools.draft(state.facts).isEmpty)
    state.press(.character("x"), .character("["))
    #expect(state.pools.draft(state.facts).added == ["192.0.2.0/30"])
    #expect(state.pools.drafts["lan"]?.removed == ["192.0.2.160/28"])
  }

  @Test func aDraftOfAPoolThatIsGoneGoesToo() {
    var state = Fixtures.poolsPane(facts: Fixtures.poolFacts(lan: true))
    state.press(.character("]"), .character("x"))
    _ = update(&state, .factsRead(Fixtures.poolFacts()))
    #expect(!state.hasDraft)
    #expect(state.notice == "Pool lan is gone, and its draft with it.")
  }

  @Test func aFileOfRangesIsImportedIntoTheDraft() {
    var state = Fixtures.poolsPane()
    state.press(.character("I"))
    state.type("ranges.txt")
    #expect(state.press(.enter) == [.importRanges(path: "ranges.txt", pool: "default")])
    let event = Event.poolImported(
      ImportedPool(entries: ["192.0.2.0/30", "192.0.2.217/32"]), pool: "default")
    _ = update(&state, event)
    #expect(state.pools.draft(state.facts).added == ["192.0.2.0/30"])
    #expect(
      state.notice
        == "Ranges imported into the draft: 1; 1 stood there already. u takes them back.")
  }

  @Test func thePoolWithItsDraftIsWrittenAsYAML() {
    var state = Fixtures.poolsPane()
    state.add(range: "192.0.2.0/30")
    state.press(.character("X"), .character("1"))
    let text = PoolExport.text(
      PoolShape(entries: Fixtures.poolEntries + ["192.0.2.0/30"]), advertisement: "l2",
      format: .yaml)
    #expect(state.press(.enter) == [.save(text: text, path: "pool-default.yaml")])
  }

  @Test func removingARangeNamesThoseWhoMustMove() {
    var state = Fixtures.poolsPane()
    state.press(.character("x"))
    #expect(state.notice?.hasPrefix("7 Services sit in it and must move") == true)
    #expect(state.screen.contains("7 Services must move."))
    state.press(.character("d"))
    #expect(state.screen.contains("lease-7f/web-ip"))
    #expect(state.screen.contains(" -         203.0.113.192/28"))
  }

  @Test func theTenantsOfARangeUnfoldUnderIt() {
    var state = Fixtures.poolsPane()
    state.press(.character("j"), .character(" "))
    #expect(state.screen.contains("198.51.100.112  443/tcp      lease-d3/api-ip"))
    state.press(.character(" "))
    #expect(!state.pools.unfolded.contains("198.51.100.112/28"))
  }

  @Test func aSearchFindsARange() {
    var state = Fixtures.poolsPane()
    state.press(.character("/"))
    state.type("219")
    state.press(.enter)
    #expect(state.pools.underCursor(state.known)?.text == "192.0.2.219-192.0.2.222")
  }

  @Test func theProblemsOnlyFilterEditsTheRowItShows() {
    var state = Fixtures.poolsPane()
    state.add(range: "192.0.2.128/29")
    state.press(.character("f"))
    #expect(state.draftedPool?.shownCount == 1)
    state.press(.enter, .control("u"))
    state.type("192.0.2.136/29")
    state.press(.enter)
    #expect(entries(state).last == "192.0.2.136/29")
    #expect(state.pools.underCursor(state.known)?.text == "192.0.2.136/29")
  }

  /// 20 addresses do not share 16 cells evenly: ten cells stand for two addresses each.
  @Test func aFullRangeShowsNoFreeCell() {
    let first = UInt128(198 << 24 | 51 << 16 | 100 << 8 | 16)
    let holders = (0..<UInt128(20)).map { number in
      AddressHolder(
        namespace: "lease", name: "web-\(number)",
        addresses: [IPAddress(family: .v4, value: first + number)])
    }
    func row(_ holders: [AddressHolder]) -> String? {
      let facts = Fixtures.poolFacts(["198.51.100.16-198.51.100.35"], holders: holders)
      return Fixtures.poolsPane(facts: facts).screen.split(separator: "\n")
        .first { $0.contains("198.51.100.16-198.51.100.35") }.map(String.init)
    }
    #expect(row(holders)?.hasSuffix("20   20     0 OK   ##########") == true)
    #expect(row(Array(holders.prefix(3)))?.hasSuffix("20    3    17 OK   #+........") == true)
    #expect(row([])?.hasSuffix("20    0    20 OK   ..........") == true)
  }

  @Test func theMapMarksWhatIsKeptBack() {
    var facts = Fixtures.poolFacts(["198.51.100.240/28"], holders: [])
    guard var objects = facts.pools.value else {
      Issue.record("no pools")
      return
    }
    objects.pools[0].spec.avoidBuggyIPs = true
    facts.setPools(.known(objects, at: Fixtures.now), holders: [])
    let screen = Fixtures.poolsPane(rows: 40, columns: 120, facts: facts).screen
    #expect(screen.contains("    .    .    .    .    .    .    .    x   "))
    #expect(screen.contains("x kept back"))
    #expect(screen.contains("...............x"))
  }

  @Test func whereTheServicesWereNotReadNothingIsCalledFree() {
    var facts = Fixtures.poolFacts()
    facts.setPools(facts.pools, holders: nil)
    let screen = Fixtures.poolsPane(facts: facts).screen
    #expect(screen.contains(" live 53    who holds them was not read"))
    #expect(screen.contains("192.0.2.96/28                       16    -     - OK"))
    #expect(!screen.contains("next"))
  }

  @Test func namesOfServicesCannotReachTheTerminal() {
    let evil = "\u{1B}]0;owned\u{7}\u{202E}\n"
    let holders = Fixtures.holders.map { holder in
      AddressHolder(
        namespace: evil, name: evil, addresses: holder.addresses, ports: [evil],
        lease: Lease(owner: evil, sequence: evil))
    }
    for columns in [60, 80, 120] {
      var state = Fixtures.poolsPane(
        rows: 40, columns: columns, facts: Fixtures.poolFacts(holders: holders))
      for keys: [Key] in [
        [.character(" ")], [.character("x")], [.character("d")], [.escape, .character("i")],
      ] {
        state.press(keys)
        for scalar in state.screen.unicodeScalars where scalar != "\n" {
          #expect(scalar.value >= 0x20 && scalar.value != 0x202E && scalar.value != 0x7F)
        }
      }
    }
  }

  /// Five pools of 10,000 ranges each and 5,000 Services.
  @Test func aHugePoolTakesEveryKey() {
    var pools: [(name: String, addresses: [PoolEntry])] = []
    var contexts: [String: PoolContext] = [:]
    let names = ["default", "p1", "p2", "p3", "p4"]
    for (number, name) in names.enumerated() {
      pools.append(
        (name, (0..<10_000).map { "\(20 + number).\($0 >> 8 & 255).\($0 & 255).0/28" }))
    }
    for name in names {
      contexts[name] = PoolContext(
        nodes: [], podNetworks: [],
        otherPools: pools.filter { $0.name != name }.map {
          PoolShape(name: $0.name, entries: $0.addresses, autoAssign: false)
        })
    }
    let holders = (0..<5_000).map { number in
      AddressHolder(
        namespace: "lease-\(number)", name: "web",
        addresses: [IPAddress(family: .v4, value: UInt128(20 << 24 | number << 8 | 1))],
        ports: ["443/tcp"])
    }
    var facts = Fixtures.facts
    facts.setPools(.known(.of(pools), at: Fixtures.now), holders: holders, contexts: contexts)
    var state = Fixtures.poolsPane(rows: 40, columns: 120, facts: facts)
    func press(_ keys: [Key]) {
      for key in keys {
        _ = update(&state, .key(key))
        #expect(state.screen.contains("[3 Pools"), "\(key)")
      }
    }
    press([.character("j"), .character("G"), .control("u"), .character("g")])
    press([.character("+")] + "20.0.0.4".map { .character($0) })
    press([.character("/"), .character("3")])
    press([.character("0")])
    press([.enter])
    press([.character("k"), .character("g"), .character("G")])
    press([.character("g"), .character("j"), .character("x"), .character("u")])
    #expect(state.draftedPool?.errors.count == 1)
  }
}
