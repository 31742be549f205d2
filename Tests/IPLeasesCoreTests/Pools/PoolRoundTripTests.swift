import Foundation
import TestSupport
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// Generated manifests and ConfigMaps: what is read of them, converted and read again is the same.
struct PoolRoundTripTests {
  private var random = SeededRandom(stream: 0x706F_6F6C)

  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  private mutating func one<Item>(of items: [Item]) -> Item { items[random.below(items.count)] }

  /// Pools of different names whose ranges do not meet.
  private mutating func pools() -> [ImportedPool] {
    var names = ["default", "other", "lan", "yes", "n10", "a.b-c"].shuffled(using: &random)
    if chance(60) {
      names.removeAll { $0 == "default" }
      names.insert("default", at: 0)
    }
    return (0..<(1 + random.below(3))).map { index in
      let entries = (0..<(1 + random.below(3))).map { place -> PoolEntry in
        let net = "10.\(index).\(place)"
        switch random.below(4) {
        case 0: return PoolEntry("\(net).0/\(24 + random.below(9))")
        case 1: return PoolEntry("\(net).\(random.below(100))-\(net).\(100 + random.below(100))")
        case 2: return PoolEntry("2001:db8:\(index):\(place)::/\(64 + random.below(60))")
        default: return PoolEntry("\(net).7/32")
        }
      }
      return ImportedPool(
        name: names[index], entries: entries, autoAssign: one(of: [true, false, nil]),
        avoidBuggyIPs: one(of: [true, false, nil]))
    }
  }

  // MARK: Documents

  private static func list(_ entries: [PoolEntry]) -> String {
    "[" + entries.map { "\"\($0.text)\"" }.joined(separator: ", ") + "]"
  }

  private static func flags(_ pool: ImportedPool, _ auto: String, _ avoid: String) -> String {
    (pool.autoAssign.map { ", \(auto): \($0)" } ?? "")
      + (pool.avoidBuggyIPs.map { ", \(avoid): \($0)" } ?? "")
  }

  private static func object(_ pool: ImportedPool, kind: String) -> String {
    let spec = kind == "AddressPool" ? "protocol: layer2, " : ""
    return """
      apiVersion: metallb.io/v1beta1
      kind: \(kind)
      metadata: {name: "\(pool.name)", namespace: metallb-system}
      spec: {\(spec)addresses: \(list(pool.entries))\(flags(pool, "autoAssign", "avoidBuggyIPs"))}

      """
  }

  private static func configuration(_ pools: [ImportedPool]) -> String {
    "address-pools:\n"
      + pools.map { pool in
        "- {name: \"\(pool.name)\", protocol: layer2, addresses: \(list(pool.entries))"
          + flags(pool, "auto-assign", "avoid-buggy-ips") + "}\n"
      }.joined()
  }

  private static func indented(_ text: String, _ count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
  }

  private static func item(_ text: String) -> String {
    "- " + String(indented(text, 2).dropFirst(2))
  }

  private mutating func manifest(_ pools: [ImportedPool]) -> String {
    var objects = pools.map { Self.object($0, kind: "IPAddressPool") }
    if chance(40) { objects.insert("kind: Service\nmetadata: {name: web}\n", at: 0) }
    if chance(30) {
      return "apiVersion: v1\nkind: List\nitems:\n" + objects.map(Self.item).joined()
    }
    return one(of: ["", "---\n", "# pools\n"]) + objects.joined(separator: "---\n")
  }

  private mutating func legacy(_ pools: [ImportedPool]) -> String {
    let text = Self.configuration(pools)
    switch random.below(6) {
    case 0: return text
    case 1: return "configInline:\n" + Self.indented(text, 2)
    case 2:
      return "kind: HelmRelease\nspec:\n  values:\n    configInline:\n" + Self.indented(text, 6)
    case 3: return pools.map { Self.object($0, kind: "AddressPool") }.joined(separator: "---\n")
    default:
      let map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config, namespace: metallb-system}\n"
        + "data:\n  config: |\n" + Self.indented(text, 4)
      return chance(50) ? map : "kind: List\nitems:\n" + Self.item(map)
    }
  }

  private mutating func dressed(_ text: String) -> String {
    let ended = chance(30) ? text.replacing("\n", with: "\r\n") : text
    return chance(30) ? "\u{FEFF}" + ended : ended
  }

  /// Name, ranges and flags, with the defaults of MetalLB.
  private static func shapes(_ pools: [ImportedPool]) -> [PoolShape] {
    pools.map { pool in
      PoolShape(
        name: pool.name, entries: pool.entries, autoAssign: pool.autoAssign ?? true,
        avoidBuggyIPs: pool.avoidBuggyIPs ?? false)
    }
  }

  @Test(.seeded) func manifestsAndConfigMapsRoundTrip() throws {
    var maker = self
    for number in 0..<Amount(100, large: 500).count {
      let pools = maker.pools()
      let manifest = maker.dressed(maker.manifest(pools))
      let read = try PoolImport.pools(in: manifest, name: "f")
      #expect(Self.shapes(read) == Self.shapes(pools), "\(number): \(manifest)")
      for shape in Self.shapes(read) {
        let again = PoolExport.text(shape, advertisement: "l2", format: .yaml)
        #expect(Self.shapes(try PoolImport.pools(in: again, name: "f")) == [shape], "\(again)")
      }
      let old = maker.dressed(maker.legacy(pools))
      #expect(
        Self.shapes(try PoolImport.pools(in: old, name: "f")) == Self.shapes(pools),
        "\(number): \(old)")
      let conversion = try LegacyConversion(Data(old.utf8))
      let made = try PoolImport.pools(in: conversion.text.reveal(), name: "f")
      #expect(Self.shapes(made) == Self.shapes(pools), "\(number): \(old)")
    }
  }
}
