import Addresses
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import Testing

@testable import Basics
@testable import Console
@testable import Execution
@testable import IPLeasesCore

struct UpdateTests {
  @Test func whatAnEarlierProofLeftAndCouldNotBeRemovedIsTold() {
    var facts = Fixtures.facts
    facts.startProblem = UserMessage(
      "The test Service of an earlier proof is still there.", reason: "services is forbidden")
    let state = Fixtures.state(facts: facts)
    #expect(
      state.notice
        == "The test Service of an earlier proof is still there: services is forbidden")
  }

  @Test func aWholeEnablementIsDrivenByKeys() {
    let cluster = FakeCluster(steps: [.namespace, .metallb, .pools, .ipOperator, .provider])
    var state = State(
      settings: Fixtures.settings, size: Size(rows: 24, columns: 80), now: Fixtures.now)
    cluster.carryOut(update(&state, .started), &state)
    for number in 1...cluster.steps.count {
      if number == 1 { cluster.press([.character("2"), .character("a")], &state) }
      cluster.press([.character("a")] + "yes".map { .character($0) } + [.enter], &state)
      #expect(state.run?.outcome == .done)
      #expect(state.facts?.checklist.settledCount == number)
      if number < cluster.steps.count {
        #expect(state.notice?.hasPrefix("Next: step \(number + 1)") == true)
        cluster.press([.escape, .character("a")], &state)
      }
    }
    #expect(state.notice == "Every step holds. 5 shows the evidence.")
    let wanted = cluster.steps.map { $0.rawValue }
    #expect(cluster.ran == wanted)
  }

  @Test func aReadingThatFindsNothingNewLeavesTheScreenAsItIs() {
    var state = Fixtures.state()
    let before = state.screen
    var facts = Fixtures.facts
    facts.readAt += 31
    for index in facts.status.addresses.indices { facts.status.addresses[index].readAt? += 31 }
    _ = update(&state, .factsChanged(facts))
    #expect(state.screen == before)
  }

  @Test func aReadingThatWasAskedForIsShown() {
    var state = Fixtures.state()
    #expect(state.press(.character("r")) == [.read])
    #expect(state.screen.contains("reading.."))
    var facts = Fixtures.facts
    facts.readAt += 31
    _ = update(&state, .factsRead(facts))
    #expect(state.screen.contains("12:05:02Z"))
  }

  @Test func inActivityOneKeyReadsTheJournalAndTheOtherTheClusterToo() {
    var state = Fixtures.state()
    state.press(.character("@"))
    #expect(state.press(.character("r")) == [.readActivity])
    #expect(!state.isReading)
    #expect(state.press(.character("R")) == [.read, .readActivity])
    #expect(state.isReading)
  }

  @Test func whatIsKnownIsShownWhileTheFirstReadingGoesOn() {
    var state = State(
      settings: Fixtures.settings, size: Size(rows: 24, columns: 80), now: Fixtures.now)
    _ = update(&state, .started)
    var early = Fixtures.facts
    early.obstacle = "the cluster is still being read"
    _ = update(&state, .factsComing(early))
    #expect(state.screen.contains("NOW"))
    #expect(state.screen.contains("reading.."))
    #expect(state.reasonReadOnly != nil)
    _ = update(&state, .factsRead(Fixtures.facts))
    #expect(!state.screen.contains("reading.."))
    #expect(state.reasonReadOnly == nil)
    #expect(state.notice != nil)
    // A later reading shows nothing half.
    state.press(.character("r"))
    _ = update(&state, .factsComing(early))
    #expect(state.reasonReadOnly == nil)
  }

  @Test func theLoopSleepsForEverWhereNothingMoves() {
    var state = Fixtures.state()
    #expect(delayToNextTick(state.known) == nil)
    state.isClockOn = true
    #expect(delayToNextTick(state.known) == .seconds(1))
  }

  @Test func aPlanThatComesAfterTheWaitWasStoppedIsNotShown() {
    var state = Fixtures.state()
    let asked = state.press(.character("2"), .character("a"))
    #expect(asked == [.makePlan(PlanRequest(.capacity))])
    #expect(state.press(.control("c")) == [.stopPlanning])
    _ = update(&state, .planMade(Fixtures.plan, for: PlanRequest(.capacity)))
    #expect(state.overlays.isEmpty)
  }

  @Test func aRefusedPlanIsExplained() {
    var state = Fixtures.state()
    state.press(.character("2"), .character("a"))
    let message = UserMessage(
      "No range was given.", reason: "the pool is empty", advice: "--pool 192.0.2.0/28")
    _ = update(&state, .planRefused(PlanRequest(.capacity), message))
    #expect(state.screen.contains("NO PLAN  Capacity"))
    #expect(state.screen.contains("--pool 192.0.2.0/28"))
  }

  @Test func aStepIsSetAsideWithAReasonOnly() {
    var state = Fixtures.state()
    state.press(.character("2"), .character("x"))
    #expect(state.press(.enter).isEmpty)
    #expect(state.notice == "Not set aside: a reason is needed.")
    state.press(.character("x"))
    state.type("later")
    #expect(state.press(.enter) == [.setAside(.capacity, reason: "later")])
  }

  @Test func anEmptyReasonTakesAStepBack() {
    var state = Fixtures.state()
    state.go(to: .step(.ipOperator))
    state.press(.character("x"))
    #expect(state.screen.contains("> by hand, on Monday"))
    #expect(state.press(.control("u"), .enter) == [.setAside(.ipOperator, reason: nil)])
  }

  @Test func aWayIsChosenFromAMenuThatSaysWhyAnotherIsNotHere() {
    var state = Fixtures.state()
    var facts = Fixtures.facts
    facts.obstacles = [.kubespray: "no inventory was named: --inventory FILE"]
    _ = update(&state, .factsRead(facts))
    state.press(.character("2"), .character("B"))
    #expect(state.screen.contains(">1 Helm"))
    #expect(state.screen.contains("Not here: no inventory was named: --inventory FILE."))
    #expect(state.press(.character("2")).isEmpty)
    #expect(state.notice == "no inventory was named: --inventory FILE")
    facts.obstacles = [:]
    _ = update(&state, .factsRead(facts))
    #expect(state.press(.character("j"), .enter) == [.chooseWay(.kubespray)])
    #expect(update(&state, .wayChosen(.kubespray)) == [.read])
    facts.way = .kubespray
    _ = update(&state, .factsRead(facts))
    #expect(state.screen.contains("way: MetalLB by Kubespray"))
    #expect(StepsScreen.commandText(.pools, state.settings).hasSuffix(" --way kubespray"))
    state.press(.character("B"))
    #expect(state.press(.enter).isEmpty)
  }

  @Test func aProblemIsFoundInBothDirections() {
    var state = Fixtures.state()
    #expect(state.overview.cursor.index == 0)
    state.press(.character("e"))
    #expect(state.overview.cursor.index == 3)
    state.press(.character("E"), .character("E"))
    #expect(state.overview.cursor.index == 8)
  }

  @Test func aSearchGoesAroundTheEnd() {
    var state = Fixtures.state()
    state.press(.character("2"), .character("/"))
    state.type("name")
    state.press(.enter)
    #expect(state.steps.cursor.index == 1)
    state.press(.character("/"), .control("u"))
    state.type("nowhere")
    state.press(.enter)
    #expect(state.notice == "\"nowhere\" is not in this pane.")
  }

  @Test func textOfTheClusterCannotReachTheTerminal() {
    let evil = "\u{1B}]0;owned\u{7}\u{202E}\n"
    var facts = Fixtures.facts
    facts.provider = evil
    facts.context = evil
    facts.obstacle = evil
    facts.status.now = evil
    facts.status.parts[0].title = evil
    facts.status.addresses[0].note = evil
    facts.checklist.reports[7].assessment.evidence = evil
    facts.checklist.reports[7].assessment.seen = [evil]
    facts.setPools(.known(.of([(evil, [PoolEntry(evil)])]), at: Fixtures.now), holders: [])
    var state = Fixtures.state(facts: facts)
    for pane in PaneID.allCases {
      state.press(.character(pane.digit))
      for scalar in state.screen.unicodeScalars where scalar != "\n" {
        #expect(scalar.value >= 0x20 && scalar.value != 0x202E && scalar.value != 0x7F)
      }
      let plain = state.press(.character("P"))
      guard case .plainPrint(let lines) = plain.first else {
        Issue.record("no plain print")
        continue
      }
      #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }
  }

  @Test func aRehearsalIsNamedOnEveryScreen() {
    for (name, start) in SafetyTests.places {
      var settings = Fixtures.settings
      settings.rehearsal = "fresh"
      var state = State(settings: settings, size: start.size, now: start.now)
      state.facts = start.facts
      state.pane = start.pane
      state.overlays = start.overlays
      state.run = start.run
      #expect(state.screen.contains("REHEARSAL fresh"), "\(name)")
      _ = update(&state, .resized(Size(rows: 6, columns: 30)))
      #expect(state.screen.contains("REHEARSAL fresh"), "\(name), too small")
    }
  }

  @Test func theOutputOfACommandIsBounded() {
    var output = OutputLines()
    for number in 1...30_000 { output.add(Array("line \(number)\n".utf8)) }
    output.add(Array("half a li".utf8))
    output.add(Array("ne\r\n50%\r100%\n".utf8))
    #expect(output.lines.count <= OutputLines.limit * 5 / 4)
    #expect(output.lines.suffix(3) == ["line 30000", "half a line", "100%"])
    #expect(output.dropped + output.lines.count == 30_002)
    output.add(Array(repeating: 65, count: 1_000_000))
    output.flush()
    #expect(output.lines.last?.count == 1_001)
  }
}

/// Answers effects at once: each step is a plan of one command, and is done when that ran.
final class FakeCluster {
  let steps: [StepID]
  private(set) var ran: [String] = []

  init(steps: [StepID]) { self.steps = steps }

  func press(_ keys: [Key], _ state: inout State) {
    for key in keys {
      state.now += 0.001
      carryOut(update(&state, .key(key)), &state)
      carryOut(update(&state, .inputDrained), &state)
    }
  }

  func carryOut(_ effects: [Effect], _ state: inout State) {
    for effect in effects {
      for event in answers(to: effect) { carryOut(update(&state, event), &state) }
    }
  }

  private func answers(to effect: Effect) -> [Event] {
    switch effect {
    case .read: return [.factsRead(facts)]
    case .makePlan(let request):
      guard let step = request.step else { return [] }
      return [.planMade(plan(step), for: request)]
    case .run(let plan):
      ran.append(plan.id)
      return [
        .run(.started(index: 0, plan.actions[0])),
        .run(.output(index: 0, OutputChunk(bytes: Array("done\n".utf8), isError: false))),
        .run(.finished(index: 0, elapsed: .seconds(1))), .run(.ended(.done)),
      ]
    case .readActivity: return [.activityRead([])]
    default: return []
    }
  }

  private func plan(_ step: StepID) -> Plan {
    Plan(
      id: step.rawValue, title: step.rawValue,
      actions: [
        .command(Command(.kubectl, ["apply", step.rawValue], purpose: "do it", changes: true))
      ])
  }

  private var facts: Facts {
    let reports = steps.enumerated().map { index, step in
      let state: StepState =
        index < ran.count ? .done : index == ran.count ? .todo : .blocked
      return Fixtures.report(step, step.rawValue, state, "", blockedBy: [])
    }
    return Facts(
      checklist: Checklist(reports: reports), status: Fixtures.status, readAt: Fixtures.now)
  }
}
