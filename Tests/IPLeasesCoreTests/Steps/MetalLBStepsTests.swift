import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// Namespace, MetalLB, metrics Service and pools on small snapshots.
struct MetalLBStepsTests {
  private let settings = Sample.settings
  private static let label = "kubectl label namespace metallb-system "
  private static let enforce = "pod-security.kubernetes.io/enforce"
  private static let audit = "pod-security.kubernetes.io/audit"

  // MARK: Namespace

  @Test func onlyTheMissingLabelsAreSetAndTheOldOnesComeBack() throws {
    let snapshot = Sample.fresh { snapshot in
      snapshot.edit(\.cluster) {
        $0.namespaces.append(
          Sample.namespace(
            "metallb-system",
            labels: #"{"\#(Self.audit)":"baseline","pod-security.kubernetes.io/warn":"privileged"}"#
          )
        )
      }
    }
    let assessment = NamespaceStep().assess(snapshot, settings)
    #expect(assessment.state == .todo)
    #expect(assessment.evidence == "found, 2 of 3 Pod Security labels are not privileged")
    let plan = try NamespaceStep().plan(snapshot, settings)
    #expect(
      plan.summary == [
        Self.label + "\(Self.enforce)=privileged \(Self.audit)=privileged --overwrite"
      ])
    #expect(
      plan.undoSummary == [Self.label + "\(Self.enforce)- \(Self.audit)=baseline --overwrite"])
  }

  @Test func aNamespaceThatIsBeingDeletedIsWaitedFor() {
    let snapshot = Sample.fresh { snapshot in
      snapshot.edit(\.cluster) {
        $0.namespaces.append(Sample.namespace("metallb-system", phase: "Terminating"))
      }
    }
    #expect(NamespaceStep().assess(snapshot, settings).state == .failed)
  }

  // MARK: MetalLB

  @Test func metalLBIsInstalledPinnedAndItsRepositoryAddedFirst() throws {
    let plan = try MetalLBStep().plan(Sample.fresh(), settings)
    #expect(
      plan.summary == [
        "helm repo add metallb https://metallb.github.io/metallb", "helm repo update metallb",
        "helm install metallb metallb/metallb --version 0.14.8 --wait --timeout 300s -n "
          + "metallb-system",
      ])
    #expect(
      plan.undoSummary == ["helm uninstall metallb --wait --timeout 300s -n metallb-system"])
  }

  @Test func labelsAgainstLoadBalancersOnEveryNodeAreOverruled() throws {
    let label = #"{"node.kubernetes.io/exclude-from-external-load-balancers":""}"#
    let all = Sample.fresh { snapshot in
      snapshot.edit(\.cluster) { $0.nodes = [Sample.node(labels: label, kubelet: "v1.31.4")] }
    }
    let some = Sample.fresh { snapshot in
      snapshot.edit(\.cluster) { $0.nodes.append(Sample.node(labels: label, kubelet: "v1.31.4")) }
    }
    let flag = "--set speaker.ignoreExcludeLB=true"
    #expect(try MetalLBStep().plan(all, settings).summary.contains { $0.contains(flag) })
    #expect(try !MetalLBStep().plan(some, settings).summary.contains { $0.contains(flag) })
  }

  @Test(arguments: ["v0.16.0", "v0.16.1", "v0.17.0", "v0.15.0"])
  func aMetalLBThatDoesNotGoWithTheOperatorIsRefusedWithTheReason(tag: String) {
    let snapshot = Sample.withMetalLB(image: "quay.io/metallb/controller:\(tag)")
    let assessment = MetalLBStep().assess(snapshot, settings)
    #expect(assessment.state == .failed)
    let advice =
      tag == "v0.15.0"
      ? "Use 0.14.8 (the guide's) or 0.14.9."
      : "Bring it to one that does: ip-leases remedy lower-metallb."
    #expect(assessment.problem?.advice?.text() == advice)
    #expect(throws: UserMessage.self) { try MetalLBStep().plan(snapshot, settings) }
  }

  @Test(arguments: ["v0.14.9", "v0.13.9", "v0.15.2"])
  func aMetalLBThatGoesWithTheOperatorStays(tag: String) {
    for byChart in [true, false] {
      let snapshot = Sample.withMetalLB(
        byChart: byChart, image: "quay.io/metallb/controller:\(tag)")
      let assessment = MetalLBStep().assess(snapshot, settings)
      #expect(assessment.state == .done)
      #expect(assessment.evidence == "\(tag) by \(byChart ? "Helm" : "manifests"), ready")
    }
  }

  @Test(arguments: ["@", "", ":", "@sha256:00", "registry:5000/metallb/controller"])
  func aStrangeImageNameIsNoVersion(image: String) {
    let snapshot = Sample.withMetalLB(image: image)
    #expect(snapshot.metallbInstallation?.version == nil)
    #expect(MetalLBStep().assess(snapshot, settings).state == .done)
  }

  @Test(arguments: ["pending-install", "failed", "uninstalling", "pending-upgrade"])
  func anInterruptedReleaseIsPutRightOnlyIfItIsOurs(status: String) throws {
    var snapshot = Sample.fresh { snapshot in
      snapshot.edit(\.releases) {
        $0.append(
          Sample.release("metallb", chart: "metallb-0.14.8", in: "metallb-system", status: status))
      }
    }
    #expect(MetalLBStep().assess(snapshot, settings).state == .failed)
    snapshot.startedSteps = [.metallb]
    #expect(MetalLBStep().assess(snapshot, settings).state == .todo)
    #expect(
      try MetalLBStep().plan(snapshot, settings).summary.dropFirst(2) == [
        "helm uninstall metallb --wait --timeout 300s -n metallb-system",
        "helm install metallb metallb/metallb --version 0.14.8 --wait --timeout 300s -n "
          + "metallb-system",
      ])
  }

  @Test func aReleaseOfOursWhosePodsRunIsPutRightAndNotRemoved() throws {
    var snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.releases) { $0[1].status = "failed" }
      snapshot.edit(\.pools) { $0.pools = [Sample.pool()] }
    }
    snapshot.startedSteps = [.metallb]
    #expect(MetalLBStep().assess(snapshot, settings).state == .todo)
    let plan = try MetalLBStep().plan(snapshot, settings)
    #expect(
      plan.summary == ["helm rollback metallb 1 --wait --timeout 600s -n metallb-system"])
    // The way back of the run that was cut off stays.
    #expect(plan.undo.isEmpty)
  }

  @Test func aReleaseOfOursIsNotRemovedWherePoolsStandOnItOrCannotBeRead() {
    var snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.releases) { $0[1].status = "failed" }
      snapshot.edit(\.metallb) { $0.deployments = [Sample.metallb("controller", ready: 0)] }
      snapshot.edit(\.pools) { $0.pools = [Sample.pool()] }
    }
    snapshot.startedSteps = [.metallb]
    for pools in [snapshot.pools, .unreadable(UserMessage("boom"), at: Sample.now)] {
      snapshot.pools = pools
      let assessment = MetalLBStep().assess(snapshot, settings)
      #expect(assessment.state == .failed)
      #expect(assessment.problem?.advice?.text().contains("uninstall") == false)
    }
  }

  @Test func aMetalLBThatMayAnnounceNowhereIsNotDone() throws {
    let label = #"{"node.kubernetes.io/exclude-from-external-load-balancers":""}"#
    func snapshot(byChart: Bool) -> ClusterSnapshot {
      Sample.withMetalLB(byChart: byChart) { snapshot in
        snapshot.edit(\.cluster) { $0.nodes = [Sample.node(labels: label, kubelet: "v1.31.4")] }
      }
    }
    #expect(MetalLBStep().assess(snapshot(byChart: true), settings).state == .todo)
    let plan = try MetalLBStep().plan(snapshot(byChart: true), settings)
    #expect(
      plan.summary.last
        == "helm upgrade metallb metallb/metallb --version 0.14.8 --reuse-values --set "
        + "speaker.ignoreExcludeLB=true --wait --timeout 600s -n metallb-system")
    let message = #expect(throws: UserMessage.self) {
      try MetalLBStep().plan(snapshot(byChart: false), settings)
    }
    #expect(message?.advice?.text().contains("--ignore-exclude-lb") == true)
    let after = MetalLBStep().outcome(snapshot(byChart: true), settings)
    #expect(MetalLBStep().assess(after, settings).state == .done)
  }

  @Test func metalLBInAnotherNamespaceIsRefused() {
    let snapshot = Sample.fresh { snapshot in
      snapshot.edit(\.releases) {
        $0.append(Sample.release("lb", chart: "metallb-0.14.8", in: "lb"))
      }
    }
    let assessment = MetalLBStep().assess(snapshot, settings)
    #expect(assessment.state == .failed)
    #expect(assessment.evidence.contains("installed in lb"))
  }

  @Test func whatIsInstalledButNotReadyIsOnlyWaitedFor() throws {
    let snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.metallb) { $0.deployments = [Sample.metallb("controller", ready: 0)] }
    }
    let plan = try MetalLBStep().plan(snapshot, settings)
    #expect(
      plan.summary == [
        "kubectl -n metallb-system rollout status deployment/metallb-controller --timeout=300s",
        "kubectl -n metallb-system rollout status daemonset/metallb-speaker --timeout=300s",
      ])
    #expect(!plan.changesSomething)
  }

  // MARK: Metrics Service

  @Test(arguments: [(true, "metallb-controller"), (false, "controller")])
  func theControllerIsExposedByTheNameItHas(byChart: Bool, name: String) throws {
    let plan = try MetricsServiceStep().plan(Sample.withMetalLB(byChart: byChart), settings)
    #expect(
      plan.summary.first?.hasPrefix(
        "kubectl -n metallb-system expose deployment \(name) --name=controller --overrides=")
        == true)
  }

  @Test func aServiceThatLeadsAstrayIsPutRightAndComesBack() throws {
    let labels = #"{"app.kubernetes.io/name":"other"}"#
    let snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.cluster) {
        $0.services = [
          Sample.object(
            """
            {"metadata":{"name":"controller","namespace":"metallb-system","resourceVersion":"7"},
             "spec":{"selector":\(labels),"ports":[{"name":"http","port":80}]}}
            """)
        ]
      }
    }
    let assessment = MetricsServiceStep().assess(snapshot, settings)
    #expect(assessment.state == .todo)
    #expect(assessment.seen.count == 2)
    let plan = try MetricsServiceStep().plan(snapshot, settings)
    guard case .command(let patch) = plan.actions[0], case .command(let back) = plan.undo[0] else {
      Issue.record("no commands: \(plan.summary)")
      return
    }
    #expect(
      patch.standardInput?.contains(#""path":"/metadata/resourceVersion","value":"7""#) == true)
    #expect(
      patch.standardInput?.hasSuffix(
        #"{"op":"add","path":"/spec/ports/-","value":"#
          + #"{"name":"monitoring","port":7472,"protocol":"TCP","targetPort":7472}}]"#) == true)
    #expect(
      back.standardInput?.hasSuffix(
        #"{"op":"test","path":"/spec/ports/1/name","value":"monitoring"},"#
          + #"{"op":"remove","path":"/spec/ports/1"}]"#) == true)
  }

  /// Ports as JSON, and what a repair does to them, as a JSON patch.
  private static let portRepairs = [
    // The one with the name is put right in its place.
    (
      #"[{"name":"a","port":80},{"name":"monitoring","port":9999,"targetPort":1}]"#,
      #"[{"op":"replace","path":"/spec/ports/1","value":"#
        + #"{"name":"monitoring","port":7472,"protocol":"TCP","targetPort":7472}}]"#
    ),
    // One that leads there only lacks its name.
    (
      #"[{"port":7472,"targetPort":7472}]"#,
      #"[{"op":"replace","path":"/spec/ports/0","value":"#
        + #"{"name":"monitoring","port":7472,"protocol":"TCP","targetPort":7472}}]"#
    ),
    // Another name has the number: the new port gets the next one, and everybody a name.
    (
      #"[{"name":"metrics","port":7472,"targetPort":7472},{"port":80}]"#,
      #"[{"op":"add","path":"/spec/ports/-","value":"#
        + #"{"name":"monitoring","port":7473,"protocol":"TCP","targetPort":7472}},"#
        + #"{"op":"add","path":"/spec/ports/1/name","value":"port-80"}]"#
    ),
  ]

  @Test(arguments: portRepairs)
  func aRepairLeavesTheOtherPortsAsTheyAre(ports: String, patch: String) throws {
    let list = try JSONDecoder().decode([Service.Port].self, from: Data(ports.utf8))
    let repair = ServicePortRepair(list, named: "monitoring", leadingTo: 7472)
    #expect(JSONPatch.text(repair.forward) == patch)
  }

  // MARK: Pools

  @Test func anotherPoolThatAssignsByItselfIsToldNotTouched() {
    let snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.pools) {
        $0.pools = [
          Sample.pool(), Sample.pool("other"), Sample.pool("kept", more: #","autoAssign":false"#),
        ]
        $0.advertisements = [Sample.object(#"{"metadata":{"name":"all"}}"#)]
      }
    }
    let assessment = PoolsStep().assess(snapshot, settings)
    #expect(assessment.state == .done)
    #expect(assessment.evidence == "16 addresses, announced by all")
    #expect(
      assessment.seen == [
        "203.0.113.0/28",
        "warning: pool other hands out addresses by itself too; tenants may get one of those",
      ])
  }

  @Test func aPoolThatNobodyAnnouncesGetsAnAdvertisementOfAFreeName() throws {
    let snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.pools) {
        $0.pools = [Sample.pool()]
        $0.advertisements = [
          Sample.object(
            #"{"metadata":{"name":"l2advertisement1"},"spec":{"ipAddressPools":["other"]}}"#)
        ]
      }
    }
    let plan = try PoolsStep().plan(snapshot, settings)
    guard case .command(let create) = plan.actions[1] else {
      Issue.record("no command: \(plan.summary)")
      return
    }
    #expect(create.standardInput?.contains("kind: IPAddressPool") == false)
    #expect(create.standardInput?.contains(#"name: "l2advertisement2""#) == true)
    #expect(plan.undo.count == 1)
  }

  @Test func thePoolAndItsAdvertisementAreMadeOneByOne() throws {
    var settings = settings
    settings.poolRanges = ["203.0.113.0/28"]
    let snapshot = Sample.withMetalLB { $0.edit(\.pools) { $0.pools = [] } }
    let made = try PoolsStep().plan(snapshot, settings).actions.compactMap { action in
      if case .command(let command) = action { command.standardInput } else { nil }
    }
    #expect(made.map { $0.contains("kind: IPAddressPool") } == [true, false])
    #expect(made.map { $0.contains("kind: L2Advertisement") } == [false, true])
    // What a first try left is not made again.
    let left = Sample.withMetalLB { snapshot in
      snapshot.edit(\.pools) {
        $0.advertisements = [
          Sample.object(
            #"{"metadata":{"name":"l2advertisement1"},"spec":{"ipAddressPools":["default"]}}"#)
        ]
      }
    }
    let plan = try PoolsStep().plan(left, settings)
    #expect(plan.actions.count == 2)
    #expect(plan.undo.count == 1)
  }

  @Test(arguments: [
    #","autoAssign":false"#, #","serviceAllocation":{"namespaces":["x"]}"#,
  ])
  func aPoolThatTenantsCannotUseIsRefused(more: String) {
    let snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.pools) { $0.pools = [Sample.pool(more: more)] }
    }
    #expect(PoolsStep().assess(snapshot, settings).state == .failed)
  }

  @Test func rangesThatDifferFromThePoolChangeNothing() {
    let snapshot = Sample.withMetalLB { snapshot in
      snapshot.edit(\.pools) {
        $0.pools = [Sample.pool()]
        $0.advertisements = [Sample.object(#"{"metadata":{"name":"all"}}"#)]
      }
    }
    var settings = settings
    settings.poolRanges = ["198.51.100.0/28"]
    let assessment = PoolsStep().assess(snapshot, settings)
    #expect(assessment.state == .done)
    #expect(
      assessment.evidence
        == "16 addresses, announced by all; the pool has 203.0.113.0/28 and --pool says "
        + "198.51.100.0/28: nothing is changed here, pools plan is for that")
  }
}
