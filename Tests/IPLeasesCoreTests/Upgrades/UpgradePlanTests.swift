import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// The plans of upgrades on small snapshots, as whole lists of commands.
struct UpgradePlanTests {
  private func plan(
    _ part: Upgrade.Part, to: String? = nil, _ change: (inout ClusterSnapshot) -> Void = { _ in }
  ) throws -> Plan {
    try Upgrade(part: part, to: to).plan(
      try UpgradeSample.snapshot(change), UpgradeSample.settings)
  }

  private func problem(
    _ part: Upgrade.Part, to: String? = nil, _ change: (inout ClusterSnapshot) -> Void = { _ in }
  ) throws -> UserMessage {
    try #require(
      #expect(throws: UserMessage.self) { try plan(part, to: to, change) })
  }

  // MARK: MetalLB

  @Test func metallbIsSavedUpgradedPinnedAndWaitedFor() throws {
    let plan = try plan(.metallb, to: "0.15.3")
    let change = try #require(
      plan.actions.lazy.compactMap { action in
        if case .file(let change) = action { change } else { nil }
      }.first)
    #expect(change.path.hasPrefix("/s/metallb-pools-0.14.8-"))
    #expect(!change.keepsMode)
    #expect(
      plan.summary == [
        "helm repo update metallb",
        "helm upgrade metallb metallb/metallb --version 0.15.3 --dry-run=server -n metallb-system",
        "write \(change.path)",
        "helm upgrade metallb metallb/metallb --version 0.15.3 --wait --timeout 600s -n "
          + "metallb-system",
      ] + UpgradeSample.metallbRollouts + [
        "wait MetalLB's metrics answer through Service controller"
      ])
    #expect(
      plan.undoSummary == ["helm rollback metallb 2 --wait --timeout 600s -n metallb-system"]
        + UpgradeSample.metallbRollouts)
    #expect(plan.id == "metallb" && plan.undoID == "upgrade-metallb")
    #expect(plan.wayBack.text() == "ip-leases rollback upgrade-metallb")
    #expect(plan.touchedServices == 0)
    #expect(plan.touches.count == 1 && plan.touches[0].hasPrefix("addresses stay; "))
    #expect(plan.cannotUndo?.contains("0.15.3") == true)
    #expect(plan.notes.contains { $0.line().contains("kubectl apply -f \(change.path)") })
    #expect(plan.diff.contains("+  - 203.0.113.8/29"))
  }

  @Test func withoutAVersionTheNewestThatFitsIsTakenAndTheNewerOneNamed() throws {
    let plan = try plan(.metallb)
    #expect(plan.title == "Upgrade MetalLB 0.14.8 to 0.15.3")
    #expect(plan.notes.contains { $0.line().hasPrefix("0.16.1 is published, but not taken: ") })
  }

  @Test func whatIsAsNewAsItMayBeStays() throws {
    for to in [nil, "0.15.3", "v0.15.3"] {
      let plan = try plan(.metallb, to: to) { snapshot in
        snapshot.releases.edit { $0[0].chart = "metallb-0.15.3" }
      }
      #expect(plan.isEmpty && plan.title == "MetalLB stays at 0.15.3")
      #expect(plan.notes.contains { $0.line().contains("0.16.1 is published") } == (to == nil))
    }
  }

  @Test func aVersionThatBreaksLeasesIsRefusedWithTheOneThatFits() throws {
    let problem = try problem(.metallb, to: "0.16.1")
    #expect(problem.advice?.text().contains("ip-leases watch metallb --to 0.15.3") == true)
    #expect(try self.problem(.metallb, to: "0.14.7").what.contains("it would go down"))
    #expect(try self.problem(.metallb, to: "0.15.0").what.contains("0.15.0 refuses good pools"))
  }

  @Test func aMetalLBThatIsTooNewByNowIsLoweredByItsRemedy() throws {
    for to in [nil, "0.15.3", "0.16.1"] {
      let problem = try problem(.metallb, to: to) { snapshot in
        snapshot.releases.edit { $0[0].chart = "metallb-0.16.0" }
      }
      #expect(problem.what == "MetalLB is not upgraded: the IP operator cannot read it as it is.")
      #expect(problem.advice == "ip-leases remedy lower-metallb")
    }
  }

  @Test func aVersionThatIsNoneOrNotPublishedIsRefused() throws {
    #expect(try problem(.metallb, to: "newest").what == "\"newest\" is no version.")
    let problem = try problem(.metallb, to: "0.15.9")
    #expect(problem.what == "helm knows no version 0.15.9 of metallb/metallb.")
    #expect(problem.advice == "helm repo update metallb")
  }

  @Test func withoutItsRepositoryItIsSaidWhichToAdd() throws {
    let unknown = try problem(.metallb) { snapshot in
      snapshot.metallbCharts = .known([], at: HealthyCluster.now)
      snapshot.repositories = .absent(at: HealthyCluster.now)
    }
    #expect(
      unknown.advice
        == "helm repo add metallb https://metallb.github.io/metallb, then helm repo update metallb")
    let unread = try problem(.provider) {
      $0.providerCharts = .known([], at: HealthyCluster.now)
    }
    #expect(unread.advice == "helm repo update akash")
  }

  @Test(arguments: ["crds: {enabled: false}\n", "crds:\n  enabled: false\nspeaker: {}\n"])
  func kindsThatTheValuesTurnOffStopIt(values: String) throws {
    let problem = try problem(.metallb) {
      $0.metallbValues = .known(SecretText(values), at: HealthyCluster.now)
    }
    #expect(problem.what.contains("crds.enabled: false"))
    #expect(
      try !plan(.metallb) {
        $0.metallbValues = .known(SecretText("crds: {enabled: true}\n"), at: HealthyCluster.now)
      }.isEmpty)
  }

  @Test func whatIsNotKnownIsNoConsent() throws {
    for change: (inout ClusterSnapshot) -> Void in [
      { $0.metallbValues = .silent("boom") }, { $0.metallbValues = .notRead },
      { $0.metallbConfiguration = .silent("boom") }, { $0.releases = .silent("boom") },
      { $0.cluster = .silent("boom") }, { $0.metallbCharts = .silent("boom") },
    ] {
      #expect(try problem(.metallb, change).isUntold)
    }
    #expect(try problem(.provider) { $0.providerValues = .silent("boom") }.isUntold)
  }

  @Test(arguments: ["pending-upgrade", "failed", "pending-rollback"])
  func aReleaseThatWasLeftHalfWayStopsIt(status: String) throws {
    for (part, index) in [
      (Upgrade.Part.metallb, 0), (.operator, 1), (.provider, 2), (.provider, 1),
    ] {
      let problem = try problem(part) { snapshot in
        snapshot.releases.edit { $0[index].status = status }
      }
      #expect(problem.what.contains("is not upgraded"), "\(problem)")
      #expect(problem.advice?.text().contains("roll-back-release") == true)
    }
  }

  @Test func aReleaseThatIsBeingChangedIsWaitedFor() throws {
    let problem = try problem(.metallb) { snapshot in
      snapshot.releases.edit {
        $0[0].status = "pending-upgrade"
        $0[0].updated = "2026-11-23 14:35:00.5 +0000 UTC"
      }
      snapshot.releases = .known(
        snapshot.releases.value ?? [], at: Date(timeIntervalSince1970: 1_795_444_502))
    }
    #expect(problem.advice?.text().hasPrefix("Wait until ") == true)
  }

  @Test func aSnapshotOfSilentMetricsIsNotWaitedFor() throws {
    let plan = try plan(.metallb) { $0.metallbMetrics = .silent("refused") }
    #expect(!plan.summary.contains { $0.hasPrefix("wait ") })
  }

  @Test func anOldKubernetesIsAWarningOnly() throws {
    let plan = try plan(.metallb) { snapshot in
      snapshot.cluster.edit { $0.nodes[0].status?.nodeInfo?.kubeletVersion = "v1.20.15" }
    }
    #expect(plan.notes.contains { $0.line().hasPrefix("warning: Kubernetes is too old for it: ") })
  }

  // MARK: Operator and provider

  private static let operatorRollout =
    "kubectl -n akash-services rollout status deployment/operator-ip --timeout=300s"
  private static let providerRollout =
    "kubectl -n akash-services rollout status statefulset/akash-provider --timeout=300s"
  private static let operatorUpgrade =
    "helm upgrade akash-ip-operator akash/akash-ip-operator --version 19.0.2 --wait --timeout 600s "
    + "-n akash-services"
  private static let operatorRollback =
    "helm rollback akash-ip-operator 2 --wait --timeout 600s -n akash-services"

  @Test func theOperatorStaysAtTheProvidersVersion() throws {
    let stays = try plan(.operator)
    #expect(stays.isEmpty && stays.title == "The IP operator stays at chart 19.0.1")
    let refused = try problem(.operator, to: "19.0.2")
    #expect(refused.what.contains("the operator would be newer than the provider"))
  }

  @Test func theOperatorGoesUpToTheProvidersVersion() throws {
    let plan = try plan(.operator) { snapshot in
      snapshot.akash.edit {
        $0.statefulSets[0].spec?.template?.spec?.containers?[0].image = "p:0.16.2"
      }
      snapshot.releases.edit { $0[2].chart = "provider-19.0.2" }
    }
    #expect(
      plan.summary == [
        "helm repo update akash", Self.operatorUpgrade, Self.operatorRollout,
        "wait the operator answers /health",
      ])
    #expect(plan.undoSummary == [Self.operatorRollback, Self.operatorRollout])
    #expect(plan.id == "ip-operator" && plan.undoID == "upgrade-operator")
    #expect(plan.touches == [OperatorMove.touches])
  }

  @Test func theOperatorGoesBeforeTheProvider() throws {
    let plan = try plan(.provider)
    #expect(plan.title == "Upgrade the provider, chart 19.0.1 to 19.0.2")
    #expect(
      plan.summary == [
        "helm repo update akash", Self.operatorUpgrade, Self.operatorRollout,
        "wait the operator answers /health",
        "helm upgrade akash-provider akash/provider --version 19.0.2 --wait --timeout 600s -n "
          + "akash-services", Self.providerRollout, "wait the provider answers /status on 8443",
      ])
    #expect(
      plan.undoSummary == [
        "helm rollback akash-provider 2 --wait --timeout 600s -n akash-services",
        Self.providerRollout, Self.operatorRollback, Self.operatorRollout,
      ])
    #expect(plan.id == "provider" && plan.undoID == "upgrade-provider")
    #expect(
      plan.touches == [
        "the provider restarts once: no bids for about a minute; 3 active lease(s) are "
          + "re-attached, their workloads go on", OperatorMove.touches,
      ])
    #expect(plan.notes.contains { $0.line().contains("unhealthy for about 24 h") })
  }

  @Test func anOperatorThatFitsIsLeftAlone() throws {
    let plan = try plan(.provider) { snapshot in
      snapshot.releases.edit {
        $0[1].chart = "akash-ip-operator-19.0.2"
        $0[1].appVersion = "0.16.2"
      }
    }
    #expect(!plan.summary.contains { $0.contains("akash-ip-operator") })
    #expect(plan.undoSummary.count == 2)
  }

  @Test func aProviderWithoutAnOperatorIsUpgradedAlone() throws {
    let plan = try plan(.provider) { snapshot in
      snapshot.releases.edit { $0.remove(at: 1) }
    }
    #expect(!plan.summary.contains { $0.contains("operator") })
  }

  @Test func chartsThatNeedAMigrationAreRefused() throws {
    let twelve = try problem(.provider, to: "12.1.4") { snapshot in
      snapshot.releases.edit { $0[2].chart = "provider-11.6.4" }
      snapshot.providerCharts = UpgradeSample.charts(
        "akash/provider", [("12.1.4", "0.8.4"), ("11.6.4", "0.6.11-rc1")])
    }
    #expect(twelve.what.contains("Kubernetes refuses chart 12 over an older one"))
    #expect(
      twelve.advice?.text().hasSuffix("11.6.4 is the newest that fits of those helm knows.") == true
    )
    let letsEncrypt = try problem(.provider, to: "19.0.2") { snapshot in
      snapshot.providerValues = .known(
        SecretText(HealthyCluster.values + "letsEncrypt: {enabled: false}\n"),
        at: HealthyCluster.now)
    }
    #expect(letsEncrypt.what.contains("letsEncrypt.enabled: false"))
  }

  @Test func aProviderThatHelmDoesNotManageIsNotUpgraded() throws {
    let none = try problem(.provider) { $0.releases.edit { $0.remove(at: 2) } }
    #expect(none.what == "Helm does not manage a provider.")
    let two = try problem(.provider) { $0.releases.edit { $0.append($0[2]) } }
    #expect(two.what == "There are 2 releases of the chart provider.")
  }

  @Test(arguments: [
    ("monitor:\n  maxRetries: 10\n", false), ("monitor: {}\n", true), ("", true),
  ])
  func timesOfOnesOwnAreNotToldAsTheCharts(values: String, isTold: Bool) throws {
    let plan = try plan(.provider) {
      $0.providerValues = .known(
        SecretText(HealthyCluster.values + values), at: HealthyCluster.now)
    }
    #expect(plan.notes.contains { $0.line().contains("(monitor)") } == isTold)
  }

  // MARK: What is read

  @Test func whatOnlyAnUpgradeLooksAtIsReadByTheseCommands() async {
    let releases =
      #"[{"name":"lb-metallb","namespace":"metallb-system","revision":"1","#
      + #""status":"deployed","chart":"metallb-0.14.8","app_version":"v0.14.8"}]"#
    let answers = RecordedAnswers([
      RecordedAnswers.Answer("helm list", prints: releases),
      RecordedAnswers.Answer("get values lb-metallb", prints: "crds: {enabled: false}\n"),
      RecordedAnswers.Answer("-o yaml", prints: "items: []\n"),
      RecordedAnswers.Answer(
        "metallb/metallb", prints: #"[{"name":"metallb/metallb","version":"0.15.3"}]"#),
      RecordedAnswers.Answer(
        "akash/provider", prints: #"[{"name":"akash/provider","version":"19.0.2"}]"#),
    ])
    let snapshot = await answers.read([
      .releases, .metallbValues, .metallbConfiguration, .metallbCharts, .providerCharts,
    ])
    let asked = Set(answers.asked.map { $0.argv.joined(separator: " ") })
    #expect(
      asked.isSuperset(of: [
        "helm get values lb-metallb -o yaml -n metallb-system",
        "kubectl -n metallb-system get ipaddresspools,l2advertisements,bgpadvertisements,bgppeers,"
          + "bfdprofiles,communities -o yaml",
        "helm search repo metallb/metallb --versions -o json",
        "helm search repo akash/provider --versions -o json",
      ]), "\(asked)")
    #expect(snapshot.metallbValues.value?.reveal() == "crds: {enabled: false}\n")
    #expect(snapshot.metallbConfiguration.value?.reveal() == "items: []\n")
    #expect(snapshot.metallbCharts.value?.map(\.version) == ["0.15.3"])
    #expect(snapshot.providerCharts.value?.map(\.version) == ["19.0.2"])
  }
}
