import Cluster
import IPLeasesCore
import Testing

struct StrictARPStepTests {
  private let step = StrictARPStep()
  private let settings = Sample.settings
  private static let restart = "kubectl -n kube-system rollout restart daemonset/kube-proxy"
  private static let status =
    "kubectl -n kube-system rollout status daemonset/kube-proxy --timeout=300s"

  private func snapshot(_ objects: NamespaceObjects) -> ClusterSnapshot {
    Sample.fresh { $0.kubeProxy = .known(objects, at: Sample.now) }
  }

  @Test func inIPVSModeItIsTurnedOnAndKubeProxyRestarted() throws {
    let snapshot = snapshot(Sample.proxy())
    #expect(step.assess(snapshot, settings).state == .todo)
    let plan = try step.plan(snapshot, settings)
    let patch =
      "kubectl -n kube-system patch configmap kube-proxy --type=json --patch-file=/dev/stdin"
    #expect(plan.summary == [patch, Self.restart, Self.status])
    #expect(plan.undoSummary == plan.summary)
    #expect(plan.diff.contains("-  strictARP: false\n+  strictARP: true\n"))
  }

  @Test(arguments: [
    ("iptables", "kube-proxy runs in mode iptables, where strictARP has no effect"),
    ("nftables", "kube-proxy runs in mode nftables, where strictARP has no effect"),
    ("", "kube-proxy runs in mode iptables (the default), where strictARP has no effect"),
  ])
  func inOtherModesNothingIsNeeded(mode: String, evidence: String) {
    let assessment = step.assess(snapshot(Sample.proxy(mode: mode)), settings)
    #expect(assessment.state == .notNeeded)
    #expect(assessment.evidence == evidence)
  }

  @Test func withoutAConfigMapNothingIsNeededAndWhyIsSaid() {
    #expect(step.assess(snapshot(NamespaceObjects()), settings).state == .notNeeded)
    let k3s = Sample.fresh { snapshot in
      snapshot.kubeProxy = .known(NamespaceObjects(), at: Sample.now)
      snapshot.edit(\.cluster) { $0.nodes = [Sample.node(kubelet: "v1.31.4+k3s1")] }
    }
    #expect(step.assess(k3s, settings).evidence.hasPrefix("k3s runs kube-proxy inside itself"))
  }

  @Test func podsOlderThanTheChangeAreRestarted() throws {
    let snapshot = snapshot(Sample.proxy(strictARP: true))
    #expect(step.assess(snapshot, settings).state == .todo)
    #expect(try step.plan(snapshot, settings).summary == [Self.restart, Self.status])
  }

  @Test func aRestartThatIsUnderWayIsNotBegunAgain() throws {
    let daemonSet = """
      {"metadata":{"name":"kube-proxy","generation":2},
       "spec":{"selector":{"matchLabels":{"k8s-app":"kube-proxy"}},"template":{"metadata":
        {"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-23T12:00:05+02:00"}}}},
       "status":{"observedGeneration":1,"desiredNumberScheduled":1,"numberReady":1,
        "updatedNumberScheduled":1}}
      """
    let now = snapshot(Sample.proxy(strictARP: true, daemonSet: daemonSet))
    #expect(step.assess(now, settings).state == .todo)
    #expect(try step.plan(now, settings).summary == [Self.status])
    // One from before the change does not count.
    let before = snapshot(
      Sample.proxy(strictARP: true, changed: "2026-11-23T11:00:00Z", daemonSet: daemonSet))
    #expect(try step.plan(before, settings).summary == [Self.restart, Self.status])
  }

  @Test func podsYoungerThanTheChangeProveIt() {
    let objects = Sample.proxy(strictARP: true, podStarted: "2026-11-23T10:00:00Z")
    let assessment = step.assess(snapshot(objects), settings)
    #expect(assessment.state == .done)
    #expect(assessment.evidence == "ipvs, strictARP on, kube-proxy restarted since")
  }

  @Test func aConfigurationThatCannotBeReadIsRefusedNotGuessed() {
    var objects = Sample.proxy()
    objects.configMaps = [
      Sample.object(#"{"metadata":{"name":"kube-proxy"},"data":{"config.conf":"{{["}}"#)
    ]
    #expect(step.assess(snapshot(objects), settings).state == .failed)
  }
}
