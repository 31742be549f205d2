/// One node answers for each address.
enum AnnouncedPromise {
  /// Seconds without a node.
  private static let silence = 30
  /// Seconds with two, while one takes over from the other.
  private static let takeover = 10

  static let promise = Promise(.announced, "one node announces each address") { scene in
    var finding = PromiseFinding(baseline: text(scene.baseline), now: text(scene.now))
    guard let nodes = scene.now.announcers.value, let services = scene.now.services.value else {
      finding.unknown = unknown(scene)
      return finding
    }
    var addresses: [String: (keys: [String], nodes: Set<String>)] = [:]
    for (key, service) in services where scene.heldServices[key] != nil {
      for address in service.addresses {
        addresses[address, default: ([], [])].keys.append(key)
        addresses[address]?.nodes.formUnion(nodes[key] ?? [])
      }
    }
    let served = Set(scene.now.served.value ?? [])
    for (address, found) in addresses.sorted(by: { $0.key < $1.key }) {
      if found.nodes.count > 1 {
        let names = found.nodes.sorted().joined(separator: ", ")
        if found.keys.contains(where: { isOfSeveral($0, scene) }) {
          finding.unknown = "as at the baseline, \(address) is announced by \(names)"
          continue
        }
        finding.deviations.append(
          Deviation(
            key: "\(address) two", why: "\(address) is announced by \(names)", patience: takeover))
      } else if found.nodes.isEmpty, found.keys.contains(where: { isDue($0, served, scene) }) {
        finding.deviations.append(
          Deviation(
            key: "\(address) none", why: "no node announces \(address)", patience: silence))
      }
    }
    if let why = scene.now.served.unreadBecause {
      finding.unknown = "what stands behind the addresses cannot be read: \(why)"
    }
    return finding
  }

  /// MetalLB keeps quiet about what no pod serves, and by right about what it announces by BGP: that
  /// was served and not told of at the baseline.
  private static func isDue(_ key: String, _ served: Set<String>, _ scene: WatchScene) -> Bool {
    guard served.contains(key) else { return false }
    guard let before = scene.baseline.announcers.value, before[key] == nil else { return true }
    let wasServed = scene.baseline.served.value?.contains(key) ?? false
    return !wasServed && !before.isEmpty
  }

  /// More than one node answered for its address when the watch began.
  private static func isOfSeveral(_ key: String, _ scene: WatchScene) -> Bool {
    let services = scene.baseline.services.value ?? [:]
    let nodes = scene.baseline.announcers.value ?? [:]
    guard let own = services[key] else { return false }
    let sharing = services.filter { !Set($0.value.addresses).isDisjoint(with: own.addresses) }
    return Set(sharing.keys.flatMap { nodes[$0] ?? [] }).count > 1
  }

  private static func unknown(_ scene: WatchScene) -> String? {
    switch scene.now.announcers {
    case .unread(let why), .silent(let why): return why
    case .absent:
      // A MetalLB that never told breaks nothing by not telling.
      return scene.baseline.announcers == .absent ? nil : "MetalLB does not tell it any more"
    case .known: return scene.now.services.unreadBecause ?? "there are no Services"
    }
  }

  private static func text(_ observation: Observation) -> String {
    guard let nodes = observation.announcers.value else {
      return observation.announcers == .absent ? "not told by this MetalLB" : ""
    }
    let services = observation.services.value ?? [:]
    let announced = services.filter { nodes[$0.key] != nil }.flatMap(\.value.addresses)
    return "\(Set(announced).count)"
  }
}
