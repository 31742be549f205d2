import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution

/// What is asked of the API server itself reads as what the tools say.
@Suite(.inTurn)
final class ClusterSourceTests: Sendable {
  private let folder = TemporaryFolder()
  /// They answer as long as the test runs.
  private let servers = Mutex<[SocketServer]>([])

  private static let groups = """
    {"groups":[{"name":"apps","versions":[{"version":"v1"}]},
    {"name":"metallb.io","versions":[{"version":"v1beta2"},{"version":"v1beta1"}],
    "preferredVersion":{"version":"v1beta2"}},
    {"name":"discovery.k8s.io","versions":[{"version":"v1beta1"}]}]}
    """

  /// Tools, and an API server that is lent.
  private struct Lender: CommandExecutor {
    var tools: LocalExecutor
    var access: APIAccess

    func run(
      _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws -> CommandResult { try await tools.run(command, onOutput: onOutput) }

    func follow(
      _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> CommandExit { try await tools.follow(command, onOutput: onOutput) }

    func stop() async {}

    func withAPI<Outcome: Sendable>(
      _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
    ) async -> Outcome { await body(access) }
  }

  /// Prepared answers of an API server behind its proxy; a tool that is asked says so.
  private func lender(
    _ answers: [String: String?], keepsReleases: Bool = true, outputLimit: Int = 1 << 20
  ) async throws -> (executor: Lender, server: SocketServer) {
    let server = try SocketServer(in: folder.path) { target in
      target == "/apis"
        ? SocketServer.http(200, Self.groups)
        : answers[target] ?? SocketServer.http(404, "404 page not found")
    }
    servers.withLock { $0.append(server) }
    let tool = folder.file("tool")
    try await Program.install("#!/bin/sh\necho asked \"$1\" >&2\nexit 3", at: tool)
    let tools = LocalExecutor(
      folder: folder.state, supervisor: nil, environment: ["KUBECTL": tool, "HELM": tool])
    let proxied = ProxiedServer(
      socket: server.path, outputLimit: outputLimit, room: AnswerRoom(bytes: outputLimit),
      patience: patience)
    proxied.open()
    return (
      Lender(tools: tools, access: APIAccess(server: proxied, keepsReleases: keepsReleases)),
      server
    )
  }

  private func reply(to read: ClusterRead, _ executor: Lender) async -> Reply {
    await ClusterSource(executor, Connection()).shared { await $0.answer(read) }
  }

  private func said(_ read: ClusterRead, _ executor: Lender) async throws -> CommandResult {
    guard case .said(let result) = await reply(to: read, executor) else {
      throw UserMessage("no words")
    }
    return result
  }

  private static func objects(_ resources: APIResource...) -> ClusterRead {
    .objects(resources.map { Listing($0, in: "a") }, showManagedFields: false, purpose: "test")
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

  @Test func eachKindIsListedWhereTheServerKeepsIt() async throws {
    let (executor, server) = try await lender([
      "/api/v1/namespaces/a/pods?limit=500": Self.pods,
      "/apis/metallb.io/v1beta1/namespaces/a/ipaddresspools?limit=500": Self.pools,
    ])
    guard case .objects(let objects) = await reply(to: Self.objects(.pods, .pools), executor) else {
      Issue.record("no objects")
      return
    }
    #expect(objects.of(.pods, as: Pod.self).map(\.metadata.name) == ["a-0"])
    #expect(objects.of(.pools, as: IPAddressPool.self).map(\.metadata.name) == ["default"])
    #expect(server.targets.count == 3)
  }

  @Test func aLongListComesInSeveralAnswers() async throws {
    func part(_ name: String, next: String) -> String {
      SocketServer.http(
        200,
        #"{"kind":"PodList","metadata":{"continue":"\#(next)"},"items":[{"metadata":{"name":"\#(name)"}}]}"#
      )
    }
    let pods = "/api/v1/namespaces/a/pods?limit=500"
    let (executor, _) = try await lender([
      pods: part("a-0", next: "x=/"), "\(pods)&continue=x%3D%2F": part("a-1", next: ""),
    ])
    guard case .objects(let objects) = await reply(to: Self.objects(.pods), executor) else {
      Issue.record("no objects")
      return
    }
    #expect(objects.of(.pods, as: Pod.self).map(\.metadata.name) == ["a-0", "a-1"])
  }

  @Test func aKindIsReadInTheVersionTheServerHas() async throws {
    let list = SocketServer.http(200, #"{"kind":"EndpointSliceList","items":null}"#)
    let (executor, _) = try await lender([
      "/apis/discovery.k8s.io/v1beta1/endpointslices?labelSelector=a%3Db&limit=500": list
    ])
    let listing = Listing(.endpointSlices, labels: ["a": "b"])
    let read = ClusterRead.objects([listing], showManagedFields: false, purpose: "test")
    guard case .objects(let objects) = await reply(to: read, executor) else {
      Issue.record("no objects")
      return
    }
    #expect(objects[listing].isEmpty)
  }

  @Test func aKindTheServerDoesNotHaveIsAbsent() async throws {
    let (executor, _) = try await lender([:])
    let read = Self.objects(.pods, .leasedIPs)
    let result = try await said(read, executor)
    #expect(result.exit == .code(1))
    #expect(
      ToolFailure.meaning(of: result, command: read.command(Connection())) == .absent)
  }

  @Test func aRefusalIsWordedAsKubectlDoes() async throws {
    let status = #"{"kind":"Status","message":"pods is forbidden","reason":"Forbidden","code":403}"#
    let (executor, _) = try await lender([
      "/api/v1/namespaces/a/pods?limit=500": SocketServer.http(403, status)
    ])
    let result = try await said(Self.objects(.pods), executor)
    #expect(result.exit == .code(1))
    #expect(result.errorText == "Error from server (Forbidden): pods is forbidden\n")
  }

  @Test(arguments: [
    SocketServer.http(404, "404 page not found"), SocketServer.http(401, "{}"),
    SocketServer.http(502, "<html>"), SocketServer.http(503, "no"),
    SocketServer.http(200, "{"), SocketServer.http(200, "<html>"),
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "HTTP/1.1 200", "SSH-2.0-x\r\n\r\n", "",
  ])
  func whatIsNoPlainAnswerIsLeftToTheTool(answer: String) async throws {
    let (executor, _) = try await lender(["/api/v1/namespaces/a/pods?limit=500": answer])
    let result = try await said(Self.objects(.pods), executor)
    #expect(result.exit == .code(3))
    #expect(result.errorText == "asked -n\n")
  }

  @Test func anAnswerThatIsTooLargeIsCutOff() async throws {
    let (executor, _) = try await lender(
      ["/huge": SocketServer.http(200, String(repeating: "x", count: 300_000))],
      outputLimit: 100_000)
    let result = try await said(.endpoint("/huge", purpose: "test"), executor)
    #expect(result.exit == .outputTooLarge)
    #expect(result.standardOutput.count <= 64 << 10)
  }

  @Test func aSilentServiceIsWaitedForOnceOnly() async throws {
    let (executor, _) = try await lender(["/silent": String?.none])
    let result = try await said(
      .endpoint(path: "/silent", patience: .milliseconds(100), purpose: "ask it"), executor)
    #expect(result.exit == .code(1))
    #expect(result.errorText.contains("Client.Timeout exceeded"))
  }

  @Test func aPathThatCannotBeAskedForIsLeftToTheTool() async throws {
    let (executor, server) = try await lender([:])
    #expect(try await said(.endpoint("/a b", purpose: "test"), executor).exit == .code(3))
    #expect(server.targets == ["/apis"])
  }

  @Test func anErrorOfTheServerItselfIsLeftToTheToolWhichMayTryAgain() async throws {
    let status = #"{"kind":"Status","message":"etcd is gone","reason":"InternalError"}"#
    let behind = "/api/v1/namespaces/a/services/b:c/proxy/"
    let answer = SocketServer.http(500, status)
    let (executor, _) = try await lender([
      "/api/v1/namespaces/a/pods?limit=500": answer, behind: answer,
    ])
    #expect(try await said(Self.objects(.pods), executor).exit == .code(3))
    let raw = try await said(.endpoint(behind, purpose: "test"), executor)
    #expect(raw.errorText == "Error from server (InternalError): etcd is gone\n")
  }

  // MARK: Logs

  private static let workload = SocketServer.http(
    200, #"{"spec":{"selector":{"matchLabels":{"app":"x","b/c":"d"}}}}"#)
  private static let selected = "/api/v1/namespaces/a/pods?labelSelector=app%3Dx%2Cb%2Fc%3Dd"

  private func log(_ name: String, container: String? = nil) -> ClusterRead {
    .log(
      WorkloadLog(kind: .deployment, name: name, container: container, namespace: "a", lines: 20))
  }

  @Test func theLogOfAWorkloadsOnlyPodIsRead() async throws {
    let (executor, _) = try await lender([
      "/apis/apps/v1/namespaces/a/deployments/x": Self.workload, Self.selected: Self.pods,
      "/api/v1/namespaces/a/pods/a-0/log?container=main&tailLines=20&timestamps=true":
        SocketServer.http(200, "line\n"),
    ])
    let result = try await said(log("x"), executor)
    #expect(result.exit == .code(0) && result.outputText == "line\n")
  }

  /// The cluster's objects were read anyway: nothing else is asked for a log.
  @Test func theLogOfAPodThatIsKnownTakesOneQuestion() async throws {
    let path = "/api/v1/namespaces/a/pods/a-0/log?container=main&tailLines=20&timestamps=true"
    let (executor, server) = try await lender([path: SocketServer.http(200, "line\n")])
    var log = WorkloadLog(kind: .deployment, name: "x", container: nil, namespace: "a", lines: 20)
    log.pod = WorkloadLog.Pod(name: "a-0", container: "main")
    let result = try await said(.log(log), executor)
    #expect(result.exit == .code(0) && result.outputText == "line\n")
    #expect(server.targets.filter { $0 != "/apis" } == [path])
  }

  @Test func amongSeveralPodsKubectlChooses() async throws {
    let two =
      #"{"items":[{"metadata":{"name":"a"},"spec":{"containers":[]}},"#
      + #"{"metadata":{"name":"b"},"spec":{"containers":[]}}]}"#
    let (executor, _) = try await lender([
      "/apis/apps/v1/namespaces/a/deployments/x": Self.workload,
      Self.selected: SocketServer.http(200, two),
    ])
    #expect(try await said(log("x", container: "main"), executor).exit == .code(3))
  }

  @Test(arguments: ["a%2f", "..", "a/b", "a?b"])
  func whatIsNoNameBecomesNoPartOfAPath(name: String) async throws {
    let (executor, server) = try await lender([:])
    #expect(try await said(log(name), executor).exit == .code(3))
    #expect(server.targets == ["/apis"])
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
    let (executor, _) = try await lender(Self.releases)
    guard case .releases(let rows) = await reply(to: .releases, executor) else {
      Issue.record("no releases")
      return
    }
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
    let (executor, _) = try await lender(Self.releases)
    let result = try await said(
      .values(release: "akash-provider", namespace: "akash-services"), executor)
    #expect(result.outputText == "domain: example.test\nipoperator: true\n")
  }

  @Test(arguments: [
    // Not packed; packed but not whole; another release's; none of its own.
    "aGVsbG8=", String(provider.prefix(provider.count / 2 / 4 * 4)), metallb, "",
  ])
  func aReleaseThatCannotBeUnpackedIsLeftToHelm(release: String) async throws {
    let (executor, _) = try await lender(
      Self.releases.merging([Self.providerSecret: Self.secret(release)]) { $1 })
    let result = try await said(.releases, executor)
    #expect(result.exit == .code(3) && result.errorText == "asked list\n")
  }

  @Test func aHelmThatKeepsReleasesElsewhereIsAsked() async throws {
    let (executor, server) = try await lender(Self.releases, keepsReleases: false)
    #expect(try await said(.releases, executor).exit == .code(3))
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
    let reply = await ClusterSource(executor, Connection()).shared {
      await $0.answer(.endpoint("/version", purpose: "test"))
    }
    guard case .said(let result) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect(result.outputText == "tool: get --raw /version --request-timeout=5s\n")
    #expect(!folder.names.contains { $0.hasPrefix("ip-leases-") })
  }

  @Test func theProxyIsToldTheConnectionAndEndsWithTheReads() async throws {
    let seen = folder.file("seen")
    let script = #"case "$1" in proxy) echo "$$ $*" > \#(seen); exec sleep 6000;; esac"#
    let executor = LocalExecutor(
      folder: folder.state, supervisor: nil, environment: try await path(script))
    let connection = Connection(kubeconfig: "/k", context: "prod")
    let socket = await executor.withAPI(connection, for: .reading) { access in
      _ = await eventually { (try? String(contentsOfFile: seen, encoding: .utf8))?.last == "\n" }
      return (access?.server as? ProxiedServer)?.socket
    }
    let words = try String(contentsOfFile: seen, encoding: .utf8).split(separator: " ")
    let arguments = words.dropFirst().joined(separator: " ")
    #expect(
      arguments
        == "proxy --unix-socket=\(try #require(socket)) --reject-methods=^[^G] "
        + "--reject-paths=/pods/[^/]+/(exec|attach|portforward),/nodes/[^/]+/proxy "
        + "--append-server-path "
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
