import Basics
import Cluster
import Execution
import Foundation

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

  private static let namespace = "kube-system"
  static let key = "config.conf"

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.kubeProxy.problem { return .unknown(problem) }
    guard let objects = snapshot.kubeProxy.value else {
      return .unknown(UserMessage("kube-proxy was not read."))
    }
    let elsewhere = ServiceProxyElsewhere(snapshot)
    let isLeftBehind = daemonSet(objects) == nil && elsewhere.isInCharge
    guard let map = configMap(objects), let text = map.data?[Self.key], !isLeftBehind else {
      return elsewhere.assessment
    }
    let config: KubeProxyConfig
    do { config = try KubeProxyConfig(parsing: text) } catch { return .failed(error) }
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
    let stale = pods(objects).filter { isStale($0, map, snapshot) }
    guard stale.isEmpty else {
      return Assessment(
        .todo, "strictARP is on, but \(stale.count) kube-proxy pod(s) started before the change",
        seen: stale.map(\.metadata.name))
    }
    guard daemonSet(objects)?.isRolledOut ?? true else {
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
    guard let objects = snapshot.kubeProxy.value, let map = configMap(objects),
      let text = map.data?[Self.key]
    else { return plan }
    let config = try KubeProxyConfig(parsing: text)
    guard config.mode == .ipvs else { return plan }
    try addInventory(to: &plan, snapshot, settings)
    let kubectl = Kubectl(settings.connection)
    let status = Action.command(
      kubectl.rolloutStatus("daemonset/kube-proxy", namespace: Self.namespace))
    let restart: [Action] =
      daemonSet(objects) == nil
      ? []
      : [
        .command(kubectl.rolloutRestart("daemonset/kube-proxy", namespace: Self.namespace)), status,
      ]
    if config.strictARP == true, let changed = map.metadata.changedAt,
      daemonSet(objects)?.isRestarting(since: changed) == true
    {
      plan.title = "Wait for kube-proxy's restart"
      plan.actions.append(status)
      return plan
    }
    if !plan.isEmpty, isInEffect(config, map, objects, snapshot) {
      plan.title = "Keep strict ARP on through Kubespray's next run"
      return plan
    }
    if config.strictARP != true {
      let changed = try config.settingStrictARP(true)
      plan.actions.append(.command(patch(kubectl, from: text, to: changed, "turn strictARP on")))
      plan.undo.append(
        .command(patch(kubectl, from: changed, to: text, "bring the old configuration back")))
      // What was not ready before is not waited for on the way back to it.
      plan.undo += daemonSet(objects)?.isRolledOut == true ? restart : Array(restart.prefix(1))
      plan.diff = UnifiedDiff.make(old: text, new: changed, name: "kube-proxy/config.conf")
    }
    plan.actions += restart
    plan.touches = ["kube-proxy restarts node by node; running connections go on"]
    if snapshot.inventory.value == nil {
      plan.notes.append(
        "Where Kubespray made this cluster, its next run puts the old value back unless "
          + "kube_proxy_strict_arp: true stands in the inventory.")
    }
    return plan
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
    plan.notes.append(
      "The variable alone changes nothing in a running cluster: Kubespray writes strictARP when "
        + "kubeadm sets kube-proxy up. So both are changed.")
  }

  private func isInEffect(
    _ config: KubeProxyConfig, _ map: ConfigMap, _ objects: NamespaceObjects,
    _ snapshot: ClusterSnapshot
  ) -> Bool {
    config.strictARP == true && !pods(objects).contains { isStale($0, map, snapshot) }
  }

  // MARK: Helpers

  private func isStale(_ pod: Pod, _ map: ConfigMap, _ snapshot: ClusterSnapshot) -> Bool {
    // An API server need not move the time of a change that its writer made before; a run of ours
    // that was cut off tells that the restart may be missing.
    let cutOff = snapshot.unfinishedSince[id] ?? .distantPast
    return isOlder(pod, than: map) || (pod.status?.startTime ?? .distantFuture) < cutOff
  }

  private func patch(_ kubectl: Kubectl, from: String, to: String, _ purpose: String) -> Command {
    let path = "/data/\(Self.key)"
    return kubectl.patch(
      "configmap", "kube-proxy", namespace: Self.namespace,
      operations: JSONPatch.text([
        .test(path: path, .string(from)), .replace(path: path, .string(to)),
      ]),
      purpose: purpose)
  }

  func configMap(_ objects: NamespaceObjects) -> ConfigMap? {
    objects.configMaps.first { $0.metadata.name == "kube-proxy" }
  }

  func daemonSet(_ objects: NamespaceObjects) -> Workload? {
    objects.daemonSets.first { $0.metadata.name == "kube-proxy" }
  }

  func pods(_ objects: NamespaceObjects) -> [Pod] {
    objects.pods(matching: daemonSet(objects)?.spec?.selector?.matchLabels ?? [:])
      .filter { daemonSet(objects) != nil && $0.metadata.deletionTimestamp == nil }
  }

  /// Kubernetes writes both times in whole seconds; a pod made in the second of the change may be
  /// either, so only an earlier second counts as older.
  func isOlder(_ pod: Pod, than map: ConfigMap) -> Bool {
    guard let changed = map.metadata.changedAt, let started = pod.status?.startTime else {
      return false
    }
    return started < changed
  }

  /// When the ConfigMap of kube-proxy was changed last.
  func changedAt(_ snapshot: ClusterSnapshot) -> Date? {
    snapshot.kubeProxy.value.flatMap(configMap)?.metadata.changedAt
  }
}
