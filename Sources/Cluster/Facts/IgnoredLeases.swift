import Basics
import Foundation

extension FactName {
  /// What the IP operator could not do for leases, by its `/ignored-leases`.
  package static let ignoredLeases = FactName("ignoredLeases")
}

extension ClusterSnapshot {
  package var ignoredLeases: Fact<[IgnoredLease]> {
    get { self[.ignoredLeases] }
    set { self[.ignoredLeases] = newValue }
  }
}

extension FactDefinition {
  static let ignoredLeases: FactDefinition = {
    var definition = asked(
      .ignoredLeases, near: [.operatorUsage], calm: .seconds(120),
      [Question(after: [.operatorUsage, .akash]) { snapshot, _ in read(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// A locked operator answers nothing.
  private static func read(_ snapshot: ClusterSnapshot) -> [Read] {
    guard case .totals? = snapshot.operatorUsage.value, let found = snapshot.ipOperator else {
      return []
    }
    let path = ClusterRead.proxyPath(
      found.generation.usageService, ConsoleSettings.akashNamespace, "ignored-leases")
    return [
      .json(
        .endpoint(path, purpose: "ask the IP operator which leases it gave up"),
        as: [String: IgnoredAnswer].self, to: .ignoredLeases
      ) { answers in
        answers.map { name, answer in
          IgnoredLease(
            name: name, failures: answer.failures ?? 0, error: answer.error ?? "",
            sharingKeys: answer.hostnames ?? [])
        }.sorted { $0.name < $1.name }
      }
    ]
  }
}

private struct IgnoredAnswer: Decodable {
  var hostnames: [String]?
  var error: String?
  var failures: Int?

  enum CodingKeys: String, CodingKey {
    case hostnames
    case error = "last-error"
    case failures = "failure-count"
  }
}

/// A lease whose events the operator failed to apply (provider: operator/common/ignore_list.go).
package struct IgnoredLease: Hashable, Sendable {
  /// owner/dseq/gseq/oseq/provider.
  package var name: String
  package var failures: Int
  package var error: String
  package var sharingKeys: [String]

  package init(name: String, failures: Int, error: String, sharingKeys: [String] = []) {
    self.name = name
    self.failures = failures
    self.error = error
    self.sharingKeys = sharingKeys
  }

  /// owner/dseq.
  package var lease: String { name.split(separator: "/").prefix(2).joined(separator: "/") }
}
