extension LegacySample {
  private static func peer(_ more: String) -> String {
    "peers: [{my-asn: 64512, peer-asn: 64513, peer-address: 10.0.0.1\(more)}]"
  }

  private static func made(
    _ times: String = "holdTime: 1m30s, keepaliveTime: 0s", before: String = "",
    middle: String = "", after: String = ""
  ) -> [String] {
    [
      "BGPPeer peer1 {\(before)\(times), myASN: 64512, \(middle)passwordSecret: {}, peerASN: 64513, peerAddress: 10.0.0.1\(after)}"
    ]
  }

  static let peers = [
    LegacySample("the least a peer can say", peer(""), made(), warnings: []),
    LegacySample(
      "every field of a peer",
      """
      peers:
      - my-asn: 4294967295
        peer-asn: 64513
        peer-address: 2001:db8::1
        source-address: 2001:db8::2
        peer-port: 1179
        hold-time: 2m
        keepalive-time: 30s
        router-id: 1.2.3.4
        password: "secret: one"
        bfd-profile: fast
        ebgp-multihop: true
        node-selectors:
        - match-labels: {rack: "1", kubernetes.io/hostname: n1}
          match-expressions:
          - {key: zone, operator: In, values: [b, a]}
          - {key: gpu, operator: DoesNotExist}
        - match-labels: {}
      bfd-profiles: [{name: fast, receive-interval: 10}]
      """,
      [
        "BGPPeer peer1 {bfdProfile: fast, ebgpMultiHop: true, holdTime: 2m0s, keepaliveTime: 30s, "
          + "myASN: 4294967295, nodeSelectors: [{matchExpressions: [{key: zone, operator: In, values: [a, b]}, "
          + "{key: gpu, operator: DoesNotExist}], matchLabels: {kubernetes.io/hostname: n1, rack: \"1\"}}, {}], "
          + "password: secret: one, passwordSecret: {}, peerASN: 64513, peerAddress: 2001:db8::1, peerPort: 1179, "
          + "routerID: 1.2.3.4, sourceAddress: 2001:db8::2}",
        "BFDProfile fast {echoMode: false, passiveMode: false, receiveInterval: 10}",
      ], warnings: ["its password is written in clear"]),
    LegacySample(
      "peers are numbered",
      "peers: [{my-asn: 1, peer-asn: 1, peer-address: 10.0.0.1}, {my-asn: 1, peer-asn: 1, peer-address: 10.0.0.1}]",
      (1...2).map {
        "BGPPeer peer\($0) {holdTime: 1m30s, keepaliveTime: 0s, myASN: 1, passwordSecret: {}, peerASN: 1, peerAddress: 10.0.0.1}"
      }, warnings: []),
    LegacySample(
      "a port the server does not take", peer(", peer-port: 16385"),
      made(after: ", peerPort: 16385"),
      warnings: ["will refuse a peer-port over 16384"], isTakenByServer: false),
    LegacySample(
      "no my-asn", "peers: [{peer-asn: 1, peer-address: 10.0.0.1}]", refused: "no my-asn"),
    LegacySample(
      "no peer-asn", "peers: [{my-asn: 1, peer-address: 10.0.0.1}]", refused: "no peer-asn"),
    LegacySample(
      "no peer-address", "peers: [{my-asn: 1, peer-asn: 1}]",
      refused: "peer-address of peer 1 is \"\""),
    LegacySample(
      "a name for an address", peer(", source-address: gateway"),
      refused: "source-address of peer 1 is \"gateway\""),
    LegacySample("a wrong router-id", peer(", router-id: 1.2.3"), refused: "router-id of peer 1"),
    LegacySample(
      "ebgp-multihop inside one AS",
      "peers: [{my-asn: 7, peer-asn: 7, peer-address: 10.0.0.1, ebgp-multihop: true}]",
      refused: "both sides are of the same AS 7"),
    LegacySample(
      "a BFD profile that is not there", peer(", bfd-profile: fast"),
      refused: "\"fast\", which is not there"),
    LegacySample(
      "an AS number beyond 32 bits",
      "peers: [{my-asn: 4294967296, peer-asn: 1, peer-address: 10.0.0.1}]",
      refused: "my-asn of peer 1 is not a whole number from 0 to 4294967295"),
    LegacySample(
      "a port beyond 16 bits", peer(", peer-port: 65536"), refused: "from 0 to 65535"),
    LegacySample(
      "an AS number in quotes", "peers: [{my-asn: \"1\", peer-asn: 1, peer-address: 10.0.0.1}]",
      refused: "my-asn of peer 1 is a text, where a number is expected"),
    LegacySample(
      "an operator that is none",
      peer(", node-selectors: [{match-expressions: [{key: a, operator: in, values: [b]}]}]"),
      refused: "\"in\" is none of In, NotIn"),
    LegacySample(
      "In without values",
      peer(", node-selectors: [{match-expressions: [{key: a, operator: In}]}]"),
      refused: "has no values"),
    LegacySample(
      "Exists with values",
      peer(", node-selectors: [{match-expressions: [{key: a, operator: Exists, values: [b]}]}]"),
      refused: "Exists goes without values"),
    LegacySample(
      "a label that is none", peer(", node-selectors: [{match-labels: {\"a b\": c}}]"),
      refused: "\"a b\" with its value is no label"),
    LegacySample(
      "a node selector twice",
      peer(", node-selectors: [{match-labels: {a: b}}, {match-labels: {a: b}}]"),
      refused: "node selector 2 of peer 1 is there twice"),
  ]

  static let durations = [
    LegacySample(
      "a hold time in hours", peer(", hold-time: 1.5h"),
      made("holdTime: 1h30m0s, keepaliveTime: 0s"), warnings: []),
    LegacySample(
      "parts of a second", peer(", hold-time: 3999ms, keepalive-time: 1s1500us"),
      made("holdTime: 3s, keepaliveTime: 1s"),
      warnings: ["hold-time is cut to whole seconds", "keepalive-time is cut to whole seconds"]),
    LegacySample(
      "a hold time of 0", peer(", hold-time: 0s"), made("holdTime: 0s, keepaliveTime: 0s"),
      warnings: ["a hold-time of 0 stands for 90 s"]),
    LegacySample(
      "a hold time of 2 s", peer(", hold-time: 2s"), refused: "is 2s: it must be 0 or at least 3 s"),
    LegacySample("a negative hold time", peer(", hold-time: -5s"), refused: "is -5s"),
    LegacySample(
      "a hold time without unit", peer(", hold-time: 90"), refused: "is no span of time"),
    LegacySample(
      "a keepalive time that is none", peer(", keepalive-time: soon"),
      refused: "keepalive-time of peer 1 is no span"),
    LegacySample(
      "a keepalive time longer than the hold time", peer(", keepalive-time: 91s"),
      refused: "longer than its hold time of 90 s"),
  ]

  static let profiles = [
    LegacySample(
      "every field of a BFD profile",
      """
      bfd-profiles:
      - name: full
        receive-interval: 10
        transmit-interval: 60000
        detect-multiplier: 255
        echo-interval: 62
        echo-mode: yes
        passive-mode: true
        minimum-ttl: 254
      - name: empty
      """,
      [
        "BFDProfile full {detectMultiplier: 255, echoInterval: 62, echoMode: true, minimumTtl: 254, passiveMode: true, receiveInterval: 10, transmitInterval: 60000}",
        "BFDProfile empty {echoMode: false, passiveMode: false}",
      ], warnings: []),
    LegacySample(
      "a short interval", "bfd-profiles: [{name: ab, receive-interval: 9}]",
      refused: "from 10 to 60000"),
    LegacySample(
      "a long interval", "bfd-profiles: [{name: ab, transmit-interval: 60001}]",
      refused: "transmit-interval"),
    LegacySample(
      "a small multiplier", "bfd-profiles: [{name: ab, detect-multiplier: 1}]",
      refused: "from 2 to 255"),
    LegacySample(
      "a TTL of 255", "bfd-profiles: [{name: ab, minimum-ttl: 255}]", refused: "from 1 to 254"),
    LegacySample(
      "an echo interval of 0", "bfd-profiles: [{name: ab, echo-interval: 0}]",
      refused: "echo-interval"),
    LegacySample(
      "a profile without a name", "bfd-profiles: [{echo-mode: true}]",
      refused: "no letter from a to z"),
    LegacySample(
      "two profiles of one name", "bfd-profiles: [{name: ab}, {name: ab}]",
      refused: "There are two of BFD profile \"ab\""),
  ]

  /// Unquoted words as YAML 1.1 takes them.
  static let scalars = [
    LegacySample(
      "numbers in other writings",
      "peers: [{my-asn: 0x10, peer-asn: 010, peer-address: 10.0.0.1, peer-port: 1e3}]",
      [
        "BGPPeer peer1 {holdTime: 1m30s, keepaliveTime: 0s, myASN: 16, passwordSecret: {}, peerASN: 8, peerAddress: 10.0.0.1, peerPort: 1000}"
      ], warnings: []),
    LegacySample(
      "a password that reads as an octal number", peer(", password: 0123"),
      made(middle: "password: \"83\", "),
      warnings: ["password of peer 1: without quotes YAML reads a number", "written in clear"]),
    LegacySample(
      "a password that reads as yes", peer(", password: on"), made(middle: "password: \"true\", "),
      warnings: ["password of peer 1: without quotes YAML reads yes or no", "written in clear"]),
    LegacySample(
      "a password that reads as a large float", peer(", password: 1234567.5"),
      made(middle: "password: \"1.2345675e+06\", "),
      warnings: ["password of peer 1: without quotes", "written in clear"]),
    LegacySample(
      "a password of many signs", peer(", password: \"a\\\"b\\\\c\\t: #é\\u2028'\""),
      made(middle: "password: a\"b\\c\t: #é\u{2028}', "), warnings: ["written in clear"]),
    LegacySample(
      "a pool called by a number with letters",
      "address-pools: [{name: 1e3x, protocol: bgp, addresses: [10.9.0.0/28]}]",
      [
        "IPAddressPool e3x {addresses: [10.9.0.0/28]}",
        "BGPAdvertisement bgpadvertisement1 {ipAddressPools: [e3x]}",
      ], warnings: ["is called \"e3x\"", noDefault]),
    LegacySample(
      "a pool called yes", "address-pools: [{name: yes, protocol: bgp, addresses: [10.9.0.0/28]}]",
      [
        "IPAddressPool true {addresses: [10.9.0.0/28]}",
        "BGPAdvertisement bgpadvertisement1 {ipAddressPools: [\"true\"]}",
      ], warnings: ["name of address pool 1: without quotes", noDefault]),
    LegacySample(
      "nothing where something could be",
      "peers: ~\nbgp-communities:\naddress-pools: [{name: default, protocol: layer2, addresses: [10.9.0.0/28], auto-assign: null, bgp-advertisements: ~}]",
      [
        "IPAddressPool default {addresses: [10.9.0.0/28]}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [default]}",
      ], warnings: []),
  ]
}
