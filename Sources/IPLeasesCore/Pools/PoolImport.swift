import Addresses
import Basics
import Cluster

/// A pool as a file gives it. What the file does not say is nil.
package struct ImportedPool: Hashable, Sendable {
  package var name: String
  package var entries: [PoolEntry]
  package var autoAssign: Bool?
  package var avoidBuggyIPs: Bool?
  /// Of an object of MetalLB; nil also where the object names none.
  package var namespace: String?
  /// For whom its `serviceAllocation` keeps it.
  package var allocation: IPAddressPool.ServiceAllocation?
  /// An object of MetalLB that kubectl would apply.
  package var isObject = false

  package init(
    name: String = ConsoleSettings.poolName, entries: [PoolEntry], autoAssign: Bool? = nil,
    avoidBuggyIPs: Bool? = nil
  ) {
    self.name = name
    self.entries = entries
    self.autoAssign = autoAssign
    self.avoidBuggyIPs = avoidBuggyIPs
  }
}

/// All a file of pools holds.
package struct PoolFileContents: Hashable, Sendable {
  /// An L2Advertisement or BGPAdvertisement.
  struct Advertisement: Hashable, Sendable {
    var kind: String
    var name: String
    /// nil: every pool, or those of a selector.
    var pools: [String]?
    var aggregationLength: Int?
    var aggregationLengthV6: Int?
    var localPreference: Int?
  }

  package var pools: [ImportedPool] = []
  var advertisements: [Advertisement] = []
  /// Objects nothing is taken from, as in "Service web".
  var left: [String] = []
}

/// Reads pools from text: one range a line, CSV, JSON, manifests of MetalLB, the ConfigMap of
/// MetalLB 0.12 or its bare text, and Kubespray variables or inventories, old and new. The form is
/// found by looking; ranges are not judged here.
package enum PoolImport {
  /// Every pool in the text, in its order.
  ///
  /// - Throws: where the text is none of these, or has no pool; `name` is what the text is called.
  package static func pools(in text: String, name: String) throws(UserMessage) -> [ImportedPool] {
    try contents(in: text, name: name).pools
  }

  /// The same, with what else the text holds.
  package static func contents(
    in text: String, name: String
  ) throws(UserMessage) -> PoolFileContents {
    let text = text.withoutByteOrderMark
    var contents = PoolFileContents()
    let rows = text.split(whereSeparator: \.isNewline).map(Self.withoutComment)
      .filter { !$0.isEmpty }
    if rows.contains(where: looksLikeYAML) {
      for document in try documents(in: text, name: name) {
        PoolDocuments.add(document, to: &contents)
      }
    } else if let first = rows.first, PoolTable.isHead(first) {
      contents.pools = PoolTable.pools(in: rows.map(String.init))
    } else if !rows.isEmpty {
      contents.pools = [ImportedPool(entries: rows.map { PoolEntry(String($0)) })]
    }
    if contents.pools.isEmpty {
      let left = contents.left.prefix(5).joined(separator: ", ")
      throw UserMessage(
        "\(SafeText.line(name, limit: 200)) holds no pool.",
        reason: left.isEmpty ? nil : "there is \(left)",
        advice: "Give one range a line, CSV, JSON, MetalLB's YAML, its 0.12 ConfigMap or Kubespray "
          + "variables.")
    }
    return contents
  }

  /// The one pool meant: the one of that name, or the only one.
  package static func pool(
    in text: String, name: String, called wanted: String = ConsoleSettings.poolName
  ) throws(UserMessage) -> ImportedPool {
    try contents(in: text, name: name).pool(called: wanted, name: name)
  }
}

extension PoolFileContents {
  /// The one pool meant: the one of that name, or the only one.
  package func pool(
    called wanted: String, name: String
  ) throws(UserMessage) -> ImportedPool {
    if let pool = pools.first(where: { $0.name == wanted }) { return pool }
    guard pools.count == 1, let pool = pools.first else {
      let names = pools.prefix(10).map { SafeText.line($0.name, limit: 80) }
      throw UserMessage(
        "\(SafeText.line(name, limit: 200)) holds several pools, none of them called "
          + "\(SafeText.line(wanted, limit: 80)): \(names.joined(separator: ", ")).",
        advice: "Leave only the one that is meant in the file.")
    }
    return pool
  }
}

extension PoolImport {
  private static func withoutComment(_ line: Substring) -> Substring {
    AddressRange.trimmed(line.prefix { $0 != "#" })
  }

  private static func looksLikeYAML(_ line: Substring) -> Bool {
    if line.hasPrefix("---") || line.hasPrefix("- ") || line.hasPrefix("{")
      || line.hasPrefix("[")
    {
      return true
    }
    guard let colon = line.firstIndex(of: ":") else { return false }
    let after = line[line.index(after: colon)...]
    guard after.isEmpty || after.first == " " else { return false }
    return line[..<colon].unicodeScalars.contains { !$0.properties.isHexDigit }
  }

  private static func documents(in text: String, name: String) throws(UserMessage) -> [YAMLValue] {
    do throws(YAMLDocument.ReadFailure) {
      return try YAMLDocument.read(text)
    } catch {
      let line = error.line > 0 ? "line \(error.line): " : ""
      throw UserMessage(
        "\(SafeText.line(name, limit: 200)) cannot be read.", reason: "\(line)\(error.problem)",
        advice: "JSON and YAML must be whole; a list of ranges has one range a line.")
    }
  }
}

extension String {
  /// Editors of Windows put the mark in front of a file.
  package var withoutByteOrderMark: String {
    unicodeScalars.first == "\u{FEFF}" ? String(unicodeScalars.dropFirst()) : self
  }
}
