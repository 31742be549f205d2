import Addresses
import Cluster
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal
import TestSupport
import Testing

@testable import Console

/// Whole frames, as they are on screen; blanks at the ends of lines are left out.
struct ScreenTests {
  @Test func warningsStandAtTheTopOfAPlan() throws {
    var plan = Fixtures.plan
    plan.touches = ["the operator"]
    plan.notes = [Note("a note"), .warning("you may not own all of it")]
    let lines = State.showing(plan).screen.split(separator: "\n").map(String.init)
    let at = { (text: String) in try #require(lines.firstIndex { $0.contains(text) }) }
    #expect(lines.contains(" Warning   you may not own all of it"))
    #expect(try at("you may not own") < at("Touches"))
    #expect(!lines.contains { $0.contains("warning: you") })
  }

  /// The lines as a shell joins them: a line end behind "\" is nothing, and what stands at the very
  /// start of the next line belongs to the same word.
  @Test(arguments: [20, 40, 73])
  func aCommandOfSeveralLinesCanBePasted(columns: Int) {
    let argv = [
      "kubectl", "expose", "--overrides={\"a\":\"it's\",\"ports\":[{\"port\":7472}]}",
      "/a/very/long/path/that/fits/no/line/of/any/terminal/that/anyone/would/use.yaml", "--wait",
    ]
    let lines = Text.wrapCommand(argv, columns)
    #expect(lines.allSatisfy { $0.text.count <= columns })
    let text = lines.map { ($0.isJoined ? "" : "       ") + $0.text }.joined(separator: "\n")
    #expect(Self.words(ofShell: text) == argv)
  }

  private static func words(ofShell text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    var rest = text.replacing("\\\n", with: "")[...]
    while let character = rest.popFirst() {
      switch character {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case "\\" where !isQuoted: if let next = rest.popFirst() { word = (word ?? "") + [next] }
      case " " where !isQuoted, "\n" where !isQuoted:
        if let word { words.append(word) }
        word = nil
      default: word = (word ?? "") + [character]
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  static func running() -> State {
    var state = State.showing(Fixtures.plan)
    state.press(.character("a"))
    state.type("yes")
    state.press(.enter)
    let actions = Fixtures.plan.actions
    _ = update(&state, .run(.started(index: 0, actions[0])))
    _ = update(&state, .run(.finished(index: 0, elapsed: .milliseconds(412))))
    _ = update(&state, .run(.started(index: 1, actions[1])))
    let output = OutputChunk(bytes: Array("not yet\u{1B}[31m\nstill not\n".utf8), isError: false)
    _ = update(&state, .run(.output(index: 1, output)))
    _ = update(&state, .tick(Fixtures.now.addingTimeInterval(75.5)))
    return state
  }

  @Test func overviewAt80x24() {
    let state = Fixtures.state()
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      [1 Overview] 2 Steps 7/10 3 Pools 9/53 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
      >NOW   The IP operator has no counts: its barrier is locked.              FAIL
       WHY   It looked for MetalLB's metrics once, at its start, and found nothing;
             it never looks again.
       DO    Restart the operator: step 8, a shows the plan.
      ── Parts ─────────────────────────────── version  ready  state ─────────────────
        MetalLB controller                      0.14.8    1/1  OK
        MetalLB speakers                        0.14.8    3/3  OK
        IP operator                             0.16.2    1/1  FAIL  barrier locked
        Provider                                0.16.2    1/1  WARN  IP leases off
      ── Addresses ────────────── total in use free     since  state ─────────────────
        pool "default", 5 ranges     53      -    - 12:04:29Z  OK
        MetalLB counters             53      9   44 12:04:29Z  OK
        operator /usage               -      -    - 11:58:00Z  FAIL  503
        provider sells                -      -    -         -  ?     needs grpcurl
      ── Latest ─────────────────────────────────────────────────────── @ shows all ──
        12:04:01Z read   exit 1    kubectl get pods -l 'app in (a, b)' -o json
        11:54:31Z change exit 0    kubectl create namespace metallb-system



      Look at step 8, Capacity: 2 shows the steps, i there what is wrong.
      1-6 Pane  Enter Open  e Next problem  i Why  r Re-read  @ Activity  ? Help
      """)
  }

  static func narrowOverview(why: String) -> State {
    var facts = Fixtures.facts
    facts.status.now =
      "The IP operator does not know how many addresses there are: its barrier is locked."
    facts.status.why = why
    facts.status.remedies = [.bounceOperator]
    facts.status.action = "ip-leases remedy bounce-operator"
    return Fixtures.state(rows: 15, columns: 60, facts: facts)
  }

  @Test func theSmallestWindowSaysAllOfNowWhyAndDoBeforeAnyTable() {
    let why =
      "It asked for MetalLB's metrics once, at its start, and found nothing; it never asks again."
    expectScreen(
      Self.narrowOverview(why: why).screen,
      """
      IP-LEASES provider.exam…  ctx prod  READ-WRITE 1 FAIL 1 WARN
      [1 Overview] 2 Steps 3 Pools 4 Logs 5 Verify 6 Watch
      >NOW   The IP operator does not know how many         FAIL
             addresses there are: its barrier is locked.
       WHY   It asked for MetalLB's metrics once, at its start,
             and found nothing; it never asks again.
       DO    Enter here: plan of the way out (ip-leases remedy
             bounce-operator). i: evidence.
      ── Parts ────────────────────────── ready  state ───────────
        MetalLB controller                  1/1  OK
        MetalLB speakers                    3/3  OK
        IP operator                         1/1  FAIL  barrier lo…
        Provider                            1/1  WARN  IP leases …
      Enter shows the plan of the way out, i the evidence. Nothin…
      1-6 Pane  Enter Open  e Next problem  i Why  ? Help
      """)
  }

  @Test func aLongWhyGivesWayToWhatIsToBeDone() {
    let why = String(repeating: "One reason stands beside another. ", count: 20)
    let screen = Self.narrowOverview(why: why).screen
    expectScreen(
      screen,
      """
      IP-LEASES provider.exam…  ctx prod  READ-WRITE 1 FAIL 1 WARN
      [1 Overview] 2 Steps 3 Pools 4 Logs 5 Verify 6 Watch
      >NOW   The IP operator does not know how many         FAIL
             addresses there are: its barrier is locked.
       WHY   One reason stands beside another. One reason stands
             beside another. One reason stands beside another.
             One reason stands beside another. One reason stands
             beside another. One reason stands beside another.
             One reason stands beside another. One reason stand…
       DO    Enter here: plan of the way out (ip-leases remedy
             bounce-operator). i: evidence.
      ── Parts ────────────────────────── ready  state ───────────
        MetalLB controller                  1/1  OK
      Enter shows the plan of the way out, i the evidence. Nothin…
      1-6 Pane  Enter Open  e Next problem  i Why  ? Help
      """)
  }

  /// One truth for the title and for Verify; what is set aside is in neither.
  @Test(arguments: PaneID.allCases)
  func theTitleCountsTheChecksThatVerifyCounts(pane: PaneID) throws {
    var facts = Fixtures.facts
    var state = Fixtures.state(facts: facts)
    state.pane = pane
    #expect(Frame.title(state.scene, columns: 80).text.hasSuffix(" 1 FAIL 1 WARN"))
    let aside = try FindingAside(
      code: "IPL-0708", reason: "grows on Monday", until: #require(CalendarDay("2026-03-14")),
      now: Fixtures.now)
    facts.checks = Fixtures.checkReport(asides: [aside])
    _ = update(&state, .factsRead(facts))
    #expect(Frame.title(state.scene, columns: 80).text.hasSuffix(" 1 FAIL"))
  }

  @Test func aPoolEditThatIsDoneTellsTheNewAddresses() throws {
    func holder(_ address: String) throws -> AddressHolder {
      AddressHolder(
        namespace: "tenant", name: "web", addresses: [try #require(IPAddress(parsing: address))],
        lease: Lease(owner: "akash1abc", sequence: "7"))
    }
    var plan = Fixtures.largePlan
    plan.touchedServices = 1
    plan.moved = [MovedService(try holder("198.51.100.113"))]
    var state = State.showing(plan, step: .pools)
    state.press(.character("a"))
    state.type("move 1")
    state.press(.enter)
    _ = update(&state, .run(.ended(.done)))
    func result() throws -> String {
      RunScreen.resultLines(try #require(state.run), state.known, columns: 100).map(\.text).joined()
    }
    #expect(try !result().contains("->"))
    var facts = Fixtures.facts
    facts.readAt = state.now.addingTimeInterval(1)
    facts.setPools(facts.pools, holders: [try holder("192.0.2.217")])
    _ = update(&state, .factsRead(facts))
    let line = "lease akash1abc/7, Service tenant/web: 198.51.100.113 -> 192.0.2.217"
    #expect(try result().contains(line))
    #expect(state.screen.contains("198.51.100.113 -> 192.0.2.217"))
  }

  @Test func overviewAt120x40() {
    let state = Fixtures.state(rows: 40, columns: 120)
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
      [1 Overview] 2 Steps 7/10  3 Pools 9/53  4 Logs  5 Verify 6/10  6 Watch                                  as of 12:04:31Z
      >NOW   The IP operator has no counts: its barrier is locked.                                                      FAIL
       WHY   It looked for MetalLB's metrics once, at its start, and found nothing; it never looks again.
       DO    Restart the operator: step 8, a shows the plan.
      ── Parts ─────────────────────────────── version  ready  state ─────────────────│ ── Steps ─────────────────────────────
        MetalLB controller                      0.14.8    1/1  OK                     │    1 Preflight              OK
        MetalLB speakers                        0.14.8    3/3  OK                     │      22 of 22
        IP operator                             0.16.2    1/1  FAIL  barrier locked   │    2 Namespace              OK
        Provider                                0.16.2    1/1  WARN  IP leases off    │      found, labelled privileged
      ── Addresses ────────────── total in use free     since  state ─────────────────│    3 MetalLB                OK
        pool "default", 5 ranges     53      -    - 12:04:29Z  OK                     │      0.14.8 by Helm
        MetalLB counters             53      9   44 12:04:29Z  OK                     │    4 Metrics Service        OK
        operator /usage               -      -    - 11:58:00Z  FAIL  503              │      Service metallb-controller, 1
        provider sells                -      -    -         -  ?     needs grpcurl    │      endpoint
                                                                                      │    5 Pools                  OK
                                                                                      │      53 addresses, 1 advertisement
                                                                                      │    6 Strict ARP             OK
                                                                                      │      kube-proxy uses iptables
                                                                                      │    7 IP operator            SKIP
                                                                                      │      set aside: by hand, on Monday
                                                                                      │    8 Capacity               FAIL
                                                                                      │      the operator answers 503
                                                                                      │    9 Provider               WAIT
                                                                                      │      waits for capacity
                                                                                      │   10 Verification           TODO
                                                                                      │      not run since the last change
                                                                                      │
                                                                                      │ ── Pool default ──────────────────────
                                                                                      │    203.0.113.192/28
                                                                                      │    192.0.2.217/32
                                                                                      │    192.0.2.219-192.0.2.222
                                                                                      │
                                                                                      │
                                                                                      │
      ── Latest ─────────────────────────────────────────────────────────────────────────────────────────────── @ shows all ──
        12:04:01Z read   exit 1    kubectl get pods -l 'app in (a, b)' -o json
        11:54:31Z change exit 0    kubectl create namespace metallb-system
      Look at step 8, Capacity: 2 shows the steps, i there what is wrong.
      1-6 Pane   Enter Open   e Next problem   i Why   r Re-read   @ Activity   : Command   q Back   ? Help
      """)
  }

  @Test func stepsAt80x24() {
    var state = Fixtures.state()
    state.press(.character("2"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview [2 Steps 7/10] 3 Pools 9/53 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       way: MetalLB by Helm     guide: differs at 1, i says where
        1 Preflight              OK    22 of 22
        2 Namespace              OK    found, labelled privileged
        3 MetalLB                OK    0.14.8 by Helm
        4 Metrics Service        OK    Service metallb-controller, 1 endpoint
        5 Pools                  OK    53 addresses, 1 advertisement
        6 Strict ARP             OK    not needed: kube-proxy uses iptables
        7 IP operator            SKIP  set aside: by hand, on Monday
      > 8 Capacity               FAIL  the operator answers 503
        │ why      the operator must read totals before the provider is told to use
        │          it; otherwise the provider restarts in a loop and bids on nothing
        │ seen     GET operator-ip:8080/usage   503
        │          GET controller:7472/metrics  refused
        │ reason   barrier is locked
        │ try      restart the operator
        │ guide    the same by hand
        │ here     the guide switches the provider on first
        │ cmd      ip-leases plan capacity
        9 Provider               WAIT  waits for capacity
       10 Verification           TODO  not run since the last change
      Restart the operator.
      a Plan..  d Diff  x Set aside..  1-6 Pane  Enter Open  e Next problem  ? Help
      """)
  }

  @Test func stepsAt120x40() {
    var state = Fixtures.state(rows: 40, columns: 120)
    state.press(.character("2"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
       1 Overview [2 Steps 7/10] 3 Pools 9/53  4 Logs  5 Verify 6/10  6 Watch                                  as of 12:04:31Z
       way: MetalLB by Helm     guide: differs at 1          │ ── Step 8  Capacity ─────────────────────────────────── FAIL ──
        1 Preflight              OK    22 of 22              │  │ why      the operator must read totals before the provider
        2 Namespace              OK    found, labelled priv… │  │          is told to use it; otherwise the provider restarts
        3 MetalLB                OK    0.14.8 by Helm        │  │          in a loop and bids on nothing
        4 Metrics Service        OK    Service metallb-cont… │  │ seen     GET operator-ip:8080/usage   503
        5 Pools                  OK    53 addresses, 1 adve… │  │          GET controller:7472/metrics  refused
        6 Strict ARP             OK    not needed: kube-pro… │  │ reason   barrier is locked
        7 IP operator            SKIP  set aside: by hand, … │  │ try      restart the operator
      > 8 Capacity               FAIL  the operator answers… │  │ guide    the same by hand
        9 Provider               WAIT  waits for capacity    │  │ here     the guide switches the provider on first
       10 Verification           TODO  not run since the la… │  │ cmd      ip-leases plan capacity
                                                             │
      ── What the words mean ────────────────────────────────│
        OK    proven by reading the cluster                  │
        TODO  can be done now                                │
        WAIT  needs an earlier step                          │
        WARN  works, but look at it                          │
        FAIL  proven broken, or refused with a reason        │
        SKIP  set aside by you, with a reason                │
        ?     could not be read, and says why                │
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
                                                             │
                                                             │
      Restart the operator.
      a Plan..   d Diff   x Set aside..   1-6 Pane   Enter Open   e Next problem   i Why   r Re-read   @ Activity   ? Help
      """)
  }

  @Test func thePlanShowsWhatWouldRunAndTheWayBack() {
    let state = State.showing(Fixtures.plan)
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      PLAN  restart the IP operator                                     made 12:04:31Z
       Touches   the operator is away for 5 s
       Runs      1 command, 1 wait, in this order (y copies the commands)
          1  restart deployment/operator-ip
             kubectl -n akash-services rollout restart deployment/operator-ip
          2  wait until the operator answers /health, 2m00 at most
             kubectl get --raw /health
       Back      none by commands
       Not back  a restart cannot be taken back
       Notes     The guide deletes the pod by a label that matches nothing here.
       Void      if somebody changes these objects first: the server then refuses it
       Why       the operator must read totals before the provider is told to use it;
                 otherwise the provider restarts in a loop and bids on nothing
       Guide     differs: the guide switches the provider on first







      Nothing has run. a goes to the line where the word is typed.
      a Accept line  d Diff  r Re-read  @ Activity  : Command  q Back  ? Help
      """)
  }

  @Test func theTypedWordIsAskedUnderThePlan() {
    var state = State.showing(Fixtures.largePlan, step: .pools)
    state.press(.character("a"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      PLAN  one range leaves pool default                               made 12:04:31Z
       Touches   2 of 9 leases sit in the range that leaves
       Changes   the objects, as a diff
             -    - 198.51.100.112/28
       Runs      1 command, 1 file, in this order (y copies the commands)
          1  take the range out
             kubectl -n metallb-system patch ipaddresspool default --type=json
             with this on standard input:
             | [{"op": "remove", "path": "/spec/addresses/1"}]
          2  write /home/ada/provider.yaml, mode 0600
             --- a
             +++ b
             -ipoperator: false
             +ipoperator: true
       Back      1 command, saved before the change
          1  put it back
             kubectl replace -f old.yaml
       Void      if somebody changes these objects first: the server then refuses it
       Why       it is asked for by the next step

      This moves 2 running services. Type  move 2  to go on; anything else cancels.
      >
      Esc Cancel  Enter Take  F1 Help
      """)
  }

  @Test func aRunningPlanShowsItsActionsAndOutput() {
    let state = Self.running()
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      RUNNING  restart the IP operator                         started 12:04:31Z, 1m15
         1 done     restart deployment/operator-ip                              0.4s
         2 running  wait until the operator answers /health, 2m00 at most       1m15
      ── Output ──────────────────────────────────────────────────────────────────────
       not yet�[31m
       still not















      Ctrl-C asks about stopping. Esc leaves this screen, the plan goes on.
      Ctrl-C Stop..  @ Activity  : Command  q Back  ? Help
      """)
  }

  @Test func stoppingIsExplainedBeforeItIsDone() {
    var state = Self.running()
    state.press(.control("c"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      RUNNING  restart the IP operator                         started 12:04:31Z, 1m15
         1 done     restart deployment/operator-ip                              0.4s
         2 running  wait until the operator answers /health, 2m00 at most       1m15
      ── Output ──────────────────────────────────────────────────────────────────────
       not yet�[31m
       still not









      ────────────────────────────────────────────────────────────────────────────────
      Stopping sends SIGINT to the command that runs now and starts nothing after it.
      What was changed before stays, and a command that is cut off may leave its own
      work half done (helm: a release in state pending). The way back was saved
      before the run.
      Type  stop  to stop it; anything else lets it go on.
      >
      Esc Cancel  Enter Take  F1 Help
      """)
  }

  @Test func helpListsTheKeysAndWhySomeAreOff() {
    var state = Fixtures.state()
    state.press(.character("2"), .character("?"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      HELP  the keys that work here
      ── Steps ───────────────────────────────────────────────────────────────────────
        Space        Fold             unfold or fold in place
        a            Plan             show the plan of this step; nothing runs yet
        d            Diff             what is there against what would be
        x            Set aside        skip this step, asks a reason
        u            Roll back        off: this console has changed nothing at this …
        B            Way              choose among the ways
      ── Everywhere ──────────────────────────────────────────────────────────────────
        ? F1         Help             all keys that work here and now
        : F2         Command          type a few letters of any action, pane or step
        / F3         Find             search in this pane
        n            Next hit         off: nothing was searched yet, / does
        N            Previous hit     off: nothing was searched yet, / does
        f F4         Problems         show only what is WARN, FAIL or ?
        e            Next problem     go to the next WARN, FAIL or ?
        E            Previous problem go to the previous one
        1            Overview         the pane Overview
        2            Steps            the pane Steps
        3            Pools            the pane Pools
        4            Logs             the pane Logs
      45 more lines below, PgDn goes there. Esc closes.
      r Re-read  @ Activity  : Command  q Back  ? Help
      """)
  }

  @Test func theSafeScreenNeedsNoRoom() {
    let state = Fixtures.state(rows: 8, columns: 40)
    expectScreen(
      state.screen,
      """
      IP-LEASES                  1 FAIL 1 WARN
      FAIL  The IP operator has no counts: it…
      addresses   9/53 in use

      Window 40x8, 60x15 is needed. Nothing
      can be changed here. Works: Q ? P
      Or run:  ip-leases status

      """)
  }
}
