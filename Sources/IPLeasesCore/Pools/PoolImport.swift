import Addresses
import Basics
import Cluster

/// A pool as a file gives it. What the file does not say is nil.
package struct ImportedPool: Hashable, Sendable {
  package var name: String
  package var entries: [PoolEntry]
  package var autoAssign: Bool?
  package var avoidBuggyIPs: Bool?

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

/// Reads pools from text: one range a line, CSV, JSON, manifests of MetalLB, the ConfigMap of
/// MetalLB 0.12 or its bare text, and Kubespray variables or inventories, old and new. The form is
/// found by looking; ranges are not judged here.
package enum PoolImport {
  /// Every pool in the text, in its order.
  ///
  /// - Throws: where the text is none of these, or has no pool; `name` is what the text is called.
  package static func pools(in text: String, name: String) throws(UserMessage) -> [ImportedPool] {
    let pools: [ImportedPool]
    let rows = text.split(whereSeparator: \.isNewline).map(Self.withoutComment)
      .filter { !$0.isEmpty }
    if rows.contains(where: looksLikeYAML) {
      pools = try documents(in: text, name: name).flatMap { PoolDocuments.pools(in: $0) }
    } else if let first = rows.first, PoolTable.isHead(first) {
      pools = PoolTable.pools(in: rows.map(String.init))
    } else {
      pools = rows.isEmpty ? [] : [ImportedPool(entries: rows.map { PoolEntry(String($0)) })]
    }
    if pools.isEmpty {
      throw UserMessage(
        "\(SafeText.line(name, limit: 200)) holds no pool.",
        advice: "Give one range a line, CSV, JSON, MetalLB's YAML, its 0.12 ConfigMap or Kubespray "
          + "variables.")
    }
    return pools
  }

  /// The one pool meant: the one of that name, or the only one.
  package static func pool(
    in text: String, name: String, called wanted: String = ConsoleSettings.poolName
  ) throws(UserMessage) -> ImportedPool {
    let pools = try pools(in: text, name: name)
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
