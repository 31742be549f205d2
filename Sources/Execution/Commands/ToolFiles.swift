import Basics
import Foundation

/// What two reads of the tools only copy out of a file of their own: the kubeconfig's cluster and
/// helm's repositories. Starting a tool for them costs more than reading the file.
///
/// Wherever anything is out of the ordinary the answer is nil, and the tool is asked.
package struct ToolFiles: Sendable {
  var environment: [String: String] = [:]

  private static let largest = 1 << 20

  package struct Cluster: Hashable, Sendable {
    package var context: String
    package var server: String
  }

  package struct Repository: Hashable, Sendable {
    package var name: String
    package var url: String
  }

  /// The kubeconfig's current cluster, or that of the connection's context.
  package func cluster(_ connection: Connection) -> Cluster? {
    // A tool that was named in place of the usual one may keep its files elsewhere.
    guard value("KUBECTL") == nil else { return nil }
    let home = value("HOME").map { "\($0)/.kube/config" }
    // Several files, joined by colons, are merged by rules of their own.
    guard let path = connection.kubeconfig ?? value("KUBECONFIG") ?? home, !path.contains(":"),
      let root = read(path),
      let context = connection.context ?? root["current-context"]?.string
    else { return nil }
    let found = root["contexts"]?.items?.first { $0["name"]?.string == context }?["context"]
    guard let cluster = found?["cluster"]?.string,
      let server = root["clusters"]?.items?.first(where: { $0["name"]?.string == cluster })?[
        "cluster"]?["server"]?.string
    else { return nil }
    return Cluster(context: context, server: server)
  }

  /// Helm's repositories; nil also where there is none.
  package func repositories() -> [Repository]? {
    guard value("HELM") == nil else { return nil }
    let folder =
      value("HELM_CONFIG_HOME") ?? value("XDG_CONFIG_HOME").map { "\($0)/helm" }
      ?? value("HOME").map { "\($0)/.config/helm" }
    let path = value("HELM_REPOSITORY_CONFIG") ?? folder.map { "\($0)/repositories.yaml" }
    guard let path, let items = read(path)?["repositories"]?.items, !items.isEmpty else {
      return nil
    }
    var rows: [Repository] = []
    for item in items {
      guard let name = item["name"]?.string, let url = item["url"]?.string else { return nil }
      rows.append(Repository(name: name, url: url))
    }
    return rows
  }

  // MARK: Helpers

  private func value(_ name: String) -> String? {
    let found = environment[name] ?? ProcessInfo.processInfo.environment[name]
    return found?.isEmpty == true ? nil : found
  }

  private func read(_ path: String) -> YAMLNode? {
    guard let file = try? OpenFile(path, .readOnly, .nonBlocking),
      let bytes = try? file.read(at: 0, count: Self.largest), bytes.count < Self.largest,
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return try? YAMLText(parsing: text, name: path).root
  }
}
