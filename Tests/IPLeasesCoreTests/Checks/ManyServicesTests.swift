import Addresses
import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// What is asked of many Services at once says the same as what is asked of each by itself, and costs
/// no more for each where there are more.
struct ManyServicesTests {
  // MARK: By chance

  @Test(.seeded) func theIndexHoldsWhatLookingAtEachServiceFinds() throws {
    var random = SeededRandom(stream: 0x5e41)
    for _ in 0..<60 {
      let snapshot = try Self.snapshot(&random)
      let services = snapshot.cluster.value?.services ?? []
      let leases = services.filter {
        $0.metadata.label("akash.network/service-target") == "metal-lb"
      }
      #expect(snapshot.leaseServices == leases)
      #expect(snapshot.addressHolders == services.compactMap(AddressHolder.init))
      #expect(snapshot.cluster.value?.index.ofMetalLB == services.filter(\.isOfMetalLB))
    }
  }

  @Test(.seeded) func theIndexFollowsWhereServicesComeAndGo() throws {
    var random = SeededRandom(stream: 0x5e42)
    var objects = ClusterObjects()
    for number in 0..<200 {
      if random.below(3) == 0, !objects.services.isEmpty {
        objects.services.remove(at: random.below(objects.services.count))
      } else {
        objects.services.append(Self.service(number, &random))
      }
      let anew = ServiceIndex(objects.services)
      #expect(objects.index.ofLeases == anew.ofLeases)
      #expect(objects.index.ofMetalLB == anew.ofMetalLB)
      #expect(objects.index.addressed == anew.addressed)
    }
  }

  @Test(.seeded) func aPoolFindsAroundItWhatEachServiceUses() throws {
    var random = SeededRandom(stream: 0x5e43)
    var found = 0
    for _ in 0..<60 {
      let snapshot = try Self.snapshot(&random)
      let contexts = snapshot.poolContexts.merging(
        ["none": snapshot.poolContext(for: "none")]) { $1 }
      for (name, context) in contexts {
        #expect(context.used == Self.used(around: name, snapshot))
        #expect(context == snapshot.poolContext(for: name))
        #expect(context.isForTenants == (name == "default"))
        #expect(context.autoAssign == (name != "other"))
        found += context.used?.count ?? 0
      }
      #expect(contexts["default"]?.otherPools?.map(\.name) == ["other"])
      #expect(contexts["none"]?.otherPools?.map(\.name) == ["default", "other"])
    }
    #expect(found > 1_000, "there was something to find")
  }

  @Test(.seeded) func theChecksSayOfAllServicesWhatTheySayOfEach() throws {
    var random = SeededRandom(stream: 0x5e44)
    var seen: Set<String> = []
    for _ in 0..<200 {
      let snapshot = try Self.snapshot(&random)
      let announced = LeaseChecks.announced.evaluate(snapshot)
      #expect(announced == Self.announced(snapshot))
      let used = NetworkChecks.used.evaluate(snapshot)
      #expect(used == Self.usedInPool(snapshot))
      seen.formUnion(["\(announced.kind)", "used \(used.kind)"])
    }
    #expect(seen == ["pass", "fail", "used pass", "used fail"])
  }

  // MARK: Their number

  /// No clock: a check that searched a list for each Service would take minutes here.
  @Test func twentyThousandServicesAreJudgedInOneGo() throws {
    let count = 10_000
    var snapshot = try HealthyCluster.snapshot()
    let leases = (0..<count).map { number in
      Self.lease(number, address: "198.18.\(number >> 8).\(number & 255)")
    }
    let others = (0..<count).map { number in
      Service(
        metadata: ObjectMeta(name: "web", namespace: "tenant-\(number)"),
        spec: Service.Spec(type: "ClusterIP", selector: ["app": "web"]))
    }
    snapshot.cluster.edit { cluster in
      cluster.services = (cluster.services + zip(leases, others).flatMap { [$0, $1] })
    }
    try snapshot.pools.edit { objects in
      objects.pools = [
        try HealthyCluster.decode(
          """
          {"metadata":{"name":"default"},
           "spec":{"addresses":["198.18.0.0/17","203.0.113.8/32"]}}
          """)
      ]
    }
    snapshot.metallbMetrics = .known(MetalLBMetrics(total: 32_769, inUse: 10_001), at: Self.now)
    snapshot.operatorUsage = .known(.totals(available: 32_769, inUse: 10_001), at: Self.now)
    snapshot.announcements.edit { $0 += leases.map { Self.status($0) } }
    snapshot.leaseEndpoints.edit { $0 += leases.map { Self.slice($0, isReady: true) } }

    let results = Checks.run(snapshot)

    #expect(results.filter { $0.verdict.kind != .pass }.map(\.code) == [])
    let got = Dictionary(results.map { ($0.code, $0.verdict.got) }) { first, _ in first }
    #expect(got["IPL-0902"] == "10001 Service(s)")
    #expect(got["IPL-0901"] == "10001 Service(s)")
    #expect(snapshot.poolContext(for: "default").used == [])
    #expect(snapshot.poolContext(for: "none").used?.count == 10_001)
    #expect(snapshot.addressHolders?.count == 10_001)
    #expect(LeaseFinding.find(in: snapshot) == [])
  }

  // MARK: Clusters

  private static let now = HealthyCluster.now

  private static func snapshot(_ random: inout SeededRandom) throws -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    var cluster = ClusterObjects()
    cluster.services = (0..<random.below(30)).map { service($0, &random) }
    snapshot.cluster = .known(cluster, at: now)
    var pools = PoolObjects()
    pools.pools = [
      try HealthyCluster.decode(
        #"{"metadata":{"name":"default"},"spec":{"addresses":["192.0.2.0/29"]}}"#),
      try HealthyCluster.decode(
        #"{"metadata":{"name":"other"},"spec":{"addresses":["192.0.2.8/29"],"autoAssign":false}}"#),
    ]
    snapshot.pools = .known(pools, at: now)
    // Some of them for Services that are gone.
    let named = (0..<30).map { service($0, &random) } + cluster.services
    // Often enough all of them are announced.
    let isWhole = random.below(3) == 0
    let statuses = isWhole ? cluster.services : named.filter { _ in random.below(2) == 0 }
    snapshot.announcements = .known(statuses.map { status($0) }, at: now)
    let slices = named.filter { _ in random.below(4) > 0 }
    snapshot.leaseEndpoints = .known(
      slices.map { slice($0, isReady: random.below(4) > 0) }, at: now)
    return snapshot
  }

  /// With names of which several are in more than one namespace.
  private static func service(_ number: Int, _ random: inout SeededRandom) -> Service {
    func chance(_ most: Int) -> Bool { random.below(most) == 0 }
    var meta = ObjectMeta(
      name: "web-\(number % 5)", namespace: "tenant-\(number / 5)",
      creationTimestamp: chance(5) ? now : now.addingTimeInterval(-3_600))
    meta.labels = chance(2) ? ["akash.network/service-target": "metal-lb"] : ["a": "b"]
    if chance(4) { meta.annotations = ["metallb.io/ip-allocated-from-pool": "default"] }
    var spec = Service.Spec(type: chance(3) ? "ClusterIP" : "LoadBalancer")
    if chance(4) { spec.loadBalancerClass = "other" }
    if chance(6) { spec.externalIPs = ["192.0.2.\(random.below(20))"] }
    var addresses = (0..<random.below(3)).map { _ in "192.0.2.\(random.below(20))" }
    if chance(20) { addresses.append("no address") }
    return Service(metadata: meta, spec: spec, status: held(addresses))
  }

  private static func held(_ addresses: [String]) -> Service.Status {
    Service.Status(
      loadBalancer: Service.LoadBalancer(
        ingress: addresses.map { Service.Ingress(ip: $0, hostname: nil) }))
  }

  private static func lease(_ number: Int, address: String) -> Service {
    Service(
      metadata: ObjectMeta(
        name: "web-ip", namespace: "tenant-\(number)",
        labels: ["akash.network/service-target": "metal-lb"],
        creationTimestamp: now.addingTimeInterval(-3_600)),
      spec: Service.Spec(
        type: "LoadBalancer", selector: ["app": "web"], ports: [Service.Port(port: 80)]),
      status: held([address]))
  }

  private static func status(_ service: Service) -> ServiceL2Status {
    ServiceL2Status(
      metadata: ObjectMeta(name: "l2"),
      status: ServiceL2Status.Status(
        node: "node1", serviceName: service.metadata.name,
        serviceNamespace: service.metadata.namespace))
  }

  private static func slice(_ service: Service, isReady: Bool) -> EndpointSlice {
    EndpointSlice(
      metadata: ObjectMeta(
        name: "\(service.metadata.name)-1", namespace: service.metadata.namespace,
        labels: ["kubernetes.io/service-name": service.metadata.name]),
      endpoints: [
        EndpointSlice.Endpoint(conditions: EndpointSlice.Conditions(ready: isReady))
      ])
  }

  // MARK: The plain way

  private static func used(
    around pool: String, _ snapshot: ClusterSnapshot
  ) -> [PoolContext.KnownAddress] {
    let space =
      snapshot.pools.value?.pool(pool).map(PoolShape.init) ?? PoolShape(name: pool, entries: [])
    return (snapshot.cluster.value?.services ?? []).flatMap { service in
      let owner = "Service \(service.metadata.namespace ?? "")/\(service.metadata.name)"
      let own = service.addresses.compactMap { PoolContext.KnownAddress($0, owner: owner) }
      let isServed = AddressHolder(service) != nil
      return own.filter { !isServed || !space.contains($0.address) }
        + (service.spec?.externalIPs ?? []).compactMap {
          PoolContext.KnownAddress($0, owner: owner)
        }
    }
  }

  private static func announced(_ snapshot: ClusterSnapshot) -> Verdict {
    let services = snapshot.cluster.value?.services ?? []
    func isAnnounced(_ service: Service) -> Bool {
      (snapshot.announcements.value ?? []).contains {
        $0.status?.serviceName == service.metadata.name
          && $0.status?.serviceNamespace == service.metadata.namespace
      }
    }
    func hasReadyPod(_ service: Service) -> Bool {
      (snapshot.leaseEndpoints.value ?? []).contains {
        $0.service == service.metadata.name
          && $0.metadata.namespace == service.metadata.namespace && $0.readyCount > 0
      }
    }
    let leases = services.filter(\.isOfLease)
    let silent = leases.filter {
      !isAnnounced($0) && !$0.addresses.isEmpty && hasReadyPod($0)
        && now.timeIntervalSince($0.metadata.creationTimestamp ?? .distantPast) > 60
    }
    if !silent.isEmpty {
      let names = silent.prefix(3).map(\.title).joined(separator: ", ")
      return .fail(got: "\(silent.count) not: \(names)")
    }
    let resting = leases.count { !hasReadyPod($0) }
    let number = leases.isEmpty ? "no address is leased yet" : "\(leases.count) Service(s)"
    return .pass(got: number + (resting == 0 ? "" : ", \(resting) of them at rest: no ready pod"))
  }

  private static func usedInPool(_ snapshot: ClusterSnapshot) -> Verdict {
    let services = snapshot.cluster.value?.services ?? []
    var context = PoolContext()
    context.used = services.flatMap { service in
      let isGiven =
        service.spec?.type == "LoadBalancer"
        || services.contains { $0.isOfLease && $0.title == service.title }
      return ((isGiven ? [] : service.addresses) + (service.spec?.externalIPs ?? [])).compactMap {
        PoolContext.KnownAddress($0, owner: service.title)
      }
    }
    let entries = [PoolEntry("192.0.2.0/29")]
    let known = Set(PoolProblems.find(in: entries).map(\.message))
    let problem = PoolProblems.find(in: entries, context: context).first {
      !known.contains($0.message)
    }
    return problem.map { .fail(got: $0.message) } ?? .pass(got: "no overlap")
  }
}
