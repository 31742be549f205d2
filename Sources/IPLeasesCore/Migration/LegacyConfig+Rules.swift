import Addresses
import Basics
import Cluster

/// What MetalLB's loader refuses, to which its converter shows the finished objects (MetalLB:
/// internal/config/config.go@v0.14.8).
extension LegacyConfig {
  /// For a configuration whose names are repaired already.
  ///
  /// - Parameter original: the same before the repair.
  func checkRules(original: LegacyConfig) throws(UserMessage) {
    var profiles = GivenNames(kind: "BFD profile")
    for (profile, before) in zip(bfdProfiles, original.bfdProfiles) {
      try profile.checkRules("BFD profile \(LegacyReader.quoted(profile.name))")
      try profiles.take(profile.name, before: before.name)
    }
    for (index, peer) in peers.enumerated() {
      try peer.checkRules("peer \(index + 1)", profiles)
    }
    let aliases = try communityAliases()
    try checkPools(original)
    for pool in pools {
      for (index, advertisement) in pool.advertisements.enumerated() {
        let place = "BGP advertisement \(index + 1) of pool \(LegacyReader.quoted(pool.name))"
        try advertisement.checkRules(place, pool, aliases)
      }
      if pool.advertisements.isEmpty, pool.protocol == "bgp" {
        try BGPAdvertisement().checkRules(
          "the BGP advertisement of pool \(LegacyReader.quoted(pool.name))", pool, aliases)
      }
    }
  }

  static func refused(_ what: String, _ reason: String? = nil) -> UserMessage {
    UserMessage(
      what, reason: reason, advice: "Correct the input; MetalLB's own converter refuses it too.")
  }

  // MARK: Pools

  private func checkPools(_ original: LegacyConfig) throws(UserMessage) {
    var spans: [(interval: AddressInterval, entry: String, pool: String)] = []
    var names = GivenNames(kind: "pool")
    for (pool, before) in zip(pools, original.pools) {
      let name = LegacyReader.quoted(pool.name)
      guard !pool.addresses.isEmpty else { throw Self.refused("Pool \(name) has no addresses.") }
      for entry in pool.addresses {
        if let interval = entry.interval { spans.append((interval, entry.text, pool.name)) }
        if let refusal = entry.refusal, !Self.isMixedRange(entry.text) {
          throw Self.refused(
            "\(LegacyReader.quoted(entry.text)) of pool \(name) is no range of addresses.",
            refusal.reason)
        }
      }
      try names.take(pool.name, before: before.name)
    }
    spans.sort {
      ($0.interval.family, $0.interval.lower) < ($1.interval.family, $1.interval.lower)
    }
    var widest = spans.first
    for span in spans.dropFirst() {
      if let widest, widest.interval.overlaps(span.interval) {
        throw Self.refused(
          "\(LegacyReader.quoted(span.entry)) of pool \(LegacyReader.quoted(span.pool)) overlaps "
            + "\(LegacyReader.quoted(widest.entry)) of pool \(LegacyReader.quoted(widest.pool)).")
      }
      widest = span
    }
  }

  /// A range from one family to the other: MetalLB takes it and finds no address in it.
  static func isMixedRange(_ entry: String) -> Bool {
    guard let (start, end) = AddressRange.halves(of: entry),
      let first = IPAddress(parsing: start), let last = IPAddress(parsing: end),
      first.family != last.family
    else { return false }
    func bits(_ address: IPAddress) -> UInt128 {
      address.family == .v4 ? WrittenAddress.mappedPrefix | address.value : address.value
    }
    return bits(first) <= bits(last)
  }

  // MARK: Communities

  /// - Returns: the names that stand for a community.
  private func communityAliases() throws(UserMessage) -> Set<String> {
    for (name, value) in communities.sorted(by: { $0.key < $1.key })
    where !Self.isCommunity(value) {
      throw Self.refused(
        "Community \(LegacyReader.quoted(name)) is \(LegacyReader.quoted(value)).",
        "a community is NUMBER:NUMBER, or large:NUMBER:NUMBER:NUMBER")
    }
    return Set(communities.keys)
  }

  static func isCommunity(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    func isNumber(_ part: Substring, below limit: UInt64) -> Bool {
      part.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true
        && UInt64(part).map { $0 < limit } == true
    }
    switch parts.count {
    case 2: return parts.allSatisfy { isNumber($0, below: 1 << 16) }
    case 4:
      return parts[0] == "large" && parts.dropFirst().allSatisfy { isNumber($0, below: 1 << 32) }
    default: return false
    }
  }
}

/// The names objects of one kind have got so far: no two may have one.
private struct GivenNames {
  let kind: String
  /// What stood in the input, by the name that was made of it.
  private var before: [String: String] = [:]

  init(kind: String) { self.kind = kind }

  func contains(_ name: String) -> Bool { before[name] != nil }

  mutating func take(_ name: String, before original: String) throws(UserMessage) {
    guard let first = before.updateValue(original, forKey: name) else { return }
    if first == original {
      throw LegacyConfig.refused("There are two of \(kind) \(LegacyReader.quoted(name)).")
    }
    throw LegacyConfig.refused(
      "\(LegacyReader.quoted(first)) and \(LegacyReader.quoted(original)) would both become "
        + "\(kind) \(LegacyReader.quoted(name)).")
  }
}

extension LegacyConfig.BFDProfile {
  fileprivate func checkRules(_ place: String) throws(UserMessage) {
    try Self.check(detectMultiplier, 2...255, "detect-multiplier of \(place)")
    try Self.check(receiveInterval, 10...60_000, "receive-interval of \(place)")
    try Self.check(transmitInterval, 10...60_000, "transmit-interval of \(place)")
    try Self.check(minimumTTL, 1...254, "minimum-ttl of \(place)")
    try Self.check(echoInterval, 10...60_000, "echo-interval of \(place)")
  }

  private static func check(_ value: UInt32?, _ allowed: ClosedRange<UInt32>, _ place: String)
    throws(UserMessage)
  {
    guard let value, !allowed.contains(value) else { return }
    throw LegacyConfig.refused(
      "\(place) is \(value): it must be from \(allowed.lowerBound) to \(allowed.upperBound).")
  }
}

extension LegacyConfig.Peer {
  fileprivate func checkRules(_ place: String, _ profiles: GivenNames) throws(UserMessage) {
    if localASN == 0 { throw LegacyConfig.refused("\(place) has no my-asn.") }
    if remoteASN == 0 { throw LegacyConfig.refused("\(place) has no peer-asn.") }
    if localASN == remoteASN, isEBGPMultiHop {
      throw LegacyConfig.refused(
        "\(place) has ebgp-multihop, but both sides are of the same AS \(localASN).")
    }
    try Self.checkAddress(address, "peer-address of \(place)")
    // 0 stands for the default here.
    let hold = try hold(place).seconds == 0 ? 90 : try hold(place).seconds
    if try keepalive(place).seconds > hold {
      throw LegacyConfig.refused(
        "keepalive-time of \(place) is longer than its hold time of \(hold) s.")
    }
    if !routerID.isEmpty { try Self.checkAddress(routerID, "router-id of \(place)") }
    if !sourceAddress.isEmpty {
      try Self.checkAddress(sourceAddress, "source-address of \(place)")
    }
    var selectors: Set<LegacyConfig.NodeSelector> = []
    for (index, selector) in nodeSelectors.enumerated() {
      try selector.checkRules("node selector \(index + 1) of \(place)")
      if !selectors.insert(selector.ordered).inserted {
        throw LegacyConfig.refused("node selector \(index + 1) of \(place) is there twice.")
      }
    }
    if !bfdProfile.isEmpty, !profiles.contains(bfdProfile) {
      throw LegacyConfig.refused(
        "\(place) uses the BFD profile \(LegacyReader.quoted(bfdProfile)), which is not there.")
    }
  }

  private static func checkAddress(_ text: String, _ place: String) throws(UserMessage) {
    guard IPAddress(parsing: text) == nil else { return }
    throw LegacyConfig.refused("\(place) is \(LegacyReader.quoted(text)), which is no IP address.")
  }
}

extension LegacyConfig.NodeSelector {
  /// The order of an expression's values does not count.
  fileprivate var ordered: LegacyConfig.NodeSelector {
    LegacyConfig.NodeSelector(labels: labels, expressions: expressions.map(\.ordered))
  }

  fileprivate func checkRules(_ place: String) throws(UserMessage) {
    for (key, value) in labels {
      guard LegacyNames.isLabelKey(key), LegacyNames.isLabelValue(value) else {
        throw LegacyConfig.refused(
          "match-labels of \(place): \(LegacyReader.quoted(key)) with its value is no label.")
      }
    }
    var known: Set<LegacyConfig.Expression> = []
    for (index, expression) in expressions.enumerated() {
      let here = "match expression \(index + 1) of \(place)"
      guard LegacyNames.isLabelKey(expression.key) else {
        throw LegacyConfig.refused(
          "\(here): \(LegacyReader.quoted(expression.key)) is no name of a label.")
      }
      guard expression.values.allSatisfy(LegacyNames.isLabelValue) else {
        throw LegacyConfig.refused("\(here) has a value no label can have.")
      }
      guard Set(expression.values).count == expression.values.count else {
        throw LegacyConfig.refused("\(here) has a value twice.")
      }
      switch expression.operator {
      case "In", "NotIn":
        if expression.values.isEmpty { throw LegacyConfig.refused("\(here) has no values.") }
      case "Exists", "DoesNotExist":
        if !expression.values.isEmpty {
          throw LegacyConfig.refused("\(here): \(expression.operator) goes without values.")
        }
      default:
        throw LegacyConfig.refused(
          "\(here): \(LegacyReader.quoted(expression.operator)) is none of In, NotIn, Exists and "
            + "DoesNotExist.")
      }
      if !known.insert(expression.ordered).inserted {
        throw LegacyConfig.refused("\(here) is there twice.")
      }
    }
  }
}

extension LegacyConfig.Expression {
  fileprivate var ordered: LegacyConfig.Expression {
    var expression = self
    expression.values.sort()
    return expression
  }
}

extension LegacyConfig.BGPAdvertisement {
  fileprivate func checkRules(_ place: String, _ pool: LegacyConfig.Pool, _ aliases: Set<String>)
    throws(UserMessage)
  {
    guard Set(communities).count == communities.count else {
      throw LegacyConfig.refused("\(place) names a community twice.")
    }
    for name in communities where !aliases.contains(name) && !LegacyConfig.isCommunity(name) {
      throw LegacyConfig.refused(
        "\(place): \(LegacyReader.quoted(name)) is neither a community nor one of bgp-communities.")
    }
    let length = Int(aggregationLength ?? 32)
    let lengthV6 = Int(aggregationLengthV6 ?? 128)
    if length > 32 { throw LegacyConfig.refused("aggregation-length of \(place) is over 32.") }
    if lengthV6 > 128 {
      throw LegacyConfig.refused("aggregation-length-v6 of \(place) is over 128.")
    }
    for entry in pool.addresses {
      guard let range = entry.range else { continue }
      let limit = range.family == .v4 ? length : lengthV6
      guard let shortest = range.shortestPrefix, limit < shortest else { continue }
      throw LegacyConfig.refused(
        "\(place) joins addresses to /\(limit), but \(LegacyReader.quoted(entry.text)) has no block as "
          + "large.")
    }
  }
}

extension AddressRange {
  /// The length written, or that of the largest block of a range.
  fileprivate var shortestPrefix: Int? {
    switch form {
    case .block(let prefixLength, _, _): prefixLength
    case .span: interval.blocks.map(\.prefixLength).min()
    }
  }
}
