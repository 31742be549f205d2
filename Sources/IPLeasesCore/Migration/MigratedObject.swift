import Addresses
import Basics
import Cluster

/// Values of an object to be written; keys are written in the order given.
extension YAMLValue {
  static func fields(_ pairs: KeyValuePairs<String, YAMLValue?>) -> YAMLValue {
    .mapping(
      pairs.compactMap { pair in pair.value.map { Pair(key: pair.key, value: $0) } })
  }

  /// nil for an empty text, list or mapping: such fields are left out.
  static func unlessEmpty(_ text: String) -> YAMLValue? { text.isEmpty ? nil : .string(text) }

  static func unlessEmpty(_ items: [YAMLValue]) -> YAMLValue? {
    items.isEmpty ? nil : .sequence(items)
  }

  static func texts(_ texts: [String]) -> YAMLValue? { unlessEmpty(texts.map { .string($0) }) }

  static func texts(byName texts: [String: String]) -> YAMLValue? {
    let keys = texts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return keys.isEmpty
      ? nil : .mapping(keys.map { Pair(key: $0, value: .string(texts[$0] ?? "")) })
  }
}

/// One Kubernetes object made from the old configuration.
struct MigratedObject: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case peer = "BGPPeer"
    case pool = "IPAddressPool"
    case bgpAdvertisement = "BGPAdvertisement"
    case l2Advertisement = "L2Advertisement"
    case bfdProfile = "BFDProfile"
    case community = "Community"

    var apiVersion: String { self == .peer ? "metallb.io/v1beta2" : "metallb.io/v1beta1" }

    /// As kubectl takes and names one object.
    var resource: String { "\(rawValue.lowercased()).metallb.io" }

    /// The kinds no step but the migration looks at.
    static let routing: [Kind] = [.peer, .bfdProfile, .community]
  }

  var kind: Kind
  var name: String
  var namespace: String
  var spec: YAMLValue

  /// As kubectl names it.
  var reference: String { "\(kind.resource)/\(name)" }
}

extension MigratedObject {
  /// The ranges of a pool.
  var entries: [PoolEntry] {
    kind == .pool ? (texts("addresses") ?? []).map(PoolEntry.init) : []
  }

  /// The pools an advertisement is for.
  var poolNames: [String]? { texts("ipAddressPools") }

  /// The pool that is there hands out the same addresses in the same way.
  func says(_ pool: IPAddressPool) -> Bool {
    func flag(_ key: String) -> Bool? { if case .bool(let flag) = spec[key] { flag } else { nil } }
    return entries == pool.spec.addresses
      && (flag("autoAssign") ?? true) == (pool.spec.autoAssign ?? true)
      && (flag("avoidBuggyIPs") ?? false) == (pool.spec.avoidBuggyIPs ?? false)
  }

  private func texts(_ key: String) -> [String]? {
    guard case .sequence(let items)? = spec[key] else { return nil }
    return items.compactMap(\.text)
  }
}
