import Foundation
import Testing

@testable import Basics
@testable import Execution

/// What keeps a tool from the cluster, told by its cause; the texts are those of kubectl 1.31 and helm
/// 3.17 and 4.
struct ToolFailureTests {
  private static let helm = "Error: Kubernetes cluster unreachable: "
  private static let server = "Get \"https://192.0.2.1:6443/version\": "

  @Test(arguments: [
    (
      "error: You must be logged in to the server (Unauthorized)",
      "The cluster does not know this user."
    ),
    (
      helm + "the server has asked for the client to provide credentials",
      "The cluster does not know this user."
    ),
    (
      helm + server
        + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      "The API server's certificate does not fit the kubeconfig."
    ),
    (
      "Unable to connect to the server: tls: failed to verify certificate: x509: certificate has "
        + "expired or is not yet valid: current time 2026-11-30T00:00:00Z is after 2026-01-01T00:00:00Z",
      "A certificate between this machine and the API server has run out."
    ),
    (
      helm + server + "getting credentials: exec: executable aws not found",
      "The program that the kubeconfig has for credentials failed."
    ),
    (
      helm + "open /etc/rancher/k3s/k3s.yaml: permission denied", "The kubeconfig cannot be read."
    ),
    (
      "error: error loading config file \"/etc/rancher/k3s/k3s.yaml\": open "
        + "/etc/rancher/k3s/k3s.yaml: permission denied",
      "The kubeconfig cannot be read."
    ),
    (
      "Unable to connect to the server: dial tcp: lookup api.example.org: no such host",
      "The name of the API server is not known here."
    ),
    (helm + server + "dial tcp 192.0.2.1:6443: i/o timeout", "The cluster does not answer."),
    (
      helm + server + "dial tcp 192.0.2.1:6443: connect: connection refused",
      "The cluster does not answer."
    ),
  ])
  func whatKeepsAToolFromTheClusterIsToldByItsCause(text: String, what: String) throws {
    let command = Command(.helm, ["list"], purpose: "read the releases")
    let result = CommandResult(
      exit: .code(1), standardOutput: Data(), standardError: Data("\(text)\n".utf8))
    guard case .unreadable(let problem) = ToolFailure.meaning(of: result, command: command) else {
      Issue.record("it is taken for absent")
      return
    }
    #expect(problem.what == what)
    #expect(problem.reason?.hasPrefix(String(text.prefix(40))) == true)
    #expect(problem.advice?.text().isEmpty == false)
  }

  /// The same words behind the API server's proxy are about what stands there.
  @Test(arguments: ["x509: certificate has expired", "connection refused", "no such host"])
  func whatStandsBehindTheProxyIsNotTheCluster(text: String) {
    let command = Command(
      .kubectl, ["get", "--raw", "/api/v1/namespaces/a/services/b:1/proxy/x"], purpose: "ask it")
    let result = CommandResult(
      exit: .code(1), standardOutput: Data(),
      standardError: Data("Error from server (ServiceUnavailable): error trying: \(text)".utf8))
    guard case .unreadable(let problem) = ToolFailure.meaning(of: result, command: command) else {
      Issue.record("it is taken for absent")
      return
    }
    #expect(problem.obstacle == nil)
  }
}
