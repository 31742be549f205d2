import Basics
import Cluster
import Execution
import Foundation

extension StepID {
  package static let strictARP = StepID("strict-arp")
}

/// kube-proxy must not answer ARP for the addresses MetalLB announces.
package struct StrictARPStep: Step {
  package let id = StepID.strictARP
  package let title = "Strict ARP"
  package let why = """
    In ipvs mode every node carries every leased address and would answer ARP for it, so that \
    traffic goes astray. strictARP stops that. kube-proxy reads it only when it starts.
    """
  package let guide = GuidePassage(
    says: "Changes strictARP from false to true in kube-proxy's ConfigMap by sed, after a diff.",
    differs: "Only that one value is changed, the server refuses it if the text changed meanwhile, "
      + "and kube-proxy is restarted: without a restart the setting has no effect. In iptables and "
      + "nftables mode no node takes the addresses on itself, so there is nothing to do.")
  package let dependsOn: [StepID] = [.preflight]
  package let needs: Set<FactName> = [.kubeProxy, .cluster, .metallb, .releases, .inventory]

  package let checkGroups: [CheckGroup] = [.arp]
  package let touchesWhenTakenBack = ["kube-proxy restarts node by node; connections stay"]

  private static let namespace = "kube-system"

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.kubeProxy.problem { return .unknown(problem) }
    guard snapshot.kubeProxy.value != nil else {
      return .unknown(UserMessage("kube-proxy was not read."))
    }
    let strict = StrictARP(snapshot)
    let found: KubeProxyConfig?
    do { found = try strict.config() } catch { return .failed(error) }
    guard let config = found else { return assess(strict.elsewhere) }
    guard config.mode == .ipvs else {
      let mode = config.modeText.isEmpty ? "iptables (the default)" : config.modeText
      return Assessment(
        .notNeeded,
        "kube-proxy runs in mode \(SafeText.line(mode, limit: 40)), where strictARP has no effect")
    }
    let file = revertingFile(snapshot, settings)
    guard config.strictARP == true else {
      let keeper = file.map { ", and the inventory keeps it off (\($0))" } ?? ""
      return Assessment(.todo, "ipvs, strictARP is off\(keeper)")
    }
    let stale = strict.pods.filter { isStale($0, strict, snapshot) }
    guard stale.isEmpty else {
      return Assessment(
        .todo, "strictARP is on, but \(stale.count) kube-proxy pod(s) started before the change",
        seen: stale.map(\.metadata.name))
    }
    guard strict.daemonSet?.isRolledOut ?? true else {
      return Assessment(.todo, "strictARP is on, kube-proxy is restarting")
    }
    if let file {
      return Assessment(
        .todo,
        "on and in effect, but Kubespray would put it back: \(KubesprayInventory.strictARP) "
          + "is not true in the inventory", seen: [file])
    }
    return Assessment(.done, "ipvs, strictARP on, kube-proxy restarted since")
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    var plan = Plan(id: id.rawValue, title: "Turn strict ARP on")
    let strict = StrictARP(snapshot)
    guard let text = strict.text, let config = try strict.config(), config.mode == .ipvs
    else { return plan }
    try addInventory(to: &plan, snapshot, settings)
    let kubectl = Kubectl(settings.connection)
    let status = Action.command(
      kubectl.rolloutStatus("daemonset/kube-proxy", namespace: Self.namespace))
    let restart: [Action] =
      strict.daemonSet == nil
      ? []
      : [
        .command(kubectl.rolloutRestart("daemonset/kube-proxy", namespace: Self.namespace)), status,
      ]
    if config.strictARP == true, let changed = strict.changedAt,
      strict.daemonSet?.isRestarting(since: changed) == true
    {
      plan.title = "Wait for kube-proxy's restart"
      plan.actions.append(status)
      return plan
    }
    if !plan.isEmpty, config.strictARP == true,
      !strict.pods.contains(where: { isStale($0, strict, snapshot) })
    {
      plan.title = "Keep strict ARP on through Kubespray's next run"
      return plan
    }
    if config.strictARP != true {
      let changed = try config.settingStrictARP(true)
      plan.actions.append(.command(patch(kubectl, from: text, to: changed, "turn strictARP on")))
      plan.undo.append(
        .command(patch(kubectl, from: changed, to: text, "bring the old configuration back")))
      // What was not ready before is not waited for on the way back to it.
      plan.undo += strict.daemonSet?.isRolledOut == true ? restart : Array(restart.prefix(1))
      plan.diff = UnifiedDiff.make(old: text, new: changed, name: "kube-proxy/config.conf")
    }
    plan.actions += restart
    plan.touches = ["kube-proxy restarts node by node; running connections go on"]
    if snapshot.inventory.value == nil {
      plan.note(
        "Where Kubespray made this cluster, its next run puts the old value back unless "
          + "kube_proxy_strict_arp: true stands in the inventory.")
    }
    return plan
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    snapshot.changing(\.kubeProxy) { objects in
      for index in objects.configMaps.indices
      where objects.configMaps[index].metadata.name == "kube-proxy" {
        let text = objects.configMaps[index].data?[StrictARP.key] ?? ""
        let changed = try? KubeProxyConfig(parsing: text).settingStrictARP(true)
        objects.configMaps[index].data?[StrictARP.key] = changed ?? text
        objects.configMaps[index].metadata.managedFields = nil
      }
      objects.daemonSets = objects.daemonSets.map(\.rolledOut)
    }
  }

  // MARK: Kubespray

  /// The file of the inventory by which Kubespray's next run turns strict ARP off; nil where it
  /// would not, or it cannot be told.
  private func revertingFile(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> String? {
    let name = KubesprayInventory.strictARP
    guard snapshot.way(settings) == .kubespray, let inventory = snapshot.inventory.value,
      inventory.bool(name) != true, !inventory.isExpression(name)
    else { return nil }
    return inventory.file(of: name) ?? inventory.path
  }

  private func addInventory(
    to plan: inout Plan, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) {
    guard revertingFile(snapshot, settings) != nil, let inventory = snapshot.inventory.value else {
      return
    }
    let form = snapshot.kubesprayForm(settings) ?? .new
    let changes = try inventory.changes(
      KubesprayInventory.Wish(form: form, setsStrictARP: true))
    plan.actions += changes.map(Action.file)
    plan.undo += changes.map { .file($0.reversed) }
    plan.note(
      "The variable alone changes nothing in a running cluster: Kubespray writes strictARP when "
        + "kubeadm sets kube-proxy up. So both are changed.")
  }

  // MARK: Helpers

  /// Where another does kube-proxy's work.
  private func assess(_ elsewhere: ServiceProxyElsewhere) -> Assessment {
    switch elsewhere.meaning {
    case .notNeeded(let why): Assessment(.notNeeded, why, seen: elsewhere.remarks.map { $0.line() })
    case .isOn(let evidence): Assessment(.done, evidence, seen: elsewhere.remarks.map { $0.line() })
    case .isOff(let problem): .failed(problem, seen: elsewhere.remarks.map { $0.line() })
    }
  }

  private func isStale(_ pod: Pod, _ strict: StrictARP, _ snapshot: ClusterSnapshot) -> Bool {
    // An API server need not move the time of a change that its writer made before; a run of ours
    // that was cut off tells that the restart may be missing.
    let cutOff = snapshot.unfinishedSince[id] ?? .distantPast
    return strict.isOlder(pod) || (pod.status?.startTime ?? .distantFuture) < cutOff
  }

  private func patch(_ kubectl: Kubectl, from: String, to: String, _ purpose: String) -> Command {
    let path = "/data/\(StrictARP.key)"
    return kubectl.patch(
      "configmap", "kube-proxy", namespace: Self.namespace,
      operations: JSONPatch.text([
        .test(path: path, .string(from)), .replace(path: path, .string(to)),
      ]),
      purpose: purpose)
  }
}
