import Addresses
import Basics

/// The configuration of MetalLB 0.12, as its `config` text gives it. What the text does not say is
/// nil, empty or 0 (MetalLB: configmaptocrs/types.go@v0.14.8).
struct LegacyConfig: Hashable, Sendable {
  var peers: [Peer] = []
  var pools: [Pool] = []
  /// Name to value.
  var communities: [String: String] = [:]
  var bfdProfiles: [BFDProfile] = []

  struct Peer: Hashable, Sendable {
    var localASN: UInt32 = 0
    var remoteASN: UInt32 = 0
    var address = ""
    var sourceAddress = ""
    var port: UInt16 = 0
    var holdTime = ""
    var keepaliveTime = ""
    var routerID = ""
    var nodeSelectors: [NodeSelector] = []
    var password = SecretText("")
    var bfdProfile = ""
    var isEBGPMultiHop = false
  }

  struct NodeSelector: Hashable, Sendable {
    var labels: [String: String] = [:]
    var expressions: [Expression] = []
  }

  struct Expression: Hashable, Sendable {
    var key = ""
    var `operator` = ""
    var values: [String] = []
  }

  struct Pool: Hashable, Sendable {
    var name = ""
    var `protocol` = ""
    var addresses: [PoolEntry] = []
    var autoAssign: Bool?
    var avoidBuggyIPs: Bool?
    var advertisements: [BGPAdvertisement] = []
  }

  struct BGPAdvertisement: Hashable, Sendable {
    var aggregationLength: Int32?
    var aggregationLengthV6: Int32?
    var localPreference: UInt32 = 0
    var communities: [String] = []
  }

  struct BFDProfile: Hashable, Sendable {
    var name = ""
    /// Intervals in milliseconds.
    var receiveInterval: UInt32?
    var transmitInterval: UInt32?
    var detectMultiplier: UInt32?
    var echoInterval: UInt32?
    var isEchoing = false
    var isPassive = false
    var minimumTTL: UInt32?
  }
}

// MARK: Reading

extension LegacyConfig {
  /// - Throws: where a value is not of the kind MetalLB's converter takes there.
  init(_ value: LegacyValue, _ reader: inout LegacyReader) throws(UserMessage) {
    let top = try reader.fields(
      of: value, at: "the configuration",
      ["peers", "address-pools", "bgp-communities", "bfd-profiles"])
    for (item, place) in try reader.items(top["peers"], "peer") {
      peers.append(try Peer(item, place, &reader))
    }
    for (item, place) in try reader.items(top["address-pools"], "address pool") {
      pools.append(try Pool(item, place, &reader))
    }
    communities = try reader.texts(byName: top["bgp-communities"], "bgp-communities")
    for (item, place) in try reader.items(top["bfd-profiles"], "BFD profile") {
      bfdProfiles.append(try BFDProfile(item, place, &reader))
    }
  }
}

extension LegacyConfig.Peer {
  fileprivate init(_ value: LegacyValue, _ place: String, _ reader: inout LegacyReader)
    throws(UserMessage)
  {
    let fields = try reader.fields(
      of: value, at: place,
      [
        "my-asn", "peer-asn", "peer-address", "source-address", "peer-port", "hold-time",
        "keepalive-time", "router-id", "node-selectors", "password", "bfd-profile",
        "ebgp-multihop",
      ])
    localASN = try reader.number(fields["my-asn"], "my-asn of \(place)") ?? 0
    remoteASN = try reader.number(fields["peer-asn"], "peer-asn of \(place)") ?? 0
    address = try reader.text(fields["peer-address"], "peer-address of \(place)")
    sourceAddress = try reader.text(fields["source-address"], "source-address of \(place)")
    port = try reader.number(fields["peer-port"], "peer-port of \(place)") ?? 0
    holdTime = try reader.text(fields["hold-time"], "hold-time of \(place)")
    keepaliveTime = try reader.text(fields["keepalive-time"], "keepalive-time of \(place)")
    routerID = try reader.text(fields["router-id"], "router-id of \(place)")
    password = SecretText(try reader.text(fields["password"], "password of \(place)"))
    bfdProfile = try reader.text(fields["bfd-profile"], "bfd-profile of \(place)")
    isEBGPMultiHop = try reader.flag(fields["ebgp-multihop"], "ebgp-multihop of \(place)") ?? false
    for (item, inner) in try reader.items(fields["node-selectors"], "node selector") {
      nodeSelectors.append(
        try LegacyConfig.NodeSelector(item, "\(inner) of \(place)", &reader))
    }
  }
}

extension LegacyConfig.NodeSelector {
  fileprivate init(_ value: LegacyValue, _ place: String, _ reader: inout LegacyReader)
    throws(UserMessage)
  {
    let fields = try reader.fields(of: value, at: place, ["match-labels", "match-expressions"])
    labels = try reader.texts(byName: fields["match-labels"], "match-labels of \(place)")
    for (item, inner) in try reader.items(fields["match-expressions"], "match expression") {
      let here = "\(inner) of \(place)"
      let parts = try reader.fields(of: item, at: here, ["key", "operator", "values"])
      expressions.append(
        LegacyConfig.Expression(
          key: try reader.text(parts["key"], "key of \(here)"),
          operator: try reader.text(parts["operator"], "operator of \(here)"),
          values: try reader.texts(parts["values"], "values of \(here)")))
    }
  }
}

extension LegacyConfig.Pool {
  fileprivate init(_ value: LegacyValue, _ place: String, _ reader: inout LegacyReader)
    throws(UserMessage)
  {
    let fields = try reader.fields(
      of: value, at: place,
      ["name", "protocol", "addresses", "auto-assign", "avoid-buggy-ips", "bgp-advertisements"])
    name = try reader.text(fields["name"], "name of \(place)")
    self.protocol = try reader.text(fields["protocol"], "protocol of \(place)")
    addresses = try reader.texts(fields["addresses"], "addresses of \(place)")
      .map(PoolEntry.init)
    autoAssign = try reader.flag(fields["auto-assign"], "auto-assign of \(place)")
    avoidBuggyIPs = try reader.flag(fields["avoid-buggy-ips"], "avoid-buggy-ips of \(place)")
    for (item, inner) in try reader.items(fields["bgp-advertisements"], "BGP advertisement") {
      let here = "\(inner) of \(place)"
      let parts = try reader.fields(
        of: item, at: here,
        ["aggregation-length", "aggregation-length-v6", "localpref", "communities"])
      advertisements.append(
        LegacyConfig.BGPAdvertisement(
          aggregationLength: try reader.number(
            parts["aggregation-length"], "aggregation-length of \(here)"),
          aggregationLengthV6: try reader.number(
            parts["aggregation-length-v6"], "aggregation-length-v6 of \(here)"),
          localPreference: try reader.number(parts["localpref"], "localpref of \(here)") ?? 0,
          communities: try reader.texts(parts["communities"], "communities of \(here)")))
    }
  }
}

extension LegacyConfig.BFDProfile {
  fileprivate init(_ value: LegacyValue, _ place: String, _ reader: inout LegacyReader)
    throws(UserMessage)
  {
    let fields = try reader.fields(
      of: value, at: place,
      [
        "name", "receive-interval", "transmit-interval", "detect-multiplier", "echo-interval",
        "echo-mode", "passive-mode", "minimum-ttl",
      ])
    name = try reader.text(fields["name"], "name of \(place)")
    receiveInterval = try reader.number(fields["receive-interval"], "receive-interval of \(place)")
    transmitInterval = try reader.number(
      fields["transmit-interval"], "transmit-interval of \(place)")
    detectMultiplier = try reader.number(
      fields["detect-multiplier"], "detect-multiplier of \(place)")
    echoInterval = try reader.number(fields["echo-interval"], "echo-interval of \(place)")
    isEchoing = try reader.flag(fields["echo-mode"], "echo-mode of \(place)") ?? false
    isPassive = try reader.flag(fields["passive-mode"], "passive-mode of \(place)") ?? false
    minimumTTL = try reader.number(fields["minimum-ttl"], "minimum-ttl of \(place)")
  }
}
