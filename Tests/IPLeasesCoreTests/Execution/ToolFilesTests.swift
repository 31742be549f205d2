import Foundation
import TestSupport
import Testing

@testable import Execution

/// What the tools only copy out of their own files, from those files.
struct ToolFilesTests {
  private let folder = TemporaryFolder()

  private static let kubeconfig = """
    apiVersion: v1
    kind: Config
    current-context: prod
    clusters:
    - {name: a, cluster: {server: "https://192.0.2.1:6443", certificate-authority-data: eA==}}
    - {name: b, cluster: {server: "https://192.0.2.2:6443"}}
    contexts:
    - {name: prod, context: {cluster: a, user: u}}
    - {name: test, context: {cluster: b, user: u}}
    users: [{name: u, user: {token: secret}}]
    """

  private func write(_ text: String, _ name: String) throws -> String {
    let path = "\(folder.path)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func cluster(_ kubeconfig: String, context: String? = nil) -> ToolFiles.Cluster? {
    ToolFiles(environment: ["KUBECONFIG": kubeconfig, "KUBECTL": ""]).cluster(
      Connection(context: context))
  }

  @Test func theClusterIsReadFromTheKubeconfig() throws {
    let path = try write(Self.kubeconfig, "config")
    #expect(
      cluster(path) == ToolFiles.Cluster(context: "prod", server: "https://192.0.2.1:6443"))
    #expect(
      cluster(path, context: "test")
        == ToolFiles.Cluster(context: "test", server: "https://192.0.2.2:6443"))
    let named = ToolFiles(environment: ["KUBECONFIG": "/none", "KUBECTL": ""])
    #expect(named.cluster(Connection(kubeconfig: path))?.context == "prod")
  }

  @Test func whatIsOutOfTheOrdinaryIsLeftToTheTool() throws {
    let path = try write(Self.kubeconfig, "config")
    #expect(cluster("\(path):\(path)") == nil)
    #expect(cluster("\(folder.path)/none") == nil)
    #expect(cluster(path, context: "none") == nil)
    #expect(cluster(try write("clusters: [", "broken")) == nil)
    let other = ToolFiles(environment: ["KUBECONFIG": path, "KUBECTL": "/bin/sh"])
    #expect(other.cluster(Connection()) == nil)
  }

  @Test func theRepositoriesAreReadFromHelmsFile() throws {
    let path = try write(
      "apiVersion: \"\"\nrepositories:\n- name: akash\n  url: https://example.org/a\n", "repos")
    func repositories(_ path: String, helm: String = "") -> [ToolFiles.Repository]? {
      ToolFiles(environment: ["HELM_REPOSITORY_CONFIG": path, "HELM": helm]).repositories()
    }
    #expect(
      repositories(path)
        == [ToolFiles.Repository(name: "akash", url: "https://example.org/a")])
    #expect(repositories("\(path).none") == nil)
    #expect(repositories(path, helm: "/bin/sh") == nil)
  }
}
