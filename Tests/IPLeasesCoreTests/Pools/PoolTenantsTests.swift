import Testing

@testable import Addresses
@testable import Cluster
@testable import IPLeasesCore

/// Which Services sit in a pool, for the console and the command line alike.
struct PoolTenantsTests {
  private func service(
    _ name: String, _ address: String, of balancer: String? = nil,
    marks: [String: String] = [:]
  ) -> Service {
    Service(
      metadata: ObjectMeta(name: name, namespace: "n", annotations: marks),
      spec: .init(
        type: "LoadBalancer", loadBalancerClass: balancer, ports: [.init(port: 443)]),
      status: .init(loadBalancer: .init(ingress: [.init(ip: address)])))
  }

  private func snapshot(_ services: [Service]) -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    var cluster = ClusterObjects()
    cluster.services = services
    snapshot.cluster = .known(cluster, at: .distantPast)
    var objects = PoolObjects()
    objects.pools = [
      IPAddressPool(
        metadata: ObjectMeta(name: "default"), spec: .init(addresses: ["198.51.100.0/29"]))
    ]
    snapshot.pools = .known(objects, at: .distantPast)
    return snapshot
  }

  /// MetalLB without a class of its own leaves Services with one alone, and hands out the addresses
  /// they have taken: no tenants, but in the way.
  @Test func aServiceOfAnotherBalancerIsInTheWayAndNoTenant() throws {
    let world = snapshot([
      service("own", "198.51.100.0"), service("foreign", "198.51.100.1", of: "example.org/other"),
      service(
        "given", "198.51.100.2", of: "metallb",
        marks: ["metallb.io/ip-allocated-from-pool": "default"]),
      service("elsewhere", "192.0.2.1"),
    ])
    let shape = try #require(world.poolShapes?.first)
    let told = LivePool(shape, in: world)
    let objects = try #require(world.pools.value)
    let all = LivePool.all(
      of: objects, holders: world.addressHolders,
      contexts: ["default": world.poolContext(for: "default")])
    let shown = try #require(all.first)
    for pool in [told, shown] {
      #expect(pool.seats.map(\.holder.name) == ["own", "given"])
      #expect(pool.free == 6)
      #expect(String(pool.uses[0].strip(cells: 8).map(\.rawValue)) == "#.#.....")
      let inTheWay = pool.problems.filter { $0.message.contains("Service n/foreign uses already") }
      #expect(inTheWay.map(\.severity) == [.warning])
    }
    #expect(told == shown)
  }
}
