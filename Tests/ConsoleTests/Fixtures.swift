import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import Console
@testable import Execution
@testable import IPLeasesCore

/// Small literals the tests build their states from.
enum Fixtures {
  /// 12:04:31Z on some day.
  static let now = Date(timeIntervalSince1970: 1_773_403_471)

  static let settings = ConsoleSettings(
    providerFile: "/home/ada/provider.yaml", stateDirectory: "/home/ada/.local/state/ip-leases")

  static func report(
    _ id: StepID, _ title: String, _ state: StepState, _ evidence: String, seen: [String] = [],
    why: String = "it is asked for by the next step", differs: String? = nil,
    blockedBy: [StepID] = [], problem: UserMessage? = nil, reasonAside: String? = nil
  ) -> StepReport {
    StepReport(
      id: id, title: title, why: why,
      guide: GuidePassage(says: "the same by hand", differs: differs),
      assessment: Assessment(state, evidence, seen: seen, problem: problem), blockedBy: blockedBy,
      setAsideReason: reasonAside)
  }

  /// A first set-up, stuck at the capacity.
  static let checklist = Checklist(reports: [
    report(.preflight, "Preflight", .done, "22 of 22"),
    report(.namespace, "Namespace", .done, "found, labelled privileged"),
    report(.metallb, "MetalLB", .done, "0.14.8 by Helm"),
    report(.metricsService, "Metrics Service", .done, "Service metallb-controller, 1 endpoint"),
    report(.pools, "Pools", .done, "53 addresses, 1 advertisement"),
    report(.strictARP, "Strict ARP", .notNeeded, "kube-proxy uses iptables"),
    report(
      .ipOperator, "IP operator", .setAside, "set aside: by hand, on Monday",
      reasonAside: "by hand, on Monday"),
    report(
      .capacity, "Capacity", .failed, "the operator answers 503",
      seen: ["GET operator-ip:8080/usage   503", "GET controller:7472/metrics  refused"],
      why: "the operator must read totals before the provider is told to use it; otherwise the "
        + "provider restarts in a loop and bids on nothing",
      differs: "the guide switches the provider on first",
      problem: UserMessage(
        "the operator answers 503", reason: "barrier is locked", advice: "restart the operator")),
    report(
      .provider, "Provider", .blocked, "waits for capacity", blockedBy: [.capacity]),
    report(.verification, "Verification", .todo, "not run since the last change"),
  ])

  static let status = StatusReport(
    now: "The IP operator has no counts: its barrier is locked.",
    why: "It looked for MetalLB's metrics once, at its start, and found nothing; it never looks "
      + "again.",
    action: "Restart the operator: step 8, a shows the plan.", state: .fail,
    parts: [
      part(
        "controller", "MetalLB controller", "0.14.8", "1/1", .ok, "", .metallb,
        [.metallb, .metrics, .pools]),
      part(
        "speakers", "MetalLB speakers", "0.14.8", "3/3", .ok, "", .metallb,
        [.metallb, .metrics, .pools]),
      part(
        "operator", "IP operator", "0.16.2", "1/1", .fail, "barrier locked", .capacity,
        [.operator]),
      part(
        "provider", "Provider", "0.16.2", "1/1", .warn, "IP leases off", .provider,
        [.provider]),
    ],
    addresses: [
      StatusReport.AddressCount(
        source: .pool, title: "pool \"default\", 5 ranges", total: "53", inUse: nil,
        readAt: now.addingTimeInterval(-2), state: .ok, note: ""),
      StatusReport.AddressCount(
        source: .metallb, title: "MetalLB counters", total: "53", inUse: "9",
        readAt: now.addingTimeInterval(-2), state: .ok, note: ""),
      StatusReport.AddressCount(
        source: .operator, title: "operator /usage", total: nil, inUse: nil,
        readAt: now.addingTimeInterval(-391), state: .fail, note: "503"),
      StatusReport.AddressCount(
        source: .provider, title: "provider sells", total: nil, inUse: nil, readAt: nil,
        state: .unknown, note: "needs grpcurl"),
    ])

  /// The metrics do not answer, and what follows from that.
  static let checks = checkReport()

  static func checkReport(
    asides: [FindingAside] = [], change: (inout [CheckResult]) -> Void = { _ in }
  ) -> CheckReport {
    var results = [
      check("IPL-0001", .pass(got: "3 node(s)")), check("IPL-0110", .pass(got: "found")),
      check("IPL-0152", .pass(got: "1/1 ready")), check("IPL-0201", .pass(got: "found")),
      check("IPL-0202", .pass(got: "monitoring")),
      check(
        "IPL-0203", .fail(got: "connection refused by 10.233.61.40:7472"),
        since: now.addingTimeInterval(-391)),
      check("IPL-0755", .pass(got: "1/1 ready")),
      check("IPL-0704", .notRun(.waitsFor(["IPL-0203"]))),
      check("IPL-0708", .warn(got: "12 of 53: late by up to 10 minutes after a pool edit")),
      check("IPL-0751", .notRun(.unreadable("services is forbidden"))),
      check("IPL-0115", .notRun(.nothingToTest("no other balancer is known"))),
    ]
    results += ProofResults.rows(
      nil, refusal: UserMessage("The proof waits for IPL-0203."), canaries: [], at: now)
    change(&results)
    var history = CheckHistory()
    let before = results.map { result in
      var result = result
      if result.code == "IPL-0203" { result.verdict = .pass(got: "answers") }
      return result
    }
    history.record(before, at: now.addingTimeInterval(-3_600))
    history.record(results, at: now.addingTimeInterval(-300))
    history.record(results, at: now)
    return CheckReport(
      results: results, context: "prod", duration: .seconds(1), madeAt: now,
      aside: Dictionary(uniqueKeysWithValues: asides.map { ($0.code, $0) }), history: history)
  }

  static func check(_ code: String, _ verdict: Verdict, since: Date? = nil) -> CheckResult {
    guard let check = AllChecks.check(code) else { preconditionFailure("no check \(code)") }
    return CheckResult(
      code: code, id: check.id, group: check.group, title: check.title, want: check.want,
      why: check.why, hint: check.hint,
      remedies: verdict.kind.isFinding ? check.remedies : [], verdict: verdict, since: since)
  }

  static let pools = Fact.known(
    PoolObjects.of([
      ("default", ["203.0.113.192/28", "192.0.2.217/32", "192.0.2.219-192.0.2.222"])
    ]), at: now)

  static let facts = Facts(
    checklist: checklist, status: status, checks: checks, pools: pools, context: "prod",
    provider: "provider.example.com", waysBack: [.namespace, .metallb], readAt: now)

  static let activity = [
    JournalEntry(
      time: now.addingTimeInterval(-600), context: "prod", step: "namespace",
      argv: ["kubectl", "create", "namespace", "metallb-system"], changes: true, exit: 0,
      seconds: 0.31, stdoutTail: "namespace/metallb-system created\n"),
    JournalEntry(
      time: now.addingTimeInterval(-30), context: "prod", step: "",
      argv: ["kubectl", "get", "pods", "-l", "app in (a, b)", "-o", "json"], changes: false,
      exit: 1, seconds: 0.2, stderrTail: "Unable to connect to the server\n"),
  ]

  static let plan = Plan(
    id: "capacity", title: "restart the IP operator",
    actions: [
      .command(
        Command(
          .kubectl, ["-n", "akash-services", "rollout", "restart", "deployment/operator-ip"],
          purpose: "restart deployment/operator-ip", changes: true)),
      .wait(
        Wait(
          until: "the operator answers /health",
          probe: Command(.kubectl, ["get", "--raw", "/health"], purpose: "ask /health"),
          passes: .succeeds, limit: .seconds(120))),
    ],
    cannotUndo: "a restart cannot be taken back", touches: ["the operator is away for 5 s"],
    notes: [Note("The guide deletes the pod by a label that matches nothing here.")])

  static let largePlan = Plan(
    id: "pools", title: "one range leaves pool default",
    actions: [
      .command(
        Command(
          .kubectl,
          ["-n", "metallb-system", "patch", "ipaddresspool", "default", "--type=json"],
          standardInput: "[{\"op\": \"remove\", \"path\": \"/spec/addresses/1\"}]\n",
          purpose: "take the range out", changes: true)),
      .file(
        FileChange(
          path: "/home/ada/provider.yaml", contents: SecretText("key: hidden"),
          diff: "--- a\n+++ b\n-ipoperator: false\n+ipoperator: true\n")),
    ],
    undo: [
      .command(
        Command(.kubectl, ["replace", "-f", "old.yaml"], purpose: "put it back", changes: true))
    ],
    touches: ["2 of 9 leases sit in the range that leaves"], touchedServices: 2,
    diff: "-    - 198.51.100.112/28\n")

  static func state(rows: Int = 24, columns: Int = 80, facts: Facts? = facts) -> State {
    var state = State(
      settings: settings, size: Size(rows: rows, columns: columns), now: now)
    _ = update(&state, .started)
    if let facts { _ = update(&state, .factsRead(facts)) }
    _ = update(&state, .activityRead(activity))
    return state
  }

  private static func part(
    _ id: String, _ title: String, _ version: String, _ ready: String, _ state: PartState,
    _ note: String, _ step: StepID, _ checkGroups: [CheckGroup]
  ) -> StatusReport.Part {
    StatusReport.Part(
      id: id, title: title, version: version, ready: ready, state: state, note: note, step: step,
      checkGroups: checkGroups)
  }
}

extension PoolObjects {
  static func of(_ pools: [(name: String, addresses: [PoolEntry])]) -> PoolObjects {
    var objects = PoolObjects()
    objects.pools = pools.map { pool in
      IPAddressPool(
        metadata: ObjectMeta(name: pool.name), spec: .init(addresses: pool.addresses))
    }
    objects.advertisements = [L2Advertisement(metadata: ObjectMeta(name: "l2"))]
    return objects
  }
}

extension State {
  /// Presses keys one after the other, each alone in its batch.
  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] { press(keys) }

  @discardableResult
  mutating func press(_ keys: [Key]) -> [Effect] {
    keys.flatMap { key in
      known.now += 0.001
      let effects = update(&self, .key(key))
      return effects + update(&self, .inputDrained)
    }
  }

  @discardableResult
  mutating func type(_ text: String) -> [Effect] { press(text.map { Key.character($0) }) }

  /// The frame as text, blanks at the ends of lines taken off.
  var screen: String {
    var canvas = Canvas(size: known.size)
    view(scene, &canvas)
    return canvas.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }

  /// The state with a plan on screen, as the key `a` brings it.
  static func showing(_ plan: Plan, step: StepID = .capacity) -> State {
    var state = Fixtures.state()
    state.go(to: .step(step))
    _ = Planning.ask(PlanRequest(step), &state)
    _ = update(&state, .planMade(plan, for: PlanRequest(step)))
    return state
  }
}
