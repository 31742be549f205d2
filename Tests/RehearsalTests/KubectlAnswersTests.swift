import Execution
import Foundation
import IPLeasesCore
import Testing

@testable import Rehearsal

/// Literals are what kubectl printed at a real API server.
struct KubectlAnswersTests {
  @Test func whatIsNotThereIsRefusedInTheServersWords() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    func said(_ arguments: String...) async throws -> String {
      let command = Command(.kubectl, arguments, purpose: "test")
      return try await stage.executor.run(command).transcript
    }
    var answer = try await said(
      "-n", "metallb-system", "get", "ipaddresspools.metallb.io,l2advertisements.metallb.io", "-o",
      "json")
    #expect(
      answer == "! error: the server doesn't have a resource type \"ipaddresspools\"\n= code(1)")
    answer = try await said("get", "--raw", Paths.health, "--request-timeout=5s")
    #expect(
      answer == "! Error from server (NotFound): services \"operator-ip\" not found\n= code(1)")
    answer = try await said("-n", "kube-system", "rollout", "restart", "daemonset/nosuch")
    #expect(
      answer == "! Error from server (NotFound): daemonsets.apps \"nosuch\" not found\n= code(1)")
    answer = try await said(
      "get", "customresourcedefinitions.apiextensions.k8s.io", "nosuch.akash.network",
      "--ignore-not-found", "-o", "json")
    #expect(answer == "= code(0)")
    answer = try await said("--context", "nosuch", "get", "ns")
    #expect(
      answer
        == "! Error in configuration: context was not found for specified context: nosuch\n= code(1)"
    )
    answer = try await said("get", "nodes", "--frobnicate")
    #expect(
      answer
        == "! error: unknown flag: --frobnicate\nSee 'kubectl get --help' for usage.\n= code(1)")
  }

  @Test func anEmptyNamespaceIsAnEmptyList() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    let result = try await stage.kubectl(
      "-n", "metallb-system", "get", "deployments,daemonsets", "-o", "json", changes: false)
    #expect(
      result.outputText == """
        {
            "apiVersion": "v1",
            "items": [],
            "kind": "List",
            "metadata": {
                "resourceVersion": ""
            }
        }

        """)
  }

  @Test func namespacesAreMadeLabeledAndDeleted() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    var result = try await stage.kubectl("create", "namespace", "web", "--dry-run=server")
    #expect(result.transcript == "namespace/web created (server dry run)\n= code(0)")
    try await stage.kubectl("create", "namespace", "web")
    result = try await stage.kubectl("create", "namespace", "web")
    #expect(
      result.transcript
        == "! Error from server (AlreadyExists): namespaces \"web\" already exists\n= code(1)")
    try await stage.kubectl("label", "namespace", "web", "a=b")
    result = try await stage.kubectl("label", "namespace", "web", "a=c")
    #expect(
      result.transcript
        == "! error: 'a' already has a value (b), and --overwrite is false\n= code(1)")
    result = try await stage.kubectl("label", "namespace", "web", "a-", "--overwrite")
    #expect(result.transcript == "namespace/web labeled\n= code(0)")
    result = try await stage.kubectl(
      "delete", "namespace", "web", "--ignore-not-found", "--wait=true")
    #expect(result.transcript == "namespace \"web\" deleted\n= code(0)")
    #expect(result.exit == .code(0))
    result = try await stage.kubectl("get", "namespace", "web", changes: false)
    #expect(
      result.transcript == "! Error from server (NotFound): namespaces \"web\" not found\n= code(1)"
    )
  }

  @Test func aDeletedNamespaceTerminatesForAWhile() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    try await stage.kubectl("delete", "namespace", "metallb-system", "--wait=false")
    let namespace = try await stage.json("get", "namespace", "metallb-system")
    #expect(namespace["status"]["phase"] == "Terminating")
    let refused = try await stage.kubectl(
      "create", "-f", "-",
      input: """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: late, namespace: metallb-system}
        """)
    #expect(
      refused.errorText.contains(
        "unable to create new content in namespace metallb-system because it is being terminated"))
  }

  @Test func poolsAreJudgedByTheWebhook() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    func create(_ name: String, _ address: String) async throws -> String {
      try await stage.kubectl(
        "create", "-f", "-",
        input: """
          apiVersion: metallb.io/v1beta1
          kind: IPAddressPool
          metadata: {name: \(name), namespace: metallb-system}
          spec: {addresses: ["\(address)"]}
          """
      ).errorText
    }
    let head = "Error from server (Forbidden): error when creating \"STDIN\": admission webhook "
    let hook = "\"ipaddresspoolvalidationwebhook.metallb.io\" denied the request: "
    var said = try await create("other", "144.217.30.300/28")
    #expect(
      said == head + hook
        + "parsing address pool other: invalid CIDR \"144.217.30.300/28\" in pool \"other\": "
        + "invalid CIDR \"144.217.30.300/28\"\n")
    said = try await create("other", "194.28.98.220/32")
    #expect(
      said == head + hook
        + "CIDR \"194.28.98.220/32\" in pool \"other\" overlaps with already defined CIDR "
        + "\"194.28.98.216/29\"\n")
    said = try await create("default", "10.0.0.0/24")
    #expect(
      said
        == "Error from server (AlreadyExists): error when creating \"STDIN\": "
        + "ipaddresspools.metallb.io \"default\" already exists\n")
  }

  @Test func beforeTheWebhookAnswersACreationIsRefused() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    try await stage.kubectl("create", "namespace", "metallb-system")
    try await stage.helm("repo", "add", "metallb", "https://metallb.github.io/metallb")
    try await stage.helm(
      "install", "metallb", "metallb/metallb", "--version", "0.14.8", "-n", "metallb-system")
    let refused = try await stage.kubectl("create", "-f", "-", input: EnablementTests.pool)
    #expect(
      refused.errorText.hasPrefix(
        """
        Error from server (InternalError): error when creating "STDIN": Internal error occurred: \
        failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": failed to call webhook: \
        Post "https://metallb-webhook-service.metallb-system.svc:443/\
        validate-metallb-io-v1beta1-ipaddresspool?timeout=10s": dial tcp 
        """))
    #expect(refused.errorText.contains(":443: connect: connection refused\n"))
  }

  @Test func withoutTheCustomKindNothingIsMapped() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    let result = try await stage.kubectl(
      "create", "-f", "-",
      input: """
        apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata: {name: default, namespace: metallb-system}
        spec: {addresses: [10.0.0.0/24]}
        """)
    #expect(
      result.transcript == """
        ! error: resource mapping not found for name: "default" namespace: "metallb-system" from "STDIN": no matches for kind "IPAddressPool" in version "metallb.io/v1beta1"
        ensure CRDs are installed first
        = code(1)
        """)
  }

  @Test func rolloutsAreToldStageByStage() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    func roll(_ workload: String) async throws -> String {
      try await stage.kubectl("-n", "akash-services", "rollout", "restart", workload)
      return try await stage.kubectl(
        "-n", "akash-services", "rollout", "status", workload, "--timeout=60s"
      ).transcript
    }
    var said = try await roll("deployment/operator-ip")
    #expect(
      said == """
        Waiting for deployment "operator-ip" rollout to finish: 1 old replicas are pending termination...
        deployment "operator-ip" successfully rolled out
        = code(0)
        """)
    said = try await roll("statefulset/akash-provider")
    #expect(
      said == """
        Waiting for 1 pods to be ready...
        partitioned roll out complete: 1 new pods have been updated...
        = code(0)
        """)
  }

  @Test func readingTwiceShowsTheSameNames() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let first = try await stage.json("-n", "akash-services", "get", "pods,endpointslices")
    let second = try await stage.json("-n", "akash-services", "get", "pods,endpointslices")
    #expect(first == second)
    #expect(first["items"].items.count == 6)
  }
}
