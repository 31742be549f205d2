import Addresses
import Basics
import Cluster
import Execution

extension StepID {
  package static let pools = StepID("pools")
}

/// The pool `default` and its announcement.
package struct PoolsStep: Step {
  package let id = StepID.pools
  package let title = "Pools and L2 advert"
  package let why = """
    MetalLB hands out only what a pool holds, and answers ARP only for what an L2Advertisement \
    announces. The IP operator counts the pool named "default"; under another name it sees no \
    address and says nothing.
    """
  package let guide = GuidePassage(
    says: "Applies an IPAddressPool \"default\" with the provider's ranges and an L2Advertisement.",
    differs: "The YAML is made here, because pasted YAML loses its indentation; it is tried on the "
      + "server first, where MetalLB's own webhook judges it, and created, never overwritten.")
  package let dependsOn: [StepID] = [.metallb, .migrate]
  package let needs: Set<FactName> = [.pools, .cluster, .metallb, .releases, .inventory]
  package let planNeeds: Set<FactName> = [.playbook]
  package let checkGroups: [CheckGroup] = [.pools]

  static let namespace = ConsoleSettings.metallbNamespace
  static let pool = ConsoleSettings.poolName
  static let advertisement = "l2advertisement1"

  package init() {}

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.pools.problem ?? snapshot.cluster.problem { return .unknown(problem) }
    guard let objects = snapshot.pools.value, let pool = objects.pool(Self.pool) else {
      return withoutPool(snapshot, settings)
    }
    if pool.spec.autoAssign == false {
      return .failed(
        UserMessage(
          "The pool default does not hand out addresses by itself (autoAssign is false).",
          advice: "kubectl -n \(Self.namespace) patch ipaddresspool default --type merge "
            + "-p '{\"spec\":{\"autoAssign\":true}}'"))
    }
    if pool.spec.serviceAllocation != nil {
      return .failed(
        UserMessage(
          "The pool default is kept for certain Services (serviceAllocation); tenants' Services do "
            + "not match.",
          advice: "Remove spec.serviceAllocation from the pool default."))
    }
    guard let announcer = objects.announcers(of: pool).first else {
      return Assessment(.todo, "pool default is there, no L2Advertisement announces it")
    }
    return Assessment(
      .done,
      ["\(pool.countedSize) addresses, announced by \(announcer)", difference(objects, settings)]
        .compactMap(\.self).joined(separator: "; "),
      seen: seen(pool, objects, settings) + inventoryWarnings(pool, snapshot, settings))
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    guard let metallb = snapshot.metallbInstallation else {
      throw UserMessage("MetalLB was not found.", advice: "Install MetalLB first.")
    }
    let kubectl = Kubectl(settings.connection)
    let hasPool = snapshot.pools.value?.pool(Self.pool) != nil
    let isByKubespray = snapshot.way(settings) == .kubespray
    let settings = isByKubespray ? settings.withRanges(of: snapshot) : settings
    if !hasPool && settings.poolRanges.isEmpty { throw Self.noRanges }
    let problems = PoolProblems.find(
      in: settings.poolRanges, context: snapshot.poolContext(for: Self.pool))
    if !hasPool, let error = problems.first(where: { $0.severity == .error }) {
      throw UserMessage(
        "The pool cannot be made: \(error.message)",
        advice: error.fix ?? "Give other ranges by --pool.")
    }
    if isByKubespray, !hasPool, !snapshot.inventory.isAbsent {
      return try planByKubespray(snapshot, settings, kubectl)
    }
    var plan = Plan(
      id: id.rawValue,
      title: hasPool ? "Announce the pool default" : "Make the pool default and announce it")
    let manifest = PoolManifest(
      name: Self.pool, namespace: Self.namespace, addresses: settings.poolRanges.texts,
      advertisement: freeAdvertisementName(snapshot))
    plan.actions = [
      .command(
        kubectl.rolloutStatus(
          "deployment/\(metallb.controller.metadata.name)", namespace: Self.namespace))
    ]
    // One command for each: the webhook may take one and not yet answer for the other, and whoever
    // asks again must not make the first a second time.
    if !hasPool {
      plan.actions.append(.command(kubectl.create(manifest.pool, purpose: "create the pool")))
    }
    if hasPool || !isAnnouncedAlready(snapshot) {
      plan.actions.append(
        .command(kubectl.create(manifest.l2Advertisement, purpose: "create the L2Advertisement")))
      plan.undo = [
        .command(
          kubectl.delete(
            "l2advertisement.metallb.io", manifest.advertisement, namespace: Self.namespace,
            purpose: "delete the L2Advertisement"))
      ]
    }
    if !hasPool {
      plan.undo.append(
        .command(
          kubectl.delete(
            "ipaddresspool.metallb.io", Self.pool, namespace: Self.namespace,
            purpose: "delete the pool")))
      plan.notes += warnings(snapshot, settings)
      plan.note("The way back takes the address of every Service that got one meanwhile.")
    }
    return plan
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    var snapshot = snapshot
    if snapshot.way(settings) == .kubespray, snapshot.pools.value?.pool(Self.pool) == nil {
      let ranges = settings.withRanges(of: snapshot)
      snapshot = snapshot.withInventory(of: { Self.wish($0, ranges) }, settings)
    }
    return snapshot.changing(\.pools) { objects in
      if objects.pool(Self.pool) == nil {
        objects.pools.append(
          IPAddressPool(
            metadata: ObjectMeta(name: Self.pool, namespace: Self.namespace),
            spec: IPAddressPool.Spec(addresses: settings.poolRanges)))
      }
      objects.advertisements.append(
        L2Advertisement(
          metadata: ObjectMeta(name: Self.advertisement, namespace: Self.namespace),
          spec: L2Advertisement.Spec(ipAddressPools: [Self.pool])))
    }
  }

  // MARK: Helpers

  /// Kubespray's role makes the pool and an announcement of the same name (kubespray:
  /// roles/kubernetes-apps/metallb/templates/layer2.yaml.j2).
  private func planByKubespray(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, _ kubectl: Kubectl
  ) throws(UserMessage) -> Plan {
    var plan = Plan(id: id.rawValue, title: "Let Kubespray make the pool default")
    let change = try KubesprayChange(
      { Self.wish($0, settings) }, snapshot, settings)
    func made(_ kind: String, _ path: String, _ text: String, _ what: String) -> Wait {
      Wait(
        until: what,
        probe: kubectl.field(
          path, of: kind, Self.pool, namespace: Self.namespace, purpose: "look for \(what)"),
        passes: .prints(text), limit: .seconds(120))
    }
    change.add(
      to: &plan,
      until: [
        made(
          "ipaddresspools.metallb.io", ".spec.addresses", settings.poolRanges.last?.text ?? "",
          "the pool default with its ranges"),
        made(
          "l2advertisements.metallb.io", ".spec.ipAddressPools", Self.pool,
          "the announcement of the pool default"),
      ])
    plan.undo += [
      ("l2advertisement.metallb.io", "delete the L2Advertisement"),
      ("ipaddresspool.metallb.io", "delete the pool"),
    ].map { .command(kubectl.delete($0, Self.pool, namespace: Self.namespace, purpose: $1)) }
    plan.notes += warnings(snapshot, settings)
    plan.note("The way back takes the address of every Service that got one meanwhile.")
    return plan
  }

  static func wish(_ form: KubesprayForm, _ settings: ConsoleSettings) -> KubesprayInventory.Wish {
    KubesprayInventory.Wish(
      form: form, enablesMetalLB: true, setsStrictARP: true, pool: pool,
      ranges: settings.poolRanges.texts, handsOut: true)
  }

  private static let noRanges = UserMessage(
    "There is no pool default yet, and no ranges were given for it.",
    advice: "Give your public addresses: --pool 203.0.113.0/28 (CIDR or first-last; repeatable).")

  private func withoutPool(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    let others = snapshot.pools.value?.pools.map(\.metadata.name) ?? []
    let seen = others.isEmpty ? [] : ["other pools: \(others.joined(separator: ", "))"]
    let found = others.isEmpty ? "" : " (there is \(others.joined(separator: ", ")))"
    if snapshot.legacyConfigMap != nil {
      return Assessment(
        .todo, "no pool default yet\(found); step migrate makes its pools", seen: seen)
    }
    if settings.poolRanges.isEmpty {
      return Assessment(.todo, "no pool default\(found); give its ranges by --pool", seen: seen)
    }
    return Assessment(
      .todo, "no pool default yet\(found)",
      seen: seen + warnings(snapshot, settings).map { $0.line() })
  }

  private func warnings(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> [Note] {
    PoolProblems.find(in: settings.poolRanges, context: snapshot.poolContext(for: Self.pool))
      .map { $0.note($0.message) }
  }

  private func seen(_ pool: IPAddressPool, _ objects: PoolObjects, _ settings: ConsoleSettings)
    -> [String]
  {
    var seen = pool.spec.addresses.texts
    let autoAssigning = objects.pools.filter {
      $0.metadata.name != Self.pool && $0.spec.autoAssign != false
    }
    for other in autoAssigning {
      seen.append(
        "warning: pool \(other.metadata.name) hands out addresses by itself too; tenants may get "
          + "one of those")
    }
    return seen
  }

  /// Where `--pool` says other ranges than the pool has: what each says; nothing is changed for that.
  package func difference(_ objects: PoolObjects?, _ settings: ConsoleSettings) -> String? {
    guard let pool = objects?.pool(Self.pool), !settings.poolRanges.isEmpty,
      Set(settings.poolRanges) != Set(pool.spec.addresses)
    else { return nil }
    func listed(_ ranges: [PoolEntry]) -> String {
      let more = ranges.count > 10 ? " and \(ranges.count - 10) more" : ""
      return ranges.prefix(10).map { SafeText.line($0.text, limit: 100) }.joined(separator: ", ")
        + more
    }
    return "the pool has \(listed(pool.spec.addresses)) and --pool says "
      + "\(listed(settings.poolRanges)): nothing is changed here, pools plan is for that"
  }

  /// What Kubespray's next run would do to the pool.
  private func inventoryWarnings(
    _ pool: IPAddressPool, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) -> [String] {
    guard snapshot.way(settings) == .kubespray, let inventory = snapshot.inventory.value,
      let form = snapshot.kubesprayForm(settings)
    else { return [] }
    let ignored = inventory.ignoredVariables(form)
    var warnings =
      ignored.isEmpty
      ? [] : ["warning: Kubespray ignores \(ignored.joined(separator: ", ")) (the other form)"]
    if let ranges = inventory.ranges(ofPool: Self.pool, form),
      Set(ranges) != Set(pool.spec.addresses.texts)
    {
      warnings.append(
        "warning: the inventory says \(ranges.joined(separator: ", ")); Kubespray's next run "
          + "changes the pool to that")
    }
    return warnings
  }

  /// An advertisement names the pool that is still to come, as one left by an earlier try does.
  private func isAnnouncedAlready(_ snapshot: ClusterSnapshot) -> Bool {
    let pool = IPAddressPool(
      metadata: ObjectMeta(name: Self.pool), spec: IPAddressPool.Spec(addresses: []))
    return snapshot.pools.value?.advertisements.contains { $0.cover(of: pool) == .named } ?? false
  }

  private func freeAdvertisementName(_ snapshot: ClusterSnapshot) -> String {
    let taken = Set(snapshot.pools.value?.advertisements.map(\.metadata.name) ?? [])
    guard taken.contains(Self.advertisement) else { return Self.advertisement }
    let free = (2...).lazy.map { "l2advertisement\($0)" }.first { !taken.contains($0) }
    return free ?? "l2advertisement-default"
  }
}
