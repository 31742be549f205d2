import Foundation

/// Which cluster this is, for the journal, the lock and the saved ways back.
package struct ClusterIdentity: Hashable, Sendable {
  package var context: String
  /// The API server's address; "" where it is not known.
  package var server: String

  package init(context: String, server: String) {
    self.context = context
    self.server = server
  }

  /// What tells this cluster from others of the same context name.
  package var key: String { server.isEmpty ? context : "\(context) \(server)" }

  /// Reads the kubeconfig by kubectl; asks no cluster.
  package static func read(_ executor: any CommandExecutor, _ settings: ConsoleSettings) async
    -> ClusterIdentity
  {
    if let scenario = settings.rehearsal {
      return ClusterIdentity(context: "rehearsal-\(scenario)", server: "")
    }
    let named = settings.connection.context ?? ""
    guard let result = try? await executor.run(Kubectl(settings.connection).configuration()),
      result.exit.isSuccess,
      let view = try? JSONDecoder().decode(View.self, from: result.standardOutput)
    else { return ClusterIdentity(context: named, server: "") }
    return ClusterIdentity(
      context: SafeText.line(view.currentContext ?? named, limit: 100),
      server: view.clusters?.first?.cluster.server ?? "")
  }

  private struct View: Decodable {
    struct Named: Decodable { var cluster: Cluster }
    struct Cluster: Decodable { var server: String? }
    var clusters: [Named]?
    var currentContext: String?

    enum CodingKeys: String, CodingKey {
      case clusters
      case currentContext = "current-context"
    }
  }
}
