import Foundation
import MigrationSamples
import TestSupport
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct LegacyConversionTests {
  @Test(arguments: LegacySample.all)
  func aConfigurationBecomesWhatMetalLBsConverterMakesOfIt(sample: LegacySample) throws {
    switch (sample.outcome, Self.convert(sample.input)) {
    case (.objects(let expected), .success(let conversion)):
      #expect(try Self.lines(of: conversion.text.reveal()) == expected)
      if let warnings = sample.warnings {
        #expect(conversion.warnings.count == warnings.count, "\(conversion.warnings)")
        for (said, part) in zip(conversion.warnings, warnings) {
          #expect(said.contains(part), "\(conversion.warnings)")
        }
      }
    case (.refused(let reason), .failure(let message)):
      #expect(message.text().contains(reason), "\(message.text())")
      #expect(message.advice != nil)
    case (.objects, .failure(let message)): Issue.record("refused: \(message.text)")
    case (.refused, .success(let conversion)):
      Issue.record("taken: \(conversion.text.reveal())")
    }
  }

  @Test func theSamplesAreManyAndEachIsOnlyThereOnce() {
    #expect(LegacySample.all.count >= 40)
    #expect(Set(LegacySample.all.map(\.name)).count == LegacySample.all.count)
  }

  @Test func theTextHasTheFormOfMetalLBsConverter() throws {
    let input = """
      peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, peer-port: 179}]
      address-pools: [{name: default, protocol: bgp, addresses: [10.9.0.0/28], bgp-advertisements: [{communities: ["64512:1"]}]}]
      """
    let text = try Self.convert(input).get().text.reveal()
    #expect(
      text == """
        # Made by ip-leases from the configuration of MetalLB 0.12.
        apiVersion: metallb.io/v1beta2
        kind: BGPPeer
        metadata:
          creationTimestamp: null
          name: peer1
          namespace: metallb-system
        spec:
          holdTime: 1m30s
          keepaliveTime: 0s
          myASN: 1
          passwordSecret: {}
          peerASN: 2
          peerAddress: 10.0.0.1
          peerPort: 179
        status: {}
        ---
        apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata:
          creationTimestamp: null
          name: default
          namespace: metallb-system
        spec:
          addresses:
          - 10.9.0.0/28
        status: {}
        ---
        apiVersion: metallb.io/v1beta1
        kind: BGPAdvertisement
        metadata:
          creationTimestamp: null
          name: bgpadvertisement1
          namespace: metallb-system
        spec:
          communities:
          - "64512:1"
          ipAddressPools:
          - default
        status: {}
        ---

        """)
  }

  @Test func thePlaceOfTheObjectsIsThatOfTheConfigMap() throws {
    let sample = try #require(LegacySample.all.first { $0.name == "another namespace" })
    let text = try Self.convert(sample.input).get().text.reveal()
    #expect(text.contains("\n  namespace: elsewhere\n"))
    #expect(!text.contains("metallb-system"))
  }

  @Test func noMessageSaysAPassword() throws {
    let password = "CANARY-PASSWORD"
    let inputs = [
      "peers: [{password: [\(password)]}]", "peers: [{my-asn: \(password)}]",
      "peers: [{password: \(password), my-asn: 1}]", "peers: [{password: \"\(password)\n",
      "peers: [{password: \(password), password: \(password)}]",
      "peers: {password: \(password)}",
    ]
    for input in inputs {
      guard case .failure(let message) = Self.convert(input) else {
        Issue.record("taken: \(input)")
        continue
      }
      if input.contains("my-asn: CANARY") { continue }
      #expect(!message.text().contains(password), "\(input): \(message.text())")
    }
    let taken = "peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, password: \(password)}]"
    let conversion = try Self.convert(taken).get()
    #expect(conversion.warnings.allSatisfy { !$0.contains(password) })
    #expect(conversion.text.reveal().contains("password: \(password)\n"))
  }

  // MARK: Helpers

  // MARK: Inputs of every kind

  @Test(arguments: [
    "controller: {logLevel: info}\nconfigInline:\n", "metallb:\n  configInline:\n",
    "kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nspec:\n  values:\n    configInline:\n",
    "helm:\n  values:\n    configInline:\n",
  ])
  func whatHelmValuesHoldIsReadWhereverTheyStand(head: String) throws {
    let body = [
      "address-pools:", "- name: default", "  protocol: layer2", "  addresses: [203.0.113.0/28]",
    ].map { "          \($0)\n" }.joined()
    let conversion = try Self.convert(head + body).get()
    #expect(conversion.text.reveal().contains("203.0.113.0/28"))
  }

  private static let map = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: config, namespace: metallb-system}
    data:
      config: |
        address-pools:
        - {name: default, protocol: layer2, addresses: [203.0.113.0/28]}

    """

  private static let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"

  private static let addressPool = """
    apiVersion: metallb.io/v1beta1
    kind: AddressPool
    metadata: {name: default, namespace: metallb-system}
    spec:
      protocol: layer2
      autoAssign: true
      addresses: [203.0.113.0/28]

    """

  private static func item(_ text: String) -> String {
    text.split(separator: "\n").enumerated()
      .map { ($0.offset == 0 ? "- " : "  ") + $0.element + "\n" }.joined()
  }

  @Test(arguments: [
    service + "---\n" + map, "---\n" + map + "---\n---\n" + service,
    "apiVersion: v1\nkind: List\nitems:\n" + item(service) + item(map),
    "kind: ConfigMapList\nitems:\n" + item(map.replacing("kind: ConfigMap\n", with: "")),
    addressPool, service + "---\n" + addressPool.replacing("v1beta1", with: "v1alpha1"),
    "kind: AddressPoolList\nitems:\n" + item(addressPool),
    "kind: HelmChart\nspec:\n  valuesContent: |\n    configInline:\n      address-pools:\n"
      + "      - {name: default, protocol: layer2, addresses: [203.0.113.0/28]}\n",
    #"{"kind":"List","items":[{"apiVersion":"metallb.io/v1beta1","kind":"AddressPool","metadata":"#
      + #"{"name":"default"},"spec":{"protocol":"layer2","addresses":["203.0.113.0/28"]}}]}"#,
  ])
  func aConfigurationIsFoundAmongOtherObjects(text: String) throws {
    for text in [text, "\u{FEFF}" + text, text.replacing("\n", with: "\r\n")] {
      let conversion = try Self.convert(text).get()
      #expect(conversion.objects.map(\.kind) == [.pool, .l2Advertisement])
      #expect(conversion.objects.first?.entries.texts == ["203.0.113.0/28"])
      let leftOut = ["the input: Service web is left out"]
      #expect(conversion.warnings == (text.contains("Service") ? leftOut : []))
    }
  }

  @Test func theOldKindIsConvertedWithItsAdvertisements() throws {
    let text =
      Self.addressPool.replacing("layer2", with: "bgp") + """
          bgpAdvertisements:
          - {aggregationLength: 28, localPref: 100, communities: ["1234:1"]}
          surprise: 1

        """
    let conversion = try Self.convert(text).get()
    #expect(conversion.objects.map(\.kind) == [.pool, .bgpAdvertisement])
    let written = conversion.text.reveal()
    for word in ["aggregationLength: 28", "localPref: 100", "1234:1"] {
      #expect(written.contains(word), "\(written)")
    }
    #expect(conversion.warnings.contains { $0.contains("\"surprise\" is not known") })
  }

  @Test(arguments: [map + "---\n" + map, map + "---\n" + addressPool])
  func twoConfigurationsInOneStreamAreRefused(text: String) {
    guard case .failure(let error) = Self.convert(text) else {
      Issue.record("it was converted")
      return
    }
    #expect(error.what.contains("2 configurations"))
  }

  @Test func aPreferenceMetalLBWouldRefuseAfterTheFirstObjectIsRefusedBefore() throws {
    let text = """
      address-pools:
      - name: default
        protocol: bgp
        addresses: [198.51.100.0/24]
        bgp-advertisements: [{aggregation-length: 32, localpref: 100}, {aggregation-length: 24}]
      """
    let conversion = try Self.convert(text).get()
    try conversion.refuse(for: Version(0, 13, 9))
    try conversion.refuse(for: nil)
    let error = #expect(throws: UserMessage.self) {
      try conversion.refuse(for: Version(0, 14, 8))
    }
    #expect(error?.reason?.contains("local preferences") == true)
  }

  @Test func twoConfigurationsAtOnceAreRefused() {
    let one = "{configInline: {address-pools: []}}"
    guard case .failure(let error) = Self.convert("a: \(one)\nb: \(one)\n") else {
      Issue.record("it was converted")
      return
    }
    #expect(error.what.contains("2 times configInline"))
  }

  @Test func whatWasLeftOutIsToldAlsoWhereItFails() {
    let text = "address-pools:\n- name: default\n  protocol: layer2\n  cidr: [203.0.113.0/28]\n"
    guard case .failure(let error) = Self.convert(text) else {
      Issue.record("it was converted")
      return
    }
    #expect(error.what == "Pool \"default\" has no addresses.")
    #expect(error.reason?.contains("the key \"cidr\" is not known and is left out") == true)
  }

  /// The first is MetalLB's own example of 0.12.
  @Test(arguments: [
    ("aggregation-length: 32, localpref: 100", "aggregation-length: 24", true),
    ("localpref: 100", "localpref: 200", true), ("localpref: 100", "localpref: 100", false),
    (
      "aggregation-length: 32, localpref: 100",
      "aggregation-length: 24, aggregation-length-v6: 64, localpref: 50", false
    ),
  ])
  func preferencesThatMetalLBWouldRefuseAreToldBefore(one: String, other: String, isTold: Bool)
    throws
  {
    let text =
      "peers: [{my-asn: 64500, peer-asn: 64500, peer-address: 192.0.2.1}]\naddress-pools:\n"
      + "- {name: default, protocol: bgp, addresses: [198.51.100.0/24], "
      + "bgp-advertisements: [{\(one)}, {\(other)}]}\n"
    let warnings = try Self.convert(text).get().warnings
    #expect(warnings.contains { $0.contains("local preferences") } == isTold, "\(warnings)")
  }

  // MARK: Helpers

  static func convert(_ input: String) -> Result<LegacyConversion, UserMessage> {
    convert(Data(input.utf8))
  }

  static func convert(_ input: Data) -> Result<LegacyConversion, UserMessage> {
    do throws(UserMessage) { return .success(try LegacyConversion(input)) } catch {
      return .failure(error)
    }
  }

  /// Kind, name and spec of each document, read by the YAML reader and not by what wrote them.
  static func lines(of text: String) throws -> [String] {
    try YAMLDocument.read(text).compactMap { document -> String? in
      guard case .mapping = document else { return nil }
      let name = Self.line(document["metadata"]?["name"], isQuoted: false)
      return Self.line(document["kind"], isQuoted: false) + " \(name) "
        + Self.line(document["spec"])
    }
  }

  private static func line(_ value: YAMLValue?, isQuoted: Bool = true) -> String {
    switch value {
    case .none, .null: return "null"
    case .bool(let flag): return "\(flag)"
    case .int(let number): return "\(number)"
    case .double(let number): return "\(number)"
    case .string(let text):
      let looksOtherwise = Double(text) != nil || ["true", "false", "null", ""].contains(text)
      return isQuoted && looksOtherwise ? "\"\(text)\"" : text
    case .sequence(let items): return "[" + items.map { line($0) }.joined(separator: ", ") + "]"
    case .mapping(let pairs):
      return "{" + pairs.map { "\($0.key): \(line($0.value))" }.joined(separator: ", ") + "}"
    }
  }
}

/// Hostile and broken input: nothing crashes, nothing takes long.
@Suite(.inTurn)
struct LegacyBoundsTests {
  @Test(.seeded) func mutatedInputsCrashNothing() {
    var random = MutationSource(stream: 1)
    let samples = LegacySample.all.map { Array($0.input.utf8) }
    for _ in 0..<Self.mutations {
      var bytes = samples[random.below(samples.count)]
      for _ in 0...random.below(4) { random.mutate(&bytes, with: samples) }
      guard case .success(let conversion) = LegacyConversionTests.convert(Data(bytes)) else {
        continue
      }
      // What is written can be read back.
      let text = conversion.text.reveal()
      #expect(throws: Never.self, "\(text)") { try LegacyConversionTests.lines(of: text) }
    }
  }

  private static let mutations = Amount(300, large: 100_000).count

  /// Each is made when it is its turn: some are large.
  /// Each is made when it is its turn: some are large.
  private static let bombs: KeyValuePairs<String, @Sendable () -> String> = [
    "laughs in values": { laughs(last: "peers: *k") },
    "laughs in a key": { laughs(last: "? *k\n: 1") },
    "laughs in a plain key": { laughs(last: "*k : 1") },
    "laughs in a key in braces": { laughs(last: "x: {? *k : 1}") },
    "laughs in a list as key": { laughs(last: "[*k, *k]: 1") },
    "laughs in a mapping as key": { laughs(last: "{x: *k}: 1") },
    "laughs through merges": { laughs(last: "peers: [{<<: [{a: *k}]}]") },
    "deep brackets": { "peers: " + String(repeating: "[", count: 500_000) },
    "deep braces": { String(repeating: "{a: ", count: 300_000) },
    "deep hyphens": { "peers:\n" + String(repeating: "- ", count: 500_000) },
    "deep question marks": { String(repeating: "? ", count: 500_000) },
    "many values": { "peers: [" + String(repeating: "a,", count: 1_000_000) + "]" },
    "many lines": { "peers:\n" + String(repeating: "- a\n", count: 500_000) },
    "many anchors": { (0..<60_000).map { "k\($0): &a\($0) 1\n" }.joined() },
    "a long word": { "peers: " + String(repeating: "a", count: 2_000_000) },
    "a long word in quotes": { "peers: \"" + String(repeating: "\\x41", count: 500_000) + "\"" },
    "50 MB where much is asked for": {
      String(repeating: "peers: []\n", count: Amount(500_000, large: 5_000_000).count)
    },
    "deep JSON": { "{\"kind\":" + String(repeating: "[", count: 2_000_000) },
    "as many pools as fit": {
      "address-pools:\n"
        + (0..<30_000).map { "- {name: p\($0), addresses: [10.\($0 / 256).\($0 % 256).0/24]}\n" }
        .joined()
    },
  ]

  /// In a process of its own, whose memory nothing else takes.
  @Test(arguments: bombs.map(\.key))
  func hugeInputsAreRefusedOrReadSoon(name: String) async throws {
    await #expect(processExitsWith: .success) { [name = name as String] in
      let bomb = try #require(LegacyBoundsTests.bombs.first { $0.key == name })
      let data = Data(bomb.value().utf8)
      let before = LegacyBoundsTests.peakMemory
      let took = processorTime { _ = LegacyConversionTests.convert(data) }
      // A debug build is about ten times slower than what is shipped.
      #expect(took < .seconds(LegacyBoundsTests.isDebug ? 10 : 1), "\(took)")
      #expect(LegacyBoundsTests.peakMemory - before < 200 << 20)
    }
  }

  /// What takes n pools takes twice as long for twice as many, and not four times.
  @Test(arguments: [LegacyBoundsTests.pools, LegacyBoundsTests.peers, LegacyBoundsTests.selectors])
  func theWorkGrowsWithTheInput(make: @Sendable (Int) -> String) throws {
    func time(_ count: Int) -> Duration {
      let input = Data(make(count).utf8)
      return (0..<2).map { _ in
        processorTime {
          guard case .success(let conversion) = LegacyConversionTests.convert(input) else {
            Issue.record("refused")
            return
          }
          _ = conversion.text.reveal()
        }
      }.min() ?? .zero
    }
    let few = time(500)
    let many = time(4_000)
    #expect(many < few * 20, "\(few) for 500, \(many) for 4,000")
  }

  @Sendable private static func pools(_ count: Int) -> String {
    "address-pools:\n"
      + (0..<count).map { "- {name: P_\($0), addresses: [10.\($0 / 256).\($0 % 256).0/24]}\n" }
      .joined()
  }

  @Sendable private static func peers(_ count: Int) -> String {
    "bfd-profiles:\n" + (0..<count).map { "- name: b\($0)\n" }.joined() + "peers:\n"
      + (0..<count).map {
        "- {my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, bfd-profile: b\($0)}\n"
      }.joined()
  }

  @Sendable private static func selectors(_ count: Int) -> String {
    "peers:\n- my-asn: 1\n  peer-asn: 2\n  peer-address: 10.0.0.1\n  node-selectors:\n"
      + (0..<count).map { "  - match-labels: {a: b\($0)}\n" }.joined()
  }

  @Test func aBombIsNamedByItsKey() throws {
    guard case .failure(let message) = LegacyConversionTests.convert(Self.laughs(last: "")) else {
      Issue.record("taken")
      return
    }
    #expect(message.reason?.contains("up to line 6, key \"f\"") == true, "\(message.text)")
  }

  @Test func marksOfDirectionAreEscaped() throws {
    let input =
      "address-pools: [{name: default, addresses: [10.0.0.0/28]}]\nbgp-communities: "
      + "{\"a\u{202E}b\": \"1:2\"}"
    let text = try LegacyConversionTests.convert(input).get().text.reveal()
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    #expect(try LegacyConversionTests.lines(of: text).contains { $0.contains("a\u{202E}b") })
  }

  private static func laughs(last: String) -> String {
    var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    var previous: Character = "a"
    for letter in "bcdefghijk" {
      let list = Array(repeating: "*\(previous)", count: 9).joined(separator: ",")
      text += "\(letter): &\(letter) [\(list)]\n"
      previous = letter
    }
    return text + last
  }

  private static var isDebug: Bool {
    var isDebug = false
    assert(
      {
        isDebug = true
        return true
      }())
    return isDebug
  }

  /// Highest resident size of this process so far, in bytes.
  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }
}

/// What may stand in a broken text, and how it gets there.
private struct MutationSource {
  private var random: SeededRandom
  private static let words = [
    "&a ", "*a", "<<: ", "- ", "? ", ": ", "{", "}", "[", "]", "|\n", ">\n", "'", "\"", "#",
    "!!int ",
    "\n", "\n  ", "0", "-1", "99999999999999999999", "1e400", "0x", "~", "\u{85}", "\u{2028}", "\0",
    "peers:", "address-pools:", "name: ", "addresses:", "10.0.0.0/8", "::/0", "9h", "---\n", "\t",
  ].map { Array($0.utf8) }

  init(stream: UInt64) { random = SeededRandom(stream: stream) }

  mutating func below(_ limit: Int) -> Int { random.below(limit) }

  mutating func mutate(_ bytes: inout [UInt8], with samples: [[UInt8]]) {
    let place = below(bytes.count + 1)
    switch below(6) {
    case 0: bytes.insert(contentsOf: Self.words[below(Self.words.count)], at: place)
    case 1: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + below(12)))
    case 3:
      let end = min(bytes.count, place + below(40))
      bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
    case 4:
      let other = samples[below(samples.count)]
      let start = below(other.count + 1)
      bytes.insert(contentsOf: other[start..<min(other.count, start + below(60))], at: place)
    default: bytes = Array(bytes[..<place])
    }
  }
}
