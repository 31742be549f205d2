import Basics
import Cluster
import Execution
import Foundation

extension StepID {
  package static let capacity = StepID("capacity")
}

/// The operator reads as many addresses as the pool has.
package struct CapacityStep: Step {
  package let id = StepID.capacity
  package let title = "Capacity is readable"
  package let why = """
    The provider waits for the operator before it bids on anything. Only when the operator \
    answers, and counts what the pool holds, is it safe to switch the provider on.
    """
  package let guide = GuidePassage(
    says: "Says nothing about this; its cure for \"barrier is locked\" is to restart the operator.",
    differs: "A step of its own, because everything after it depends on it. A restart helps only "
      + "where the operator's one DNS lookup failed; that is looked at.")
  package let dependsOn: [StepID] = [.ipOperator, .pools, .metricsService]
  package let needs: Set<FactName> = [
    .operatorUsage, .pools, .akash, .cluster, .providerValues,
  ]
  package let planNeeds: Set<FactName> = [.metallbMetrics]

  package let checkGroups: [CheckGroup] = [.operator, .counts]
  /// A provider that is switched on before the operator answers bids on nothing.
  package let maySetAsideForOthers = false

  private static let namespace = ConsoleSettings.akashNamespace
  /// The operator reads MetalLB's totals anew every 10 minutes (provider: operator/ip/operator.go).
  private static let operatorTick = Duration.seconds(600)

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.operatorUsage.problem {
      if snapshot.ipOperator != nil, snapshot.akash.problem == nil, problem.obstacle != .rights {
        return Assessment(.todo, "the operator does not answer yet", seen: [problem.reason ?? ""])
      }
      return .unknown(problem)
    }
    guard let usage = snapshot.operatorUsage.value else {
      return Assessment(.todo, "there is no operator to ask")
    }
    guard let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName) else {
      return Assessment(.todo, "there is no pool to compare with")
    }
    let size = pool.countedSize
    switch usage {
    case .locked:
      return Assessment(
        .todo, "the operator's barrier is locked (503)", seen: lockedBecause(snapshot))
    case .totals(let available, let inUse):
      if available == size {
        return Assessment(.done, "the operator counts \(available) addresses, \(inUse) in use")
      }
      // With the provider on, a pool was edited since: nothing waits for the count any more.
      return Assessment(
        snapshot.isSwitchedOn ? .done : .todo,
        "the operator counts \(available), the pool has \(size): late by up to 10 minutes",
        seen: ["it reads MetalLB anew every 10 minutes; nothing needs a restart for this"])
    }
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    guard let found = snapshot.ipOperator else {
      throw UserMessage("The IP operator was not found.", advice: "Install it first.")
    }
    guard let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName) else {
      throw UserMessage("There is no pool default.", advice: "Make it first: step pools.")
    }
    let size = pool.countedSize
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(id: id.rawValue, title: "Wait until the operator counts the pool")
    var limit = Duration.seconds(180)
    if snapshot.operatorUsage.value == .locked,
      BarrierCause.isLookupMissed(snapshot)
    {
      let workload = "deployment/\(found.deployment.metadata.name)"
      plan.title = "Restart the operator, whose one lookup came too early"
      plan.actions = [
        .command(kubectl.rolloutRestart(workload, namespace: Self.namespace)),
        .command(kubectl.rolloutStatus(workload, namespace: Self.namespace)),
      ]
      plan.note(
        "The operator started before Service controller was there. It looks once in its life, so "
          + "a new pod is the only cure.")
      plan.undo = []
      plan.cannotUndo = "A restart cannot be undone; it changes no setting."
    } else if case .totals? = snapshot.operatorUsage.value {
      limit = Self.operatorTick + .seconds(60)
    }
    let path = ClusterRead.proxyPath(
      found.generation.usageService, Self.namespace, "usage")
    plan.actions.append(
      .wait(
        Wait(
          until: "the operator answers and counts \(size) addresses",
          probe: kubectl.raw(path, purpose: "ask the IP operator for its totals"),
          passes: .number(key: "Available", equals: size), limit: limit)))
    return plan
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    var result = snapshot
    let size = snapshot.pools.value?.pool(ConsoleSettings.poolName)?.countedSize ?? 0
    result.operatorUsage = .known(.totals(available: size, inUse: 0), at: .now)
    result.metallbMetrics = .known(MetalLBMetrics(total: size, inUse: 0), at: .now)
    return result
  }

  // MARK: Helpers

  private func lockedBecause(_ snapshot: ClusterSnapshot) -> [String] {
    if BarrierCause.isLookupMissed(snapshot) {
      return ["it started before Service controller was there; a new pod is needed"]
    }
    return ["it has just started, or cannot read MetalLB's totals; its log tells"]
  }
}
