import Addresses
import Basics
import Cluster

/// The old configuration in the new form (MetalLB: configmaptocrs/main.go@v0.14.8).
extension LegacyConfig {
  /// The same with every name of a pool or BFD profile made into the name of an object.
  func repairingNames(_ reader: inout LegacyReader) throws(UserMessage) -> LegacyConfig {
    var config = self
    for index in pools.indices {
      config.pools[index].name = try Self.repair(
        pools[index].name, of: "address pool \(index + 1)", &reader)
    }
    for index in bfdProfiles.indices {
      config.bfdProfiles[index].name = try Self.repair(
        bfdProfiles[index].name, of: "BFD profile \(index + 1)", &reader)
    }
    for index in peers.indices where !peers[index].bfdProfile.isEmpty {
      config.peers[index].bfdProfile = try LegacyNames.repaired(
        peers[index].bfdProfile, of: "the BFD profile of peer \(index + 1)")
    }
    return config
  }

  private static func repair(_ name: String, of kind: String, _ reader: inout LegacyReader)
    throws(UserMessage) -> String
  {
    let new = try LegacyNames.repaired(name, of: kind)
    if new != name {
      reader.warn(
        "\(kind) is called \(LegacyReader.quoted(new)) from now on, because its name "
          + "\(LegacyReader.quoted(name)) is none for an object; what refers to it must be changed")
    }
    if !LegacyNames.isObjectName(new) {
      reader.warn(
        "\(kind): the API server will refuse the name \(LegacyReader.quoted(new)), which MetalLB's "
          + "converter lets pass")
    }
    return new
  }

  /// Peers, pools, BGP advertisements, L2 advertisements, BFD profiles, communities.
  func objects(namespace: String) throws(UserMessage) -> [MigratedObject] {
    var objects: [MigratedObject] = []
    func add(_ kind: MigratedObject.Kind, _ name: String, _ spec: YAMLValue) {
      objects.append(MigratedObject(kind: kind, name: name, namespace: namespace, spec: spec))
    }
    for (index, peer) in peers.enumerated() {
      add(.peer, "peer\(index + 1)", try peer.spec("peer \(index + 1)"))
    }
    for pool in pools { add(.pool, pool.name, pool.spec) }
    for (index, spec) in bgpAdvertisements.enumerated() {
      add(.bgpAdvertisement, "bgpadvertisement\(index + 1)", spec)
    }
    for (index, pool) in pools.filter({ $0.protocol == "layer2" }).enumerated() {
      add(
        .l2Advertisement, "l2advertisement\(index + 1)",
        .fields(["ipAddressPools": .texts([pool.name])]))
    }
    for profile in bfdProfiles { add(.bfdProfile, profile.name, profile.spec) }
    if let aliases = communitySpec { add(.community, "communities", aliases) }
    return objects
  }

  /// Every advertisement of every pool; a pool for BGP without one gets an empty one.
  private var bgpAdvertisements: [YAMLValue] {
    pools.flatMap { pool in
      let isBare = pool.advertisements.isEmpty && pool.protocol == "bgp"
      let all = isBare ? [BGPAdvertisement()] : pool.advertisements
      return all.map { $0.spec(of: pool.name) }
    }
  }

  private var communitySpec: YAMLValue? {
    let names = communities.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if names.isEmpty { return nil }
    return .fields([
      "communities": .sequence(
        names.map { name in
          .fields([
            "name": .unlessEmpty(name), "value": .unlessEmpty(communities[name] ?? ""),
          ])
        })
    ])
  }
}

extension LegacyConfig.Peer {
  /// Absent means 90 s; parts of a second are cut off.
  func hold(_ place: String) throws(UserMessage) -> GoDuration {
    if holdTime.isEmpty { return .seconds(90) }
    guard let time = GoDuration(parsing: holdTime) else {
      throw Self.badDuration("hold-time of \(place)")
    }
    let whole = GoDuration.seconds(time.seconds)
    guard whole.seconds == 0 || whole.seconds >= 3 else {
      throw UserMessage(
        "hold-time of \(place) is \(whole.text): it must be 0 or at least 3 s.",
        advice: "Correct it; MetalLB's own converter refuses it too.")
    }
    return whole
  }

  func keepalive(_ place: String) throws(UserMessage) -> GoDuration {
    if keepaliveTime.isEmpty { return .seconds(0) }
    guard let time = GoDuration(parsing: keepaliveTime) else {
      throw Self.badDuration("keepalive-time of \(place)")
    }
    return .seconds(time.seconds)
  }

  private static func badDuration(_ place: String) -> UserMessage {
    UserMessage(
      "\(place) is no span of time.", advice: "Write it with its unit, as in 90s or 1m30s.")
  }

  fileprivate func spec(_ place: String) throws(UserMessage) -> YAMLValue {
    .fields([
      "bfdProfile": .unlessEmpty(bfdProfile),
      "ebgpMultiHop": isEBGPMultiHop ? .bool(true) : nil,
      "holdTime": .string(try hold(place).text),
      "keepaliveTime": .string(try keepalive(place).text),
      "myASN": .int(Int(localASN)),
      "nodeSelectors": .unlessEmpty(nodeSelectors.map(\.spec)),
      "password": .unlessEmpty(password.reveal()),
      "passwordSecret": .fields([:]),
      "peerASN": .int(Int(remoteASN)),
      "peerAddress": .string(address),
      "peerPort": port == 0 ? nil : .int(Int(port)),
      "routerID": .unlessEmpty(routerID),
      "sourceAddress": .unlessEmpty(sourceAddress),
    ])
  }
}

extension LegacyConfig.NodeSelector {
  fileprivate var spec: YAMLValue {
    .fields([
      "matchExpressions": .unlessEmpty(
        expressions.map { expression in
          .fields([
            "key": .string(expression.key),
            "operator": .string(expression.operator),
            // The loader, which goes over the objects before they are written, sorts them.
            "values": .texts(
              expression.values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }),
          ])
        }),
      "matchLabels": .texts(byName: labels),
    ])
  }
}

extension LegacyConfig.Pool {
  fileprivate var spec: YAMLValue {
    .fields([
      "addresses": .texts(addresses.texts),
      "autoAssign": autoAssign.map { .bool($0) },
      "avoidBuggyIPs": avoidBuggyIPs == true ? .bool(true) : nil,
    ])
  }
}

extension LegacyConfig.BGPAdvertisement {
  fileprivate func spec(of pool: String) -> YAMLValue {
    .fields([
      "aggregationLength": aggregationLength.map { .int(Int($0)) },
      "aggregationLengthV6": aggregationLengthV6.map { .int(Int($0)) },
      "communities": .texts(communities),
      "ipAddressPools": .texts([pool]),
      "localPref": localPreference == 0 ? nil : .int(Int(localPreference)),
    ])
  }
}

extension LegacyConfig.BFDProfile {
  fileprivate var spec: YAMLValue {
    .fields([
      "detectMultiplier": detectMultiplier.map { .int(Int($0)) },
      "echoInterval": echoInterval.map { .int(Int($0)) },
      "echoMode": .bool(isEchoing),
      "minimumTtl": minimumTTL.map { .int(Int($0)) },
      "passiveMode": .bool(isPassive),
      "receiveInterval": receiveInterval.map { .int(Int($0)) },
      "transmitInterval": transmitInterval.map { .int(Int($0)) },
    ])
  }
}
