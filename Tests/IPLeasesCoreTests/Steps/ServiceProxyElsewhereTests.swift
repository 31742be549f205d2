import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// Strict ARP where kube-proxy's ConfigMap is not the one that decides.
struct ServiceProxyElsewhereTests {
  private let step = StrictARPStep()

  private func assess(
    daemonSets: [String] = [], ciliumConfig: String = "{}", kubelet: String = "v1.31.4",
    arguments: String? = nil, leftBehind: Bool = false
  ) -> Assessment {
    step.assess(
      snapshot(
        daemonSets: daemonSets, ciliumConfig: ciliumConfig, kubelet: kubelet, arguments: arguments,
        leftBehind: leftBehind), Sample.settings)
  }

  private func snapshot(
    daemonSets: [String] = [], ciliumConfig: String = "{}", kubelet: String = "v1.31.4",
    arguments: String? = nil, leftBehind: Bool = false
  ) -> ClusterSnapshot {
    var objects = leftBehind ? Sample.proxy() : NamespaceObjects()
    objects.daemonSets = daemonSets.map {
      Sample.object(#"{"metadata":{"name":"\#($0)"}}"#)
    }
    objects.configMaps.append(
      Sample.object(#"{"metadata":{"name":"cilium-config"},"data":\#(ciliumConfig)}"#))
    return Sample.fresh { snapshot in
      snapshot.kubeProxy = .known(objects, at: Sample.now)
      snapshot.edit(\.cluster) {
        var node = Sample.node(kubelet: kubelet)
        node.metadata.annotations = arguments.map { ["k3s.io/node-args": $0] }
        $0.nodes = [node]
      }
    }
  }

  @Test func kubeRouterSetsItItselfEvenBesideAConfigMapLeftBehind() {
    for leftBehind in [false, true] {
      let assessment = assess(daemonSets: ["kube-router"], leftBehind: leftBehind)
      #expect(assessment.state == .notNeeded)
      #expect(
        assessment.evidence == "kube-router carries the Services and sets strict ARP itself")
    }
  }

  @Test func theChecksSayOfAConfigMapLeftBehindWhatTheStepSays() throws {
    let left = snapshot(daemonSets: ["kube-router"], leftBehind: true)
    let codes = [StrictARPChecks.setting, StrictARPChecks.restarted].map(\.code)
    let verdicts = Checks.run(left, only: codes).map(\.verdict)
    #expect(
      verdicts == [
        .pass(got: "kube-router carries the Services and sets strict ARP itself"),
        .notRun(.nothingToTest("it does not matter here")),
      ])
  }

  @Test(arguments: ["true", "strict"])
  func ciliumInKubeProxysPlaceNeedsNothing(word: String) {
    let assessment = assess(
      daemonSets: ["cilium"], ciliumConfig: #"{"kube-proxy-replacement":"\#(word)"}"#,
      leftBehind: true)
    #expect(assessment.state == .notNeeded)
    #expect(assessment.evidence.hasPrefix("Cilium stands in for kube-proxy"))
    #expect(assessment.seen.isEmpty)
  }

  @Test func ciliumsOwnAnnouncementsAreWarnedOf() {
    let assessment = assess(
      daemonSets: ["cilium"],
      ciliumConfig: #"{"kube-proxy-replacement":"true","enable-l2-announcements":"true"}"#)
    #expect(assessment.seen.first?.hasPrefix("warning: Cilium's own L2 announcements") == true)
  }

  @Test func ciliumBesideKubeProxyLeavesTheConfigMapInCharge() {
    let assessment = assess(
      daemonSets: ["cilium", "kube-proxy"],
      ciliumConfig: #"{"kube-proxy-replacement":"false"}"#, leftBehind: true)
    #expect(assessment.state == .todo)
    #expect(assessment.evidence == "ipvs, strictARP is off")
  }

  @Test func k3sInIPVSModeIsToldWhereToSetIt() {
    let bare = #"["server","--kube-proxy-arg","proxy-mode=ipvs"]"#
    let assessment = assess(kubelet: "v1.31.4+k3s1", arguments: bare)
    #expect(assessment.state == .failed)
    #expect(assessment.problem?.advice?.text().contains("/etc/rancher/k3s/config.yaml") == true)
    let strict =
      #"["server","--kube-proxy-arg","proxy-mode=ipvs","--kube-proxy-arg","ipvs-strict-arp=true"]"#
    #expect(assess(kubelet: "v1.31.4+k3s1", arguments: strict).state == .done)
  }

  @Test func serviceLBIsNamedUnlessItIsOff() {
    let on = assess(kubelet: "v1.31.4+k3s1", arguments: #"["server"]"#)
    #expect(on.seen.first?.hasPrefix("warning: ServiceLB is on") == true)
    let off = assess(
      kubelet: "v1.31.4+k3s1", arguments: #"["server","--disable","servicelb"]"#)
    #expect(off.state == .notNeeded)
    #expect(off.seen.isEmpty)
  }

  // MARK: Kubespray

  private func byKubespray(_ variables: String) -> ClusterSnapshot {
    Sample.withMetalLB(byChart: false, image: "quay.io/metallb/x:v0.13.9") { snapshot in
      snapshot.kubeProxy = .known(
        Sample.proxy(strictARP: true, podStarted: "2026-11-23T11:00:00Z"), at: Sample.now)
      snapshot.inventory = .known(
        KubesprayInventory(
          path: "/k/hosts.yaml",
          files: [
            InventoryFile(path: "/k/all.yml", text: SecretText(variables), kind: .variables)
          ]), at: Sample.now)
    }
  }

  @Test(arguments: ["kube_proxy_strict_arp: false\n", "metallb_enabled: true\n"])
  func anInventoryThatWouldPutItBackIsChangedAndKubeProxyLeftAlone(variables: String) throws {
    let snapshot = byKubespray(variables)
    let assessment = step.assess(snapshot, Sample.settings)
    #expect(assessment.state == .todo)
    #expect(assessment.evidence.contains("Kubespray would put it back"))
    let plan = try step.plan(snapshot, Sample.settings)
    guard case .file(let file)? = plan.actions.first, plan.actions.count == 1 else {
      Issue.record("\(plan.actions)")
      return
    }
    #expect(file.contents.reveal().contains("kube_proxy_strict_arp: true\n"))
    #expect(plan.undo == [.file(file.reversed)])
  }

  @Test(arguments: ["kube_proxy_strict_arp: true\n", "kube_proxy_strict_arp: \"{{ ours }}\"\n"])
  func anInventoryThatKeepsItNeedsNothing(variables: String) {
    #expect(step.assess(byKubespray(variables), Sample.settings).state == .done)
  }
}
