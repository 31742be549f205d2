extension LegacySample {
  private static func pool(_ addresses: String, _ more: String = "") -> String {
    "address-pools: [{name: default, protocol: bgp, addresses: [\(addresses)]\(more)}]"
  }

  static let rejections = [
    LegacySample("nothing at all", "", refused: "holds no configuration of MetalLB 0.12"),
    LegacySample("a list", "- address-pools", refused: "holds no configuration"),
    LegacySample("other YAML", "foo: bar", refused: "holds no configuration"),
    LegacySample("not YAML", "peers: [", refused: "is not YAML"),
    LegacySample("a key twice", "peers: []\npeers: []\n", refused: "the key peers is there twice"),
    LegacySample(
      "another kind", "apiVersion: v1\nkind: Secret\ndata: {config: eA==}",
      refused: "not a ConfigMap"),
    LegacySample(
      "another kind in JSON", #"{"apiVersion":"v1","kind":"List","items":[]}"#, refused: "\"List\""),
    LegacySample(
      "another version", "apiVersion: v2\nkind: ConfigMap\ndata: {config: x}",
      refused: "not a ConfigMap of version v1"),
    LegacySample(
      "a ConfigMap without data", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}",
      refused: "no data under \"config\""),
    LegacySample(
      "a config that is no text", "apiVersion: v1\nkind: ConfigMap\ndata: {config: {peers: []}}",
      refused: "data.config of the ConfigMap is a mapping"),
    LegacySample(
      "sections without a thing in them", "peers: []\naddress-pools: []",
      refused: "nothing that could be converted"),
    LegacySample(
      "pools in a mapping", "address-pools: {default: {}}", refused: "where a list is expected"),
    LegacySample(
      "a pool that is a word", "address-pools: [default]",
      refused: "address pool 1 is a text, where a mapping"),
    LegacySample(
      "one address instead of a list", "address-pools: [{name: default, addresses: 10.0.0.0/8}]",
      refused: "where a list"),
    LegacySample(
      "auto-assign in quotes", pool("10.9.0.0/28", ", auto-assign: \"true\""),
      refused: "where true or false"),
    LegacySample("no addresses", pool(""), refused: "Pool \"default\" has no addresses"),
    LegacySample(
      "an address without prefix length", pool("10.9.0.1"), refused: "no range of addresses"),
    LegacySample(
      "a range that runs backwards", pool("10.9.0.9-10.9.0.1"), refused: "no range of addresses"),
    LegacySample("a zero in front", pool("010.9.0.0/28"), refused: "no range of addresses"),
    LegacySample(
      "an overlap inside a pool", pool("10.9.0.0/28, 10.9.0.3-10.9.0.4"), refused: "overlaps"),
    LegacySample("a range twice", pool("10.9.0.0/28, 10.9.0.0/28"), refused: "overlaps"),
    LegacySample(
      "an overlap of two pools",
      "address-pools: [{name: ab, addresses: [10.9.0.0/28]}, {name: cd, addresses: [10.9.0.0/30]}]",
      refused: "of pool \"cd\" overlaps"),
    LegacySample(
      "two pools of one name",
      "address-pools: [{name: ab, addresses: [10.9.0.0/28]}, {name: ab, addresses: [10.9.1.0/28]}]",
      refused: "There are two of pool \"ab\""),
    LegacySample(
      "an aggregation-length over 32",
      pool("10.9.0.0/28", ", bgp-advertisements: [{aggregation-length: 33}]"),
      refused: "aggregation-length of BGP advertisement 1"),
    LegacySample(
      "an aggregation-length-v6 over 128",
      pool("10.9.0.0/28", ", bgp-advertisements: [{aggregation-length-v6: 129}]"),
      refused: "over 128"),
    LegacySample(
      "an aggregation wider than the pool",
      pool("10.9.0.0/28", ", bgp-advertisements: [{aggregation-length: 24}]"),
      refused: "no block as large"),
    LegacySample(
      "an aggregation wider than every block of a range",
      pool("10.9.0.1-10.9.0.6", ", bgp-advertisements: [{aggregation-length: 30}]"),
      refused: "no block as large"),
    LegacySample(
      "a community twice",
      pool("10.9.0.0/28", ", bgp-advertisements: [{communities: [\"1:2\", \"1:2\"]}]"),
      refused: "names a community twice"),
    LegacySample(
      "a community that is none",
      pool("10.9.0.0/28", ", bgp-advertisements: [{communities: [no-export]}]"),
      refused: "neither a community nor one of bgp-communities"),
    LegacySample(
      "an alias for a wrong value", "bgp-communities: {a: \"1:65536\"}", refused: "Community \"a\""),
    LegacySample(
      "a large community without its word", "bgp-communities: {a: \"1:2:3:4\"}",
      refused: "Community \"a\""),
    LegacySample(
      "a YAML tag", "bgp-communities: {a: !binary MToy}", refused: "the YAML tag"),
  ]
}
