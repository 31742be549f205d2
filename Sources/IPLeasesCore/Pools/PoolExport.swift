import Addresses
import Foundation

/// A pool as text for other tools. `PoolImport` reads each of them back to the same pool.
package enum PoolExport {
  package enum Format: String, Hashable, Sendable, CaseIterable {
    /// Two documents: IPAddressPool and L2Advertisement.
    case yaml
    /// Variables of Kubespray v2.22 and later.
    case kubespray
    /// Variables of Kubespray up to v2.21.
    case kubesprayOld = "kubespray-old"
    case csv
    case json
  }

  /// - Parameters:
  ///   - advertisement: the name of the L2Advertisement that announces the pool.
  ///   - inUse: addresses of it that Services hold; nil where that is not known.
  package static func text(
    _ pool: PoolShape, advertisement: String, format: Format, inUse: String? = nil,
    problems: [PoolProblem] = []
  ) -> String {
    switch format {
    case .yaml: manifests(pool, advertisement)
    case .kubespray: variables(pool)
    case .kubesprayOld: oldVariables(pool)
    case .csv: PoolTable.text(pool)
    case .json: json(pool, inUse, problems)
    }
  }

  private static func manifests(_ pool: PoolShape, _ advertisement: String) -> String {
    let manifest = PoolManifest(
      name: pool.name, addresses: pool.entries.texts, advertisement: advertisement)
    return manifest.pool
      + "  autoAssign: \(pool.autoAssign)\n  avoidBuggyIPs: \(pool.avoidBuggyIPs)\n---\n"
      + manifest.l2Advertisement
  }

  private static func variables(_ pool: PoolShape) -> String {
    let name = PoolManifest.quoted(pool.name)
    return """
      metallb_enabled: true
      metallb_config:
        address_pools:
          \(name):
            ip_range:
      \(list(pool.entries.texts, indent: 8))\
            auto_assign: \(pool.autoAssign)
            avoid_buggy_ips: \(pool.avoidBuggyIPs)
        layer2:
          - \(name)

      """
  }

  private static func oldVariables(_ pool: PoolShape) -> String {
    """
    metallb_enabled: true
    metallb_protocol: "layer2"
    metallb_pool_name: \(PoolManifest.quoted(pool.name))
    metallb_auto_assign: \(pool.autoAssign)
    metallb_avoid_buggy_ips: \(pool.avoidBuggyIPs)
    metallb_ip_range:
    \(list(pool.entries.texts, indent: 2))
    """
  }

  private static func list(_ entries: [String], indent: Int) -> String {
    let blanks = String(repeating: " ", count: indent)
    return entries.map { "\(blanks)- \(PoolManifest.quoted($0))\n" }.joined()
  }

  private static func json(
    _ pool: PoolShape, _ inUse: String?, _ problems: [PoolProblem]
  ) -> String {
    struct Document: Encodable {
      struct Pool: Encodable {
        var name: String
        var addresses: [String]
        var size: String
        var autoAssign: Bool
        var avoidBuggyIPs: Bool
        var problems: [Problem]
        var inUse: Known
      }
      struct Problem: Encodable {
        var severity: PoolProblem.Severity
        var entry: Known
        var message: String
        var fix: Known
      }
      let schema = "ip-leases/pools/v1"
      var pools: [Pool]
    }
    let document = Document(pools: [
      Document.Pool(
        name: pool.name, addresses: pool.entries.texts, size: pool.size.text,
        autoAssign: pool.autoAssign, avoidBuggyIPs: pool.avoidBuggyIPs,
        problems: problems.map {
          Document.Problem(
            severity: $0.severity, entry: Known(text: $0.entry), message: $0.message,
            fix: Known(text: $0.fix?.text()))
        }, inUse: Known(text: inUse))
    ])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n" } catch {
      preconditionFailure("text and flags can always be written as JSON: \(error)")
    }
  }
}

/// Always there, null where it is not known.
private struct Known: Encodable {
  var text: String?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
