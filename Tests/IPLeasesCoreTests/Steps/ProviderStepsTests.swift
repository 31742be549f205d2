import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// Preflight, operator, capacity and provider on small snapshots.
struct ProviderStepsTests {
  private let settings = Sample.settings

  // MARK: Preflight

  @Test func theProviderIsFoundUnderAnyNameAndNamespace() {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known([Sample.release("shop", in: "selling")], at: Sample.now)
    }
    let assessment = PreflightStep().assess(snapshot, settings)
    #expect(assessment.state == .done)
    #expect(assessment.evidence == "provider shop, chart 19.0.2, in selling")
  }

  @Test(arguments: [
    "pending-install", "pending-upgrade", "pending-rollback", "uninstalling", "failed",
  ])
  func aProviderInTheMiddleOfAChangeIsLeftAlone(status: String) {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known([Sample.release(status: status)], at: Sample.now)
    }
    let assessment = PreflightStep().assess(snapshot, settings)
    #expect(assessment.state == .failed)
    #expect(assessment.problem?.advice?.text().contains("helm -n akash-services history") == true)
  }

  /// A run of ours that was cut off in the upgrade must be able to go on.
  @Test(arguments: ["pending-upgrade", "failed"])
  func aProviderInTheMiddleOfOurOwnChangeDoesNotStopThePreflight(status: String) {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known([Sample.release(status: status, revision: 2)], at: Sample.now)
      snapshot.startedSteps = [.provider]
    }
    #expect(PreflightStep().assess(snapshot, settings).state == .done)
    #expect(ProviderStep().assess(snapshot, settings).state == .todo)
  }

  @Test func aProviderWithoutHelmIsToldTheOtherWay() throws {
    let snapshot = Sample.fresh { $0.releases = .known([], at: Sample.now) }
    let preflight = PreflightStep().assess(snapshot, settings)
    #expect(preflight.state == .done)
    #expect(preflight.evidence.contains("Helm does not manage it"))
    let plan = try ProviderStep().plan(snapshot, settings)
    #expect(!plan.changesSomething)
    #expect(plan.notes.contains { $0.line().contains("AKASH_IP_OPERATOR=true") })
  }

  @Test func anOldKubernetesIsAWarningOnly() {
    let snapshot = Sample.fresh { snapshot in
      snapshot.edit(\.cluster) { $0.nodes = [Sample.node(kubelet: "v1.20.2")] }
    }
    let assessment = PreflightStep().assess(snapshot, settings)
    #expect(assessment.state == .done)
    #expect(assessment.seen.contains("warning: MetalLB 0.14 wants Kubernetes 1.21 or newer"))
  }

  @Test func aForeignProviderFileMattersOnlyWhileItWouldBeWritten() {
    var snapshot = Sample.fresh { snapshot in
      snapshot.providerFile = .known(SecretText("from: other\n"), at: Sample.now)
    }
    #expect(PreflightStep().assess(snapshot, settings).state == .failed)
    snapshot.providerValues = .known(SecretText(Sample.enabledValues), at: Sample.now)
    #expect(PreflightStep().assess(snapshot, settings).state == .done)
    snapshot.providerValues = .known(SecretText(Sample.values), at: Sample.now)
    snapshot.providerFile = .known(SecretText(Sample.values), at: Sample.now)
    #expect(PreflightStep().assess(snapshot, settings).state == .done)
  }

  // MARK: Operator

  @Test(arguments: [
    ("provider-19.0.2", "19.0.2"), ("provider-19.3.0", "19.1.0"), ("provider-8.0.3", "8.0.0"),
  ])
  func theOperatorsChartFitsTheProviders(chart: String, version: String) throws {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known([Sample.release(chart: chart)], at: Sample.now)
    }
    #expect(
      try IPOperatorStep().plan(snapshot, settings).summary.last
        == "helm install akash-ip-operator akash/akash-ip-operator --version \(version) --set "
        + "provider_address=\(Sample.address) --wait --timeout 300s -n akash-services")
  }

  /// Operator charts and what they bring, as the published index has them.
  private static let published = [
    ("12.1.1", "0.8.1"), ("12.0.0", "0.8.0"), ("11.6.1", "0.6.11-rc1"), ("11.6.0", "0.6.10"),
    ("11.5.0", "0.6.9"), ("8.0.0", "0.4.8"),
  ].map { ChartVersion(name: "akash/akash-ip-operator", version: $0.0, appVersion: $0.1) }

  @Test(arguments: [
    ("provider-11.6.1", "0.6.10", "11.6.0", "which is the provider's own"),
    ("provider-11.6.4", "0.6.11-rc1", "11.6.1", "which is the provider's own"),
    ("provider-12.1.0", "0.8.1", "12.1.1", "which is the provider's own"),
    ("provider-12.1.4", "0.8.4", "12.1.1", "the nearest below it"),
    ("provider-12.1.4", "", "12.1.1", "up to provider chart 12.1.4"),
  ])
  func theOperatorsChartBringsTheProvidersOwnVersion(
    chart: String, app: String, version: String, why: String
  ) throws {
    let snapshot = Sample.fresh { snapshot in
      var release = Sample.release(chart: chart)
      release.appVersion = app
      snapshot.releases = .known([release], at: Sample.now)
      snapshot.akash = .known(NamespaceObjects(), at: Sample.now)
      snapshot.operatorCharts = .known(Self.published, at: Sample.now)
    }
    let plan = try IPOperatorStep().plan(snapshot, settings)
    #expect(plan.summary.last?.contains("--version \(version) ") == true, "\(plan.summary)")
    #expect(plan.notes.contains { $0.line().contains(why) }, "\(plan.notes)")
  }

  @Test func withoutAFittingChartNothingIsGuessed() {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known([Sample.release(chart: "provider-17.0.0")], at: Sample.now)
    }
    let message = #expect(throws: UserMessage.self) {
      try IPOperatorStep().plan(snapshot, settings)
    }
    #expect(message?.what.contains("no operator chart 17.x up to 17.0.0") == true)
  }

  @Test func theAddressComesFromWhereItIsKnown() throws {
    let named = Sample.values.replacing("from: \(Sample.address)", with: "from: provider")
    var snapshot = Sample.fresh { snapshot in
      snapshot.providerValues = .known(SecretText(named), at: Sample.now)
    }
    let message = #expect(throws: UserMessage.self) {
      try IPOperatorStep().plan(snapshot, settings)
    }
    #expect(message?.advice == "Give it: --provider-address akash1…")
    snapshot.providerStatus = .known(
      ProviderStatus(address: Sample.address, leases: 0), at: Sample.now)
    #expect(
      try IPOperatorStep().plan(snapshot, settings).summary.last?.contains(Sample.address) == true)
  }

  private func withOperator(address: String, isOld: Bool = false, isHelms: Bool = true)
    -> ClusterSnapshot
  {
    let name = isOld ? "akash-ip-operator" : "operator-ip"
    let arguments = isOld ? #","args":["run","--provider","\#(address)"]"# : ""
    return Sample.fresh { snapshot in
      snapshot.edit(\.akash) {
        $0.deployments = [
          Sample.object(
            """
            {"metadata":{"name":"\(name)","generation":1},"spec":{"replicas":1,
             "selector":{"matchLabels":{"app":"\(name)"}},"template":{"spec":{"containers":
             [{"name":"\(name)"\(arguments)}]}}},
             "status":{"observedGeneration":1,"readyReplicas":1,"updatedReplicas":1}}
            """)
        ]
        if !isOld {
          $0.configMaps.append(
            Sample.object(
              #"{"metadata":{"name":"\#(name)"},"data":{"provider-address":"\#(address)"}}"#))
        }
      }
      if isHelms {
        snapshot.edit(\.releases) {
          $0.append(
            Sample.release("akash-ip-operator", chart: "akash-ip-operator-19.0.2", revision: 3))
        }
      }
    }
  }

  @Test(arguments: ["", "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"], [true, false])
  func anOperatorOfAnotherAddressIsGivenThisProviders(address: String, isOld: Bool) throws {
    let snapshot = withOperator(address: address, isOld: isOld)
    let name = isOld ? "akash-ip-operator" : "operator-ip"
    #expect(IPOperatorStep().assess(snapshot, settings).state == .todo)
    let plan = try IPOperatorStep().plan(snapshot, settings)
    #expect(
      plan.summary == [
        "helm repo update akash",
        "helm upgrade akash-ip-operator akash/akash-ip-operator --version 19.0.2 --reuse-values "
          + "--set provider_address=\(Sample.address) --wait --timeout 600s -n akash-services",
        "kubectl -n akash-services rollout restart deployment/\(name)",
        "kubectl -n akash-services rollout status deployment/\(name) --timeout=300s",
      ])
    #expect(
      plan.undoSummary.first
        == "helm rollback akash-ip-operator 3 --wait --timeout 600s -n akash-services")
    let byHand = withOperator(address: address, isOld: isOld, isHelms: false)
    #expect(throws: UserMessage.self) { try IPOperatorStep().plan(byHand, settings) }
  }

  @Test func aWayBackToWhatWasNotReadyWaitsForNothing() throws {
    var snapshot = withOperator(address: "")
    snapshot.edit(\.akash) { $0.deployments[0].status?.readyReplicas = 0 }
    #expect(
      try IPOperatorStep().plan(snapshot, settings).undoSummary == [
        "helm rollback akash-ip-operator 3 --timeout 600s -n akash-services",
        "kubectl -n akash-services rollout restart deployment/operator-ip",
      ])
    var provider = Sample.fresh()
    provider.edit(\.akash) { $0.statefulSets[0].status?.readyReplicas = 0 }
    #expect(
      try ProviderStep().plan(provider, settings).undoSummary == [
        "helm rollback akash-provider 1 --timeout 600s -n akash-services"
      ])
  }

  @Test func anOperatorOfTheRightAddressIsDone() {
    for isOld in [true, false] {
      let snapshot = withOperator(address: Sample.address, isOld: isOld)
      #expect(IPOperatorStep().assess(snapshot, settings).state == .done)
    }
  }

  // MARK: Capacity

  @Test func aNumberThatIsLateIsWaitedForAndNothingRestarted() throws {
    var snapshot = withOperator(address: Sample.address)
    snapshot.pools = .known(PoolObjects(), at: Sample.now)
    snapshot.edit(\.pools) { $0.pools = [Sample.pool()] }
    snapshot.operatorUsage = .known(.totals(available: 15, inUse: 1), at: Sample.now)
    #expect(CapacityStep().assess(snapshot, settings).state == .todo)
    let plan = try CapacityStep().plan(snapshot, settings)
    #expect(plan.summary == ["wait the operator answers and counts 16 addresses"])
    snapshot.operatorUsage = .known(.totals(available: 16, inUse: 1), at: Sample.now)
    #expect(CapacityStep().assess(snapshot, settings).state == .done)
  }

  @Test(arguments: [("09:00:00", true), ("11:00:00", false)])
  func onlyAnOperatorOlderThanTheServiceIsRestarted(started: String, isRestarted: Bool) throws {
    var snapshot = withOperator(address: Sample.address)
    snapshot.pools = .known(PoolObjects(), at: Sample.now)
    snapshot.edit(\.pools) { $0.pools = [Sample.pool()] }
    snapshot.edit(\.cluster) {
      $0.services = [
        Sample.object(
          """
          {"metadata":{"name":"controller","namespace":"metallb-system",
           "creationTimestamp":"2026-11-23T10:00:00Z"}}
          """)
      ]
    }
    snapshot.edit(\.akash) {
      $0.pods.append(
        Sample.object(
          """
          {"metadata":{"name":"operator-ip-1","labels":{"app":"operator-ip"}},
           "status":{"startTime":"2026-11-23T\(started)Z"}}
          """))
    }
    snapshot.operatorUsage = .known(.locked, at: Sample.now)
    let plan = try CapacityStep().plan(snapshot, settings)
    #expect(
      plan.summary.contains("kubectl -n akash-services rollout restart deployment/operator-ip")
        == isRestarted)
  }

  // MARK: Provider

  @Test func theUpgradeIsPinnedAndComesAfterTheFile() throws {
    let plan = try ProviderStep().plan(Sample.fresh(), settings)
    #expect(
      plan.summary == [
        "write /home/a/provider.yaml", "helm repo update akash",
        "helm upgrade akash-provider akash/provider --version 19.0.2 -f /home/a/provider.yaml "
          + "--wait --timeout 600s -n akash-services",
        "kubectl -n akash-services rollout status statefulset/akash-provider --timeout=300s",
        "wait the provider answers /status on 8443",
      ])
    #expect(
      plan.undoSummary.first
        == "helm rollback akash-provider 1 --wait --timeout 600s -n akash-services")
    #expect(!plan.diff.contains("a2V5LXRleHQ="))
  }

  /// With the attributes helm takes back the script whose checksum the pod carries; without them only
  /// the ConfigMap changes, which a pod reads at its start.
  @Test(arguments: [(true, false, false), (true, true, true), (false, true, false)])
  func theWayBackReplacesThePodWhereHelmDoesNot(
    isInMapOnly: Bool, hasAttributes: Bool, isRestarted: Bool
  ) throws {
    let snapshot = Sample.fresh { snapshot in
      if hasAttributes {
        let off = Sample.enabledValues.replacing("ipoperator: true", with: "ipoperator: false")
        snapshot.providerValues = .known(SecretText(off), at: Sample.now)
      }
      snapshot.edit(\.akash) {
        $0.statefulSets[0].spec?.template?.spec?.containers?[0].env =
          isInMapOnly ? [] : [Workload.Variable(name: "AKASH_IP_OPERATOR", value: "false")]
      }
    }
    let undo = try ProviderStep().plan(snapshot, settings).undoSummary
    let restart = "kubectl -n akash-services rollout restart statefulset/akash-provider"
    #expect(undo.contains(restart) == isRestarted, "\(undo)")
    #expect(undo.count == (isRestarted ? 3 : 2))
  }

  @Test func anotherReleaseNameIsUsedThroughout() throws {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known([Sample.release("shop", in: "selling")], at: Sample.now)
      snapshot.akash = .known(Sample.provider("shop-provider"), at: Sample.now)
    }
    let summary = try ProviderStep().plan(snapshot, settings).summary
    #expect(summary[2].hasPrefix("helm upgrade shop akash/provider --version 19.0.2 "))
    #expect(summary[2].hasSuffix("-n selling"))
    #expect(
      summary[3]
        == "kubectl -n selling rollout status statefulset/shop-provider --timeout=300s")
  }

  private func enabled(_ objects: NamespaceObjects) -> ClusterSnapshot {
    Sample.fresh { snapshot in
      snapshot.providerValues = .known(SecretText(Sample.enabledValues), at: Sample.now)
      snapshot.releases = .known([Sample.release(revision: 2)], at: Sample.now)
      snapshot.akash = .known(objects, at: Sample.now)
    }
  }

  @Test func theSettingInTheStatefulSetIsProofEnough() {
    let assessment = ProviderStep().assess(enabled(Sample.provider(variable: "true")), settings)
    #expect(assessment.state == .done)
    #expect(assessment.evidence == "on since revision 2, attributes set")
  }

  @Test func aPodOlderThanTheConfigMapIsRestarted() throws {
    let old = enabled(
      Sample.provider(variable: nil, map: "true", podStarted: "2026-11-23T09:00:00Z"))
    #expect(ProviderStep().assess(old, settings).state == .todo)
    #expect(
      try ProviderStep().plan(old, settings).summary == [
        "kubectl -n akash-services rollout restart statefulset/akash-provider",
        "kubectl -n akash-services rollout status statefulset/akash-provider --timeout=300s",
        "wait the provider answers /status on 8443",
      ])
    let new = enabled(Sample.provider(variable: nil, map: "true"))
    #expect(ProviderStep().assess(new, settings).state == .done)
  }

  private static func map(changed: String) -> ConfigMap {
    Sample.object(
      """
      {"metadata":{"name":"akash-provider-main","managedFields":[{"manager":"helm",
       "time":"2026-11-23T\(changed)Z"}]},"data":{"AKASH_IP_OPERATOR":"true"}}
      """)
  }

  @Test(arguments: [("08:00:00", StepState.done), ("09:30:00", .todo)])
  func aRevisionThatLeftTheConfigMapAsItWasNeedsNoRestart(
    mapChanged: String, state: StepState
  ) {
    var objects = Sample.provider(variable: nil, map: "true", podStarted: "2026-11-23T09:00:00Z")
    objects.configMaps = [Self.map(changed: mapChanged)]
    #expect(ProviderStep().assess(enabled(objects), settings).state == state)
  }

  @Test func aRestartOfTheProviderThatIsUnderWayIsNotBegunAgain() throws {
    var objects = Sample.provider(variable: nil, map: "true", podStarted: "2026-11-23T09:00:00Z")
    objects.statefulSets = [
      Sample.object(
        """
        {"metadata":{"name":"akash-provider","generation":3},"spec":{"replicas":1,"template":
         {"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-23T10:00:05Z"}},
          "spec":{"containers":[{"name":"provider"}]}}},
         "status":{"observedGeneration":3,"readyReplicas":0,"updatedReplicas":1}}
        """)
    ]
    #expect(try !ProviderStep().plan(enabled(objects), settings).changesSomething)
    // A revision that came after the restart was begun, and left the setting as it was.
    objects.statefulSets[0].spec?.template?.metadata?.annotations = [
      "kubectl.kubernetes.io/restartedAt": "2026-11-23T09:45:00Z"
    ]
    #expect(try ProviderStep().plan(enabled(objects), settings).changesSomething)
    objects.configMaps = [Self.map(changed: "09:30:00")]
    #expect(try !ProviderStep().plan(enabled(objects), settings).changesSomething)
  }

  @Test func aSettingThatReachedNeitherIsAFailure() {
    let assessment = ProviderStep().assess(
      enabled(Sample.provider(variable: "false")), settings)
    #expect(assessment.state == .failed)
  }

  @Test func aReleaseWeLeftInTheMiddleIsTakenBackAndUpgraded() throws {
    let snapshot = Sample.fresh { snapshot in
      snapshot.releases = .known(
        [Sample.release(status: "pending-upgrade", revision: 2)], at: Sample.now)
      snapshot.startedSteps = [.provider]
    }
    let summary = try ProviderStep().plan(snapshot, settings).summary
    #expect(
      summary[0] == "helm rollback akash-provider 1 --wait --timeout 600s -n akash-services")
    #expect(summary.contains { $0.hasPrefix("helm upgrade akash-provider ") })
  }

  @Test(arguments: ["null\n", "", "attributes: []\n", Sample.values + "key: twice\n"])
  func valuesThatCannotBeKeptSafelyAreRefused(values: String) {
    let snapshot = Sample.fresh { snapshot in
      snapshot.providerValues = .known(SecretText(values), at: Sample.now)
    }
    #expect(ProviderStep().assess(snapshot, settings).state == .failed)
    #expect(throws: UserMessage.self) { try ProviderStep().plan(snapshot, settings) }
  }
}
