import Addresses
import Basics
import Cluster
import Foundation

/// The configuration of MetalLB 0.12 made into MetalLB's objects: the same as MetalLB's own converter
/// makes of it, with a warning for each thing that converter does not mention.
package struct LegacyConversion: Hashable, Sendable {
  private(set) var config: LegacyConfig
  private(set) var objects: [MigratedObject]
  package let namespace: String
  /// Names places of the input, never passwords.
  package private(set) var warnings: [String]
  /// The name before, of a pool that was given another name than its own.
  private(set) var renamedPool: String?
  /// Of the warnings, what that other name has settled.
  private(set) var settledWarnings: Set<String> = []

  /// More bytes than this are refused; no more need be read.
  package static let mostBytes = LegacyInput.mostBytes
  private static let mostWarnings = 100

  /// - Throws: what is wrong with the input. Never quotes a password.
  package init(_ input: Data) throws(UserMessage) {
    var reader = LegacyReader()
    do throws(UserMessage) { try self.init(input, &reader) } catch {
      throw error.adding(reader.warnings)
    }
  }

  private init(_ input: Data, _ reader: inout LegacyReader) throws(UserMessage) {
    let read = try LegacyInput(input, &reader)
    let original = try LegacyConfig(read.config, &reader)
    config = try original.repairingNames(&reader)
    objects = try config.objects(namespace: read.namespace)
    try config.checkRules(original: original)
    guard !objects.isEmpty else {
      throw UserMessage(
        "The configuration says nothing that could be converted.",
        reason: "there is no peer, pool, community or BFD profile in it",
        advice: "If MetalLB is to have no pool, delete the ConfigMap.")
    }
    namespace = read.namespace
    warnings = reader.warnings + config.remarks(namespace: read.namespace)
    if warnings.count > Self.mostWarnings {
      let more = warnings.count - Self.mostWarnings
      warnings = warnings.prefix(Self.mostWarnings) + ["\(more) more of the kind"]
    }
  }

  /// The same with one pool under another name, in what announces it too.
  func renamingPool(_ old: String, to new: String) throws(UserMessage) -> LegacyConversion {
    var conversion = self
    for index in config.pools.indices where config.pools[index].name == old {
      conversion.config.pools[index].name = new
    }
    conversion.renamedPool = old
    if new == ConsoleSettings.poolName { conversion.settledWarnings = [LegacyConfig.noCountedPool] }
    conversion.objects = try conversion.config.objects(namespace: namespace)
    return conversion
  }

  /// What this MetalLB would refuse only after the first object is made.
  func refuse(for metallb: Version?) throws(UserMessage) {
    guard let metallb, metallb >= Version(0, 13, 10),
      let reason = config.pools.lazy.compactMap(\.unequalPreference).first
    else { return }
    throw UserMessage(
      "MetalLB \(metallb) would not take the converted configuration.", reason: reason,
      advice: "Correct the ConfigMap first.")
  }

  /// BGP passwords, for hiding them wherever a tool repeats them.
  var secrets: [String] { config.peers.map { $0.password.reveal() }.filter { !$0.isEmpty } }

  /// The objects with their passwords hidden: what may be shown.
  func shown() throws(UserMessage) -> [MigratedObject] {
    var config = config
    for index in config.peers.indices where !config.peers[index].password.reveal().isEmpty {
      config.peers[index].password = SecretText(Redaction.mark)
    }
    return try config.objects(namespace: namespace)
  }

  /// "1 pool, 2 peers".
  var summary: String {
    let parts = [
      (config.pools.count, "pool"), (config.peers.count, "BGP peer"),
      (config.bfdProfiles.count, "BFD profile"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    return parts.isEmpty ? "communities only" : parts.joined(separator: ", ")
  }

  /// What `ip-leases migrate` writes. BGP passwords stand in it.
  package var text: SecretText {
    SecretText(
      "# Made by ip-leases from the configuration of MetalLB 0.12.\n"
        + ResourceWriter.text(objects, hasEmptyFields: true))
  }
}

extension UserMessage {
  /// What was met before it failed may be why: a key that was left out held the addresses.
  fileprivate func adding(_ warnings: [String]) -> UserMessage {
    guard !warnings.isEmpty else { return self }
    var whole = self
    let told = warnings.prefix(5) + (warnings.count > 5 ? ["\(warnings.count - 5) more"] : [])
    whole.reason = ([reason].compactMap(\.self) + told).joined(separator: "; ")
    return whole
  }
}

extension LegacyConfig {
  fileprivate static let noCountedPool =
    "no pool is called \"default\", the only one whose addresses Akash's IP operator counts"

  /// What MetalLB's converter passes over in silence and the admin should know.
  fileprivate func remarks(namespace: String) -> [String] {
    var remarks = pools.flatMap(\.remarks) + pools.compactMap(\.unequalPreference)
    for (index, peer) in peers.enumerated() { remarks += peer.remarks("peer \(index + 1)") }
    if !pools.isEmpty, !pools.contains(where: { $0.name == ConsoleSettings.poolName }) {
      remarks.append(Self.noCountedPool)
    }
    if namespace != ConsoleSettings.metallbNamespace {
      remarks.append(
        "the objects go into the namespace \(LegacyReader.quoted(namespace)), as the ConfigMap did; "
          + "Akash's IP operator looks for MetalLB in \(ConsoleSettings.metallbNamespace)")
    }
    return remarks
  }
}

extension LegacyConfig.Pool {
  /// Since 0.13.10 MetalLB refuses the second of two advertisements of a pool whose preferences differ,
  /// unless both lengths differ too, which the try on the server cannot see: the first one is not there
  /// yet then (MetalLB: internal/config/config.go@v0.14.8, validateBGPAdvPerPool).
  fileprivate var unequalPreference: String? {
    for (index, one) in advertisements.enumerated() {
      for other in advertisements[(index + 1)...]
      where one.localPreference != other.localPreference
        && ((one.aggregationLength ?? 32) == (other.aggregationLength ?? 32)
          || (one.aggregationLengthV6 ?? 128) == (other.aggregationLengthV6 ?? 128))
      {
        return "pool \(LegacyReader.quoted(name)): its BGP advertisements have different local "
          + "preferences, which MetalLB refuses since 0.13.10 unless their aggregation lengths for "
          + "IPv4 and IPv6 differ both: give them aggregation-length-v6 as well, or one preference"
      }
    }
    return nil
  }

  fileprivate var remarks: [String] {
    let place = "pool \(LegacyReader.quoted(name))"
    var remarks: [String] = []
    switch self.protocol {
    case "bgp": break
    case "layer2":
      if !advertisements.isEmpty {
        remarks.append("\(place) is for layer2 and has BGP advertisements; it gets both")
      }
    default:
      let outcome =
        advertisements.isEmpty
        ? "it gets no advertisement, so nobody announces its addresses"
        : "it gets its BGP advertisements only"
      remarks.append(
        "\(place): the protocol \(LegacyReader.quoted(self.protocol)) is neither layer2 nor bgp; "
          + outcome)
    }
    if name == ConsoleSettings.poolName, autoAssign == false {
      remarks.append("\(place) does not hand out addresses by itself, which Akash needs")
    }
    for entry in addresses {
      if let range = entry.range {
        if range.hasHostBits {
          remarks.append(
            "\(place): \(LegacyReader.quoted(entry.text)) counts as the whole block "
              + "\(range.interval.entry)")
        }
      } else {
        remarks.append(
          "\(place): \(LegacyReader.quoted(entry.text)) goes from IPv4 to IPv6, which MetalLB takes and "
            + "finds no address in")
      }
    }
    for advertisement in advertisements
    where advertisement.aggregationLength.map({ $0 < 1 }) == true {
      remarks.append(
        "\(place): the API server will refuse an aggregation-length below 1, which MetalLB's "
          + "converter lets pass")
    }
    return remarks
  }
}

extension LegacyConfig.Peer {
  /// The highest port the CRD takes (MetalLB: api/v1beta2/bgppeer_types.go@v0.14.8).
  private static let highestPort = 16_384

  fileprivate func remarks(_ place: String) -> [String] {
    var remarks: [String] = []
    if port > Self.highestPort {
      remarks.append(
        "\(place): the API server will refuse a peer-port over \(Self.highestPort), which MetalLB's "
          + "converter lets pass")
    }
    for (key, text) in [("hold-time", holdTime), ("keepalive-time", keepaliveTime)] {
      guard let time = GoDuration(parsing: text) else { continue }
      if time.nanoseconds % 1_000_000_000 != 0 {
        remarks.append("\(place): \(key) is cut to whole seconds")
      }
      if key == "hold-time", time.seconds == 0 {
        remarks.append("\(place): a hold-time of 0 stands for 90 s")
      }
    }
    if !password.reveal().isEmpty {
      remarks.append("\(place): its password is written in clear, as in the ConfigMap")
    }
    return remarks
  }
}
