import Addresses
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// Edits of the pool on a real control plane with a leased address in it.
@Suite(.onKitCluster(.enabled), .needsKitCluster(.enabled))
struct RealPoolTests {
  private let folder = NSTemporaryDirectory() + "ip-leases-test-\(UUID().uuidString)"
  private let session: Session

  init() {
    var settings = ConsoleSettings(
      providerFile: "\(folder)/provider.yaml", stateDirectory: "\(folder)/state")
    settings.connection.kubeconfig = KitCluster.current?.kubeconfig
    let executor = LocalExecutor(
      folder: StateFolder(root: settings.stateDirectory, cluster: "test"), supervisor: nil)
    session = Session(
      settings: settings, identity: ClusterIdentity(context: "test", server: "test"),
      executor: executor)
  }

  private func snapshot() async -> ClusterSnapshot {
    await session.survey(PoolEdit.needs).snapshot
  }

  private func pool() async throws -> IPAddressPool {
    try #require(await snapshot().pools.value?.pool(ConsoleSettings.poolName))
  }

  private func run(_ plan: Plan) async throws -> RunOutcome {
    await session.runner(.perRun()).run(plan) { _ in }
  }

  private func takeBack() async throws {
    let plan = try await session.wayBack(of: .pools).make()
    let runner = await session.runner(.perRun())
    #expect(await session.wayBack(of: .pools).run(plan, runner) { _ in } == .done)
  }

  private func patch(_ operations: [JSONPatch.Operation]) async throws {
    let command = Kubectl(session.settings.connection).patch(
      "ipaddresspools.metallb.io", ConsoleSettings.poolName,
      namespace: ConsoleSettings.metallbNamespace, operations: JSONPatch.text(operations),
      purpose: "test")
    let result = try await session.executor.run(command)
    #expect(result.exit.isSuccess, "\(result.errorText)")
  }

  @Test func theServerRefusesABadRangeInItsOwnWords() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let entries = try await pool().spec.addresses
    let trial = try PoolEdit.trial(
      await snapshot(), session.settings, entries: entries + ["203.0.113.5"])
    guard case .failed(let problem) = try await run(trial) else {
      Issue.record("the server took it")
      return
    }
    #expect(
      problem.reason?.contains(
        "denied the request: parsing address pool default: invalid CIDR \"203.0.113.5\"") == true,
      "\(problem.text)")
    #expect(try await pool().spec.addresses == entries)
  }

  @Test func aChangeBetweenDraftAndApplyIsNotOverwritten() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let entries = try await pool().spec.addresses
    let plan = try PoolEdit.plan(
      await snapshot(), session.settings, entries: entries + ["203.0.113.64/29"])
    let others = entries + ["203.0.113.32/29"]
    try await patch([.replace(path: "/spec/addresses", .texts(others.map(\.text)))])
    guard case .failed(let problem) = try await run(plan) else {
      Issue.record("the plan ran over the other's change")
      return
    }
    #expect(problem.advice?.text().contains("make the plan anew") == true, "\(problem.text)")
    #expect(try await pool().spec.addresses == others)
    try await patch([.replace(path: "/spec/addresses", .texts(entries.map(\.text)))])
  }

  @Test func anEditKeepsWhatItDoesNotKnow() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let before = try await pool()
    let key = "ip-leases.test/note"
    try await patch([
      .add(
        path: "/metadata/annotations",
        .texts((before.metadata.annotations ?? [:]).merging([key: "x"]) { $1 }))
    ])
    let plan = try PoolEdit.plan(
      await snapshot(), session.settings, entries: before.spec.addresses + ["203.0.113.64/29"])
    #expect(plan.touchedServices == 0)
    #expect(try await run(plan) == .done)
    let after = try await pool()
    #expect(after.metadata.annotations?[key] == "x")
    #expect(after.spec.autoAssign == before.spec.autoAssign)
    try await takeBack()
    #expect(try await pool().spec.addresses == before.spec.addresses)
    try await patch([
      .add(path: "/metadata/annotations", .texts(before.metadata.annotations ?? [:]))
    ])
  }

  @Test func theLeaseThePlanNamesMoves() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let entries = try await pool().spec.addresses
    let lease = try #require(await holders().first { $0.lease != nil && !$0.addresses.isEmpty })
    let taken = AddressInterval(lease.addresses[0])
    let rest = try PoolShape.entries(entries, without: [AddressRange(parsing: taken.entry)])
    let plan = try PoolEdit.plan(await snapshot(), session.settings, entries: rest)
    #expect(plan.touchedServices >= 1)
    #expect(plan.touches.contains { $0.contains(lease.title) })
    #expect(try await run(plan) == .done)
    var now: [IPAddress] = []
    for _ in 0..<100 {
      now = await holders().first { $0.title == lease.title }?.addresses ?? []
      if !now.isEmpty, now != lease.addresses { break }
    }
    #expect(!now.isEmpty && now != lease.addresses)
    try await takeBack()
    #expect(try await pool().spec.addresses == entries)
  }

  @Test func aSecondPoolIsFlaggedAnnouncedAndTakenBack() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let connection = session.settings.connection
    let lan = PoolManifest(name: "lan", addresses: ["10.9.0.0/28"], advertisement: "unused").pool
    let made = try await session.executor.run(
      Kubectl(connection).create(lan + "  autoAssign: false\n", purpose: "test"))
    #expect(made.exit.isSuccess, "\(made.errorText)")
    let objects = try #require(await snapshot().pools.value)
    let advertisement = try #require(
      objects.advertisements.first { !($0.spec?.ipAddressPools ?? []).isEmpty })
    let name = advertisement.metadata.name
    let options = PoolOptions(avoidBuggyIPs: true, announcements: [name: true])
    let plan = try PoolEdit.plan(
      await snapshot(), session.settings, entries: ["10.9.0.0/28"], options: options, pool: "lan")
    #expect(try await run(plan) == .done)
    var now = try #require(await snapshot().pools.value)
    #expect(now.pool("lan")?.spec.avoidBuggyIPs == true)
    #expect(
      now.advertisements.first { $0.metadata.name == name }?.spec?.ipAddressPools?.last == "lan")
    try await takeBack()
    now = try #require(await snapshot().pools.value)
    #expect(now.pool("lan")?.spec.avoidBuggyIPs == false)
    #expect(
      now.advertisements.first { $0.metadata.name == name }?.spec?.ipAddressPools
        == advertisement.spec?.ipAddressPools)
    let gone = try await session.executor.run(
      Kubectl(connection).delete(
        "ipaddresspools.metallb.io", "lan", namespace: ConsoleSettings.metallbNamespace,
        purpose: "test"))
    #expect(gone.exit.isSuccess, "\(gone.errorText)")
  }

  @Test func nodesAndInterfacesAreWrittenReadBackAndTakenBack() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let objects = try #require(await snapshot().pools.value)
    let before = try #require(objects.advertisements.first { $0.covers(pool: objects.pools[0]) })
    let name = before.metadata.name
    let pool = objects.pools[0]
    let reach = AnnouncementReach(
      nodes: ["kubernetes.io/os=linux,kubernetes.io/hostname notin (x,y)"], interfaces: ["eth0"])
    let plan = try PoolEdit.plan(
      await snapshot(), session.settings, entries: pool.spec.addresses,
      options: PoolOptions(reaches: [name: reach]), pool: pool.metadata.name)
    #expect(try await run(plan) == .done)
    func now() async -> L2Advertisement? {
      await snapshot().pools.value?.advertisements.first { $0.metadata.name == name }
    }
    #expect(
      await now().map(AnnouncementReach.init)
        == AnnouncementReach(
          nodes: ["kubernetes.io/os=linux,kubernetes.io/hostname notin (x,y)"], interfaces: ["eth0"]
        ))
    try await takeBack()
    #expect(await now()?.spec == before.spec)
  }

  private func holders() async -> [AddressHolder] { await snapshot().addressHolders ?? [] }
}
