import Basics

/// The API groups of the server and the versions of each, the preferred one first.
struct APIGroups: Decodable, Sendable {
  private struct Group: Decodable {
    struct Version: Decodable { var version: String }
    var name: String
    var versions: [Version]
    var preferredVersion: Version?
  }

  private enum CodingKeys: String, CodingKey { case groups }

  private let versions: [String: [String]]

  init(from decoder: any Decoder) throws {
    let groups = try decoder.container(keyedBy: CodingKeys.self).decode(
      [Group].self, forKey: .groups)
    versions = Dictionary(
      groups.map { group in
        // They become parts of a path.
        let first = group.preferredVersion.map { [$0.version] } ?? []
        let all = first + group.versions.map(\.version).filter { !first.contains($0) }
        return (group.name, all.filter(ClusterName.isName))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// - Returns: empty if the server has no such group.
  func versions(of group: String) -> [String] { group.isEmpty ? ["v1"] : versions[group] ?? [] }
}
