import Foundation
import Testing

@testable import Cluster
@testable import IPLeasesCore

/// What the reader makes of the tools' real answers, good and bad.
struct ClusterReaderTests {
  typealias Answer = RecordedAnswers.Answer

  // MARK: helm

  /// helm 4.1.4; helm 3.20.1 prints the same keys.
  @Test func releasesAreFoundByTheirChart() async {
    let text = """
      [{"name":"shop","namespace":"selling","revision":"12","updated":"2026-11-23 15:45:30.99193709 \
      +0100 CET","status":"deployed","chart":"provider-19.0.2","app_version":"0.14.0"},
      {"name":"metallb","namespace":"metallb-system","revision":"1","updated":"","status":\
      "pending-install","chart":"metallb-0.14.8","app_version":"v0.14.8"}]
      """
    let snapshot = await RecordedAnswers([Answer("helm list", prints: text)]).read([.releases])
    #expect(snapshot.providerRelease?.name == "shop")
    #expect(snapshot.providerRelease?.chartVersionText == "19.0.2")
    #expect(snapshot.providerRelease?.updatedAt == Date(timeIntervalSince1970: 1_795_445_130))
    #expect(snapshot.metallbRelease?.isPending == true)
  }

  @Test func theValuesOfAProviderOfAnotherNameAreAskedForAgain() async {
    let list = """
      [{"name":"shop","namespace":"selling","revision":"1","updated":"","status":"deployed",\
      "chart":"provider-19.0.2","app_version":"0"}]
      """
    let snapshot = await RecordedAnswers([
      Answer("helm list", prints: list),
      Answer("get values akash-provider", exit: 1, complains: "Error: release: not found\n"),
      Answer("get values shop -o yaml -n selling", prints: Sample.values),
    ]).read([.releases, .providerValues])
    #expect(snapshot.providerValues.value?.reveal() == Sample.values)
  }

  @Test(arguments: [
    "Error: no repositories to show\n", "Error: no repositories configured\n",
  ])
  func noRepositoriesIsAnAnswer(text: String) async {
    let snapshot = await RecordedAnswers([Answer("repo list", exit: 1, complains: text)])
      .read([.repositories])
    #expect(snapshot.repositories == .absent(at: Sample.now))
  }

  @Test(arguments: ["v3.20.1\n", "v4.1.4", "v4.1.4+g05fa379\n"])
  func theVersionOfHelmIsReadInBothForms(text: String) async {
    let snapshot = await RecordedAnswers([Answer("helm version", prints: text)])
      .read([.helmVersion])
    #expect(snapshot.helmVersion.value?.minor == (text.hasPrefix("v3") ? 20 : 1))
  }

  // MARK: kubectl

  @Test func whatIsForbiddenIsSaidInTheToolsWords() async {
    let text = """
      Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" \
      in API group "" at the cluster scope

      """
    let snapshot = await RecordedAnswers([
      Answer("get nodes", exit: 1, complains: text)
    ]).read([.cluster])
    #expect(snapshot.cluster.problem?.what == "This user may not read that.")
    #expect(snapshot.cluster.problem?.reason?.contains(#"User "jane" cannot list"#) == true)
    #expect(PreflightStep().assess(snapshot, Sample.settings).state == .unknown)
  }

  /// kubectl takes `a.b.c` for resource.version.group first and reads all the server's kinds anew.
  @Test func noKindIsNamedWithTwoDots() async {
    let answers = RecordedAnswers([])
    _ = await answers.read(Set(FactName.allCases))
    let kinds = answers.asked.filter { $0.tool == .kubectl }.flatMap { command -> [Substring] in
      let words = command.arguments.drop { $0 != "get" }.dropFirst()
      return words.first?.split(separator: ",") ?? []
    }
    #expect(kinds.contains("ipaddresspools"))
    #expect(kinds.filter { $0.count { $0 == "." } > 1 } == [])
  }

  @Test func aMissingKindIsNotAProblem() async {
    let text = """
      error: the server doesn't have a resource type "ipaddresspools"

      """
    let pods = """
      {"items":[{"kind":"ConfigMap","metadata":{"name":"config","namespace":"metallb-system"}}]}
      """
    let snapshot = await RecordedAnswers([
      Answer("ipaddresspools", exit: 1, complains: text),
      Answer("-n metallb-system get deployments", prints: pods),
    ]).read([.metallb, .pools])
    #expect(snapshot.pools == .absent(at: Sample.now))
    #expect(snapshot.metallb.value?.configMaps.map(\.metadata.name) == ["config"])
  }

  /// A proxy between us and the cluster, a truncated answer, and something else than asked for.
  @Test(arguments: [
    "<html><body>502 Bad Gateway</body></html>", #"{"items":[{"kind":"Node""#, "[]", "",
    #"{"items":[{"metadata":{}}]}"#, "\u{1B}]0;title\u{07}",
  ])
  func garbageIsUnreadableAndHarmless(text: String) async throws {
    let snapshot = await RecordedAnswers([Answer("get nodes", prints: text)]).read([.cluster])
    let problem = try #require(snapshot.cluster.problem)
    #expect(problem.text().unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    #expect(problem.advice?.text().contains("kubectl get nodes,namespaces,services") == true)
  }

  @Test(arguments: [(0, true), (1, false)])
  func aListOfMoreObjectsThanThereCanBeIsNoAnswer(more: Int, isRead: Bool) async {
    let node = #"{"kind":"Node","metadata":{"name":"x"}}"#
    let nodes = Array(repeating: node, count: ObjectList.mostItems + more)
    let snapshot = await RecordedAnswers([
      Answer("get nodes", prints: #"{"items":[\#(nodes.joined(separator: ","))]}"#)
    ]).read([.cluster])
    #expect((snapshot.cluster.problem == nil) == isRead)
  }

  @Test func anEmptyClusterIsKnownToBeEmpty() async {
    let snapshot = await RecordedAnswers([]).read([.cluster, .kubeProxy])
    #expect(snapshot.cluster.value == ClusterObjects())
    #expect(snapshot.kubeProxy.value == NamespaceObjects())
  }

  /// Kubernetes 1.20 and 1.36: the same object with more and other fields around it.
  @Test(arguments: [
    #"{"selfLink":"/api/v1/nodes/node1","name":"node1"}"#,
    #"{"name":"node1","managedFields":[{"manager":"x","time":"2026-11-23T10:00:00Z"}]}"#,
  ])
  func nodesOfOldAndNewServersAreRead(metadata: String) async {
    let text = """
      {"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Node","metadata":\
      \(metadata),"spec":{"podCIDR":"10.0.0.0/24"},"status":{"addresses":[{"type":"InternalIP",\
      "address":"192.0.2.1"}],"nodeInfo":{"kubeletVersion":"v1.36.2"},"features":{}}},
      {"apiVersion":"v9","kind":"Novelty","metadata":{"name":"new"}}]}
      """
    let snapshot = await RecordedAnswers([Answer("get nodes", prints: text)]).read([.cluster])
    #expect(snapshot.cluster.value?.nodes.first?.status?.addresses?.first?.address == "192.0.2.1")
  }

  @Test(arguments: [(0, "yes\n", true), (1, "no\n", false)])
  func rightsAreReadFromTheWordNotTheExitCode(exit: Int, word: String, mayAll: Bool) async {
    let snapshot = await RecordedAnswers([
      Answer("auth can-i", exit: Int32(exit), prints: word)
    ]).read([.permissions])
    #expect(snapshot.permissions.value == mayAll)
  }

  // MARK: The operator

  @Test func aLockedBarrierIsToldFromAMissingEndpoint() async {
    let locked = "Error from server (ServiceUnavailable): the server is currently unable to "
    let path = "operator-ip:rest/proxy/usage"
    let closed = await RecordedAnswers([
      Answer(path, exit: 1, complains: locked + "handle the request\n")
    ]).read([.operatorUsage])
    #expect(closed.operatorUsage.value == .locked)
    let empty = await RecordedAnswers([
      Answer(
        path, exit: 1,
        complains: "Error from server (ServiceUnavailable): no endpoints available for service "
          + "\"operator-ip:rest\"\n")
    ]).read([.operatorUsage])
    #expect(empty.operatorUsage.problem != nil)
    let open = await RecordedAnswers([
      Answer(path, prints: #"{"Available":16,"InUse":2}"#)
    ]).read([.operatorUsage])
    #expect(open.operatorUsage.value == .totals(available: 16, inUse: 2))
  }
}
