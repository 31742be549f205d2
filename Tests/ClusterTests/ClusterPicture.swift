import Cluster
import Foundation
import IPLeasesCore
import Testing

/// The objects and releases of a cluster as far as people make them: no status, no times, nothing
/// the cluster fills in by itself. Two equal pictures are the same cluster to its admin.
struct ClusterPicture: Hashable, CustomStringConvertible {
  /// `Kind namespace/name` to sorted JSON.
  var objects: [String: String]

  /// - Parameter site: its cluster is read by kubectl and helm, not by the program.
  static func take(of site: ClusterSite) async throws -> ClusterPicture {
    var objects: [String: String] = [:]
    let namespaces = ["metallb-system", "akash-services", "kube-system", "default", "lease"]
    var lists = [
      try await site.read(.kubectl, "get", "namespaces,services", "--all-namespaces", "-o", "json")
    ]
    for namespace in namespaces {
      lists.append(
        try await site.read(
          .kubectl, "-n", namespace, "get", "deployments,daemonsets,statefulsets,configmaps", "-o",
          "json"))
    }
    let pools = try await site.read(
      .kubectl, "-n", "metallb-system", "get",
      "ipaddresspools.metallb.io,l2advertisements.metallb.io", "-o", "json")
    // Without MetalLB there is no such kind.
    if pools.exit.isSuccess { lists.append(pools) }
    for list in lists {
      try #require(list.exit.isSuccess, "\(list.errorText)")
      let json = try JSONSerialization.jsonObject(with: list.standardOutput) as? [String: Any]
      for case let object as [String: Any] in json?["items"] as? [Any] ?? [] {
        let (name, text) = try Self.line(of: object)
        objects[name] = text
      }
    }
    for (name, text) in try await releases(of: site) { objects[name] = text }
    return ClusterPicture(objects: objects)
  }

  /// What is in one of two pictures only, or differs; for the comment of an expectation.
  func difference(to other: ClusterPicture) -> [String] {
    Set(objects.keys).union(other.objects.keys).sorted().compactMap { name in
      let (mine, theirs) = (objects[name], other.objects[name])
      return mine == theirs ? nil : "\(name)\n- \(mine ?? "none")\n+ \(theirs ?? "none")"
    }
  }

  var description: String { objects.keys.sorted().joined(separator: "\n") }

  // MARK: Helpers

  private static func releases(of site: ClusterSite) async throws -> [(String, String)] {
    let list = try await site.read(
      .helm, "list", "--all-namespaces", "--deployed", "--failed", "--pending", "--uninstalling",
      "--max", "0", "-o", "json")
    let releases = try JSONDecoder().decode([Release].self, from: list.standardOutput)
    var lines: [(String, String)] = []
    for release in releases {
      let values = try await site.read(
        .helm, "get", "values", release.name, "-o", "yaml", "-n", release.namespace)
      lines.append(
        (
          "Release \(release.namespace)/\(release.name)",
          "\(release.chart) \(release.status)\n\(values.outputText)"
        ))
    }
    return lines
  }

  private static func line(of object: [String: Any]) throws -> (name: String, text: String) {
    let metadata = object["metadata"] as? [String: Any] ?? [:]
    let name =
      "\(object["kind"] ?? "") \(metadata["namespace"] ?? "")/\(metadata["name"] ?? "")"
    var kept: [String: Any] = [:]
    if let labels = metadata["labels"] as? [String: Any], !labels.isEmpty {
      kept["labels"] = labels
    }
    for key in ["spec", "data"] {
      if let part = object[key] { kept[key] = withoutVolatile(part) }
    }
    let data = try JSONSerialization.data(
      withJSONObject: kept, options: [.sortedKeys, .withoutEscapingSlashes])
    return (name, String(decoding: data, as: UTF8.self))
  }

  /// What the cluster chooses, and the mark `rollout restart` leaves.
  private static let volatile: Set<String> = [
    "clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort",
    "kubectl.kubernetes.io/restartedAt", "creationTimestamp",
  ]

  private static func withoutVolatile(_ json: Any) -> Any {
    if let list = json as? [Any] { return list.map(withoutVolatile) }
    guard let object = json as? [String: Any] else { return json }
    var kept: [String: Any] = [:]
    for (key, value) in object where !volatile.contains(key) {
      let rest = withoutVolatile(value)
      // An empty map of annotations is as good as none.
      if key == "annotations", (rest as? [String: Any])?.isEmpty == true { continue }
      kept[key] = rest
    }
    return kept
  }
}
