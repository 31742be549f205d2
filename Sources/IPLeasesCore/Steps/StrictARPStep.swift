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
      + "nftables mode there is nothing to do.")
  package let dependsOn: [StepID] = [.preflight]
  package let needs: Set<FactName> = [.kubeProxy, .cluster]

  private static let namespace = "kube-system"
  static let key = "config.conf"

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.kubeProxy.problem { return .unknown(problem) }
    guard let objects = snapshot.kubeProxy.value else {
      return .unknown(UserMessage("kube-proxy was not read."))
    }
    guard let map = configMap(objects), let text = map.data?[Self.key] else {
      return Assessment(.notNeeded, withoutConfigMap(snapshot))
    }
    let config: KubeProxyConfig
    do { config = try KubeProxyConfig(parsing: text) } catch { return .failed(error) }
    guard config.mode == .ipvs else {
      let mode = config.modeText.isEmpty ? "iptables (the default)" : config.modeText
      return Assessment(
        .notNeeded,
        "kube-proxy runs in mode \(SafeText.line(mode, limit: 40)); it matters in ipvs only")
    }
    guard config.strictARP == true else { return Assessment(.todo, "ipvs, strictARP is off") }
    // An API server need not move the time of a change that its writer made before; a run of ours
    // that was cut off tells that the restart may be missing.
    let cutOff = snapshot.unfinishedSince[id] ?? .distantPast
    let stale = pods(objects).filter {
      isOlder($0, than: map) || ($0.status?.startTime ?? .distantFuture) < cutOff
    }
    guard stale.isEmpty else {
      return Assessment(
        .todo, "strictARP is on, but \(stale.count) kube-proxy pod(s) started before the change",
        seen: stale.map(\.metadata.name))
    }
    guard daemonSet(objects)?.isRolledOut ?? true else {
      return Assessment(.todo, "strictARP is on, kube-proxy is restarting")
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
    let kubectl = Kubectl(settings.connection)
    let status = Action.command(
      kubectl.rolloutStatus("daemonset/kube-proxy", namespace: Self.namespace))
    let restart: [Action] =
      daemonSet(objects) == nil
      ? []
      : [
        .command(kubectl.rolloutRestart("daemonset/kube-proxy", namespace: Self.namespace)), status,
      ]
    if config.strictARP == true, let changed = changeTime(of: map),
      daemonSet(objects)?.isRestarting(since: changed) == true
    {
      plan.title = "Wait for kube-proxy's restart"
      plan.actions = [status]
      return plan
    }
    if config.strictARP != true {
      let changed = try config.settingStrictARP(true)
      plan.actions.append(.command(patch(kubectl, from: text, to: changed, "turn strictARP on")))
      plan.undo.append(
        .command(patch(kubectl, from: changed, to: text, "bring the old configuration back")))
      plan.undo += restart
      plan.diff = UnifiedDiff.make(old: text, new: changed, name: "kube-proxy/config.conf")
    }
    plan.actions += restart
    plan.touches = ["kube-proxy restarts node by node; running connections go on"]
    plan.notes.append(
      "Where Kubespray made this cluster, its next run puts the old value back unless "
        + "kube_proxy_strict_arp: true stands in the inventory.")
    return plan
  }

  // MARK: Helpers

  private func patch(_ kubectl: Kubectl, from: String, to: String, _ purpose: String) -> Command {
    let path = "/data/\(Self.key)"
    return kubectl.patch(
      "configmap", "kube-proxy", namespace: Self.namespace,
      operations: JSONPatch.text([.test(path: path, from), .replace(path: path, to)]),
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
    guard let changed = changeTime(of: map), let started = pod.status?.startTime else {
      return false
    }
    return started < changed
  }

  /// When the ConfigMap of kube-proxy was changed last.
  func changedAt(_ snapshot: ClusterSnapshot) -> Date? {
    snapshot.kubeProxy.value.flatMap(configMap).flatMap(changeTime)
  }

  private func changeTime(of map: ConfigMap) -> Date? {
    map.metadata.managedFields?.compactMap(\.time).max()
  }

  func withoutConfigMap(_ snapshot: ClusterSnapshot) -> String {
    let kubelets = snapshot.cluster.value?.nodes.compactMap { $0.status?.nodeInfo?.kubeletVersion }
    let isK3s = kubelets?.contains { $0.contains("k3s") || $0.contains("rke2") } ?? false
    return isK3s
      ? "k3s runs kube-proxy inside itself, in iptables mode by default"
      : "there is no kube-proxy ConfigMap here (Cilium, kube-router or none)"
  }
}
