import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Testing

@testable import Rehearsal

struct ClusterBehaviourTests {
  private static let address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"

  private func installOperator(_ stage: Stage) async throws {
    try await stage.helm(
      "install", "akash-ip-operator", "akash/akash-ip-operator", "--version", "19.0.2", "--set",
      "provider_address=\(Self.address)", "-n", "akash-services", "--wait")
  }

  @Test func anOperatorThatFindsNoMetricsServiceStaysLocked() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    try await installOperator(stage)
    try await stage.executor.letPass(.seconds(3600))
    let health = try await stage.raw(Paths.health)
    #expect(
      health.transcript
        == "! Error from server (ServiceUnavailable): the server is currently unable to handle the request\n= code(1)"
    )
  }

  @Test func aProviderThatFoundNoOperatorHangsUntilItsPodIsReplaced() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    try await stage.helm("uninstall", "akash-ip-operator", "-n", "akash-services")
    try await stage.kubectl(
      "-n", "akash-services", "rollout", "restart", "statefulset/akash-provider")
    try await stage.kubectl(
      "-n", "akash-services", "rollout", "status", "statefulset/akash-provider")
    try await installOperator(stage)
    try await stage.executor.letPass(.seconds(60))
    let hanging = try await stage.raw(Paths.status)
    #expect(
      hanging.transcript
        == "! Unable to connect to the server: context deadline exceeded\n= code(1)")
    try await stage.kubectl(
      "-n", "akash-services", "rollout", "restart", "statefulset/akash-provider")
    try await stage.kubectl(
      "-n", "akash-services", "rollout", "status", "statefulset/akash-provider")
    try await stage.executor.letPass(.seconds(10))
    let answering = try await stage.raw(Paths.status)
    #expect(answering.exit == .code(0))
  }

  @Test func anEditedPoolIsNoticedAtTheTenMinuteStroke() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    try await stage.kubectl(
      "-n", "metallb-system", "patch", "ipaddresspools.metallb.io", "default", "--type=json",
      "--patch-file=/dev/stdin",
      input: #"[{"op":"add","path":"/spec/addresses/-","value":"203.0.113.7/32"}]"#)
    let metrics = try await stage.raw(Paths.metrics)
    #expect(metrics.outputText.contains("addresses_total{pool=\"default\"} 14\n"))
    var usage = try await stage.raw(Paths.usage)
    #expect(usage.outputText == #"{"Available":13,"InUse":3}"#)
    try await stage.executor.letPass(.seconds(601))
    usage = try await stage.raw(Paths.usage)
    #expect(usage.outputText == #"{"Available":14,"InUse":3}"#)
  }

  @Test func aRestartedOperatorReadsThePoolAtOnce() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    try await stage.kubectl(
      "-n", "metallb-system", "patch", "ipaddresspools.metallb.io", "default", "--type=json",
      "--patch-file=/dev/stdin",
      input: #"[{"op":"add","path":"/spec/addresses/-","value":"203.0.113.7/32"}]"#)
    try await stage.kubectl(
      "-n", "akash-services", "rollout", "restart", "deployment/operator-ip")
    try await stage.kubectl("-n", "akash-services", "rollout", "status", "deployment/operator-ip")
    _ = try await stage.raw(Paths.usage)
    let usage = try await stage.raw(Paths.usage)
    #expect(usage.outputText == #"{"Available":14,"InUse":3}"#)
  }

  @Test func aPoolThatShrinksMovesTheAddressesOutsideIt() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    func addresses() async throws -> Set<String> {
      let services = try await stage.json("get", "services", "--all-namespaces")
      return Set(
        services["items"].items.flatMap {
          $0["status"]["loadBalancer"]["ingress"].items.compactMap(\.["ip"].text)
        })
    }
    var held = try await addresses()
    #expect(held == ["194.28.98.216", "194.28.98.217", "194.28.98.218"])
    try await stage.kubectl(
      "-n", "metallb-system", "patch", "ipaddresspools.metallb.io", "default", "--type=json",
      "--patch-file=/dev/stdin",
      input: #"[{"op":"replace","path":"/spec/addresses","value":["198.51.100.10-198.51.100.14"]}]"#
    )
    held = try await addresses()
    #expect(held == ["198.51.100.10", "198.51.100.11", "198.51.100.12"])
  }

  @Test func faultsShowInTheToolsOwnWords() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    try await stage.executor.setFault(.forbidden)
    let refused = try await stage.kubectl("create", "namespace", "a")
    #expect(
      refused.transcript
        == "! Error from server (Forbidden): namespaces is forbidden: User \"jane\" cannot create resource \"namespaces\" in API group \"\" at the cluster scope\n= code(1)"
    )
    let may = try await stage.kubectl("auth", "can-i", "*", "*", "--all-namespaces")
    #expect(may.transcript == "no\n= code(1)")
    try await stage.executor.clearFaults()
    try await stage.executor.setFault(.apiStopped(seconds: 30))
    let stopped = try await stage.kubectl("get", "nodes", changes: false)
    #expect(
      stopped.errorText
        == "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n"
    )
    try await stage.executor.letPass(.seconds(31))
    let back = try await stage.kubectl("get", "nodes", "-o", "name", changes: false)
    #expect(back.transcript == "node/node1\n= code(0)")
  }

  @Test func kubeProxyAndTheProviderAreDecodedByTheCore() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let list = try await stage.json(
      "-n", "kube-system", "get", "configmaps,daemonsets,pods", "--show-managed-fields")
    let map = try #require(
      list["items"].items.first { $0["metadata"]["name"].text == "kube-proxy" })
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let decoded = try decoder.decode(
      Cluster.ConfigMap.self, from: Data(JSONText.compact(map).utf8))
    #expect(decoded.data?["config.conf"]?.contains("strictARP: true") == true)
    let changed = try #require(decoded.metadata.managedFields?.last?.time)
    let pod = try #require(list["items"].items.first { $0["kind"].text == "Pod" })
    let decodedPod = try decoder.decode(
      Cluster.Pod.self, from: Data(JSONText.compact(pod).utf8))
    let started = try #require(decodedPod.status?.startTime)
    #expect(started > changed)
    #expect(decodedPod.isReady)
  }

  /// Nothing is under way in the cluster then: the operator looks when its ten minutes are over.
  @Test func withoutPaceAWaitForTheOperatorsTenMinutesTakesNoTime() async throws {
    let stage = try Stage(RehearsalStart(parsing: "enabled+operator-late"))
    defer { stage.remove() }
    let size = 13
    let wait = Wait(
      until: "the operator counts \(size) addresses",
      probe: Command(.kubectl, ["get", "--raw", Paths.usage], purpose: "test"),
      passes: .number(key: "Available", equals: size), limit: .seconds(660),
      interval: .seconds(20))
    #expect(!wait.isMet(by: try await stage.raw(Paths.usage)))
    let session = Session(
      settings: ConsoleSettings(
        providerFile: stage.directory + "/provider.yaml", stateDirectory: stage.directory),
      identity: ClusterIdentity(context: "rehearsal", server: ""), executor: stage.executor)
    let start = ContinuousClock.now
    let outcome = await session.runner(.perRun()).run(
      Plan(id: "capacity", title: "wait", actions: [.wait(wait)])
    ) { _ in }
    #expect(outcome == .done)
    // The cluster's ten minutes are not ours.
    #expect(ContinuousClock.now - start < .seconds(600))
  }
}
