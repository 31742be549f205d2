import Basics
import Execution

extension FactName {
  /// kubectl's and the API server's version.
  package static let versions = FactName("versions")
}

extension ClusterSnapshot {
  package var versions: Fact<KubernetesVersions> {
    get { self[.versions] }
    set { self[.versions] = newValue }
  }
}

extension FactDefinition {
  static let versions = FactDefinition.asked(.versions, cost: 6, calm: .seconds(600)) { snapshot in
    .json(
      .tool(Kubectl(snapshot.connection).version()), as: VersionAnswer.self, to: .versions
    ) { answer in
      KubernetesVersions(
        client: answer.clientVersion.gitVersion,
        server: answer.serverVersion.flatMap { Version($0.gitVersion) })
    }
  }
}

private struct VersionAnswer: Decodable {
  struct Build: Decodable { var gitVersion: String }
  var clientVersion: Build
  var serverVersion: Build?
}

package struct KubernetesVersions: Equatable, Sendable {
  package var client: String
  package var server: Version?

  package init(client: String, server: Version?) {
    self.client = client
    self.server = server
  }
}
