import Foundation
import TestSupport

@testable import IPLeasesCore

/// What happens on a provider in a day in which nothing goes wrong, ten seconds at a time.
struct OrdinaryLife {
  fileprivate struct Tenant {
    var namespace: String
    var lease: String
    var address: String
    var ports: Int
    /// Seconds since it came.
    var age = 0
    /// Looks since its tenant closed it.
    var closing = 0
    /// Until then no pod of it is ready.
    var restsUntil = 0
  }

  static let step = 10
  /// Seconds between two mishaps of a kind: longer than the cluster is ever silent.
  private static let rest = 300

  private var random: SeededRandom
  private var tenants: [Tenant] = []
  private var made = 0
  private var time = 0
  private var drainedUntil = 0
  private var silentUntil = 0
  private var reservedUntil = 0
  private var strayCheckUntil = 0
  private var speaker = "s1"
  private var wasLocked = false
  private(set) var gaps = 0

  init(_ stream: UInt64) {
    random = SeededRandom(stream: stream)
    for _ in 0..<12 { open() }
    for index in tenants.indices { tenants[index].age = 600 }
  }

  /// - Returns: nil where nobody looks at this moment.
  mutating func next() -> Observation? {
    time += Self.step
    live()
    if random.below(900) == 0 {
      // The program was not running: life goes on.
      gaps += 1
      for _ in 0..<(6 + random.below(120)) {
        time += Self.step
        live()
      }
      (strayCheckUntil, reservedUntil) = (time, time)
      return nil
    }
    return seen()
  }

  // MARK: What happens

  private mutating func live() {
    if random.below(40) == 0, tenants.count < 40 { open() }
    for index in tenants.indices {
      tenants[index].age += Self.step
      if tenants[index].closing > 0 { tenants[index].closing += 1 }
    }
    if random.below(45) == 0, let index = tenants.indices.randomElement(using: &random) {
      tenants[index].closing = max(1, tenants[index].closing)
    }
    // Declarations first, then the Services, then the namespace: each within ten seconds.
    tenants.removeAll { $0.closing > 3 }
    if random.below(20) == 0, let index = tenants.indices.randomElement(using: &random) {
      tenants[index].restsUntil = time + random.below(300)
    }
    if random.below(600) == 0 {
      drainedUntil = time + 600
      speaker = "s\(time)"
    }
    if random.below(700) == 0 { silentUntil = time + 20 + random.below(120) }
    // A tenant ordered, and its reservation is not confirmed yet.
    if random.below(90) == 0, time > reservedUntil + Self.rest {
      reservedUntil = time + random.below(120)
    }
    // Two short failures with nothing seen between them would be one long one.
    if random.below(200) == 0, time > strayCheckUntil + Self.rest {
      strayCheckUntil = time + random.below(90)
    }
  }

  private mutating func open() {
    made += 1
    let used = Set(tenants.map(\.address))
    guard
      let address = (1...60).lazy.map({ "203.0.113.\($0)" }).first(where: { !used.contains($0) })
    else { return }
    tenants.append(
      Tenant(
        namespace: "n\(made)", lease: "owner\(random.below(9))-\(made)", address: address,
        ports: 1 + random.below(2)))
  }

  // MARK: What is seen

  private mutating func seen() -> Observation {
    var seen = Watching.healthy
    seen.time = Watching.date(time)
    guard time >= silentUntil else {
      seen.lose()
      return seen
    }
    var services: [String: Observation.ServiceState] = [:]
    var announcers: [String: [String]] = [:]
    var declarations: [String: Observation.Declaration] = [:]
    var namespaces = ["metallb-system": ""]
    var served: [String] = []
    for tenant in tenants {
      if tenant.closing < 3 { namespaces[tenant.namespace] = tenant.lease }
      for port in 0..<tenant.ports {
        let name = "web-ip-\(port)-tcp"
        let key = "\(tenant.namespace)/\(name)"
        if tenant.closing < 1, tenant.age >= Self.step {
          declarations["\(tenant.lease)-\(port)"] = Observation.Declaration(
            lease: tenant.lease, service: name)
        }
        guard tenant.closing < 2, tenant.age >= 2 * Self.step else { continue }
        let hasAddress = tenant.age >= 3 * Self.step
        services[key] = Watching.service(hasAddress ? tenant.address : nil, lease: tenant.lease)
        guard hasAddress, time >= tenant.restsUntil else { continue }
        served.append(key)
        if let nodes = nodes(tenant) { announcers[key] = nodes }
      }
    }
    seen.services = .known(services)
    seen.namespaces = .known(namespaces)
    seen.declarations = .known(declarations)
    seen.served = .known(served.sorted())
    seen.announcers = .known(announcers)
    let inUse = Set(services.values.flatMap(\.addresses)).count
    seen.pools = .known(
      Observation.PoolsState(
        pools: ["default": "203.0.113.0/26"], advertisements: ["l2": "pools default"], size: 64))
    seen.metrics = .known(Observation.CountState(total: 64, inUse: inUse))
    // What the operator says is in use is up to ten minutes old.
    seen.operator = .known(Observation.OperatorState(total: 64, inUse: time / 600 % 20))
    // A watch of the operator's is renewed: never for two looks in a row.
    wasLocked = !wasLocked && random.below(180) == 0
    if wasLocked { seen.operator = .known(Observation.OperatorState(isLocked: true)) }
    let twoPorts = Dictionary(grouping: services.values.flatMap(\.addresses), by: \.self).values
      .count { $0.count > 1 }
    seen.provider = .known(
      Observation.ProviderState(
        leases: namespaces.values.count { !$0.isEmpty } + (time < reservedUntil ? 1 : 0),
        free: 64 - inUse - twoPorts - (time < reservedUntil ? 2 : 0)))
    seen.replacePod("speaker-1", uid: speaker)
    if time < strayCheckUntil { seen.checks["IPL-0704"] = .fail }
    return seen
  }

  /// node1 is drained for ten minutes: what it announced goes over to node2 and comes back. One look
  /// finds nobody, the next both.
  private func nodes(_ tenant: Tenant) -> [String]? {
    let isOnFirst = tenant.made.isMultiple(of: 2)
    guard isOnFirst else { return ["node2"] }
    switch time - (drainedUntil - 600) {
    case ..<0, 620...: return ["node1"]
    case 0..<10, 600..<610: return nil
    case 10..<20: return ["node1", "node2"]
    case 610..<620: return ["node1", "node2"]
    default: return ["node2"]
    }
  }
}

extension OrdinaryLife.Tenant {
  fileprivate var made: Int { Int(namespace.dropFirst()) ?? 0 }
}
