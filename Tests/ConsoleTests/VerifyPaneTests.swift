import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal
import TestSupport
import Testing

@testable import Console

/// The checks on screen, and what their keys do.
struct VerifyPaneTests {
  private func verify(
    rows: Int = 24, columns: Int = 80, facts: Facts = Fixtures.facts
  ) -> State {
    var state = Fixtures.state(rows: rows, columns: columns, facts: facts)
    state.press(.character("5"))
    return state
  }

  private func facts(_ checks: CheckReport) -> Facts {
    var facts = Fixtures.facts
    facts.checks = checks
    return facts
  }

  private var content: (State) -> String {
    {
      $0.screen.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
        .joined(separator: "\n")
    }
  }

  @Test func verifyAt80x24() {
    expectScreen(
      content(verify()),
      """
       Run 3  12:04:31Z   6 OK  1 WARN  1 FAIL  5 NOT RUN                 exit code 1
       > Tools and access                                                      1/1 OK
       > Namespace and MetalLB                                                 2/2 OK
       v Metrics path                                                          2/3
           OK    Service controller is there                                    found
           OK    its port is named monitoring                              monitoring
      >    FAIL  MetalLB's metrics answer through it          since 11:58:00Z, 2 runs
                 got    connection refused by 10.233.61.40:7472
                 want   an answer
                 means  Without them the operator's barrier stays locked.
                 hint   kubectl get --raw
                        /api/v1/namespaces/metallb-system/services/controller:monitor
                        ing/proxy/metrics
       v IP operator                                                           1/2
           OK    the operator's pod is ready                                1/1 ready
           WAIT  the operator's barrier is open                        needs IPL-0203
       v Address counts                                                        0/1
           WARN  the operator counts what the pool holds      since 11:04:31Z, 3 runs
       v Lease services                                                        0/1
           ?     every Service that leases an address has one                not read
      IPL-0203: no plan mends it. i says what to do.
      x Set aside..  d Diff  Space Fold  1-6 Pane  Enter Open  e Next problem  ? Help
      """)
  }

  @Test func verifyAt120x40() {
    expectScreen(
      content(verify(rows: 40, columns: 120)),
      """
       Run 3  12:04:31Z   6 OK  1 WARN  1 FAIL  5 NOT RUN                                                         exit code 1
       > Tools and access                                      1/1 OK │ ── IPL-0203  MetalLB's metrics answer th… ──── FAIL ──
       > Namespace and MetalLB                                 2/2 OK │  got     connection refused by 10.233.61.40:7472
       v Metrics path                                          2/3    │  want    an answer
           OK    Service controller is there                    found │  means   Without them the operator's barrier stays
           OK    its port is named monitoring              monitoring │          locked.
      >    FAIL  MetalLB's metrics answer through it  since 11:58:00Z │  since   2026-03-13T11:58:00Z
       v IP operator                                           1/2    │  hint    kubectl get --raw
           OK    the operator's pod is ready                1/1 ready │          /api/v1/namespaces/metallb-system/services/c
           WAIT  the operator's barrier is open        needs IPL-0203 │          ontroller:monitoring/proxy/metrics
       v Address counts                                        0/1    │  before  run 1  OK  2026-03-13 11:04:31Z
           WARN  the operator counts what the pool holds    11:04:31Z │          run 2-3 FAIL 2026-03-13 11:59:31Z to
       v Lease services                                        0/1    │          2026-03-13 12:04:31Z
           ?     every Service that leases an address has one         │  needs   IPL-0109 this MetalLB goes with the IP
       > Network around it                                     0/1    │          operator, IPL-0152 MetalLB's controller is
       > Proof from outside                                    0/2    │          ready, IPL-0202 its port is named
                                                                      │          monitoring, IPL-0204 it selects the
                                                                      │          controller's pods
                                                                      │  for     IPL-0318 MetalLB works by the present
                                                                      │          configuration, IPL-0704 the operator's
                                                                      │          barrier is open, IPL-0353 MetalLB counts
                                                                      │          what the pool holds
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
                                                                      │
      IPL-0203: no plan mends it. i says what to do.
      x Set aside..   d Diff   Space Fold   1-6 Pane   Enter Open   e Next problem   i Why   r Re-read   @ Activity   ? Help
      """)
  }

  @Test func verifyAt60x15() {
    expectScreen(
      content(verify(rows: 15, columns: 60)),
      """
       Run 3  12:04:31Z   6 OK  1 WARN  1 FAIL  5 NOT RUN
       > Tools and access                                  1/1 OK
       > Namespace and MetalLB                             2/2 OK
       v Metrics path                                      2/3
           OK    Service controller is there                found
           OK    its port is named monitoring          monitoring
      >    FAIL  MetalLB's metrics answer through it    11:58:00Z
                 got    connection refused by 10.233.61.40:7472
                 want   an answer
                 means  Without them the operator's barrier stays
                        locked.
      IPL-0203: no plan mends it. i says what to do.
      x Set aside..  d Diff  Space Fold  1-6 Pane  ? Help
      """)
  }

  @Test func aFindingIsExplainedWhole() {
    var state = verify()
    state.press(.character("i"))
    expectScreen(
      content(state),
      """
       got       connection refused by 10.233.61.40:7472
       want      an answer
       means     Without them the operator's barrier stays locked.
       since     2026-03-13T11:58:00Z
       hint      kubectl get --raw
                 /api/v1/namespaces/metallb-system/services/controller:monitoring/pro
                 xy/metrics
       before    run 1  OK  2026-03-13 11:04:31Z
                 run 2-3  FAIL  2026-03-13 11:59:31Z to 2026-03-13 12:04:31Z
       needs     IPL-0109 this MetalLB goes with the IP operator, IPL-0152 MetalLB's
                 controller is ready, IPL-0202 its port is named monitoring, IPL-0204
                 it selects the controller's pods
       for       IPL-0318 MetalLB works by the present configuration, IPL-0704 the
                 operator's barrier is open, IPL-0353 MetalLB counts what the pool
                 holds





      Esc closes.
      r Re-read  @ Activity  : Command  q Back  ? Help
      """)
  }

  @Test func theCursorBeginsAtTheFirstProblem() {
    #expect(verify().placeName == "IPL-0203")
  }

  @Test func spaceFoldsAGroupAndOpensItAgain() {
    var state = verify()
    state.press(.character("g"))
    #expect(state.placeName == "tools")
    #expect(!state.screen.contains("the cluster answers"))
    state.press(.character(" "))
    #expect(state.screen.contains("the cluster answers"))
    state.press(.enter)
    #expect(!state.screen.contains("the cluster answers"))
  }

  @Test func spaceHidesWhatWasFound() {
    var state = verify()
    #expect(state.screen.contains("got    connection refused"))
    state.press(.character(" "))
    #expect(!state.screen.contains("got    connection refused"))
  }

  @Test func problemsAreWalkedAndShownAlone() {
    var state = verify()
    var places: [String?] = []
    for _ in 1...4 {
      state.press(.character("e"))
      places.append(state.placeName)
    }
    #expect(places == ["IPL-0708", "IPL-0751", "IPL-0203", "IPL-0708"])
    state.press(.character("f"))
    #expect(!state.screen.contains("barrier"))
    #expect(!state.screen.contains("Tools and access"))
    #expect(state.screen.contains("MetalLB's metrics answer"))
  }

  @Test func bracesGoFromGroupToGroup() {
    var state = verify()
    state.press(.character("}"))
    #expect(state.placeName == "operator")
    state.press(.character("{"), .character("{"))
    #expect(state.placeName == "metallb")
  }

  // MARK: Fix

  @Test func theOnlyFixIsAskedForAtOnce() {
    let checks = Fixtures.checkReport { results in
      results[5].remedies = [.metricsService]
    }
    var state = verify(facts: facts(checks))
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.remedy(.metricsService)))])
    _ = update(
      &state, .planMade(Fixtures.plan, for: PlanRequest(.remedy(.metricsService))))
    #expect(state.screen.contains("PLAN  restart the IP operator"))
    #expect(state.screen.contains("Helps     when Service controller is missing"))
    state.press(.character("a"))
    state.type("yes")
    #expect(state.press(.enter) == [.run(Fixtures.plan)])
    _ = update(&state, .run(.ended(.done)))
    _ = update(&state, .factsRead(Fixtures.facts))
    #expect(state.notice == "Done. Esc goes to the checks: they tell whether it helped.")
    state.press(.escape)
    #expect(state.pane == .verify)
  }

  @Test func aDigitPicksOneOfSeveralFixes() {
    let checks = Fixtures.checkReport { results in
      results[5].remedies = [.metricsService, .bounceOperator]
    }
    var state = verify(facts: facts(checks))
    #expect(state.press(.character("a")).isEmpty)
    #expect(state.screen.contains(">1 Make or put right the metrics Service"))
    #expect(state.screen.contains(" 2 Restart the IP operator"))
    var other = state
    #expect(state.press(.character("2")) == [.makePlan(PlanRequest(.remedy(.bounceOperator)))])
    #expect(other.press(.character("7")).isEmpty)
    #expect(other.notice == "There is no entry 7.")
    #expect(
      other.press(.character("j"), .enter) == [
        .makePlan(PlanRequest(.remedy(.bounceOperator)))
      ])
  }

  @Test func whatHoldsOrHasNoPlanSaysSo() {
    var state = verify()
    state.go(to: .check("IPL-0001"))
    state.press(.character("a"))
    #expect(state.notice == "Fix is off: this check holds.")
    state.go(to: .check("IPL-0708"))
    state.press(.character("a"))
    #expect(state.notice == "Fix is off: no plan mends it, i says what to do.")
  }

  @Test func aFindingThatAStepMendsAsksForThePlanOfThatStep() {
    let checks = Fixtures.checkReport { $0[5].step = .verification }
    var state = verify(facts: facts(checks))
    #expect(state.screen.contains("fix    a: plan of step 10, Verification"))
    #expect(state.screen.contains("IPL-0203: a shows the plan of step 10, Verification."))
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.verification))])
  }

  @Test func aStepThatWaitsIsNamedWithWhatItWaitsFor() {
    let checks = Fixtures.checkReport { $0[5].step = .provider }
    var state = verify(facts: facts(checks))
    #expect(state.screen.contains("fix    step 9 mends it, but it waits for step 8"))
    #expect(state.press(.character("a")).isEmpty)
    #expect(
      state.notice == "Fix is off: step 9 mends it, but it waits for step 8, i says what to do.")
  }

  @Test func aStepThatHoldsMendsNothing() {
    let checks = Fixtures.checkReport { $0[5].step = .pools }
    var state = verify(facts: facts(checks))
    #expect(!state.screen.contains("plan of step"))
    state.press(.character("a"))
    #expect(state.notice == "Fix is off: no plan mends it, i says what to do.")
  }

  @Test func theStepStandsBesideTheRemedies() {
    let checks = Fixtures.checkReport {
      $0[5].remedies = [.bounceOperator]
      $0[5].step = .verification
    }
    var state = verify(facts: facts(checks))
    #expect(state.press(.character("a")).isEmpty)
    #expect(state.screen.contains(" 2 step 10, Verification"))
    #expect(state.press(.character("2")) == [.makePlan(PlanRequest(.verification))])
  }

  @Test func theProofIsAPlanOfItsOwn() {
    let checks = Fixtures.checkReport { results in
      results.removeAll { $0.group == .proof }
      results += ProofResults.rows(nil, refusal: nil, canaries: [], at: Fixtures.now)
    }
    var state = verify(facts: facts(checks))
    state.go(to: .check(ProofResults.announcedCode))
    var other = state
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.proof(hold: nil)))])
    other.go(to: .check(ProofResults.outsideCode))
    #expect(other.press(.character("a")) == [.makePlan(PlanRequest(.proof(hold: .seconds(60))))])
    var refused = verify()
    refused.go(to: .check(ProofResults.outsideCode))
    refused.press(.character("a"))
    #expect(refused.notice == "Fix is off: the proof waits for IPL-0203.")
  }

  // MARK: Set aside

  @Test func aFindingIsSetAsideWithAReasonAndADay() throws {
    var state = verify()
    state.press(.character("x"))
    #expect(state.screen.contains("Why is IPL-0203 set aside?"))
    state.type("known")
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.contains("Enter alone: 2026-04-12."))
    state.type("2026-03-13")
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.contains("\"2026-03-13\" is no day after today. Write it as 2027-01-31"))
    #expect(state.screen.contains("> 2026-03-13"))
    state.press(.control("u"))
    state.type("2026-03-14")
    let effects = state.press(.enter)
    let aside = try FindingAside(
      code: "IPL-0203", reason: "known", until: #require(CalendarDay("2026-03-14")),
      now: state.now)
    #expect(effects == [.setFindingAside(code: "IPL-0203", aside)])
    #expect(update(&state, .findingKept("IPL-0203")) == [.read])
  }

  @Test func enterAloneTakesTheDayThatIsNamed() throws {
    var state = verify()
    state.press(.character("x"))
    state.type("known")
    state.press(.enter)
    let effects = state.press(.enter)
    guard case .setFindingAside("IPL-0203", let aside?)? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    #expect(aside.until.text == "2026-04-12")
  }

  @Test func withNothingToCompareTheDifferenceSaysSo() {
    var facts = self.facts(Fixtures.checkReport())
    facts.checks.history = CheckHistory()
    var state = verify(facts: facts)
    state.press(.character("d"))
    #expect(state.notice == "Diff is off: there is no run before this one to compare it with.")
  }

  @Test func thePaletteOpensThePlanOfEveryRemedyAndRunsNone() {
    for remedy in AllRemedies.inOrder {
      var state = verify()
      state.press(.character(":"))
      state.type("remedy: \(remedy.id.rawValue)")
      #expect(state.screen.contains("> remedy: \(remedy.id.rawValue)"))
      #expect(state.press(.enter) == [.makePlan(PlanRequest(.remedy(remedy.id)))])
    }
  }

  @Test func aFindingSetAsideIsNoProblemAndIsTakenBackByAnEmptyReason() throws {
    let aside = try FindingAside(
      code: "IPL-0203", reason: "known", until: #require(CalendarDay("2026-03-14")),
      now: Fixtures.now)
    var state = verify(facts: facts(Fixtures.checkReport(asides: [aside])))
    #expect(state.placeName == "IPL-0708")
    #expect(state.screen.contains("1 aside"))
    state.go(to: .check("IPL-0203"))
    #expect(state.screen.contains("SKIP  MetalLB's metrics answer through it"))
    #expect(state.screen.contains("FAIL, until 2026-03-14"))
    state.press(.character("x"), .control("u"))
    #expect(state.press(.enter) == [.setFindingAside(code: "IPL-0203", nil)])
  }

  @Test func whatIsNoFindingIsNotSetAside() {
    var state = verify()
    state.go(to: .check("IPL-0704"))
    state.press(.character("x"))
    #expect(state.notice == "Set aside is off: it is no finding.")
  }

  @Test func theRunBeforeIsCompared() {
    var state = verify()
    state.press(.character("d"))
    #expect(state.screen.contains("DIFF  run 3"))
    #expect(state.screen.contains("still IPL-0203 FAIL"))
  }

  // MARK: Overview

  @Test func theCauseLeadsToItsWaysOut() {
    var facts = Fixtures.facts
    facts.status.remedies = [.lowerMetalLB]
    facts.status.action = RemedyID.lowerMetalLB.advice
    facts.headlineSince = Fixtures.now.addingTimeInterval(-391)
    var state = Fixtures.state(facts: facts)
    #expect(state.screen.contains("FAIL since 11:58:00Z\n"))
    #expect(
      state.screen.contains(
        " DO    Enter here: plan of the way out (ip-leases remedy lower-metallb)."))
    #expect(state.press(.enter) == [.makePlan(PlanRequest(.remedy(.lowerMetalLB)))])
  }

  /// So that it runs for the same cluster where it is copied to.
  @Test func anOwnCommandCarriesTheOptionsOfTheCall() {
    var facts = Fixtures.facts
    facts.status.remedies = [.lowerMetalLB]
    facts.status.action = "first free one, then \(RemedyID.lowerMetalLB.advice)"
    var state = Fixtures.state(facts: facts)
    state.settings.ownOptions = ["--context", "my lab"]
    #expect(
      state.screen.replacing(/\s+/, with: " ").contains(
        "(first free one, then ip-leases --context 'my lab' remedy lower-metallb)."))
  }

  @Test func aFailedPartShowsItsCheck() {
    var state = Fixtures.state()
    state.press(.character("j"))
    state.press(.character("i"))
    #expect(state.screen.contains("FAIL  IPL-0203  MetalLB's metrics answer through it"))
  }
}
