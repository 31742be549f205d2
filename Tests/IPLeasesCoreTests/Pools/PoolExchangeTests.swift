import Addresses
import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore

struct PoolExchangeTests {
  @Test(.seeded, arguments: PoolExport.Format.allCases)
  func whatIsExportedImportsToTheSamePool(format: PoolExport.Format) throws {
    var random = SeededRandom(stream: 7)
    for _ in 0..<100 {
      let pool = Self.pool(using: &random)
      let text = PoolExport.text(pool, advertisement: "l2advertisement1", format: format)
      let read = try PoolImport.pool(in: text, name: "export")
      let shape = PoolShape(
        name: read.name, entries: read.entries, autoAssign: read.autoAssign ?? true,
        avoidBuggyIPs: read.avoidBuggyIPs ?? false)
      #expect(shape == pool, "\(text)")
    }
  }

  @Test func theJSONHasTheKeysOfItsSchema() throws {
    let shape = PoolShape(entries: ["203.0.113.0/28"])
    func pool(_ text: String) throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      #expect(object?["schema"] as? String == "ip-leases/pools/v1")
      return try #require((object?["pools"] as? [[String: Any]])?.first)
    }
    let unknown = try pool(PoolExport.text(shape, advertisement: "l2", format: .json))
    #expect(unknown["inUse"] is NSNull)
    #expect((unknown["problems"] as? [Any])?.isEmpty == true)
    let known = try pool(
      PoolExport.text(
        shape, advertisement: "l2", format: .json, inUse: "3",
        problems: [PoolProblem(.warning, "it hurts", fix: "mend it")]))
    #expect(known["inUse"] as? String == "3")
    let problem = try #require((known["problems"] as? [[String: Any]])?.first)
    #expect(problem["severity"] as? String == "warning")
    #expect(problem["entry"] is NSNull)
    #expect(problem["message"] as? String == "it hurts")
  }

  private static func pool(using random: inout SeededRandom) -> PoolShape {
    let entries: [PoolEntry] = [
      "194.28.98.216/29", "198.51.100.10-198.51.100.14", "10.0.0.5 - 10.0.0.7",
      "10.0.0.5\t-\t10.0.0.7", "2001:db8::/120", "::/0", "10.0.0.0/024", "not \"a\" range, at all",
    ].filter { _ in Bool.random(using: &random) }
    return PoolShape(
      entries: entries.isEmpty ? ["203.0.113.0/28"] : entries,
      autoAssign: Bool.random(using: &random), avoidBuggyIPs: Bool.random(using: &random))
  }

  @Test func theManifestsAreTwoDocuments() throws {
    let text = PoolExport.text(
      PoolShape(entries: ["203.0.113.0/28"]), advertisement: "l2", format: .yaml)
    let documents = try YAMLDocument.read(text)
    #expect(documents.count == 2)
    #expect(
      text == """
        apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata:
          name: "default"
          namespace: "metallb-system"
        spec:
          addresses:
          - "203.0.113.0/28"
          autoAssign: true
          avoidBuggyIPs: false
        ---
        apiVersion: metallb.io/v1beta1
        kind: L2Advertisement
        metadata:
          name: "l2"
          namespace: "metallb-system"
        spec:
          ipAddressPools:
          - "default"

        """)
  }

  @Test func linesAreRangesAsTheyAre() throws {
    let pools = try PoolImport.pools(
      in: "# mine\n 203.0.113.0/28 # all of it\n\n10.0.0.5 - 10.0.0.7\nfe80::/64\n", name: "f")
    #expect(
      pools == [ImportedPool(entries: ["203.0.113.0/28", "10.0.0.5 - 10.0.0.7", "fe80::/64"])])
  }

  @Test func aCommaInALineIsNotCutOff() throws {
    let pools = try PoolImport.pools(in: "10.0.0.0/28, 10.0.1.0/28\n", name: "f")
    #expect(pools.map(\.entries) == [["10.0.0.0/28, 10.0.1.0/28"]])
  }

  @Test func theConfigMapOf012IsRead() throws {
    let text = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: config, namespace: metallb-system}
      data:
        config: |
          address-pools:
          - name: default
            protocol: layer2
            auto-assign: false
            avoid-buggy-ips: true
            addresses:
            - 144.217.30.192/28
            - 194.28.98.217/32
          - name: other
            protocol: layer2
            addresses: [10.0.0.0/24]
      """
    let expected = [
      ImportedPool(
        entries: ["144.217.30.192/28", "194.28.98.217/32"], autoAssign: false, avoidBuggyIPs: true),
      ImportedPool(name: "other", entries: ["10.0.0.0/24"]),
    ]
    #expect(try PoolImport.pools(in: text, name: "f") == expected)
    let bare = text.split(separator: "\n").dropFirst(5).joined(separator: "\n")
    #expect(try PoolImport.pools(in: bare, name: "f") == expected)
  }

  @Test func anInventoryIsReadInBothForms() throws {
    let old = """
      all:
        hosts: {node1: {ansible_host: 192.0.2.1}}
        vars:
          kube_proxy_strict_arp: true
          metallb_enabled: true
          metallb_protocol: "layer2"
          metallb_pool_name: default
          metallb_ip_range: ["203.0.113.0/28"]
      """
    #expect(
      try PoolImport.pool(in: old, name: "f") == ImportedPool(entries: ["203.0.113.0/28"]))
    let new = """
      all:
        vars:
          metallb_ip_range: ["10.9.9.0/24"]
          metallb_config:
            address_pools:
              primary: {ip_range: [10.5.0.0/16], auto_assign: true}
              default:
                ip_range:
                  - 203.0.113.0/28
                avoid_buggy_ips: true
      """
    #expect(
      try PoolImport.pool(in: new, name: "f")
        == ImportedPool(entries: ["203.0.113.0/28"], avoidBuggyIPs: true))
  }

  @Test func severalPoolsWithoutADefaultAreRefused() {
    let message = #expect(throws: UserMessage.self) {
      try PoolImport.pool(in: "pool,address\na,10.0.0.0/30\nb,10.0.1.0/30\n", name: "f.csv")
    }
    #expect(message?.what.contains("a, b") == true)
  }

  @Test(arguments: ["", "# nothing\n", "kind: Service\n", "addresses: &x [*x]\n", "{\"pools\":"])
  func whatHoldsNoPoolIsRefused(text: String) {
    #expect(throws: UserMessage.self) { try PoolImport.pool(in: text, name: "f") }
  }

  @Test func aSemicolonTableWithQuotesIsRead() throws {
    let text = "Pool;Range\ndefault;\"10.0.0.5 - 10.0.0.7\"\n"
    #expect(
      try PoolImport.pool(in: text, name: "f") == ImportedPool(entries: ["10.0.0.5 - 10.0.0.7"]))
  }
}
