import Basics
import Cluster
import Execution

/// New pods of what reads its surroundings only at its start.
enum RestartRemedies {
  private static let namespace = ConsoleSettings.akashNamespace
  /// Leases named in a plan, at most.
  private static let mostNamed = 20

  static let `operator` = Remedy(
    .bounceOperator, "Restart the IP operator",
    helps: "barrier is locked because its one DNS lookup came too early (state A); the address in "
      + "its ConfigMap changed; a number that is late must be right at once; it gave up a lease",
    helpsNot: "MetalLB's metrics do not answer (B), a Service was edited (C), rights or the kind "
      + "are missing (D), the address is wrong (F), the provider stopped bidding (G), or the "
      + "cluster refuses what it does (H)",
    needs: BarrierCause.needs, requires: [.akash]
  ) { snapshot, settings throws(UserMessage) in
    guard let found = snapshot.ipOperator else {
      throw UserMessage(
        "The IP operator was not found.", advice: Advice(own: ["plan", "ip-operator"]))
    }
    let kubectl = Kubectl(settings.connection)
    let name = found.deployment.metadata.name
    let path = ClusterRead.proxyPath(found.generation.usageService, namespace, "health")
    var plan = Plan(id: RemedyID.bounceOperator.rawValue, title: "Restart the IP operator")
    if let cause = BarrierCause(snapshot), cause.state != .renewal {
      let help = cause.restartHelps ? "a restart helps" : "a restart does not help"
      plan.note("State \(cause.state.rawValue), \(help): \(cause.text).")
      plan.notes += cause.evidence.map(Note.init)
      plan.ground = cause.state.rawValue
    }
    plan.actions =
      restart("deployment/\(name)", namespace, kubectl) + [
        .wait(
          Wait(
            until: "the operator's barrier is open",
            probe: kubectl.raw(path, purpose: "ask the IP operator for its health"),
            passes: .succeeds, limit: .seconds(120)))
      ]
    plan.touches = ["addresses stay; new leases of addresses wait some seconds"]
    return plan
  }

  static let provider = Remedy(
    .restartProvider, "Restart the provider",
    helps: "/status hangs because the provider looked for its operators before they were there; "
      + "it stopped bidding after an address could not be given; its pod is older than its setting; "
      + "leases lost the declarations of their addresses",
    helpsNot: "the operator's barrier is still locked, or a Service still waits for an address: "
      + "cure that first",
    needs: BarrierCause.needs.union([.providerStatus, .leasedIPs, .manifests]),
    requires: [.releases, .akash, .cluster]
  ) { snapshot, settings throws(UserMessage) in
    guard let release = snapshot.providerRelease else {
      throw UserMessage(
        "There is no one provider of Helm.", advice: "Restart it by the way it was installed.")
    }
    let kubectl = Kubectl(settings.connection)
    let name = release.fullName(of: "provider")
    var plan = Plan(id: RemedyID.restartProvider.rawValue, title: "Restart the provider")
    plan.ground = snapshot.providerStatus.value == nil ? "/status is silent" : ""
    if snapshot.operatorUsage.value == .locked {
      plan.note("The operator's barrier is locked now: the provider will hang again.")
    }
    plan.actions =
      restart("statefulset/\(name)", release.namespace, kubectl)
      + [.wait(ProviderRestart.answers(name, release, kubectl))]
    plan.touches = ProviderRestart.touches(snapshot)
    let lost = AddressDeclarations(snapshot).lost
    if !lost.isEmpty {
      plan.notes += lost.prefix(mostNamed).map { lease in
        let had = snapshot.recordedAddresses[lease]?.joined(separator: ", ")
        return Note("Lease \(lease) had \(had ?? "an address that is not on record").")
      }
      plan.note("They may get others: who had which stays on record (\(own: "pools history")).")
    }
    if let closing = ProviderRestart.closing(release.chartVersion) {
      plan.note("A lease whose pods stay away is closed after \(closing): so long it may take.")
    }
    return plan
  }

  static let kubeProxy = Remedy(
    .restartKubeProxy, "Restart kube-proxy",
    helps: "strictARP is on, but kube-proxy's pods started before the change",
    helpsNot: "kube-proxy is not in ipvs mode, or is not there (k3s, Cilium)",
    needs: [], requires: [.kubeProxy, .cluster]
  ) { snapshot, settings throws(UserMessage) in
    let step = StrictARPStep()
    let assessment = step.assess(snapshot, settings)
    if let problem = assessment.problem { throw problem }
    if assessment.state == .notNeeded {
      throw UserMessage("A restart would change nothing.", reason: assessment.evidence)
    }
    // Where strictARP is still off, the step's own plan turns it on before the restart.
    return try step.plan(snapshot, settings)
  }

  static let speakers = Remedy(
    .restartSpeakers, "Restart MetalLB's speakers",
    helps: "speakers started before their common key was made, or two answer for one address",
    helpsNot: "port 7946 is shut between the nodes: open it for tcp and udp first",
    needs: [.cluster], requires: [.metallb]
  ) { snapshot, settings throws(UserMessage) in
    guard let speaker = snapshot.metallbInstallation?.speaker else {
      throw UserMessage(
        "MetalLB's speakers were not found.", advice: Advice(own: ["plan", "metallb"]))
    }
    var plan = Plan(id: RemedyID.restartSpeakers.rawValue, title: "Restart MetalLB's speakers")
    plan.actions = restart(
      "daemonset/\(speaker.metadata.name)", ConsoleSettings.metallbNamespace,
      Kubectl(settings.connection))
    plan.touches = [
      "addresses stay; each is out of reach for some seconds while its speaker restarts"
    ]
    return plan
  }

  private static func restart(_ workload: String, _ namespace: String, _ kubectl: Kubectl)
    -> [Action]
  {
    [
      .command(kubectl.rolloutRestart(workload, namespace: namespace)),
      .command(kubectl.rolloutStatus(workload, namespace: namespace)),
    ]
  }
}
