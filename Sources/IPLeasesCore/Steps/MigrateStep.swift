import Addresses
import Basics
import Cluster
import Execution

extension StepID {
  package static let migrate = StepID("migrate")
}

/// The configuration of MetalLB 0.12, from its ConfigMap into objects.
package struct MigrateStep: Step {
  package let id = StepID.migrate
  package let title = "Migration from 0.12"
  package let why = """
    MetalLB since 0.13 does not read its ConfigMap any more: without the same pools as objects \
    every address is lost. The ConfigMap is saved first and removed last, once each Service holds \
    the address it had.
    """
  package let guide = GuidePassage(
    says: "Runs a container that converts the ConfigMap, applies what it wrote, deletes the "
      + "ConfigMap.",
    differs:
      "Converted here: the container returns before it is done, ends well when it fails, and "
      + "drops what it does not know. The server tries the objects first, and a pool that is the "
      + "only one becomes \"default\", because Akash counts that one.")
  package let dependsOn: [StepID] = [.metallb]
  package let needs: Set<FactName> = [.metallb, .pools, .cluster]
  package let planNeeds: Set<FactName> = [.routing]
  package let checkGroups: [CheckGroup] = [.pools]

  private static let namespace = ConsoleSettings.metallbNamespace

  package init() {}

  package func isPresent(_ snapshot: ClusterSnapshot) -> Bool { snapshot.legacyConfigMap != nil }

  package func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment {
    if let problem = snapshot.metallb.problem ?? snapshot.pools.problem ?? snapshot.cluster.problem
    {
      return .unknown(problem)
    }
    guard let map = snapshot.legacyConfigMap else { return Assessment(.notNeeded, "no ConfigMap") }
    do throws(UserMessage) {
      let conversion = try conversion(of: map, snapshot)
      let held = HeldAddress.all(in: snapshot)
      return Assessment(
        .todo, "ConfigMap \(map.metadata.name): \(conversion.summary)",
        seen: ["\(held.count) Service(s) hold an address"] + conversion.warnings)
    } catch {
      return .failed(error)
    }
  }

  package func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage)
    -> Plan
  {
    if let problem = assess(snapshot, settings).problem { throw problem }
    guard let map = snapshot.legacyConfigMap, let metallb = snapshot.metallbInstallation else {
      throw UserMessage("MetalLB or its ConfigMap was not found.", advice: "Install MetalLB first.")
    }
    let conversion = try conversion(of: map, snapshot)
    try conversion.refuse(for: metallb.version)
    let surroundings = MigrationSurroundings(snapshot)
    let objects = try surroundings.fitted(conversion.objects, map)
    let held = HeldAddress.all(in: snapshot)
    try refuseLoss(held, objects, snapshot)
    let files = LegacyFiles(map, settings)
    let shown = ResourceWriter.text(
      try surroundings.fitted(conversion.shown(), map), hasEmptyFields: false)
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(
      id: id.rawValue, title: "Convert ConfigMap \(map.metadata.name) and put objects in its place")
    plan.actions = [
      .file(LegacySaving.change(map, files, kubectl)),
      .file(
        FileChange(
          path: files.objects,
          contents: SecretText(ResourceWriter.text(objects, hasEmptyFields: false)),
          diff: UnifiedDiff.make(old: "", new: shown, name: "objects"))),
      .command(
        kubectl.rolloutStatus(
          "deployment/\(metallb.controller.metadata.name)", namespace: Self.namespace)),
      .command(kubectl.apply(file: files.objects, purpose: "make the objects")),
    ]
    plan.actions += proofs(held, kubectl, settings)
    plan.actions += removal(of: map, kubectl)
    plan.undo = undo(map, files, surroundings.made(of: objects), snapshot, kubectl)
    plan.diff = UnifiedDiff.make(old: "", new: shown, name: "objects")
    plan.notes = notes(conversion, held)
    if let remark = surroundings.remark(on: objects) { plan.note(remark) }
    return plan
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    guard let map = snapshot.legacyConfigMap, let conversion = try? conversion(of: map, snapshot)
    else { return snapshot }
    var result = snapshot
    var objects = snapshot.pools.value ?? PoolObjects()
    let known = Set(objects.pools.map(\.metadata.name))
    for pool in conversion.config.pools where !known.contains(pool.name) {
      objects.pools.append(
        IPAddressPool(
          metadata: ObjectMeta(name: pool.name, namespace: conversion.namespace),
          spec: IPAddressPool.Spec(
            addresses: pool.addresses, autoAssign: pool.autoAssign,
            avoidBuggyIPs: pool.avoidBuggyIPs)))
      if pool.protocol == "layer2" {
        objects.advertisements.append(
          L2Advertisement(
            metadata: ObjectMeta(name: pool.name),
            spec: L2Advertisement.Spec(ipAddressPools: [pool.name])))
      } else if pool.protocol == "bgp" {
        objects.bgpAdvertisements.append(
          BGPAdvertisement(
            metadata: ObjectMeta(name: pool.name),
            spec: BGPAdvertisement.Spec(ipAddressPools: [pool.name])))
      }
    }
    result.pools = .known(objects, at: .now)
    result.metallb = snapshot.metallb.map { namespace in
      var namespace = namespace
      namespace.configMaps.removeAll { $0.metadata.name == map.metadata.name }
      return namespace
    }
    return result
  }

  // MARK: The objects

  /// The conversion, with the one pool that hands out addresses under the name Akash counts. A pool
  /// that a Service asks for by name keeps it.
  private func conversion(of map: ConfigMap, _ snapshot: ClusterSnapshot) throws(UserMessage)
    -> LegacyConversion
  {
    let conversion = try LegacyConversion(map)
    let wanted = ConsoleSettings.poolName
    let names = conversion.config.pools.map(\.name)
    guard !names.contains(wanted), snapshot.pools.value?.pool(wanted) == nil else {
      return conversion
    }
    let open = conversion.config.pools.filter { $0.autoAssign != false }
    guard open.count == 1, !isAskedFor(open[0].name, snapshot) else { return conversion }
    return try conversion.renamingPool(open[0].name, to: wanted)
  }

  private func isAskedFor(_ pool: String, _ snapshot: ClusterSnapshot) -> Bool {
    (snapshot.cluster.value?.services ?? []).contains { service in
      ["metallb.universe.tf/address-pool", "metallb.io/address-pool"].contains {
        service.metadata.annotations?[$0] == pool
      }
    }
  }

  // MARK: Parts of the plan

  /// Each address is proved while it is still kept for its Service, and again when it is not.
  private func proofs(
    _ held: [HeldAddress], _ kubectl: Kubectl, _ settings: ConsoleSettings
  ) -> [Action] {
    // MetalLB takes a moment to see a new pool; until then everything looks as before. The built-in
    // cluster sees it at once.
    let steadiness = Duration.seconds(settings.rehearsal == nil ? 10 : 0)
    func waits(_ held: [HeldAddress]) -> [Action] {
      held.enumerated().flatMap { $1.waits(kubectl, steadiness: $0 == 0 ? steadiness : .zero) }
    }
    let pinned = held.filter(\.isPinned)
    if pinned.isEmpty { return waits(held) }
    return waits(held) + pinned.map { $0.unpin(kubectl) } + waits(held)
  }

  private func removal(of map: ConfigMap, _ kubectl: Kubectl) -> [Action] {
    let name = map.metadata.name
    let version = kubectl.field(
      ".metadata.resourceVersion", of: "configmap", name, namespace: Self.namespace,
      purpose: "read the version of ConfigMap \(name)")
    let isSame = Wait(
      until: "ConfigMap \(name) is seen to be the one that was converted", probe: version,
      passes: .printsOnly(map.metadata.resourceVersion ?? ""), limit: .seconds(2))
    return [
      .wait(isSame),
      .command(
        kubectl.delete(
          "configmap", name, namespace: Self.namespace, purpose: "delete the ConfigMap, saved above"
        )
      ),
    ]
  }

  private func undo(
    _ map: ConfigMap, _ files: LegacyFiles, _ made: [MigratedObject],
    _ snapshot: ClusterSnapshot, _ kubectl: Kubectl
  ) -> [Action] {
    // Without pools no Service has an address; the next migration gives each its own again.
    let pins = HeldAddress.all(in: snapshot).filter { $0.isPinned || !$0.isAskedFor }
    return [
      .command(
        kubectl.apply(file: files.saved, purpose: "bring ConfigMap \(map.metadata.name) back"))
    ] + pins.map { $0.pin(kubectl) }
      + made.reversed().map { object in
        .command(
          kubectl.delete(
            object.kind.resource, object.name, namespace: object.namespace,
            purpose: "delete \(object.kind.rawValue) \(object.name)"))
      }
  }

  private func notes(_ conversion: LegacyConversion, _ held: [HeldAddress]) -> [Note] {
    var notes = conversion.warnings.filter { !conversion.settledWarnings.contains($0) }
      .map { Note.warning($0) }
    if let renamed = conversion.renamedPool {
      notes.append(
        Note(
          "The pool \(renamed) becomes \"default\": Akash's IP operator counts that one only."))
    }
    notes += [
      held.isEmpty
        ? "No Service holds an address yet."
        : "\(held.count) Service(s) must hold the same address afterwards, or the ConfigMap stays.",
      "The way back takes the pools away again, and with them the address of every Service until a "
        + "MetalLB has pools once more.",
    ].map(Note.init)
    return notes
  }

  /// - Throws: where a Service holds an address that no pool will have.
  private func refuseLoss(
    _ held: [HeldAddress], _ objects: [MigratedObject], _ snapshot: ClusterSnapshot
  ) throws(UserMessage) {
    let entries =
      objects.flatMap(\.entries) + (snapshot.pools.value?.pools ?? []).flatMap(\.spec.addresses)
    let pools = AddressSet(entries.ranges)
    let lost = held.flatMap { held in held.addresses.map { (held, $0) } }.filter { _, address in
      guard let address = IPAddress(parsing: address) else { return true }
      return !pools.contains(address)
    }
    guard let (first, address) = lost.first else { return }
    let others = lost.count > 1 ? " and \(lost.count - 1) more" : ""
    throw UserMessage(
      "\(first.namespace)/\(first.service)\(others) would lose its address \(address): no pool "
        + "of the ConfigMap has it.",
      advice: "Add the range to the ConfigMap, or find out who gave that address.")
  }
}
