import Basics
import Cluster
import Execution

/// Cures that are the plan of a step.
enum StepRemedies {
  static let metricsService = Remedy(
    .metricsService, "Make or put right the metrics Service",
    helps: "Service controller is missing, has no port named monitoring, or selects other pods",
    helpsNot: "MetalLB is 0.16 or newer; an operator whose one lookup came before it needs a "
      + "restart too",
    needs: [], requires: [.cluster, .metallb]
  ) { snapshot, settings throws(UserMessage) in
    try changing(MetricsServiceStep(), snapshot, settings)
  }

  static let labelNamespace = Remedy(
    .labelNamespace, "Let MetalLB's pods run in metallb-system",
    helps: "the namespace is missing, or Pod Security refuses the speakers' pods",
    helpsNot: "the namespace is being deleted",
    needs: [], requires: [.cluster]
  ) { snapshot, settings throws(UserMessage) in
    try changing(NamespaceStep(), snapshot, settings)
  }

  static let advertisePool = Remedy(
    .advertisePool, "Announce the pool default",
    helps: "leases have addresses that nobody answers for, as no L2Advertisement covers the pool",
    helpsNot: "an advertisement is there and no node may announce",
    needs: [], requires: [.pools, .cluster, .metallb]
  ) { snapshot, settings throws(UserMessage) in
    guard snapshot.pools.value?.pool(ConsoleSettings.poolName) != nil else {
      throw UserMessage(
        "There is no pool default to announce.", advice: Advice(own: ["plan", "pools"]))
    }
    return try changing(PoolsStep(), snapshot, settings)
  }

  static let offerAttributes = Remedy(
    .offerAttributes, "Tell buyers by every attribute that addresses are leased",
    helps: "an attribute by which some orders ask is not among the provider's",
    helpsNot: "an attribute is given twice: take one out of the values first",
    step: .provider, needs: [.providerFile, .repositories, .providerStatus],
    requires: [.releases, .akash, .providerValues]
  ) { snapshot, settings throws(UserMessage) in
    let plan = try ProviderStep().plan(snapshot, settings, for: ProviderSetting.attributes)
    guard plan.changesSomething else {
      throw UserMessage("There is nothing to put right.", reason: "all attributes are set")
    }
    return plan
  }

  /// - Throws: `UserMessage` where the step holds and its plan would do nothing.
  private static func changing(
    _ step: any Step, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) -> Plan {
    let assessment = step.assess(snapshot, settings)
    if assessment.state.isSettled {
      throw UserMessage("There is nothing to put right.", reason: assessment.evidence)
    }
    let plan = try step.plan(snapshot, settings)
    guard plan.changesSomething else {
      throw UserMessage(
        "This would change nothing.", reason: assessment.evidence,
        advice: "\(own: "verify") tells what is in the way.")
    }
    return plan
  }
}
