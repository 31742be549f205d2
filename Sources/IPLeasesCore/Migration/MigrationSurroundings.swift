import Addresses
import Basics
import Cluster

/// What a migration finds in the cluster already: which names are taken, and what its way back must
/// leave alone.
struct MigrationSurroundings {
  private let pools: [String: IPAddressPool]
  /// The pools each advertisement names, by its own name.
  private let advertised: [MigratedObject.Kind: [String: [String]?]]
  private let routing: Fact<Set<String>>
  /// A run before was cut off: what it made is in its own way back, which is kept.
  private let isGoingOn: Bool

  init(_ snapshot: ClusterSnapshot) {
    let live = snapshot.pools.value ?? PoolObjects()
    pools = Dictionary(live.pools.map { ($0.metadata.name, $0) }) { first, _ in first }
    advertised = [
      .l2Advertisement: Dictionary(
        live.advertisements.map { ($0.metadata.name, $0.spec?.ipAddressPools) }
      ) { first, _ in first },
      .bgpAdvertisement: Dictionary(
        live.bgpAdvertisements.map { ($0.metadata.name, $0.spec?.ipAddressPools) }
      ) { first, _ in first },
    ]
    routing = snapshot.routing
    isGoingOn = snapshot.unfinishedSince[.migrate] != nil
  }

  /// The objects beside those that are there: a pool of the same name must say the same, an
  /// advertisement gets a name that is free.
  func fitted(_ objects: [MigratedObject], _ map: ConfigMap) throws(UserMessage)
    -> [MigratedObject]
  {
    var taken: [MigratedObject.Kind: Set<String>] = advertised.mapValues { Set($0.keys) }
    var number: [MigratedObject.Kind: Int] = [:]
    var fitted: [MigratedObject] = []
    for object in objects {
      var object = object
      if object.kind == .pool, let pool = pools[object.name], !object.says(pool) {
        throw UserMessage(
          "There is a pool \(object.name) already, with other ranges than ConfigMap "
            + "\(map.metadata.name) has for it.",
          advice: "If the pool is right: kubectl -n \(ConsoleSettings.metallbNamespace) delete "
            + "configmap \(map.metadata.name). Else see \(own: "pools plan").")
      }
      if object.kind == .pool, pools[object.name] == nil { try refuseOverlap(of: object) }
      if advertised[object.kind] != nil, !isThere(object) {
        let stem = object.kind.rawValue.lowercased()
        while taken[object.kind, default: []].contains(object.name) {
          number[object.kind, default: 0] += 1
          object.name = "\(stem)\(number[object.kind, default: 1])"
        }
      }
      taken[object.kind, default: []].insert(object.name)
      fitted.append(object)
    }
    return fitted
  }

  /// The server would refuse the pool only when the objects before it are made.
  private func refuseOverlap(of object: MigratedObject) throws(UserMessage) {
    let wanted = AddressSet(object.entries.ranges)
    for pool in pools.values.sorted(by: { $0.metadata.name < $1.metadata.name }) {
      guard let range = pool.spec.addresses.ranges.first(where: { wanted.overlaps($0.interval) })
      else { continue }
      let name = SafeText.line(object.name, limit: 80)
      throw UserMessage(
        "The pool \(name) would overlap \(SafeText.line(range.text, limit: 100)) of the pool "
          + "\(SafeText.line(pool.metadata.name, limit: 80)), which MetalLB refuses.",
        advice: "Take those addresses out of the one or the other, then make the plan again.")
    }
  }

  /// Those the migration makes: its way back may delete them. What may have been there is not
  /// among them.
  func made(of objects: [MigratedObject]) -> [MigratedObject] {
    objects.filter { object in
      switch object.kind {
      case .pool: pools[object.name] == nil
      case .l2Advertisement, .bgpAdvertisement: !isThere(object)
      case .peer, .bfdProfile, .community:
        routing.isAbsent || routing.value.map { !$0.contains(object.reference) } ?? false
      }
    }
  }

  /// What to say of the objects of BGP that the way back leaves; nil where it takes all.
  func remark(on objects: [MigratedObject]) -> String? {
    let own = objects.filter { MigratedObject.Kind.routing.contains($0.kind) }
    if own.isEmpty || routing.isAbsent || isGoingOn { return nil }
    guard let names = routing.value else {
      return "It could not be read which BGP objects are there already: the way back leaves "
        + "\(Self.list(own))."
    }
    let found = own.filter { names.contains($0.reference) }
    return found.isEmpty
      ? nil
      : "There already, and left by the way back: \(Self.list(found)). The server refuses a field "
        + "that somebody else set otherwise."
  }

  private static func list(_ objects: [MigratedObject]) -> String {
    let shown = objects.prefix(5).map { "\($0.kind.rawValue) \($0.name)" }.joined(separator: ", ")
    return objects.count > 5 ? "\(shown) and \(objects.count - 5) more" : shown
  }

  /// A run that was cut off has made it already.
  private func isThere(_ object: MigratedObject) -> Bool {
    guard let pools = advertised[object.kind]?[object.name] else { return false }
    return pools == object.poolNames
  }
}
