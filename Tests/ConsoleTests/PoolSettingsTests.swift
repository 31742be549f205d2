import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import TestSupport
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import Console
@testable import IPLeasesCore

/// What of a pool is not its ranges, and what comes and goes with a draft.
struct PoolSettingsTests {
  private static let advertisements: [L2Advertisement] = {
    let texts = [
      """
      {"metadata": {"name": "l2advertisement1"}, "spec": {"ipAddressPools": ["default", "lan"],
       "nodeSelectors": [{"matchLabels": {"kubernetes.io/hostname": "node1"}},
        {"matchExpressions": [{"key": "rack", "operator": "In", "values": ["a", "b"]}]}],
       "interfaces": ["eth0", "eth1"]}}
      """,
      #"{"metadata": {"name": "lan-only"}, "spec": {"ipAddressPools": ["lan"]}}"#,
    ]
    return texts.compactMap {
      try? JSONDecoder().decode(L2Advertisement.self, from: Data($0.utf8))
    }
  }()

  private func facts(
    _ entries: [PoolEntry] = Fixtures.poolEntries, avoidBuggyIPs: Bool? = nil,
    announced: Bool = true
  ) -> Facts {
    var facts = Fixtures.facts
    var objects = PoolObjects.of([("default", entries), ("lan", ["192.0.2.160/28"])])
    objects.advertisements = announced ? Self.advertisements : []
    objects.pools[0].spec.avoidBuggyIPs = avoidBuggyIPs
    objects.pools[1].spec.autoAssign = false
    var context = Fixtures.poolContext
    context.otherPools = [
      PoolShape(name: "lan", entries: ["192.0.2.160/28"], autoAssign: false)
    ]
    facts.setPools(
      .known(objects, at: Fixtures.now), holders: Fixtures.holders, contexts: ["default": context])
    return facts
  }

  private func pane(rows: Int = 24, columns: Int = 80, _ facts: Facts) -> State {
    Fixtures.poolsPane(rows: rows, columns: columns, facts: facts)
  }

  // MARK: Settings

  @Test func theSettingsOpenOnThePoolsOwnLineAt80x24() {
    var state = pane(facts())
    state.press(.character("k"), .enter, .character("2"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
      >pool default    auto-assign yes    avoid .0/.255 YES*    L2…  1 of 2 pools, [ ]
         RANGE                            COUNT USED  FREE STATE
         203.0.113.192/28                    16    7     9 OK   .#######........
         198.51.100.112/28                   16    2    14 OK   ##..............
         192.0.2.96/28                       16    0    16 OK   ................
         192.0.2.217/32                       1    0     1 OK   .
      ── Settings of pool default ────────────────────────────────────────────────────
       1 autoAssign                           yes
             Leases ask for an address without naming a pool: this must be on.
      >2 avoidBuggyIPs                        yes, was no
             On, addresses that end in .0 or .255 are kept back.
       3 L2 l2advertisement1                  announces it by name
             pools default or lan
       4    its nodes                         some, not all
             kubernetes.io/hostname=node1 or rack in (a,b)
       5    its interfaces                    eth0 eth1
       6 L2 lan-only                          does not announce it
             pools lan
             nodes every one
             interfaces every one
      Enter changes it in the draft; nothing is sent to the cluster. Esc leaves.
      Enter Take  j Down  k Up  Esc Close  F1 Help
      """)
  }

  @Test func aSettingBecomesPartOfTheDraftAndOfThePlan() {
    var state = pane(facts())
    state.press(.character("k"), .enter, .character("2"))
    #expect(state.pools.draft(state.facts).options == PoolOptions(avoidBuggyIPs: true))
    state.press(.character("6"), .escape)
    let options = PoolOptions(avoidBuggyIPs: true, announcements: ["lan-only": true])
    #expect(state.pools.draft(state.facts).options == options)
    let wanted = PoolWish(
      name: "default", ranges: .whole(Fixtures.poolEntries), options: options)
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.pool(wanted)))])
    state.press(.character("d"))
    #expect(state.screen.contains(" -         avoidBuggyIPs: false"))
    #expect(state.screen.contains(" +         named by L2Advertisement lan-only"))
    state.press(.escape, .character("u"), .character("u"))
    #expect(!state.hasDraft)
  }

  @Test func choosingASettingAgainTakesItBack() {
    var state = pane(facts())
    state.press(.character(":"))
    state.type("settings")
    state.press(.enter, .enter)
    #expect(state.pools.draft(state.facts).options.autoAssign == false)
    #expect(state.draftedPool?.errors.first?.message.contains("autoAssign is off") == true)
    state.press(.enter, .escape)
    #expect(!state.hasDraft)
  }

  @Test func anAdvertisementThatNamesNobodyElseStaysAsItIs() {
    var state = pane(facts())
    state.press(.character("]"), .character("k"), .enter, .character("6"))
    #expect(
      state.notice?.hasPrefix("lan-only names this pool only; without a name it would announce")
        == true)
    #expect(!state.hasDraft)
    state.press(.character("3"), .escape)
    #expect(
      state.pools.draft(state.facts).options
        == PoolOptions(announcements: ["l2advertisement1": false]))
  }

  // MARK: From where

  /// The pools with two nodes of their labels known.
  private func factsWithNodes() -> Facts {
    var facts = facts()
    var context = Fixtures.poolContext
    context.nodeLabels = [
      "node1": ["kubernetes.io/hostname": "node1", "rack": "a"],
      "node2": ["kubernetes.io/hostname": "node2", "rack": "c"],
    ]
    facts.setPools(facts.pools, holders: Fixtures.holders, contexts: ["default": context])
    return facts
  }

  @Test func nodesAreJudgedWhileTheyAreTypedAt80x24() {
    var state = pane(factsWithNodes())
    state.press(.character("k"), .enter, .character("4"), .control("u"))
    #expect(state.screen.contains(" OK    node1, node2"))
    state.type("rack=b")
    expectScreen(
      state.screen.split(separator: "\n", omittingEmptySubsequences: false).suffix(9)
        .joined(separator: "\n"),
      """
      ────────────────────────────────────────────────────────────────────────────────
      Nodes that announce for l2advertisement1: labels as kubectl -l takes them, the
      word or between several; empty: every node.
       FAIL  No node of the cluster matches rack=b: nobody would answer for the
             addresses that l2advertisement1 announces.
       WARN  l2advertisement1 announces the pool lan too: it changes there as well.
       try   kubectl get nodes --show-labels; there are node1, node2
      > rack=b
      Esc Cancel  Enter Take  F1 Help
      """)
    state.press(.enter)
    #expect(state.screen.contains("Not taken as it is; Esc leaves."))
    #expect(!state.hasDraft)
    state.press(.backspace)
    state.type("c")
    #expect(!state.screen.contains("No node"))
    state.press(.enter)
    let reach = AnnouncementReach(nodes: ["rack=c"])
    #expect(
      state.pools.draft(state.facts).options == PoolOptions(reaches: ["l2advertisement1": reach]))
    #expect(state.screen.contains("was: kubernetes.io/hostname=node1 or rack in (a,b)"))
    state.press(.escape)
    let wanted = PoolWish(
      name: "default", ranges: .whole(Fixtures.poolEntries),
      options: PoolOptions(reaches: ["l2advertisement1": reach]))
    #expect(state.press(.character("a")) == [.makePlan(PlanRequest(.pool(wanted)))])
    state.press(.character("d"))
    #expect(
      state.screen.contains(
        "-         nodes of l2advertisement1: kubernetes.io/hostname=node1 or rack in"))
    #expect(state.screen.contains("+         nodes of l2advertisement1: rack=c"))
  }

  @Test func interfacesAreJudgedWhileTheyAreTyped() {
    var state = pane(factsWithNodes())
    state.press(.character("k"), .enter, .character("5"))
    #expect(state.screen.contains("> eth0 eth1"))
    state.type(":1")
    #expect(state.screen.contains("\"eth1:1\" is no name Linux gives an interface"))
    state.press(.enter)
    #expect(!state.hasDraft)
    state.press(.control("u"), .enter)
    #expect(
      state.pools.draft(state.facts).options
        == PoolOptions(reaches: ["l2advertisement1": AnnouncementReach(interfaces: [])]))
    state.press(.character("5"))
    state.type("eth0 eth1")
    state.press(.enter, .escape)
    #expect(!state.hasDraft)
  }

  @Test func aDraftThatMatchesNoNodeAnyMoreHasNoPlan() {
    var state = pane(factsWithNodes())
    state.press(.character("k"), .enter, .character("4"), .control("u"))
    state.type("rack=c")
    state.press(.enter, .escape)
    var facts = factsWithNodes()
    var context = Fixtures.poolContext
    context.nodeLabels = ["node1": ["rack": "a"]]
    facts.setPools(facts.pools, holders: Fixtures.holders, contexts: ["default": context])
    _ = update(&state, .factsRead(facts))
    #expect(state.screen.contains("No node of the cluster matches rack=c"))
    #expect(state.press(.character("a")) == [])
  }

  @Test func aSettingTheClusterHasNowLeavesTheDraft() {
    var state = pane(facts())
    state.press(.character("k"), .enter, .character("2"), .escape)
    _ = update(&state, .factsRead(facts(avoidBuggyIPs: true)))
    #expect(!state.hasDraft)
  }

  @Test func aServiceThatAvoidBuggyIPsMovesIsNamed() {
    var live = facts(["198.51.100.0/24"])
    let holder = AddressHolder(
      namespace: "lease-x", name: "web-ip",
      addresses: [IPAddress(family: .v4, value: 198 << 24 | 51 << 16 | 100 << 8 | 255)])
    live.setPools(live.pools, holders: [holder])
    var state = pane(live)
    state.press(.character("k"), .enter, .character("2"), .escape)
    #expect(state.screen.contains("1 Service must move."))
  }

  // MARK: Findings

  @Test func findingsStandAtThePoolsOwnLineAt80x24() {
    var facts = facts(announced: false)
    facts.findings = [
      LeaseFinding(
        kind: .serviceWithoutAddress,
        message: "Lease akash1q7/172039, Service lease-7f/web-ip waits for an address.",
        advice: "Give the pool more addresses.")
    ]
    var state = pane(facts)
    #expect(state.pools.rows(state.known)[0].word == .fail)
    state.press(.character("e"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
      >pool default    auto-assign yes    avoid .0/.255…  1 finding  1 of 2 pools, [ ]
         RANGE                            COUNT USED  FREE STATE
         203.0.113.192/28                    16    7     9 OK   .#######........
         198.51.100.112/28                   16    2    14 OK   ##..............
         192.0.2.96/28                       16    0    16 OK   ................
         192.0.2.217/32                       1    0     1 OK   .
         192.0.2.219-192.0.2.222              4    0     4 OK   ....
       live 53    in use 9    free 44    next 203.0.113.192
      ── Pool ────────────────────────────────────────────────────────────────────────
       FAIL  No L2Advertisement announces the pool: no machine answers for its
             addresses.
       WARN  Lease akash1q7/172039, Service lease-7f/web-ip waits for an address.
       next  203.0.113.192, 203.0.113.200, 203.0.113.201, 203.0.113.202,
             203.0.113.203, 203.0.113.204
       ?     not looked at: gateways, the service network
      ── In use in the pool ───────────────────────────────────────────────────── 9 ──
        198.51.100.112  443/tcp      lease-d3/api-ip           akash1pex    170411
        198.51.100.113  1883/tcp     lease-e8/mq-ip            akash1q7h    170002
        203.0.113.193   443/tcp      lease-7f/web-ip           akash1q7h    172039
        and 6 more, i lists them
      i says what to do about the findings; Enter shows the settings.
      + Add  1-6 Pane  Enter Open  e Next problem  i Why  r Re-read  ? Help
      """)
    state.press(.character("i"))
    #expect(state.screen.contains("Give the pool more addresses."))
  }

  // MARK: Export and import

  @Test func theFormsOfAnExportAreAMenuAt80x24() {
    var state = pane(facts())
    state.press(.character("X"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: …  1 of 2 pools, [ ]
         RANGE                            COUNT USED  FREE STATE
      >  203.0.113.192/28                    16    7     9 OK   .#######........
         198.51.100.112/28                   16    2    14 OK   ##..............
         192.0.2.96/28                       16    0    16 OK   ................
         192.0.2.217/32                       1    0     1 OK   .
         192.0.2.219-192.0.2.222              4    0     4 OK   ....
       live 53    in use 9    free 44    next 203.0.113.192
      ── Range ───────────────────────────────────────────────────────────────────────
       [203.0.113.192/28                  ]  CIDR, first-last or address/32
        203.0.113.192 to 203.0.113.207, 16 addresses; next 203.0.113.192
       note  .192 and .207 begin and end the block. MetalLB hands both out: fine where
             it is routed to you; on a shared LAN they may not be reachable.
      ── Looked at ───────────────────────────────────────────────────────────────────
      ── Export pool default with its draft as ───────────────────────────────────────
      >1 yaml                                 MetalLB's manifests: IPAddressPool and…
       2 kubespray                            variables of Kubespray since v2.22 (me…
       3 kubespray-old                        variables of Kubespray up to v2.21 (me…
       4 csv                                  a table, one range a line
       5 json                                 what pools show -o json prints of it
      Enter or a digit takes one and asks for the file. Esc leaves.
      Enter Take  j Down  k Up  Esc Close  F1 Help
      """)
    state.press(.character("j"), .enter)
    #expect(state.screen.contains("> pool-default-kubespray.yml"))
  }

  @Test(arguments: PoolExport.Format.allCases)
  func whatIsWrittenIsReadBackIntoAnEmptyDraft(format: PoolExport.Format) throws {
    var state = pane(facts(avoidBuggyIPs: true))
    let digit = try #require(PoolExport.Format.allCases.firstIndex(of: format)) + 1
    state.press(.character("X"), .character(Character("\(digit)")))
    guard case .save(let text, _) = state.press(.enter).first else {
      Issue.record("nothing is written")
      return
    }
    let imported = try PoolImport.pool(in: text, name: "f")
    _ = update(&state, .poolImported(imported, pool: "default"))
    #expect(!state.hasDraft)
    var other = pane(self.facts(["203.0.113.192/28"]))
    _ = update(&other, .poolImported(imported, pool: "default"))
    #expect(other.pools.draft(other.facts).options == PoolOptions(avoidBuggyIPs: true))
    #expect(other.pools.draft(other.facts).added == Array(Fixtures.poolEntries.dropFirst()))
    other.press(.character("u"))
    #expect(!other.hasDraft)
  }

  // MARK: A draft over a cut line

  @Test func eachChangeOfADraftIsKept() throws {
    var state = pane(facts())
    let live = try #require(state.pools.live(state.facts))
    var draft = PoolDraft()
    draft.write(["192.0.2.0/30"])
    state.press(.character("+"))
    state.type("192.0.2.0/30")
    let kept = KeptDraft(draft, over: live, at: Fixtures.now)
    #expect(state.press(.enter) == [.keepDrafts(["default": kept])])
    let applied = update(&state, .factsRead(facts(Fixtures.poolEntries + ["192.0.2.0/30"])))
    #expect(applied == [.keepDrafts([:])])
  }

  @Test func aDraftOfAnEarlierConsoleIsHereAgain() throws {
    let live = try #require(facts().livePools.first)
    var draft = PoolDraft()
    draft.write(["192.0.2.0/30"])
    var facts = facts()
    facts.keptDrafts = ["default": KeptDraft(draft, over: live, at: Fixtures.now)]
    var state = pane(facts)
    #expect(state.pools.draft(state.facts).added == ["192.0.2.0/30"])
    state = Fixtures.state(facts: facts)
    #expect(
      state.notice
        == "The draft of pool default of 2026-03-13T12:04:31Z is here again; u takes it back.")
    var other = self.facts(["203.0.113.192/28"])
    other.keptDrafts = facts.keptDrafts
    // Brought back is not made anew: another console still sees that the pool was changed.
    var before = Fixtures.state(facts: nil)
    #expect(update(&before, .factsRead(other)).contains(.keepDrafts(facts.keptDrafts)))
    state = Fixtures.state(facts: other)
    #expect(state.notice?.contains("was made on another state of it") == true)
    #expect(state.pools.draft(state.facts).added == ["192.0.2.0/30"])
    var done = self.facts(Fixtures.poolEntries + ["192.0.2.0/30"])
    done.keptDrafts = facts.keptDrafts
    #expect(!Fixtures.state(facts: done).hasDraft)
  }

  @Test func aDraftAndAQuestionAreOfTheClusterTheyWereMadeOn() {
    var one = facts()
    one.cluster = "cluster-one"
    var state = pane(one)
    state.press(.character("+"))
    state.type("192.0.2.0/30")
    state.press(.enter)
    #expect(state.hasDraft)
    state.press(.character("+"))
    // One that is not known for a while is still the same.
    _ = update(&state, .factsRead(facts()))
    #expect(state.hasDraft)
    #expect(!state.overlays.isEmpty)
    var two = facts()
    two.cluster = "cluster-two"
    two.startProblem = UserMessage("Another cluster stood behind it before; this is a new one.")
    #expect(update(&state, .factsRead(two)).contains(.keepDrafts([:])))
    #expect(!state.hasDraft)
    #expect(state.overlays.isEmpty)
    #expect(state.notice?.hasPrefix("Another cluster stood behind it before") == true)
  }

  @Test func thePoolItselfAt120x40() {
    var state = pane(rows: 40, columns: 120, facts())
    state.press(.character("k"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
       1 Overview  2 Steps 7/10 [3 Pools 9/53] 4 Logs  5 Verify 6/10  6 Watch                                  as of 12:04:31Z
      >pool default    auto-assign yes    avoid .0/.255 no    L2: l2advertisement1                           1 of 2 pools, [ ]
         RANGE                        COUNT USED  FREE STATE                │ ── Settings ────────────────────────────── OK ──
         203.0.113.192/28                16    7     9 OK   .#######........│  1 autoAssign           yes
         198.51.100.112/28               16    2    14 OK   ##..............│        Leases ask for an address without naming
         192.0.2.96/28                   16    0    16 OK   ................│        a pool: this must be on.
         192.0.2.217/32                   1    0     1 OK   .               │  2 avoidBuggyIPs        no
         192.0.2.219-192.0.2.222          4    0     4 OK   ....            │        On, addresses that end in .0 or .255 are
       live 53    in use 9    free 44    next 203.0.113.192                 │        kept back.
      ── Pool ──────────────────────────────────────────────────────────────│  3 L2 l2advertisement1  announces it by name
       next  203.0.113.192, 203.0.113.200, 203.0.113.201, 203.0.113.202,    │        pools default or lan
             203.0.113.203, 203.0.113.204                                   │  4    its nodes         some, not all
       ?     not looked at: gateways, the service network                   │        kubernetes.io/hostname=node1 or rack in
      ── In use in the pool ─────────────────────────────────────────── 9 ──│        (a,b)
        198.51.100.112  443/tcp      lease-d3/api-ip akash1pex    170411    │  5    its interfaces    eth0 eth1
        198.51.100.113  1883/tcp     lease-e8/mq-ip  akash1q7h    170002    │  6 L2 lan-only          does not announce it
        203.0.113.193   443/tcp      lease-7f/web-ip akash1q7h    172039    │        pools lan
        203.0.113.194   27015/udp    lease-11/game-… akash1tx0    171882    │        nodes every one
        203.0.113.195   80/tcp,443/… lease-2c/shop-… akash1q7h    171760    │        interfaces every one
        203.0.113.196   22/tcp       lease-90/box-ip akash1m4k    171544    │   Enter changes them
        203.0.113.197   25565/tcp    lease-a1/mc-ip  akash1zzq    171201    │
        203.0.113.198   8443/tcp     lease-b7/vpn-ip akash1k0j    170998    │
        203.0.113.199   53/udp       lease-b7/dns-ip akash1k0j    170997    │
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
      Enter shows the settings: autoAssign, avoidBuggyIPs, advertisements.
      + Add   1-6 Pane   Enter Open   i Why   r Re-read   @ Activity   : Command   q Back   I Import..   X Export..   ? Help
      """)
  }
}
