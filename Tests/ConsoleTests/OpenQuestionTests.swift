import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal
import Testing

@testable import Console

/// What the console asks for where the settings leave a plan's input open.
struct OpenQuestionTests {
  private static func facts(_ question: OpenQuestion, at step: StepID) -> Facts {
    var facts = Fixtures.facts
    facts.checklist = Checklist(
      reports: Fixtures.checklist.reports.map { report in
        report.id == step
          ? Fixtures.report(step, report.title, .todo, "not there yet") : report
      })
    facts.openQuestions = [step: question]
    return facts
  }

  private static func state(_ question: OpenQuestion, at step: StepID) -> State {
    var state = Fixtures.state(facts: facts(question, at: step))
    state.go(to: .step(step))
    state.notice = nil
    return state
  }

  private static let context = PoolContext(
    nodes: [
      PoolContext.KnownAddress("203.0.113.9", owner: "node1")
    ].compactMap(\.self))

  @Test func aPlanWithoutRangesAsksForThemFirst() {
    var state = Self.state(.poolRanges(Self.context), at: .pools)
    #expect(state.screen.contains("a asks which addresses may be leased"))
    #expect(state.press(.character("a")).isEmpty)
    #expect(state.screen.contains("Which public addresses may be leased?"))
    state.type("198.51.100.0/28, 198.51.100.20 - 198.51.100.21")
    #expect(state.screen.contains(" OK    18 addresses in 2 ranges"))
    let input = PlanInput.poolRanges(["198.51.100.0/28", "198.51.100.20-198.51.100.21"])
    #expect(state.press(.enter) == [.makePlan(PlanRequest(.pools, input: input))])
    _ = update(&state, .planMade(Fixtures.largePlan, for: PlanRequest(.pools, input: input)))
    #expect(state.screen.contains("PLAN  one range leaves pool default"))
  }

  @Test func rangesThatHurtAreNotTaken() {
    var state = Self.state(.poolRanges(Self.context), at: .pools)
    state.press(.character("a"))
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.contains("Nothing is typed yet."))
    state.type("203.0.113.0/28")
    #expect(state.screen.contains(" FAIL  203.0.113.0/28 holds 203.0.113.9, the address of node1."))
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.contains("Not taken as it is"))
    state.press(.escape)
    #expect(state.overlays.isEmpty)
  }

  @Test func whatWasTypedIsOfferedAgain() {
    var state = Self.state(.poolRanges(Self.context), at: .pools)
    state.press(.character("a"))
    state.type("198.51.100.0/28")
    state.press(.enter)
    let request = PlanRequest(.pools, input: .poolRanges(["198.51.100.0/28"]))
    _ = update(&state, .planRefused(request, UserMessage("no")))
    state.press(.escape, .character("a"))
    #expect(state.screen.contains("> 198.51.100.0/28"))
  }

  @Test func theProvidersAddressIsCheckedByItsChecksum() {
    var state = Self.state(.providerAddress, at: .ipOperator)
    state.press(.character("a"))
    state.type("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfy")
    #expect(state.screen.contains(" FAIL  its checksum is wrong"))
    #expect(state.press(.enter).isEmpty)
    state.press(.backspace)
    state.type("x")
    let address = PlanInput.providerAddress("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx")
    #expect(state.press(.enter) == [.makePlan(PlanRequest(.ipOperator, input: address))])
  }

  @Test func aStepWhosePlanIsEmptyIsReadAgainAndLeftForTheNext() {
    var state = Self.state(.providerAddress, at: .verification)
    _ = Planning.ask(PlanRequest(.pools), &state)
    let effects = update(&state, .planMade(Plan(id: "pools", title: "x"), for: PlanRequest(.pools)))
    #expect(effects == [.read])
    _ = update(&state, .factsRead(Fixtures.facts))
    #expect(
      state.notice == "Step 5 holds by now. Next: step 8, Capacity. a shows its plan.")
    #expect(state.steps.underCursor(state.known)?.id == .capacity)
  }

  @Test func afterThePlanHasEndedItsScreenLeadsToTheNextPlan() {
    var state = ScreenTests.running()
    #expect(state.press(.character("a")).isEmpty)
    #expect(state.notice == "Plan is off: a plan is running.")
    _ = update(&state, .run(.ended(.done)))
    _ = update(&state, .factsRead(Fixtures.facts))
    #expect(state.notice == "Next: step 8, Capacity. a shows its plan.")
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.capacity))])
  }

  @Test func theStateOfASecondConsoleSaysWhoHoldsTheLock() {
    var facts = Fixtures.facts
    facts.obstacle = "another console or command holds the lock (ada@host, process 7)"
    let state = Fixtures.state(facts: facts)
    #expect(state.screen.contains("Read-only: another console or command holds the lock (ada@host"))
  }
}

struct LongValuesTests {
  @Test func aLongQuotedTextIsCutAndItsLengthSaid() {
    let value = String(repeating: "x", count: 39) + "\\n" + String(repeating: "y", count: 200)
    let kept = String(repeating: "x", count: 39)
    #expect(
      LongValues.shortened("[{\"op\":\"test\",\"value\":\"\(value)\"}]")
        == "[{\"op\":\"test\",\"value\":\"\(kept)… (241 characters)\"}]")
  }

  @Test func aQuoteInsideATextDoesNotEndIt() {
    let value = String(repeating: "\\\"", count: 100)
    #expect(
      LongValues.shortened("\"\(value)\",1")
        == "\"\(value.prefix(40))… (200 characters)\",1")
  }

  @Test func shortTextsStay() {
    let line = "{\"a\": \"" + String(repeating: "b", count: 160) + "\"}"
    #expect(LongValues.shortened(line) == line)
  }

  @Test func copiedCommandsCarryTheirInput() {
    let command = Command(
      .kubectl, ["create", "-f", "-"], standardInput: "a: 1\nEOF\n", purpose: "x", changes: true)
    #expect(
      ActionText.shellLines([.command(command)])
        == ["kubectl create -f - <<'EOFF'\na: 1\nEOF\nEOFF"])
  }
}
