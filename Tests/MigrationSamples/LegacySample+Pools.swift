extension LegacySample {
  private static let pool =
    "address-pools: [{name: default, protocol: layer2, addresses: [10.9.0.0/28]}]"
  private static let made = [
    "IPAddressPool default {addresses: [10.9.0.0/28]}",
    "L2Advertisement l2advertisement1 {ipAddressPools: [default]}",
  ]

  /// How the configuration may be given.
  static let forms = [
    LegacySample("bare text", pool, made, warnings: []),
    LegacySample(
      "ConfigMap in YAML",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: config, namespace: metallb-system, uid: 7, resourceVersion: "12"}
      data:
        config: |
          address-pools:
          - name: default
            protocol: layer2
            addresses:
            - 10.9.0.0/28
      """, made, warnings: []),
    LegacySample(
      "ConfigMap in JSON",
      #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"config"},"data":{"config":"\#(pool)\n"}}"#,
      made, warnings: []),
    LegacySample(
      "bare text in JSON",
      #"{"address-pools":[{"name":"default","protocol":"layer2","addresses":["10.9.0.0/28"]}]}"#,
      made, warnings: []),
    LegacySample(
      "byte order mark and Windows line ends", "\u{FEFF}\(pool)\r\n", made, warnings: []),
    LegacySample(
      "further keys of the ConfigMap",
      #"{"apiVersion":"v1","kind":"ConfigMap","data":{"other":"x","config":"\#(pool)"}}"#, made,
      warnings: ["its key \"other\" is left out"]),
    LegacySample(
      "a second document", pool + "\n---\npeers: []\n", made,
      warnings: ["only its first YAML document is read"]),
    LegacySample(
      "keys in capitals",
      "Address-Pools: [{NAME: default, Protocol: layer2, addresses: [10.9.0.0/28]}]", made,
      warnings: []),
    LegacySample(
      "anchors, aliases and merges",
      """
      x-common: &common {protocol: layer2, auto-assign: true}
      address-pools:
      - <<: *common
        name: default
        addresses: &list [10.9.0.0/28]
      - {<<: *common, name: second, addresses: [10.9.1.0/28], auto-assign: false}
      """,
      [
        "IPAddressPool default {addresses: [10.9.0.0/28], autoAssign: true}",
        "IPAddressPool second {addresses: [10.9.1.0/28], autoAssign: false}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [default]}",
        "L2Advertisement l2advertisement2 {ipAddressPools: [second]}",
      ], warnings: ["the key \"x-common\" is not known"]),
  ]

  static let pools = [
    LegacySample(
      "every field of a pool",
      """
      address-pools:
      - {name: default, protocol: layer2, addresses: [10.9.0.0/28, 10.9.1.5 - 10.9.1.7], auto-assign: true, avoid-buggy-ips: true}
      """,
      [
        "IPAddressPool default {addresses: [10.9.0.0/28, 10.9.1.5 - 10.9.1.7], autoAssign: true, avoidBuggyIPs: true}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [default]}",
      ], warnings: []),
    LegacySample(
      "false is kept for autoAssign and dropped for avoidBuggyIPs",
      "address-pools: [{name: other, protocol: layer2, addresses: [10.9.0.0/28], auto-assign: off, avoid-buggy-ips: no}]",
      [
        "IPAddressPool other {addresses: [10.9.0.0/28], autoAssign: false}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [other]}",
      ], warnings: [noDefault]),
    LegacySample(
      "a default pool that does not hand out",
      "address-pools: [{name: default, protocol: layer2, addresses: [10.9.0.0/28], auto-assign: false}]",
      [
        "IPAddressPool default {addresses: [10.9.0.0/28], autoAssign: false}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [default]}",
      ], warnings: ["does not hand out addresses by itself"]),
    LegacySample(
      "an unknown protocol",
      "address-pools: [{name: default, protocol: l2, addresses: [10.9.0.0/28]}]", [made[0]],
      warnings: ["neither layer2 nor bgp; it gets no advertisement"]),
    LegacySample(
      "no protocol", "address-pools: [{name: default, addresses: [10.9.0.0/28]}]", [made[0]],
      warnings: ["the protocol \"\" is neither"]),
    LegacySample(
      "unknown keys",
      "address-pools: [{name: default, protocol: layer2, addresses: [10.9.0.0/28], cidr: [x], mtu: 1}]",
      made, warnings: ["the key \"cidr\" is not known", "the key \"mtu\" is not known"]),
    LegacySample(
      "host bits and both families",
      "address-pools: [{name: default, protocol: layer2, addresses: [10.9.0.9/29, 2001:db8::/120]}]",
      [
        "IPAddressPool default {addresses: [10.9.0.9/29, 2001:db8::/120]}", made[1],
      ], warnings: ["\"10.9.0.9/29\" counts as the whole block 10.9.0.8/29"]),
    LegacySample(
      "a range from IPv4 to IPv6",
      "address-pools: [{name: default, protocol: layer2, addresses: [10.9.0.1-2001:db8::1]}]",
      ["IPAddressPool default {addresses: [10.9.0.1-2001:db8::1]}", made[1]],
      warnings: ["goes from IPv4 to IPv6"]),
    LegacySample(
      "another namespace",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: config, namespace: elsewhere}
      data: {config: "\(pool)"}
      """, made, warnings: ["go into the namespace \"elsewhere\""], isTakenByServer: false),
  ]

  static let names = [
    LegacySample(
      "names that become others",
      """
      address-pools:
      - {name: 01_My_POOL, protocol: layer2, addresses: [10.9.0.0/28]}
      - {name: \(String(repeating: "Long", count: 20)), protocol: bgp, addresses: [10.9.1.0/28]}
      """,
      [
        "IPAddressPool my-pool {addresses: [10.9.0.0/28]}",
        "IPAddressPool \(String(repeating: "long", count: 20).prefix(63)) {addresses: [10.9.1.0/28]}",
        "BGPAdvertisement bgpadvertisement1 {ipAddressPools: [\(String(repeating: "long", count: 20).prefix(63))]}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [my-pool]}",
      ],
      warnings: [
        "address pool 1 is called \"my-pool\" from now on", "address pool 2 is called", noDefault,
      ]),
    LegacySample(
      "a name of one letter and one with a point",
      """
      address-pools:
      - {name: a, protocol: bgp, addresses: [10.9.0.0/28]}
      - {name: b.c, protocol: bgp, addresses: [10.9.1.0/28]}
      """,
      [
        "IPAddressPool a {addresses: [10.9.0.0/28]}",
        "IPAddressPool b.c {addresses: [10.9.1.0/28]}",
        "BGPAdvertisement bgpadvertisement1 {ipAddressPools: [a]}",
        "BGPAdvertisement bgpadvertisement2 {ipAddressPools: [b.c]}",
      ], warnings: [noDefault]),
    LegacySample(
      "a name the server does not take",
      "address-pools: [{name: \"My pool!\", protocol: bgp, addresses: [10.9.0.0/28]}]",
      [
        "IPAddressPool my pool! {addresses: [10.9.0.0/28]}",
        "BGPAdvertisement bgpadvertisement1 {ipAddressPools: [my pool!]}",
      ], warnings: ["is called \"my pool!\"", "the API server will refuse the name", noDefault],
      isTakenByServer: false),
    LegacySample(
      "a name without a letter",
      "address-pools: [{name: \"2_3\", protocol: bgp, addresses: [10.9.0.0/28]}]",
      refused: "it has no letter from a to z"),
    LegacySample(
      "two names that become one",
      """
      address-pools:
      - {name: My_pool, protocol: layer2, addresses: [10.9.0.0/28]}
      - {name: my-pool, protocol: layer2, addresses: [10.9.1.0/28]}
      """, refused: "\"My_pool\" and \"my-pool\" would both become pool \"my-pool\""),
    LegacySample(
      "a BFD profile and what refers to it",
      """
      peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, bfd-profile: My_BFD}]
      bfd-profiles: [{name: My_BFD}]
      """,
      [
        "BGPPeer peer1 {bfdProfile: my-bfd, holdTime: 1m30s, keepaliveTime: 0s, myASN: 1, passwordSecret: {}, peerASN: 2, peerAddress: 10.0.0.1}",
        "BFDProfile my-bfd {echoMode: false, passiveMode: false}",
      ], warnings: ["BFD profile 1 is called \"my-bfd\""]),
  ]

  static let advertisements = [
    LegacySample(
      "every field of a BGP advertisement, and communities in order",
      """
      bgp-communities: {zeta: 65535:65281, alpha: "1:2", big: "large:4294967295:0:7"}
      address-pools:
      - name: default
        protocol: bgp
        addresses: [10.9.0.0/24, 2001:db8::/120]
        bgp-advertisements:
        - {aggregation-length: 24, aggregation-length-v6: 120, localpref: 100, communities: [zeta, "7:8"]}
        - {}
      - {name: second, protocol: bgp, addresses: [10.9.1.0/24]}
      """,
      [
        "IPAddressPool default {addresses: [10.9.0.0/24, 2001:db8::/120]}",
        "IPAddressPool second {addresses: [10.9.1.0/24]}",
        "BGPAdvertisement bgpadvertisement1 {aggregationLength: 24, aggregationLengthV6: 120, communities: [zeta, 7:8], ipAddressPools: [default], localPref: 100}",
        "BGPAdvertisement bgpadvertisement2 {ipAddressPools: [default]}",
        "BGPAdvertisement bgpadvertisement3 {ipAddressPools: [second]}",
        "Community communities {communities: [{name: alpha, value: 1:2}, {name: big, value: large:4294967295:0:7}, {name: zeta, value: 65535:65281}]}",
      ], warnings: []),
    LegacySample(
      "BGP advertisements of a pool for layer2",
      """
      address-pools:
      - {name: default, protocol: layer2, addresses: [10.9.0.0/28], bgp-advertisements: [{localpref: 5}]}
      """,
      [
        "IPAddressPool default {addresses: [10.9.0.0/28]}",
        "BGPAdvertisement bgpadvertisement1 {ipAddressPools: [default], localPref: 5}",
        "L2Advertisement l2advertisement1 {ipAddressPools: [default]}",
      ], warnings: ["has BGP advertisements; it gets both"]),
    LegacySample(
      "communities alone", "bgp-communities: {a: \"1:2\"}",
      ["Community communities {communities: [{name: a, value: 1:2}]}"], warnings: []),
    LegacySample(
      "an aggregation-length of 0",
      "address-pools: [{name: default, protocol: bgp, addresses: [0.0.0.0/0], bgp-advertisements: [{aggregation-length: 0}]}]",
      [
        "IPAddressPool default {addresses: [0.0.0.0/0]}",
        "BGPAdvertisement bgpadvertisement1 {aggregationLength: 0, ipAddressPools: [default]}",
      ], warnings: ["will refuse an aggregation-length below 1"], isTakenByServer: false),
  ]
}
