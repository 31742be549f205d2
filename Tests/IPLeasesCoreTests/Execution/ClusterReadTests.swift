import Basics
import Foundation
import TestSupport
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// What a read asks for, and by whom it is answered.
struct ClusterReadTests {
  private let kubectl = Kubectl(Connection(kubeconfig: "/k", context: "prod"))

  private static let connection = Connection(kubeconfig: "/k", context: "prod")

  private func command(_ read: ClusterRead) -> String {
    read.command(Self.connection).argv.joined(separator: " ")
  }

  @Test func eachReadHasTheCommandThatAnswersIt() {
    let connection = "--context prod --kubeconfig /k"
    let pods = Listing(.pods, in: "metallb-system")
    let pools = Listing(.pools, in: "metallb-system")
    #expect(
      command(.objects([pods, pools], showManagedFields: true, purpose: ""))
        == "kubectl -n metallb-system get pods,ipaddresspools --show-managed-fields -o json "
        + connection)
    let slices = Listing(.endpointSlices, labels: ["b": "2", "a/c": "1"])
    #expect(
      command(.objects([slices], showManagedFields: false, purpose: ""))
        == "kubectl get endpointslices --all-namespaces -l a/c=1,b=2 -o json \(connection)")
    // One of several that wants less gets more.
    #expect(
      command(.objects([Listing(.nodes), slices], showManagedFields: false, purpose: ""))
        == "kubectl get nodes,endpointslices --all-namespaces -o json \(connection)")
    #expect(
      command(.endpoint(path: "/version", patience: .seconds(2), purpose: ""))
        == "kubectl get --raw /version --request-timeout=2s \(connection)")
    let log = WorkloadLog(
      kind: .statefulset, name: "akash-provider", container: "provider",
      namespace: "akash-services", lines: 200)
    #expect(
      command(.log(log))
        == "kubectl -n akash-services logs statefulset/akash-provider -c provider --tail=200 "
        + "--timestamps \(connection)")
  }

  @Test func aKindIsAskedForWhereTheServerKeepsIt() throws {
    #expect(APIResource.pods.path("v1", namespace: "a") == "/api/v1/namespaces/a/pods")
    #expect(
      APIResource.pools.path("v1beta1", namespace: "a")
        == "/apis/metallb.io/v1beta1/namespaces/a/ipaddresspools")
    #expect(APIResource.services.path("v1", namespace: nil) == "/api/v1/services")
    #expect(APIResource.nodes.path("v1", namespace: "a") == "/api/v1/nodes")
  }

  @Test func eachFactHasOneDefinition() {
    let names = AllFacts.definitions.map(\.name)
    #expect(Set(names).count == names.count)
    for definition in AllFacts.definitions {
      #expect(definition.near.isSubset(of: names), "\(definition.name.rawValue)")
    }
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

  @Test(arguments: [
    (["HELM_DRIVER": "configmap"], false), (["HELM_KUBETOKEN": "x"], false),
    (["HELM": "/opt/helm"], false), (["HELM_DRIVER": "secret", "HELM_NAMESPACE": "x"], true),
    (["HELM_DRIVER": ""], true),
  ])
  func aHelmThatKeepsThemElsewhereIsAsked(environment: [String: String], isUsual: Bool) {
    let connection = Connection(kubeconfig: "/k")
    #expect(HelmPlace.isUsual(environment, connection, kubectl: "/none") == isUsual)
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
      HelmPlace.isUsual(
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
    let value = try JSONText.parse(json)
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
    #expect(try JSONText.parse(json).helmText == nil)
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
