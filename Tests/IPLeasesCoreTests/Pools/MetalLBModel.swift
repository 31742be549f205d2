/// MetalLB's allocator written down from its rules, with nothing of the code under test: addresses
/// are plain numbers, pools are lists of them.
struct MetalLBModel {
  struct Pool: Equatable {
    var name: String
    /// Each block in the order written, its addresses upwards.
    var blocks: [ClosedRange<UInt32>]
    var autoAssign = true
    var avoidBuggyIPs = false

    func holds(_ address: UInt32) -> Bool {
      if avoidBuggyIPs, [0, 255].contains(address % 256) { return false }
      return blocks.contains { $0.contains(address) }
    }
  }

  struct Service: Equatable {
    var key: String
    var ports: Set<Int>
    var sharingKey: String?
    var requestedPool: String?
    var address: UInt32?
    /// The pool MetalLB noted when it gave the address.
    var pool: String?
  }

  /// Up to 0.13.12 a configuration that does not hold every assigned address is refused.
  var refuses: Bool
  /// The pools in force; not those of the API server once one was refused.
  private(set) var pools: [Pool] = []
  private(set) var services: [Service] = []

  init(refuses: Bool) { self.refuses = refuses }

  /// - Returns: the Services that stand against it; empty where it is taken.
  mutating func setPools(
    _ new: [Pool], using random: inout some RandomNumberGenerator
  ) -> Set<String> {
    if refuses {
      let against = services.filter { service in
        guard let address = service.address else { return false }
        return !new.contains { $0.holds(address) }
      }
      if !against.isEmpty { return Set(against.map(\.key)) }
    }
    pools = new
    // Whatever is outside is free before anybody is served again.
    var lost: Set<String> = []
    for index in services.indices {
      guard let address = services[index].address else { continue }
      let home = pools.first { $0.holds(address) }?.name
      let wanted = services[index].requestedPool
      if home == nil { lost.insert(services[index].key) }
      if home == nil || (wanted != nil && wanted != home) {
        services[index].address = nil
        services[index].pool = nil
      } else {
        services[index].pool = home
      }
    }
    for index in services.indices.shuffled(using: &random) where services[index].address == nil {
      serve(index, using: &random)
    }
    return []
  }

  mutating func add(_ service: Service, using random: inout some RandomNumberGenerator) {
    services.append(service)
    serve(services.count - 1, using: &random)
  }

  mutating func remove(_ key: String) { services.removeAll { $0.key == key } }

  private mutating func serve(_ index: Int, using random: inout some RandomNumberGenerator) {
    let service = services[index]
    let usable =
      service.requestedPool.map { name in pools.filter { $0.name == name } }
      ?? pools.filter(\.autoAssign).shuffled(using: &random)
    for pool in usable {
      for block in pool.blocks {
        for address in block where pool.holds(address) && isFree(address, for: service) {
          services[index].address = address
          services[index].pool = pool.name
          return
        }
      }
    }
  }

  private func isFree(_ address: UInt32, for service: Service) -> Bool {
    services.filter { $0.address == address }.allSatisfy { other in
      service.sharingKey != nil && other.sharingKey == service.sharingKey
        && other.ports.isDisjoint(with: service.ports)
    }
  }
}
