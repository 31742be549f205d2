import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

@testable import Addresses
@testable import Cluster
@testable import Console
@testable import IPLeasesCore

extension Fixtures {
  static let poolEntries: [PoolEntry] = [
    "203.0.113.192/28", "198.51.100.112/28", "192.0.2.96/28", "192.0.2.217/32",
    "192.0.2.219-192.0.2.222",
  ]

  static let holders =
    [
      ("203.0.113.193", ["443/tcp"], "lease-7f", "web-ip", "akash1q7hwmenz", "172039"),
      ("203.0.113.194", ["27015/udp"], "lease-11", "game-ip", "akash1tx0aaaa", "171882"),
      ("203.0.113.195", ["80/tcp", "443/tcp"], "lease-2c", "shop-ip", "akash1q7hwmenz", "171760"),
      ("203.0.113.196", ["22/tcp"], "lease-90", "box-ip", "akash1m4kkkk", "171544"),
      ("203.0.113.197", ["25565/tcp"], "lease-a1", "mc-ip", "akash1zzqqqq", "171201"),
      ("203.0.113.198", ["8443/tcp"], "lease-b7", "vpn-ip", "akash1k0jjjj", "170998"),
      ("203.0.113.199", ["53/udp"], "lease-b7", "dns-ip", "akash1k0jjjj", "170997"),
      ("198.51.100.112", ["443/tcp"], "lease-d3", "api-ip", "akash1pexxxx", "170411"),
      ("198.51.100.113", ["1883/tcp"], "lease-e8", "mq-ip", "akash1q7hwmenz", "170002"),
    ].compactMap { address, ports, namespace, service, owner, sequence in
      IPAddress(parsing: address).map {
        AddressHolder(
          namespace: namespace, name: service, addresses: [$0], ports: ports,
          lease: Lease(owner: owner, sequence: sequence))
      }
    }

  static let poolContext = PoolContext(
    nodes: [PoolContext.KnownAddress("192.0.2.130", owner: "node node1")].compactMap(\.self),
    podNetworks: CIDR(parsing: "10.233.64.0/18").map { [$0] },
    used: [
      PoolContext.KnownAddress("192.0.2.150", owner: "Service ingress-nginx/controller")
    ].compactMap(\.self),
    otherPools: [
      PoolShape(name: "lan", entries: ["192.0.2.160/28"], autoAssign: false)
    ])

  static func poolFacts(
    _ entries: [PoolEntry]? = poolEntries, holders: [AddressHolder] = holders, lan: Bool = false
  ) -> Facts {
    var facts = facts
    var context = poolContext
    if !lan { context.otherPools = [] }
    var pools = entries.map { [("default", $0)] } ?? []
    if lan { pools.append(("lan", ["192.0.2.160/28"])) }
    facts.setPools(
      .known(.of(pools), at: now), holders: holders, contexts: ["default": context])
    return facts
  }

  /// The Pools pane over these facts.
  static func poolsPane(
    rows: Int = 24, columns: Int = 80, facts: Facts = poolFacts()
  ) -> State {
    var state = state(rows: rows, columns: columns, facts: facts)
    state.press(.character("3"))
    return state
  }
}

extension State {
  /// Adds a range to the draft by keys.
  mutating func add(range: String) {
    press(.character("+"))
    type(range)
    press(.enter)
  }
}
