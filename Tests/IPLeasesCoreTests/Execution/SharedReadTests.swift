import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// What is asked of the API server through one proxy reads as what the tools say.
@Suite(.inTurn)
final class SharedReadTests: Sendable {
  private let folder = TemporaryFolder()
  private let kubectl = Kubectl(Connection())
  private let helm = Helm(Connection())
  /// They answer as long as the test runs.
  private let servers = Mutex<[SocketServer]>([])

  private static let groups = """
    {"groups":[{"name":"apps","versions":[{"version":"v1"}]},
    {"name":"metallb.io","versions":[{"version":"v1beta2"},{"version":"v1beta1"}],
    "preferredVersion":{"version":"v1beta2"}},
    {"name":"discovery.k8s.io","versions":[{"version":"v1beta1"}]}]}
    """

  /// An executor whose proxy leads to prepared answers, and the server that gives them.
  private func executor(
    _ answers: [String: String?], environment: [String: String] = [:], outputLimit: Int = 1 << 20
  ) async throws -> (executor: LocalExecutor, server: SocketServer) {
    let server = try SocketServer(in: folder.path) { target in
      target == "/apis"
        ? SocketServer.http(200, Self.groups)
        : answers[target] ?? SocketServer.http(404, "404 page not found")
    }
    servers.withLock { $0.append(server) }
    // A tool that is asked says so.
    let tool = folder.file("tool")
    try await Program.install("#!/bin/sh\necho asked \"$1\" >&2\nexit 3", at: tool)
    var executor = LocalExecutor(
      folder: folder.state, supervisor: nil,
      environment: ["KUBECTL": tool, "HELM_DRIVER": ""].merging(environment) { $1 },
      outputLimit: outputLimit)
    let proxy = APIProxy(socket: server.path, patience: patience)
    await proxy.begin()
    executor.proxy = proxy
    executor.isHelmUsual = HelmRead.isUsual(
      environment, Connection(kubeconfig: "/k"), kubectl: "/usr/bin/kubectl")
    return (executor, server)
  }

  private static let pods = SocketServer.http(
    200,
    """
    {"kind":"PodList","apiVersion":"v1","metadata":{},"items":[
    {"metadata":{"name":"a-0","namespace":"a"},"spec":{"containers":[{"name":"main"}]}}]}
    """)

  private static let pools = SocketServer.http(
    200,
    """
    {"kind":"IPAddressPoolList","apiVersion":"metallb.io/v1beta1","metadata":{},"items":[
    {"apiVersion":"metallb.io/v1beta1","kind":"IPAddressPool","metadata":{"name":"default",
    "namespace":"a"},"spec":{"addresses":["203.0.113.0/28"]}}]}
    """)

  // MARK: Lists

  @Test func theListsOfSeveralKindsAreOne() async throws {
    let (executor, server) = try await executor([
      "/api/v1/namespaces/a/pods": Self.pods,
      "/apis/metallb.io/v1beta1/namespaces/a/ipaddresspools": Self.pools,
    ])
    let result = try await executor.run(
      kubectl.get(["pods", "ipaddresspools"], namespace: "a", purpose: ""))
    #expect(result.exit == .code(0))
    let list = try JSONDecoder().decode(ObjectList.self, from: result.standardOutput)
    guard list.items.count == 2, case .pod(let pod) = list.items[0],
      case .pool(let pool) = list.items[1]
    else {
      Issue.record("\(result.outputText)")
      return
    }
    #expect(pod.metadata.name == "a-0" && pool.metadata.name == "default")
    #expect(server.targets.count == 3)
  }

  @Test func aKindIsReadInTheVersionTheServerHas() async throws {
    let list = SocketServer.http(200, #"{"kind":"EndpointSliceList","items":[]}"#)
    let (executor, _) = try await executor([
      "/apis/discovery.k8s.io/v1beta1/endpointslices?labelSelector=a%3Db": list
    ])
    let result = try await executor.run(
      kubectl.get(["endpointslices"], allNamespaces: true, selector: "a=b", purpose: ""))
    #expect(result.exit == .code(0))
    #expect(try JSONDecoder().decode(ObjectList.self, from: result.standardOutput).items.isEmpty)
  }

  @Test func aKindTheServerDoesNotHaveIsAbsent() async throws {
    let (executor, _) = try await executor([:])
    let command = kubectl.get(["pods", "providerleasedips"], namespace: "a", purpose: "")
    let result = try await executor.run(command)
    #expect(result.exit == .code(1))
    #expect(ToolFailure.meaning(of: result, command: command) == .absent)
  }

  @Test func aRefusalIsWordedAsKubectlDoes() async throws {
    let status = #"{"kind":"Status","message":"pods is forbidden","reason":"Forbidden","code":403}"#
    let (executor, _) = try await executor([
      "/api/v1/namespaces/a/pods": SocketServer.http(403, status)
    ])
    let result = try await executor.run(kubectl.get(["pods"], namespace: "a", purpose: ""))
    #expect(result.exit == .code(1))
    #expect(result.errorText == "Error from server (Forbidden): pods is forbidden\n")
  }

  @Test(arguments: [
    SocketServer.http(404, "404 page not found"), SocketServer.http(401, "{}"),
    SocketServer.http(502, "<html>"), SocketServer.http(503, "no"),
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "HTTP/1.1 200", "SSH-2.0-x\r\n\r\n", "",
  ])
  func whatIsNoPlainAnswerIsLeftToTheTool(answer: String) async throws {
    let (executor, _) = try await executor(["/api/v1/namespaces/a/pods": answer])
    let result = try await executor.run(kubectl.get(["pods"], namespace: "a", purpose: ""))
    #expect(result.exit == .code(3))
    #expect(result.errorText == "asked -n\n")
  }

  @Test func anAnswerThatIsTooLargeIsCutOff() async throws {
    let (executor, _) = try await executor(
      ["/huge": SocketServer.http(200, String(repeating: "x", count: 300_000))],
      outputLimit: 100_000)
    let result = try await executor.run(kubectl.raw("/huge", purpose: ""))
    #expect(result.exit == .outputTooLarge)
    #expect(result.standardOutput.count <= 64 << 10)
  }

  @Test func aSilentServiceIsWaitedForOnceOnly() async throws {
    let (executor, _) = try await executor(["/silent": String?.none])
    let command = kubectl.raw("/silent", timeout: .seconds(1), purpose: "ask it")
    let result = try await executor.run(command)
    #expect(result.exit == .code(1))
    #expect(result.errorText.contains("Client.Timeout exceeded"))
    // The command's own limit is shorter: as if the tool had been ended.
    var short = command
    short.timeLimit = .milliseconds(100)
    #expect(try await executor.run(short).exit == .timedOut)
  }

  @Test func aReadThatIsCancelledEndsAtOnce() async throws {
    let (executor, server) = try await executor(["/silent": String?.none])
    let task = Task {
      try await executor.run(kubectl.raw("/silent", timeout: patience, purpose: ""))
    }
    #expect(await eventually { server.targets.contains("/silent") })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test(arguments: ["/x HTTP/1.1\r\nA: b\r\n\r\nGET /", "/a b", "/é", "/\u{7f}"])
  func whatIsNoPathIsNotAskedFor(path: String) async throws {
    let (executor, server) = try await executor([:])
    let result = try await executor.run(kubectl.raw(path, purpose: ""))
    #expect(result.exit == .code(3))
    #expect(server.targets == ["/apis"])
  }

  @Test func anErrorOfTheServerItselfIsLeftToTheToolWhichMayTryAgain() async throws {
    let status = #"{"kind":"Status","message":"etcd is gone","reason":"InternalError"}"#
    let pods = "/api/v1/namespaces/a/pods"
    let behind = "/api/v1/namespaces/a/services/b:c/proxy/"
    let answer = SocketServer.http(500, status)
    let (executor, _) = try await executor([pods: answer, behind: answer])
    let list = try await executor.run(kubectl.get(["pods"], namespace: "a", purpose: ""))
    #expect(list.exit == .code(3))
    let raw = try await executor.run(kubectl.raw(behind, purpose: ""))
    #expect(raw.errorText == "Error from server (InternalError): etcd is gone\n")
  }

  // MARK: Logs

  private static let workload = SocketServer.http(
    200, #"{"spec":{"selector":{"matchLabels":{"app":"x","b/c":"d"}}}}"#)
  private static let selected = "/api/v1/namespaces/a/pods?labelSelector=app%3Dx%2Cb%2Fc%3Dd"

  @Test func theLogOfAWorkloadsOnlyPodIsRead() async throws {
    let (executor, _) = try await executor([
      "/apis/apps/v1/namespaces/a/deployments/x": Self.workload, Self.selected: Self.pods,
      "/api/v1/namespaces/a/pods/a-0/log?container=main&tailLines=20&timestamps=true":
        SocketServer.http(200, "line\n"),
    ])
    let result = try await executor.run(
      kubectl.logs(of: "deployment/x", namespace: "a", lines: 20))
    #expect(result.exit == .code(0) && result.outputText == "line\n")
  }

  @Test func amongSeveralPodsKubectlChooses() async throws {
    let two =
      #"{"items":[{"metadata":{"name":"a"},"spec":{"containers":[]}},"#
      + #"{"metadata":{"name":"b"},"spec":{"containers":[]}}]}"#
    let (executor, _) = try await executor([
      "/apis/apps/v1/namespaces/a/deployments/x": Self.workload,
      Self.selected: SocketServer.http(200, two),
    ])
    let result = try await executor.run(
      kubectl.logs(of: "deployment/x", container: "main", namespace: "a", lines: 20))
    #expect(result.exit == .code(3))
  }

  // MARK: Releases

  private static func secret(_ release: String) -> String {
    SocketServer.http(200, #"{"kind":"Secret","data":{"release":"\#(release)"}}"#)
  }

  private static func names(_ rows: [(name: String, namespace: String, revision: Int, String)])
    -> String
  {
    let items = rows.map { row in
      """
      {"metadata":{"name":"sh.helm.release.v1.\(row.name).v\(row.revision)",
      "namespace":"\(row.namespace)","labels":{"name":"\(row.name)","owner":"helm",
      "status":"\(row.3)","version":"\(row.revision)"}}}
      """
    }
    return SocketServer.http(200, #"{"items":[\#(items.joined(separator: ","))]}"#)
  }

  private static let providerSecret =
    "/api/v1/namespaces/akash-services/secrets/sh.helm.release.v1.akash-provider.v2"
  private static let metallbSecret =
    "/api/v1/namespaces/metallb-system/secrets/sh.helm.release.v1.metallb.v1"
  private static let allNames = "/api/v1/secrets?labelSelector=owner%3Dhelm"
  private static let providerNames =
    "/api/v1/namespaces/akash-services/secrets?labelSelector=owner%3Dhelm%2Cname%3Dakash-provider"

  private static let releases: [String: String?] = [
    allNames: names([
      ("metallb", "metallb-system", 1, "deployed"),
      ("akash-provider", "akash-services", 1, "superseded"),
      ("akash-provider", "akash-services", 2, "deployed"),
      ("old", "default", 3, "uninstalled"),
    ]),
    providerNames: names([
      ("akash-provider", "akash-services", 2, "deployed"),
      ("akash-provider", "akash-services", 1, "superseded"),
    ]),
    providerSecret: secret(provider), metallbSecret: secret(metallb),
  ]

  @Test func theLastRevisionOfEachReleaseIsListed() async throws {
    let (executor, _) = try await executor(Self.releases)
    let result = try await executor.run(helm.list())
    #expect(result.exit == .code(0), "\(result.errorText)")
    let rows = try JSONDecoder().decode([Release].self, from: result.standardOutput)
    #expect(
      rows == [
        Release(
          name: "akash-provider", namespace: "akash-services", revision: "2", status: "deployed",
          chart: "provider-19.0.2", appVersion: "0.13.1",
          updated: "2026-11-23 16:45:30.5 +0000 UTC"),
        Release(
          name: "metallb", namespace: "metallb-system", revision: "1", status: "deployed",
          chart: "metallb-0.14.8", appVersion: "v0.14.8",
          updated: "2026-11-23 16:45:30.5 +0000 UTC"),
      ])
  }

  @Test func theValuesOfTheLastRevisionAreGiven() async throws {
    let (executor, _) = try await executor(Self.releases)
    let result = try await executor.run(
      helm.values(of: "akash-provider", namespace: "akash-services"))
    #expect(result.outputText == "domain: example.test\nipoperator: true\n")
  }

  @Test(arguments: [
    // Not packed; packed but not whole; another release's; none of its own.
    "aGVsbG8=", String(provider.prefix(provider.count / 2 / 4 * 4)), metallb, "",
  ])
  func aReleaseThatCannotBeUnpackedIsLeftToHelm(release: String) async throws {
    let (executor, _) = try await executor(
      Self.releases.merging([Self.providerSecret: Self.secret(release)]) { $1 })
    let proxied = try await executor.directAnswer(helm.list())
    #expect(proxied == nil)
  }

  @Test func aHelmThatKeepsReleasesElsewhereIsAsked() async throws {
    let (executor, server) = try await executor(
      Self.releases, environment: ["HELM_DRIVER": "configmap"])
    #expect(try await executor.directAnswer(helm.list()) == nil)
    #expect(server.targets == ["/apis"])
  }

  /// Release akash-provider, revision 2, of chart provider 19.0.2, as its Secret holds it.
  private static let provider =
    "SDRzSUFBQUFBQUFDQTAyTzBRckNNQXhGL3lYUFcxazdGZXgzaUErK1NGaWpGcmUxTk5sUVpQOXVLeko5Uys2OU9i"
    + "a3ZHSEVnc0lCMzVGc2RVNWk5b3dUVlIrZUkzYzlrU3JQdmlMTTVVMklmUnJDbUFqOWVBdGdYc0tCTW5OT09ZaCtl"
    + "NUhLdVI1Ynp1bHN3amRuVld0ZW1QZWlkM1d4dDI2anRDWllLdWhzbUtaaUJCQjBLbHZuYjdhL1YraGowWGpYS1pB"
    + "bGpQSzVxbzNTck5DeUZHTWFMdnhhTUN3UDY0dElEaDlpVEVtTEpsejZHU0FrbEpMQ1NKbHFXTng0SE5iQVBBUUFB"

  /// Release metallb, revision 1, of chart metallb 0.14.8.
  private static let metallb =
    "SDRzSUFBQUFBQUFDQTJXTzNRckNNQXhHM3lYWDNWajNoL1E1eEF0dkpHNmREcnEyTEhFd1J0L2RWcVFJM2lVbkgr"
    + "ZkxBUllYRFFvV3pXak1IY1FIa01maGh4YTBFK3NsSGplOTB1d3NLQ2xndHBNRGRRQXg4b3RpZXRUZXVGMlBNV2VR"
    + "K0paM0JYVlY5NFdVUmQyY1phL2FUalZWMlYwaENCaWV1SExTcEs0UkdkUDg5MVR1aGFxVWJYbUtDTDIvWkxwOWNV"
    + "aEdaNmY1RVRVaHZBRTRnYU1SM3dBQUFBPT0="

  // MARK: The proxy itself

  /// A folder of PATH with a kubectl of this text.
  private func path(_ kubectl: String) async throws -> [String: String] {
    let bin = folder.file("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try await Program.install("#!/bin/sh\n\(kubectl)", at: "\(bin)/kubectl")
    return ["PATH": "\(bin):/usr/bin:/bin", "KUBECTL": "", "XDG_RUNTIME_DIR": folder.path]
  }

  @Test func whereNoProxyStartsTheToolIsAsked() async throws {
    let script = #"case "$1" in proxy) exit 1;; *) echo "tool: $*";; esac"#
    let executor = LocalExecutor(
      folder: folder.state, supervisor: nil, environment: try await path(script))
    let command = kubectl.raw("/version", purpose: "")
    let result = await executor.together(Connection()) { shared in
      try? await shared.run(command)
    }
    #expect(result?.outputText == "tool: get --raw /version --request-timeout=5s\n")
    #expect(!folder.names.contains { $0.hasPrefix("ip-leases-") })
  }

  @Test func theProxyIsToldTheConnectionAndEndsWithTheReads() async throws {
    let seen = folder.file("seen")
    let script = #"case "$1" in proxy) echo "$$ $*" > \#(seen); exec sleep 6000;; esac"#
    let executor = LocalExecutor(
      folder: folder.state, supervisor: nil, environment: try await path(script))
    let connection = Connection(kubeconfig: "/k", context: "prod")
    let socket = await executor.together(connection) { shared in
      _ = await eventually { (try? String(contentsOfFile: seen, encoding: .utf8))?.last == "\n" }
      return (shared as? LocalExecutor)?.proxy?.socket
    }
    let words = try String(contentsOfFile: seen, encoding: .utf8).split(separator: " ")
    let arguments = words.dropFirst().joined(separator: " ")
    #expect(
      arguments
        == "proxy --unix-socket=\(try #require(socket)) --reject-methods=^[^G] --append-server-path "
        + "--context prod --kubeconfig /k\n")
    let process = try #require(pid_t(words[0]))
    #expect(await eventually { kill(process, 0) != 0 })
  }

  @Test func theSocketsFolderIsNobodyElses() throws {
    let environment = ["XDG_RUNTIME_DIR": folder.path]
    let socket = try #require(SocketPlace.take(environment))
    let place = (socket as NSString).deletingLastPathComponent
    #expect(place.hasPrefix(folder.path) && mode(of: place) == 0o700)
    SocketPlace.remove(socket)
    #expect(folder.names.isEmpty)
    // One that others could enter, or that leads elsewhere, is not used.
    mkdir(place, 0o755)
    #expect(SocketPlace.take(environment)?.hasPrefix(folder.path) != true)
    rmdir(place)
    symlink("/tmp", place)
    #expect(SocketPlace.take(environment)?.hasPrefix(folder.path) != true)
  }

  @Test func whatAKilledProgramLeftIsCleared() throws {
    let environment = ["XDG_RUNTIME_DIR": folder.path]
    let socket = try #require(SocketPlace.take(environment))
    let place = (socket as NSString).deletingLastPathComponent
    // Beyond the largest process id there is.
    for name in ["99999999-1", "\(getpid())-2", "other"] {
      _ = FileManager.default.createFile(atPath: "\(place)/\(name)", contents: nil)
    }
    _ = SocketPlace.take(environment)
    let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
    #expect(names == ["\(getpid())-2", "other"])
  }
}
