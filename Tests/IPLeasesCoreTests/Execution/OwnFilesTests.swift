import Foundation
import TestSupport
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// The same answers as the tools', from their files.
struct OwnFilesTests {
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

  private func identity(_ kubeconfig: String, context: String? = nil) -> CommandResult? {
    let command = Kubectl(Connection(context: context)).configuration()
    return OwnFiles(environment: ["KUBECONFIG": kubeconfig, "KUBECTL": ""]).answer(command)
  }

  @Test func theClusterIsReadFromTheKubeconfig() throws {
    let path = try write(Self.kubeconfig, "config")
    let own = try #require(identity(path)).outputText.replacing("\\/", with: "/")
    #expect(own.contains(#""current-context":"prod""#))
    #expect(own.contains("https://192.0.2.1:6443"))
    #expect(!own.contains("secret"))
    let other = try #require(identity(path, context: "test"))
    #expect(other.outputText.contains("192.0.2.2:6443"))
  }

  @Test func whatIsOutOfTheOrdinaryIsLeftToTheTool() throws {
    let path = try write(Self.kubeconfig, "config")
    #expect(identity("\(path):\(path)") == nil)
    #expect(identity("\(folder.path)/none") == nil)
    #expect(identity(path, context: "none") == nil)
    #expect(identity(try write("clusters: [", "broken")) == nil)
    let command = Kubectl(Connection()).configuration()
    #expect(
      OwnFiles(environment: ["KUBECONFIG": path, "KUBECTL": "/bin/sh"]).answer(command) == nil)
    #expect(OwnFiles(environment: ["HELM": ""]).answer(Helm(Connection()).list()) == nil)
  }

  @Test func theRepositoriesAreReadFromHelmsFile() throws {
    let path = try write(
      "apiVersion: \"\"\nrepositories:\n- name: akash\n  url: https://example.org/a\n", "repos")
    let own = OwnFiles(environment: ["HELM_REPOSITORY_CONFIG": path, "HELM": ""])
    let result = try #require(own.answer(Helm(Connection()).repositories()))
    let rows = try JSONDecoder().decode([ChartRepository].self, from: result.standardOutput)
    #expect(rows == [ChartRepository(name: "akash", url: "https://example.org/a")])
    let none = OwnFiles(environment: ["HELM_REPOSITORY_CONFIG": "\(path).none", "HELM": ""])
    #expect(none.answer(Helm(Connection()).repositories()) == nil)
  }
}
