import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// Every remedy and every way back, from every state there is: no Service loses its address, and no
/// pool or advertisement goes, but what the plan has named.
@Suite(.inTurn, .seeded)
struct HarmlessWalkTests {
  static let histories = Amount(8, large: 60).count

  // MARK: Remedies

  @Test func noRemedyTakesWhatItsPlanDoesNotName() async throws {
    for scenario in RehearsalScenario.allCases {
      let state = Scenarios.make(RehearsalStart(scenario), now: Walk.now)
      try await Walk(state, scenario.rawValue).tryEveryRemedy()
    }
    for fault in StartingFaults.all {
      let walk = try Walk(Walk.enabled, "enabled+\(fault.word)")
      walk.suffer(fault)
      try await walk.tryEveryRemedy()
    }
  }

  @Test func noRemedyDoesSoAfterARandomHistoryOfReleases() async throws {
    var planned = 0
    for number in 0..<Self.histories {
      var history = RandomHistory(number)
      var state = Walk.enabled
      history.change(&state)
      planned += try await Walk(
        state, "history \(number): \(history.words.joined(separator: "; "))"
      ).tryEveryRemedy()
    }
    #expect(planned > Self.histories / 4, "hardly any remedy had something to do")
  }

  // MARK: Ways back

  @Test(arguments: [
    "fresh", "fresh+provider-11.6.4", "old-charts", "legacy", "kubespray", "k3s", "no-helm",
    "enabled+strict-arp-off", "enabled+other-address", "enabled+provider-off",
    "enabled+provider-11.6.4+provider-off", "enabled+nodes-excluded", "enabled+no-advertisement",
    "enabled+metrics-port", "enabled+no-operator",
  ])
  func noWayBackTakesWhatItsPlanDoesNotName(name: String) async throws {
    let start = try RehearsalStart(parsing: name)
    let walk = try Walk(Scenarios.make(start, now: Walk.now), name)
    defer { walk.remove() }
    try await walk.apply()
    try await walk.tryEveryWayBack()
  }

  /// What was applied is hit by a fault, or by a random history, before it is taken back.
  @Test func noWayBackDoesSoAfterAFaultOrARandomHistory() async throws {
    let origin = try Walk(Scenarios.make(RehearsalStart(.fresh), now: Walk.now), "fresh")
    defer { origin.remove() }
    try await origin.apply()
    var random = SeededRandom(stream: 1_000)
    let faults = StartingFaults.all.shuffled(using: &random)
    for fault in faults.prefix(Amount(8, large: faults.count).count) {
      let walk = try origin.copy(called: "fresh, applied, then \(fault.word)")
      defer { walk.remove() }
      walk.suffer(fault)
      try await walk.tryEveryWayBack()
    }
    for number in 0..<Self.histories / 3 {
      var history = RandomHistory(number)
      let walk = try origin.copy(called: "history \(number)")
      defer { walk.remove() }
      walk.cluster.change { history.change(&$0) }
      try await walk.tryEveryWayBack()
    }
  }
}

/// A cluster in some state, with a console's folder beside it.
private struct Walk {
  /// The scenarios' own clock is near the machine's: ages are told from both.
  static let now = Date().timeIntervalSince1970
  static let enabled = Scenarios.make(RehearsalStart(.enabled), now: now)

  let cluster: MemoryCluster
  let name: String
  private let folder: String
  private let settings: ConsoleSettings
  private let inventory: String?

  init(_ state: RehearsalState, _ name: String, folder: String? = nil) throws {
    cluster = MemoryCluster(state)
    self.name = name
    let isNew = folder == nil
    self.folder = folder ?? FileManager.default.temporaryDirectory.path + "/walk-\(UUID())"
    var settings = ConsoleSettings(
      providerFile: "\(self.folder)/provider.yaml", stateDirectory: "\(self.folder)/state")
    settings.rehearsal = state.start.name
    settings.poolRanges = ["203.0.113.0/28"]
    inventory = RehearsalExecutor.inventory(
      of: state.scenario, directory: "\(self.folder)/rehearsal")
    settings.inventory = inventory
    self.settings = settings
    try FileManager.default.createDirectory(
      atPath: self.folder, withIntermediateDirectories: true)
    if isNew, let inventory { try KubesprayFiles.lay(around: inventory, anew: true) }
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// The same cluster with the same folder, apart from this one. Of the folder only what the console
  /// keeps is taken along.
  func copy(called name: String) throws -> Walk {
    let other = FileManager.default.temporaryDirectory.path + "/walk-\(UUID())"
    try FileManager.default.copyItem(atPath: folder, toPath: other)
    return try Walk(cluster.state, name, folder: other)
  }

  private var session: Session {
    Session(
      settings: settings, identity: ClusterIdentity(context: "rehearsal", server: ""),
      executor: cluster)
  }

  // MARK: Walking

  func suffer(_ fault: StartingFault) {
    cluster.change { state in
      fault.happen(&state)
      // What it could not break here is no state of its own.
      state.groundless = nil
      state.advance(to: state.time + fault.age)
    }
  }

  func apply() async throws {
    let session = session
    let runner = await session.runner(.perRun())
    _ = await Enablement(
      session: session, runner: runner, isDryRun: false, consent: { _ in nil },
      onEvent: { _ in }
    ).apply(StepID.allCases)
    cluster.change { state in
      if state.leasedServices.isEmpty { Scenarios.addLeases(&state) }
      state.advance(to: state.time + 60)
    }
  }

  /// - Returns: how many remedies had a plan.
  @discardableResult
  func tryEveryRemedy() async throws -> Int {
    defer { remove() }
    let needs = AllRemedies.inOrder.reduce(into: Set<FactName>()) { $0.formUnion($1.needs) }
    let cluster = cluster
    let snapshot = await ClusterReader(
      executor: cluster, settings: settings, now: { cluster.date }
    ).read(needs)
    var count = 0
    for remedy in AllRemedies.inOrder {
      guard let plan = try? remedy.plan(snapshot, settings).get(), !plan.isEmpty else { continue }
      count += 1
      let fork = try Walk(cluster.state, "\(name), remedy \(remedy.id.rawValue)", folder: folder)
      let session = fork.session
      let runner = PlanRunner(
        executor: fork.cluster, journal: session.journal, undoStore: session.undo,
        clock: fork.cluster.runClock)
      await fork.judge(plan) { _ = await runner.run(plan) { _ in } }
    }
    return count
  }

  func tryEveryWayBack() async throws {
    let ids = StepID.allCases.filter(session.waysBack.contains)
    for id in ids {
      let fork = try copy(called: "\(name), way back of \(id.rawValue)")
      defer { fork.remove() }
      _ = await fork.takeBack(id)
    }
    for id in ids.reversed() { await takeBack(id) }
  }

  private func takeBack(_ id: StepID) async {
    let session = session
    guard let plan = try? await session.wayBack(of: id).make() else { return }
    await judge(plan) {
      let runner = await session.runner(.perRun())
      _ = await session.wayBack(of: id).run(plan, runner) { _ in }
    }
  }

  // MARK: Judging

  private struct Sight {
    var addresses: [String: [String]] = [:]
    var objects: Set<String> = []

    init(_ state: RehearsalState) {
      for service in state.stored("services") where service["spec"]["type"].text == "LoadBalancer" {
        let metadata = service["metadata"]
        let title = "\(metadata["namespace"].text ?? "")/\(metadata["name"].text ?? "")"
        let ingress = service["status"]["loadBalancer"]["ingress"].items
        addresses[title] = ingress.compactMap(\.["ip"].text)
      }
      for (plural, word) in [("ipaddresspools", "pool"), ("l2advertisements", "L2Advertisement")] {
        for object in state.stored(plural) {
          objects.insert("\(word) \(object["metadata"]["name"].text ?? "")")
        }
      }
    }
  }

  private func judge(_ plan: Plan, _ run: () async throws -> Void) async {
    let before = Sight(cluster.state)
    do { try await run() } catch { Issue.record("\(name): \(error)") }
    cluster.change { $0.advance(to: $0.time + 60) }
    let after = Sight(cluster.state)
    let lost = before.addresses.filter { !$0.value.isEmpty && after.addresses[$0.key] != $0.value }
    if lost.count > plan.touchedServices {
      Issue.record(
        "\(name): \(lost.keys.sorted()) lost their address, the plan said \(plan.touchedServices)")
    }
    for object in before.objects.subtracting(after.objects).sorted() {
      let isNamed = plan.touches.contains { $0.contains(object) }
      if !isNamed { Issue.record("\(name): \(object) went, the plan said \(plan.touches)") }
    }
  }
}

/// What somebody else did to the releases before, by helm and by hand.
private struct RandomHistory {
  private var random: SeededRandom
  private(set) var words: [String] = []

  init(_ number: Int) { random = SeededRandom(stream: UInt64(number)) }

  mutating func change(_ state: inout RehearsalState) {
    for _ in 0..<Int.random(in: 1...6, using: &random) { changeOnce(&state) }
    state.groundless = nil
    state.advance(to: state.time + 60)
  }

  private mutating func pick<Item>(_ items: [Item]) -> Item { items[pickIndex(items.count)] }
  private mutating func pickIndex(_ count: Int) -> Int {
    Int.random(in: 0..<count, using: &random)
  }

  private mutating func changeOnce(_ state: inout RehearsalState) {
    let metallb = ["-n", "metallb-system"]
    switch pickIndex(9) {
    case 0, 1:
      let version = pick(["0.12.1", "0.13.12", "0.14.8", "0.14.9", "0.15.3", "0.16.1"])
      let flags = pick([["--reuse-values"], ["--reset-values"], ["--wait", "--timeout", "1s"]])
      helm(
        ["upgrade", "--install", "metallb", "metallb/metallb", "--version", version] + flags
          + metallb, &state)
    case 2:
      let revisions = state.releases.first { $0.name == "metallb" }?.revisions.map(\.number) ?? [1]
      helm(["rollback", "metallb", "\(pick(revisions))"] + metallb, &state)
    case 3, 4:
      guard let release = state.releases.map(\.name).randomElement(using: &random) else { return }
      let (status, text) = pick([
        ("failed", "Upgrade failed: context deadline exceeded"),
        ("failed", "Upgrade failed: cannot patch"), ("pending-upgrade", "Preparing upgrade"),
        ("pending-install", "Initial install underway"), ("pending-rollback", "Rollback to 1"),
      ])
      if pick([true, false]) {
        words.append("\(release) is \(status)")
        state.markLatest(release, status, text)
      } else {
        words.append("\(release) once more, \(status)")
        state.spoil(release, status: status)
      }
    case 5:
      words.append("pool made again")
      let kind = "customresourcedefinitions"
      guard state.object(kind, "", "ipaddresspools.metallb.io") != nil,
        state.object("ipaddresspools", "metallb-system", "default") == nil
      else { return }
      state.make(EnablementTests.pool)
    case 6:
      words.append("0.12's ConfigMap is there")
      if state.object("configmaps", "metallb-system", "config") == nil {
        state.make(
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: config, namespace: metallb-system}
          data: {config: "address-pools:\\n- name: default\\n  protocol: layer2\\n  addresses: [194.28.98.216/29]\\n"}
          """)
      }
    case 7:
      let (release, version) = pick([
        ("akash-ip-operator", "19.0.2"), ("akash-ip-operator", "12.1.4"),
        ("akash-provider", "19.0.2"),
      ])
      let chart = release == "akash-provider" ? "akash/provider" : "akash/akash-ip-operator"
      helm(["upgrade", release, chart, "--version", version, "-n", "akash-services"], &state)
    default:
      let fault = pick(StartingFaults.all)
      words.append(fault.word)
      fault.happen(&state)
    }
    state.advance(to: state.time + 5)
  }

  private mutating func helm(_ arguments: [String], _ state: inout RehearsalState) {
    words.append(arguments.joined(separator: " "))
    Scenarios.helm(arguments, &state)
  }
}
