import Basics
import Cluster
import Execution
import IPLeasesCore
import Testing

/// The step on small snapshots.
struct MigrateStepTests {
  private let step = MigrateStep()
  private let settings = Sample.settings
  private static let saved = "/s/metallb-0.12-0123abcd-42-configmap.yaml"
  private static let objects = "/s/metallb-0.12-0123abcd-42-objects.yaml"
  private static let pool =
    "address-pools: [{name: default, protocol: layer2, addresses: [203.0.113.0/28]}]"

  // MARK: Whether it is there

  @Test func withoutAnOldConfigurationThereIsNoSuchStep() {
    #expect(Checklist(Sample.withMetalLB(), settings)[.migrate] == nil)
    let other = Sample.withMetalLB {
      $0.edit(\.metallb) { $0.configMaps = [Self.map(data: #"{"excludel2.yaml":"x"}"#)] }
    }
    #expect(Checklist(other, settings)[.migrate] == nil)
  }

  @Test func itStandsBehindMetalLBAndThePoolsWaitForIt() throws {
    let checklist = Checklist(Self.legacy(), settings)
    #expect(checklist.reports[3].id == .migrate)
    #expect(checklist[.migrate]?.state == .todo)
    #expect(checklist[.pools]?.blockedBy == [.migrate])
    #expect(checklist[.migrate]?.evidence == "ConfigMap config: 1 pool")
  }

  @Test func theChartsConfigMapIsFoundUnderTheReleasesName() {
    let snapshot = Sample.withMetalLB {
      $0.edit(\.metallb) { $0.configMaps = [Self.map("metallb", Self.pool)] }
    }
    #expect(Checklist(snapshot, settings)[.migrate]?.evidence == "ConfigMap metallb: 1 pool")
  }

  @Test func aConfigurationThatCannotBeConvertedFailsAndSaysWhy() {
    let assessment = step.assess(Self.legacy("address-pools: [{name: default}]"), settings)
    #expect(assessment.state == .failed)
    #expect(assessment.problem?.what == "Pool \"default\" has no addresses.")
  }

  // MARK: The plan

  @Test func theConfigMapIsSavedFirstAndDeletedLast() throws {
    let snapshot = Self.legacy { $0.edit(\.cluster) { $0.services = [Self.service()] } }
    let plan = try step.plan(snapshot, settings)
    #expect(
      plan.summary == [
        "write \(Self.saved)", "write \(Self.objects)",
        "kubectl -n metallb-system rollout status deployment/metallb-controller --timeout=300s",
        "kubectl apply --server-side -f \(Self.objects)",
        "wait 203.0.113.5 is held by lease1/web",
        "wait ConfigMap config is seen to be the one that was converted",
        "kubectl -n metallb-system delete configmap config --ignore-not-found --wait=true",
      ])
    #expect(
      plan.undoSummary == [
        "kubectl apply --server-side -f \(Self.saved)",
        "kubectl -n lease1 annotate service web metallb.universe.tf/loadBalancerIPs=203.0.113.5 "
          + "ip-leases/held-address=203.0.113.5 --overwrite",
        "kubectl -n metallb-system delete l2advertisement.metallb.io l2advertisement1 "
          + "--ignore-not-found --wait=true",
        "kubectl -n metallb-system delete ipaddresspool.metallb.io default --ignore-not-found "
          + "--wait=true",
      ])
    #expect(plan.touchedServices == 0)
    let dryRuns = plan.actions.compactMap { action -> [String]? in
      if case .command(let command) = action { command.dryRunArguments } else { nil }
    }
    #expect(dryRuns.allSatisfy { $0.contains("--dry-run=server") })
    #expect(dryRuns.count == 2)
  }

  @Test func theFirstAddressMustHoldForAWhile() throws {
    let snapshot = Self.legacy { $0.edit(\.cluster) { $0.services = [Self.service()] } }
    let waits = try step.plan(snapshot, settings).actions.compactMap { action -> Wait? in
      if case .wait(let wait) = action { wait } else { nil }
    }
    #expect(waits.map(\.steadiness) == [.seconds(10), .zero])
    #expect(waits[0].isMet(by: Self.printed(#"[{"ip":"203.0.113.5","ipMode":"VIP"}]"#)))
    #expect(!waits[0].isMet(by: Self.printed(#"[{"ip":"203.0.113.50"}]"#)))
    #expect(!waits[0].isMet(by: Self.printed("")))
    #expect(waits[1].isMet(by: Self.printed("42")))
    #expect(!waits[1].isMet(by: Self.printed("421")))
  }

  @Test func aPinnedServiceIsProvedBeforeAndAfterItsRequestIsTakenBack() throws {
    let snapshot = Self.legacy {
      $0.edit(\.cluster) {
        $0.services = [
          Self.service(
            holds: nil,
            annotations: #"{"metallb.universe.tf/loadBalancerIPs":"203.0.113.5","#
              + #""ip-leases/held-address":"203.0.113.5"}"#)
        ]
      }
    }
    let plan = try step.plan(snapshot, settings)
    #expect(
      plan.summary[4...6] == [
        "wait 203.0.113.5 is held by lease1/web",
        "kubectl -n lease1 annotate service web metallb.universe.tf/loadBalancerIPs- "
          + "ip-leases/held-address- --overwrite",
        "wait 203.0.113.5 is held by lease1/web",
      ])
  }

  @Test func aServiceOfBothFamiliesIsProvedInBoth() throws {
    let text = "address-pools: [{name: default, addresses: [203.0.113.0/28, 2001:db8::/120]}]"
    let both = #"203.0.113.5"},{"ip":"2001:db8::5"#
    let snapshot = Self.legacy(text) {
      $0.edit(\.cluster) { $0.services = [Self.service(holds: both)] }
    }
    let plan = try step.plan(snapshot, settings)
    #expect(
      plan.summary[4...5] == [
        "wait 203.0.113.5 is held by lease1/web", "wait 2001:db8::5 is held by lease1/web",
      ])
    #expect(plan.undoSummary[1].contains("loadBalancerIPs=203.0.113.5,2001:db8::5 "))
  }

  @Test func anAddressNoPoolWillHaveStopsIt() {
    let snapshot = Self.legacy {
      $0.edit(\.cluster) { $0.services = [Self.service(holds: "198.51.100.1")] }
    }
    let message = #expect(throws: UserMessage.self) { try step.plan(snapshot, settings) }
    #expect(message?.what.contains("lease1/web would lose its address 198.51.100.1") == true)
  }

  @Test func aServiceOfAnotherLoadBalancerIsLeftAlone() throws {
    let snapshot = Self.legacy {
      $0.edit(\.cluster) {
        $0.services = [Self.service(holds: "198.51.100.1", more: #","loadBalancerClass":"other""#)]
      }
    }
    #expect(try step.plan(snapshot, settings).summary.count == 6)
  }

  // MARK: Objects that are there already

  private static let peering = """
    address-pools: [{name: default, protocol: bgp, addresses: [203.0.113.0/28]}]
    peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, bfd-profile: fast}]
    bfd-profiles: [{name: fast}]
    bgp-communities: {no: "1:2"}
    """

  @Test func theWayBackDeletesOnlyWhatWasNotThere() throws {
    let found: Set = ["bgppeer.metallb.io/peer1", "community.metallb.io/communities"]
    let snapshot = Self.legacy(Self.peering) { $0.routing = .known(found, at: .now) }
    let plan = try step.plan(snapshot, settings)
    let deleted = plan.undoSummary.compactMap { line in
      line.split(separator: " ").firstRange(of: ["delete"]).map { range in
        line.split(separator: " ")[range.upperBound..<range.upperBound + 2].joined(separator: " ")
      }
    }
    #expect(
      deleted == [
        "bfdprofile.metallb.io fast", "bgpadvertisement.metallb.io bgpadvertisement1",
        "ipaddresspool.metallb.io default",
      ])
    #expect(
      plan.notes.contains { $0.line().contains("BGPPeer peer1, Community communities. The server") }
    )
  }

  @Test func whatCouldNotBeReadIsLeftByTheWayBack() throws {
    let refusal = UserMessage("no")
    let unread = Self.legacy(Self.peering) { $0.routing = .unreadable(refusal, at: .now) }
    let plan = try step.plan(unread, settings)
    #expect(!plan.undoSummary.contains { $0.contains("bgppeer") })
    #expect(plan.notes.contains { $0.line().contains("leaves BGPPeer peer1, BFDProfile fast") })
    let none = Self.legacy(Self.peering) { $0.routing = .absent(at: .now) }
    let whole = try step.plan(none, settings)
    #expect(whole.undoSummary.contains { $0.contains("delete bgppeer.metallb.io peer1 ") })
  }

  // MARK: Names

  @Test func theOnePoolThatHandsOutBecomesDefault() throws {
    let text = """
      address-pools:
      - {name: public, protocol: layer2, addresses: [203.0.113.0/28]}
      - {name: spare, protocol: layer2, addresses: [203.0.113.16/28], auto-assign: false}
      """
    let plan = try step.plan(Self.legacy(text), settings)
    #expect(plan.diff.contains("+  name: default\n"))
    #expect(plan.diff.contains("+  - default\n"))
    #expect(!plan.diff.contains("public"))
    #expect(plan.notes.contains { $0.line().contains("The pool public becomes \"default\"") })
    #expect(!plan.notes.contains { $0.line().contains("no pool is called") })
  }

  @Test func aPoolThatAServiceNamesKeepsItsName() throws {
    let text = "address-pools: [{name: public, protocol: bgp, addresses: [203.0.113.0/28]}]"
    let snapshot = Self.legacy(text) {
      $0.edit(\.cluster) {
        $0.services = [
          Self.service(annotations: #"{"metallb.universe.tf/address-pool":"public"}"#)
        ]
      }
    }
    let plan = try step.plan(snapshot, settings)
    #expect(plan.diff.contains("+  name: public\n"))
    #expect(plan.notes.contains { $0.line().contains("no pool is called \"default\"") })
  }

  @Test func anAdvertisementTakesANameThatIsFree() throws {
    let snapshot = Self.legacy {
      $0.edit(\.pools) {
        $0.advertisements = [
          Sample.object(
            #"{"metadata":{"name":"l2advertisement1"},"spec":{"ipAddressPools":["other"]}}"#)
        ]
      }
    }
    let plan = try step.plan(snapshot, settings)
    #expect(plan.diff.contains("+  name: l2advertisement2\n"))
  }

  @Test func whatACutOffRunHasMadeIsTakenAsItIs() throws {
    let snapshot = Self.legacy {
      $0.edit(\.pools) {
        $0.pools = [Sample.pool()]
        $0.advertisements = [
          Sample.object(
            #"{"metadata":{"name":"l2advertisement1"},"spec":{"ipAddressPools":["default"]}}"#)
        ]
      }
    }
    let plan = try step.plan(snapshot, settings)
    #expect(plan.diff.contains("+  name: l2advertisement1\n"))
    #expect(plan.undoSummary == ["kubectl apply --server-side -f \(Self.saved)"])
  }

  @Test func aPoolOfTheNameWithOtherRangesIsNotTouched() {
    let snapshot = Self.legacy(
      "address-pools: [{name: default, protocol: layer2, addresses: [203.0.113.0/29]}]"
    ) {
      $0.edit(\.pools) { $0.pools = [Sample.pool()] }
    }
    let message = #expect(throws: UserMessage.self) { try step.plan(snapshot, settings) }
    #expect(message?.what.contains("There is a pool default already") == true)
  }

  // MARK: Secrets

  @Test func aPasswordIsNeitherShownNorCountedAsText() throws {
    let text = """
      peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, password: CANARY-PASSWORD}]
      \(Self.pool)
      """
    let snapshot = Self.legacy(text)
    let plan = try step.plan(snapshot, settings)
    var shown =
      plan.diff + plan.notes.map { $0.line() }.joined() + plan.summary.joined()
      + plan.undoSummary.joined()
    shown += step.assess(snapshot, settings).seen.joined()
    var written = ""
    for case .file(let change) in plan.actions {
      shown += change.diff + "\(change)"
      written += change.contents.reveal()
    }
    #expect(!shown.contains("CANARY"))
    #expect(plan.diff.contains("+  password: \"(hidden)\"\n"))
    #expect(written.contains("  password: CANARY-PASSWORD\n"))
  }

  // MARK: What comes after

  @Test func afterItThePoolsAreDone() {
    let after = step.outcome(Self.legacy(), settings)
    let checklist = Checklist(after, settings)
    #expect(checklist[.migrate] == nil)
    #expect(checklist[.pools]?.state == .done)
  }

  @Test func aPoolAnnouncedByBGPNeedsNoL2Advertisement() {
    let after = step.outcome(
      Self.legacy("address-pools: [{name: default, protocol: bgp, addresses: [203.0.113.0/28]}]"),
      settings)
    #expect(PoolsStep().assess(after, settings).state == .done)
  }

  // MARK: MetalLB before 0.13

  @Test func anOldMetalLBOfTheChartIsUpgradedWithItsConfigMapKept() throws {
    let snapshot = Self.old(byChart: true)
    #expect(Checklist(snapshot, settings)[.migrate]?.blockedBy == [.metallb])
    let plan = try MetalLBStep().plan(snapshot, settings)
    #expect(
      plan.summary == [
        "write \(Self.saved)",
        "kubectl -n lease1 annotate service web metallb.universe.tf/loadBalancerIPs=203.0.113.5 "
          + "ip-leases/held-address=203.0.113.5 --overwrite",
        "kubectl -n metallb-system annotate configmap metallb helm.sh/resource-policy=keep "
          + "--overwrite",
        "helm repo add metallb https://metallb.github.io/metallb", "helm repo update metallb",
        "helm upgrade metallb metallb/metallb --version 0.14.8 --reset-values --wait --timeout "
          + "600s -n metallb-system",
      ])
    #expect(plan.undoSummary.first?.hasPrefix("helm rollback metallb 1 ") == true)
    #expect(plan.confirmationWord == "move 1")
    #expect(plan.notes.contains { $0.line().contains("configInline") })
  }

  @Test func anOldMetalLBOfManifestsIsUpgradedByManifests() throws {
    var snapshot = Self.old(byChart: false)
    snapshot.edit(\.cluster) { $0.nodes = [Sample.node(kubelet: "v1.24.17")] }
    let plan = try MetalLBStep().plan(snapshot, settings)
    #expect(
      plan.summary[2...] == [
        "kubectl apply -f https://raw.githubusercontent.com/metallb/metallb/v0.14.8/config/"
          + "manifests/metallb-native.yaml",
        "kubectl -n metallb-system rollout status deployment/controller --timeout=300s",
        "kubectl -n metallb-system rollout status daemonset/speaker --timeout=300s",
      ])
    #expect(
      plan.undoSummary == [
        "kubectl apply -f https://raw.githubusercontent.com/metallb/metallb/v0.12.1/manifests/"
          + "metallb.yaml",
        "kubectl -n metallb-system rollout status deployment/controller --timeout=300s",
        "kubectl -n metallb-system rollout status daemonset/speaker --timeout=300s",
        "kubectl -n lease1 annotate service web metallb.universe.tf/loadBalancerIPs- "
          + "ip-leases/held-address- --overwrite",
      ])
    #expect(plan.cannotUndo?.contains("kinds of the new version stay") == true)
  }

  @Test func manifestsWithSecurityPoliciesAreNoWayBackOnANewKubernetes() throws {
    var snapshot = Self.old(byChart: false)
    snapshot.edit(\.cluster) { $0.nodes = [Sample.node(kubelet: "v1.29.4")] }
    let plan = try MetalLBStep().plan(snapshot, settings)
    #expect(plan.undoSummary.count == 1)
    #expect(plan.undoSummary[0].contains("ip-leases/held-address-"))
    #expect(plan.cannotUndo?.contains("PodSecurityPolicies") == true)
  }

  @Test func anOldMetalLBOfKubesprayIsLeftToThePlaybook() {
    var settings = settings
    settings.way = .kubespray
    let message = #expect(throws: UserMessage.self) {
      try MetalLBStep().plan(Self.old(byChart: false), settings)
    }
    #expect(message?.advice?.text().contains("metallb_config") == true)
  }

  @Test func aNewMetalLBIsInstalledOnlyAfterEachServiceAsksForItsAddress() throws {
    let snapshot = Sample.fresh {
      $0.edit(\.metallb) { $0.configMaps = [Self.map("config", Self.pool)] }
      $0.edit(\.cluster) { $0.services = [Self.service()] }
    }
    let plan = try MetalLBStep().plan(snapshot, settings)
    #expect(plan.summary[2] == "write \(Self.saved)")
    #expect(plan.summary[3].hasPrefix("kubectl -n lease1 annotate service web "))
    #expect(plan.summary[4].hasPrefix("helm install metallb "))
    #expect(plan.undoSummary.last?.hasSuffix("ip-leases/held-address- --overwrite") == true)
  }

  // MARK: Helpers

  private static func map(
    _ name: String = "config", _ text: String = "", data: String? = nil, labels: String = "{}"
  ) -> ConfigMap {
    let written = text.replacing("\n", with: "\\n").replacing("\"", with: "\\\"")
    return Sample.object(
      """
      {"metadata":{"name":"\(name)","namespace":"metallb-system","uid":"0123abcd-1111",
        "resourceVersion":"42","labels":\(labels)},
       "data":\(data ?? "{\"config\":\"\(written)\"}")}
      """)
  }

  private static func service(
    holds address: String? = "203.0.113.5", annotations: String = "{}", more: String = ""
  ) -> Service {
    let ingress = address.map { #"[{"ip":"\#($0)"}]"# } ?? "[]"
    return Sample.object(
      """
      {"metadata":{"name":"web","namespace":"lease1","annotations":\(annotations)},
       "spec":{"type":"LoadBalancer"\(more)},"status":{"loadBalancer":{"ingress":\(ingress)}}}
      """)
  }

  /// MetalLB 0.14.8 and an old configuration.
  private static func legacy(
    _ text: String = pool, _ change: (inout ClusterSnapshot) -> Void = { _ in }
  ) -> ClusterSnapshot {
    Sample.withMetalLB { snapshot in
      snapshot.edit(\.metallb) { $0.configMaps = [map("config", text)] }
      change(&snapshot)
    }
  }

  /// MetalLB 0.12.1, which knows no kinds, and a Service that holds an address.
  private static func old(byChart: Bool) -> ClusterSnapshot {
    Sample.withMetalLB(byChart: byChart, image: "quay.io/metallb/x:v0.12.1") { snapshot in
      let labels = byChart ? #"{"app.kubernetes.io/managed-by":"Helm"}"# : "{}"
      snapshot.edit(\.metallb) {
        $0.configMaps = [map(byChart ? "metallb" : "config", pool, labels: labels)]
      }
      snapshot.edit(\.cluster) { $0.services = [service()] }
      snapshot.pools = .absent(at: Sample.now)
    }
  }

  private static func printed(_ text: String) -> CommandResult {
    CommandResult(exit: .code(0), standardOutput: .init(text.utf8))
  }
}
