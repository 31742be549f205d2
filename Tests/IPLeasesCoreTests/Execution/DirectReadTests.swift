import Foundation
import TestSupport
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// Which commands are asked of the API server itself, and what of it.
struct DirectReadTests {
  private let kubectl = Kubectl(Connection(kubeconfig: "/k", context: "prod"))
  private let helm = Helm(Connection(kubeconfig: "/k", context: "prod"))

  @Test func listsOfKindsAreAskedForByKind() throws {
    let read = DirectRead(
      kubectl.get(
        ["pods", "ipaddresspools"], namespace: "metallb-system", showManagedFields: true,
        purpose: ""))
    guard case .lists(let resources, let namespace, let selector) = read else {
      Issue.record("\(String(describing: read))")
      return
    }
    #expect(namespace == "metallb-system" && selector == nil)
    #expect(
      resources[0].path("v1", namespace: namespace) == "/api/v1/namespaces/metallb-system/pods")
    #expect(
      resources[1].path("v1beta1", namespace: namespace)
        == "/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools")
  }

  @Test func whatHasNoNamespaceIsAskedForWithoutOne() throws {
    let read = DirectRead(kubectl.get(["nodes", "services"], allNamespaces: true, purpose: ""))
    guard case .lists(let resources, nil, nil) = read else {
      Issue.record("\(String(describing: read))")
      return
    }
    #expect(
      resources.map { $0.path("v1", namespace: nil) } == ["/api/v1/nodes", "/api/v1/services"])
    #expect(resources[0].path("v1", namespace: "x") == "/api/v1/nodes")
  }

  @Test func everyKindTheReaderAsksForIsKnown() {
    let kinds =
      ClusterReader.clusterKinds + ClusterReader.metallbKinds + ClusterReader.poolKinds
      + ClusterReader.surroundingKinds + ClusterReader.akashKinds
      + [ClusterReader.leasedIPKind, ClusterReader.announcementKind, ClusterReader.webhookKind]
    #expect(kinds.filter { APIResource.all[$0] == nil } == [])
  }

  @Test func aPathAndALogAreAskedForAsTheyAre() {
    #expect(
      DirectRead(kubectl.raw("/version", timeout: .seconds(2), purpose: ""))
        == .raw(path: "/version", seconds: 2))
    let read = DirectRead(
      kubectl.logs(
        of: "statefulset/akash-provider", container: "provider", namespace: "akash-services",
        lines: 200))
    guard case .log(let workload, "akash-provider", "provider", "akash-services", 200) = read else {
      Issue.record("\(String(describing: read))")
      return
    }
    #expect(workload.name == "statefulsets")
  }

  @Test func whateverElseIsLeftToTheTool() {
    let commands = [
      kubectl.get(["pods"], namespace: "a", names: ["b"], purpose: ""),
      kubectl.get(["secrets"], namespace: "a", purpose: ""),
      kubectl.get(["pods", "widgets"], namespace: "a", purpose: ""),
      kubectl.get(["pods"], purpose: ""),
      kubectl.names(of: ["pods"], namespace: "a", purpose: ""),
      kubectl.field(".x", of: "pod", "a", namespace: "b", purpose: ""),
      kubectl.manifest("pod", "a", namespace: "b"),
      kubectl.events(of: "a", reason: "b", namespace: "c", purpose: ""),
      kubectl.version(), kubectl.configuration(), kubectl.mayDoEverything(),
      kubectl.logs(of: "pod/a", namespace: "b", lines: 1),
      kubectl.proxy(socket: "/s"),
      kubectl.get(["pods"], namespace: "a/b", purpose: ""),
      kubectl.get(["pods"], namespace: "a?b", purpose: ""),
      kubectl.get(["pods"], namespace: "..", purpose: ""),
      kubectl.logs(of: "deployment/a%2f", namespace: "b", lines: 1),
      Command(.kubectl, ["get", "pods", "-n", "a", "-o", "json"], purpose: "", changes: true),
      Command(.kubectl, ["get", "pods", "-n", "a", "-o", "json", "--watch"], purpose: ""),
      Command(.kubectl, ["delete", "pods", "-n", "a", "-o", "json"], purpose: ""),
      Command(.kubectl, ["get", "--raw", "version", "--request-timeout=1s"], purpose: ""),
      Command(.kubectl, [], purpose: ""), Command(.kubectl, ["get", "pods", "-n"], purpose: ""),
      helm.list(),
    ]
    for command in commands { #expect(DirectRead(command) == nil, "\(command.shellText)") }
  }

  @Test func onlyGETGoesThroughTheProxy() throws {
    let flag = try #require(
      kubectl.proxy(socket: "/s").arguments.first { $0.hasPrefix("--reject-methods=") })
    let rule = try Regex(String(flag.dropFirst("--reject-methods=".count)))
    for method in ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT"] {
      #expect(method.contains(rule), "\(method)")
    }
    #expect(!"GET".contains(rule))
  }

  // MARK: helm

  @Test func releasesAndValuesAreLookedUpWhereHelmKeepsThem() {
    #expect(HelmRead(helm.list()) == .list)
    #expect(HelmRead(helm.values(of: "a", namespace: "b")) == .values(release: "a", namespace: "b"))
    let others = [
      helm.version(), helm.repositories(), helm.chartVersions("a/b"),
      helm.history(of: "a", namespace: "b"), helm.rollback("a", to: 1, namespace: "b"),
      Command(.helm, ["list", "-A", "-o", "json"], purpose: ""), kubectl.version(),
      Command(.helm, ["get", "values", "a", "--all", "-o", "yaml", "-n", "b"], purpose: ""),
    ]
    for command in others { #expect(HelmRead(command) == nil, "\(command.shellText)") }
  }

  @Test(arguments: [
    (["HELM_DRIVER": "configmap"], false), (["HELM_KUBETOKEN": "x"], false),
    (["HELM": "/opt/helm"], false), (["HELM_DRIVER": "secret", "HELM_NAMESPACE": "x"], true),
    (["HELM_DRIVER": ""], true),
  ])
  func aHelmThatKeepsThemElsewhereIsAsked(environment: [String: String], isUsual: Bool) {
    let connection = Connection(kubeconfig: "/k")
    #expect(HelmRead.isUsual(environment, connection, kubectl: "/none") == isUsual)
  }

  @Test func aKubectlThatMayReadAnotherFileThanHelmSaysNothingForHelm() throws {
    let folder = TemporaryFolder()
    for name in ["k3s", "own"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true)
    }
    _ = FileManager.default.createFile(atPath: folder.file("k3s/k3s"), contents: nil)
    _ = FileManager.default.createFile(atPath: folder.file("own/kubectl"), contents: nil)
    symlink(folder.file("k3s/k3s"), folder.file("k3s/kubectl"))
    func isUsual(_ tool: String, _ kubeconfig: String?, variable: String = "") -> Bool {
      HelmRead.isUsual(
        ["KUBECONFIG": variable], Connection(kubeconfig: kubeconfig), kubectl: folder.file(tool))
    }
    #expect(isUsual("own/kubectl", nil))
    #expect(!isUsual("k3s/kubectl", nil))
    #expect(isUsual("k3s/kubectl", "/k") && isUsual("k3s/kubectl", nil, variable: "/k"))
  }

  @Test func valuesAreWrittenAsHelmWritesThem() throws {
    let json = """
      {"attributes":[{"key":"region","value":"eu-west"},{"key":"ip-lease","value":true},"x"],
      "bidprice":"1.60","count":3,"domain":"example.test","e":"","empty":{},"flag":"true",
      "image":{"tag":"0.6.4","pull":null},"key":"LS0tLS1CRUdJTg==","none":[],"price":0.25,
      "node":"http://akash-node-1:26657","withdrawalperiod":"24h",
      "zz":{"deep":{"x":[{"a":{"b":1,"c":[1,2]},"d":"q"}]},"l":["a","5","1.2.3"],
      "p":"a/b:c@d%e+f=g-h_i","sz":"10Gi","zero":"0"}}
      """
    let value = try JSONDecoder().decode(PlainValue.self, from: Data(json.utf8))
    // `helm get values -o yaml` of helm 4.2.3 for the same values.
    let expected = """
      attributes:
      - key: region
        value: eu-west
      - key: ip-lease
        value: true
      - x
      bidprice: "1.60"
      count: 3
      domain: example.test
      e: ""
      empty: {}
      flag: "true"
      image:
        pull: null
        tag: 0.6.4
      key: LS0tLS1CRUdJTg==
      node: http://akash-node-1:26657
      none: []
      price: 0.25
      withdrawalperiod: 24h
      zz:
        deep:
          x:
          - a:
              b: 1
              c:
              - 1
              - 2
            d: q
        l:
        - a
        - "5"
        - 1.2.3
        p: a/b:c@d%e+f=g-h_i
        sz: 10Gi
        zero: "0"

      """
    #expect(value.helmText == expected)
  }

  @Test(arguments: [
    #"{}"#, #"{"a":"two words"}"#, #"{"a":"x\ny"}"#, #"{"a":"yes"}"#, #"{"a":"0x1f"}"#,
    #"{"a":"1e5"}"#, #"{"a":"2026-01-01"}"#, #"{"a":"- x"}"#, #"{"a":"x: y"}"#, #"{"a":"x #y"}"#,
    #"{"a":"é"}"#, #"{"a":1e30}"#, #"{"a":1000000}"#, #"{"a":1234567.5}"#, #"{"a":[["b"]]}"#,
    #"{"a b":1}"#, #"{"1":1}"#, #"{"a":"~"}"#,
    #"{"a":"0b1"}"#, #"{"a":"0o7"}"#, #"{"a":"1_000"}"#, #"{"a":"12:30:45"}"#, #"{"a":".inf"}"#,
    #"{"a":"*x"}"#, #"{"a":"null"}"#, #"{"on":1}"#, #"[1]"#, #""a""#,
  ])
  func aValueWhoseWritingIsInDoubtIsLeftToHelm(json: String) throws {
    #expect(try JSONDecoder().decode(PlainValue.self, from: Data(json.utf8)).helmText == nil)
  }

  @Test(arguments: [
    ("2026-11-23T16:45:30.99193709Z", "2026-11-23 16:45:30.99193709 +0000 UTC"),
    ("2026-11-23T16:45:30Z", "2026-11-23 16:45:30 +0000 UTC"),
    ("2026-11-23T16:45:30.5+01:00", "2026-11-23 16:45:30.5 +0100 +0100"),
  ])
  func timesAreWordedAsGoDoes(stored: String, shown: String) throws {
    #expect(StoredRelease.goTime(stored) == shown)
    let release = Release(
      name: "", namespace: "", revision: "", status: "", chart: "", appVersion: "", updated: shown)
    #expect(release.updatedAt != nil)
  }
}
