import Basics
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

/// The guide from start to end by raw commands, in the order that works.
@Suite(.inTurn)
struct EnablementTests {
  private static let address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"
  static let pool = """
    apiVersion: metallb.io/v1beta1
    kind: IPAddressPool
    metadata:
      name: default
      namespace: metallb-system
    spec:
      addresses:
      - 194.28.98.216/29
      - 198.51.100.10-198.51.100.14
    ---
    apiVersion: metallb.io/v1beta1
    kind: L2Advertisement
    metadata:
      name: l2advertisement1
      namespace: metallb-system
    spec:
      ipAddressPools:
      - default
    """
  static let overrides =
    #"--overrides={"spec":{"ports":[{"protocol":"TCP","name":"monitoring","port":7472,"targetPort":7472}]}}"#

  @Test(arguments: [RehearsalScenario.fresh, .oldCharts])
  func theWholeWayEndsWithAProviderThatAnswers(scenario: RehearsalScenario) async throws {
    let stage = try Stage(scenario)
    defer { stage.remove() }
    let isOld = scenario == .oldCharts
    try await installMetalLB(stage)
    try await setStrictARP(stage)
    let operatorName = isOld ? "akash-ip-operator" : "operator-ip"
    let port = isOld ? "api" : "rest"
    let usagePath =
      "/api/v1/namespaces/akash-services/services/\(operatorName):\(port)/proxy/usage"
    try await installOperator(stage, version: isOld ? "8.0.0" : "19.0.2")
    _ = try await stage.raw(usagePath)
    let usage = try await stage.raw(usagePath)
    #expect(usage.outputText == #"{"Available":13,"InUse":0}"#)
    try await upgradeProvider(stage, version: isOld ? "8.0.3" : "19.0.2")
    _ = try await stage.raw(Paths.status)
    let status = try await stage.raw(Paths.status)
    #expect(status.exit == .code(0))
    let set = try await stage.json("-n", "akash-services", "get", "statefulset", "akash-provider")
    let environment = set["spec"]["template"]["spec"]["containers"].items[0]["env"].items
    #expect(environment.contains(["name": "AKASH_IP_OPERATOR", "value": "true"]))
    let map = try await stage.kubectl(
      "-n", "akash-services", "get", "configmap", "akash-provider-main")
    #expect(map.exit.isSuccess == !isOld)
  }

  private func installMetalLB(_ stage: Stage) async throws {
    let namespace = try await stage.kubectl("create", "namespace", "metallb-system")
    #expect(namespace.transcript == "namespace/metallb-system created\n= code(0)")
    let label = try await stage.kubectl(
      "label", "namespace", "metallb-system",
      "pod-security.kubernetes.io/enforce=privileged", "--overwrite")
    #expect(label.transcript == "namespace/metallb-system labeled\n= code(0)")
    let added = try await stage.helm(
      "repo", "add", "metallb", "https://metallb.github.io/metallb")
    #expect(added.outputText == "\"metallb\" has been added to your repositories\n")
    let installed = try await stage.helm(
      "install", "metallb", "metallb/metallb", "--version", "0.14.8", "--set",
      "speaker.ignoreExcludeLB=true", "--wait", "--timeout", "300s", "-n", "metallb-system")
    #expect(installed.exit == .code(0))
    #expect(installed.outputText.contains("STATUS: deployed\nREVISION: 1\n"))
    let exposed = try await stage.kubectl(
      "-n", "metallb-system", "expose", "deployment", "metallb-controller", "--name=controller",
      Self.overrides)
    #expect(exposed.transcript == "service/controller exposed\n= code(0)")
    _ = try await stage.kubectl(
      "create", "-f", "-", "--dry-run=server", input: Self.pool, changes: false)
    let dry = try await stage.kubectl(
      "create", "-f", "-", "--dry-run=server", input: Self.pool, changes: false)
    #expect(
      dry.transcript == """
        ipaddresspool.metallb.io/default created (server dry run)
        l2advertisement.metallb.io/l2advertisement1 created (server dry run)
        = code(0)
        """)
    let created = try await stage.kubectl("create", "-f", "-", input: Self.pool)
    #expect(
      created.transcript == """
        ipaddresspool.metallb.io/default created
        l2advertisement.metallb.io/l2advertisement1 created
        = code(0)
        """)
    let metrics = try await stage.raw(Paths.metrics)
    #expect(metrics.outputText.contains("metallb_allocator_addresses_total{pool=\"default\"} 13\n"))
  }

  private func setStrictARP(_ stage: Stage) async throws {
    let map = try await stage.json("-n", "kube-system", "get", "configmap", "kube-proxy")
    let text = map["data"]["config.conf"].text ?? ""
    let operations: JSONValue = [
      [
        "op": "test", "path": "/metadata/resourceVersion",
        "value": map["metadata"]["resourceVersion"],
      ],
      [
        "op": "replace", "path": "/data/config.conf",
        "value": .string(text.replacing("strictARP: false", with: "strictARP: true")),
      ],
    ]
    let patch = JSONText.compact(operations)
    let patched = try await stage.kubectl(
      "-n", "kube-system", "patch", "configmap", "kube-proxy", "--type=json",
      "--patch-file=/dev/stdin", input: patch)
    #expect(patched.transcript == "configmap/kube-proxy patched\n= code(0)")
    let again = try await stage.kubectl(
      "-n", "kube-system", "patch", "configmap", "kube-proxy", "--type=json",
      "--patch-file=/dev/stdin", input: patch)
    #expect(
      again.transcript
        == "! The request is invalid: the server rejected our request due to an error in our request\n= code(1)"
    )
    let before = try await stage.json("-n", "kube-system", "get", "pods")
    try await stage.kubectl("-n", "kube-system", "rollout", "restart", "daemonset/kube-proxy")
    let rollout = try await stage.kubectl(
      "-n", "kube-system", "rollout", "status", "daemonset/kube-proxy", "--timeout=300s")
    #expect(
      rollout.transcript == """
        Waiting for daemon set "kube-proxy" rollout to finish: 0 out of 1 new pods have been updated...
        Waiting for daemon set "kube-proxy" rollout to finish: 0 of 1 updated pods are available...
        daemon set "kube-proxy" successfully rolled out
        = code(0)
        """)
    let after = try await stage.json("-n", "kube-system", "get", "pods")
    #expect(before["items"].items.count == 1)
    #expect(
      after["items"].items[0]["status"]["startTime"]
        != before["items"].items[0]["status"]["startTime"])
  }

  private func installOperator(_ stage: Stage, version: String) async throws {
    let result = try await stage.helm(
      "install", "akash-ip-operator", "akash/akash-ip-operator", "--version", version, "--set",
      "provider_address=\(Self.address)", "--wait", "--timeout", "300s", "-n", "akash-services")
    #expect(result.exit == .code(0))
  }

  private func upgradeProvider(_ stage: Stage, version: String) async throws {
    let values = try await stage.helm(
      "get", "values", "akash-provider", "-o", "yaml", "-n", "akash-services")
    let path = stage.directory + "/values.yaml"
    let text = values.outputText.replacing(
      "attributes:\n", with: "attributes:\n- key: ip-lease\n  value: true\n")
    try (text + "ipoperator: true\n").write(toFile: path, atomically: true, encoding: .utf8)
    let result = try await stage.helm(
      "upgrade", "akash-provider", "akash/provider", "--version", version, "-f", path, "--wait",
      "--timeout", "600s", "-n", "akash-services")
    #expect(result.exit == .code(0))
    #expect(
      result.outputText.hasPrefix(
        "Release \"akash-provider\" has been upgraded. Happy Helming!\nNAME: akash-provider\n"))
  }
}
