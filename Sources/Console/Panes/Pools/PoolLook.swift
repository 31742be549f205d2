import Addresses
import Basics
import IPLeasesCore

/// One thing a range was compared with, and what was found.
struct PoolLook {
  var title: String
  /// The title where there is little room.
  var short: String
  var word: StateWord
  var found: String

  static func all(_ row: PoolDraft.Row, _ table: DraftedPool) -> [PoolLook] {
    guard let interval = row.entry.interval else { return [] }
    let context = table.live.context
    let seats = table.live.seats(in: interval).count
    let isAnnounced = !table.live.announcedBy.isEmpty
    return [
      known("addresses of nodes", "nodes", context.nodes, .fail, interval),
      networks(interval, context),
      elsewhere(interval, table.live),
      gateways(interval, context),
      known("other Services", "other Services", context.used, .warn, interval),
      PoolLook(
        title: "tenants in it", short: "tenants", word: .ok,
        found: seats == 0 ? "none" : "\(seats)"),
      PoolLook(
        title: "announced by an L2 advert", short: "announced",
        word: table.live.silence != nil ? .fail : isAnnounced ? .ok : .wait,
        found: isAnnounced
          ? SafeText.line(table.live.announcedBy.joined(separator: ", "), limit: 60) : "by none"),
    ]
  }

  private static func known(
    _ title: String, _ short: String, _ addresses: [PoolContext.KnownAddress]?, _ word: StateWord,
    _ interval: AddressInterval
  ) -> PoolLook {
    guard let addresses else {
      return PoolLook(title: title, short: short, word: .unknown, found: "not looked at")
    }
    let hits = addresses.filter { interval.contains($0.address) }
    guard let first = hits.first else {
      return PoolLook(title: title, short: short, word: .ok, found: "none")
    }
    let rest = hits.count > 1 ? " and \(hits.count - 1) more" : ""
    return PoolLook(title: title, short: short, word: word, found: "\(first.address)\(rest)")
  }

  /// Kubernetes knows no gateway; only the nodes' own routes tell.
  private static func gateways(_ interval: AddressInterval, _ context: PoolContext) -> PoolLook {
    guard context.gateways == nil else {
      return known("gateways", "gateways", context.gateways, .warn, interval)
    }
    return PoolLook(title: "gateways", short: "gateways", word: .unknown, found: "ip route tells")
  }

  private static func networks(_ interval: AddressInterval, _ context: PoolContext) -> PoolLook {
    let title = "pod and service networks"
    let all = (context.podNetworks ?? []) + (context.serviceNetworks ?? [])
    if let hit = all.first(where: { $0.interval.overlaps(interval) }) {
      return PoolLook(title: title, short: title, word: .warn, found: "\(hit)")
    }
    let unseen = [
      context.podNetworks == nil ? "pod" : nil, context.serviceNetworks == nil ? "service" : nil,
    ].compactMap(\.self)
    if unseen.isEmpty { return PoolLook(title: title, short: title, word: .ok, found: "none") }
    return PoolLook(
      title: title, short: title, word: .unknown,
      found: "\(unseen.joined(separator: ", ")) unknown")
  }

  private static func elsewhere(_ interval: AddressInterval, _ live: LivePool) -> PoolLook {
    guard live.context.otherPools != nil else {
      return PoolLook(
        title: "other pools", short: "other pools", word: .unknown, found: "not looked at")
    }
    let hit = live.elsewhere.firstOverlap(with: interval)
    return PoolLook(
      title: "other pools", short: "other pools", word: hit == nil ? .ok : .fail,
      found: hit?.entry ?? "none")
  }
}
