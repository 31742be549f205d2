/// As many leases as before, and none that lost the declaration of its address.
enum LeasesPromise {
  /// Seconds in which a lease that is closed goes piece by piece.
  private static let closing = 15
  /// Seconds in which a restart of the provider is taken for the cause of what ends.
  private static let afterRestart = 600.0
  /// Seconds in which the provider's own count follows.
  private static let count = 60

  static let promise = Promise(.leases, "no lease is lost") { scene in
    var finding = PromiseFinding(baseline: text(scene.baseline), now: text(scene.now))
    if let why = scene.now.namespaces.unreadBecause ?? scene.now.declarations.unreadBecause {
      finding.unknown = why
      return finding
    }
    let lost = scene.leasesWithoutDeclaration
    if !lost.isEmpty {
      finding.deviations.append(
        Deviation(
          key: "declarations",
          why: "\(lost.count) lease(s) go on without the declaration of their address: a tenant's "
            + "update may have removed those of all; a restart of the provider makes them anew",
          patience: closing))
    }
    finding.deviations += [closedTogether(scene), forgotten(scene)].compactMap(\.self)
    return finding
  }

  /// An old provider may tear leases down when it is restarted, which looks as if their tenants had
  /// closed them; but tenants do not close most of them within two minutes.
  private static func closedTogether(_ scene: WatchScene) -> Deviation? {
    guard let restart = scene.arrival(of: .provider),
      scene.now.time.timeIntervalSince(restart) <= afterRestart
    else { return nil }
    let gone = scene.timeline.departures
    let left = leaseNames(scene.now).count
    guard gone.count >= 3, gone.count >= left, Set(gone.map(\.owner)).count > 1 else { return nil }
    return Deviation(
      key: "closed",
      why: "\(gone.count) leases of several tenants ended at once after the provider's restart")
  }

  /// The provider counts fewer than there are. Only where its count and the namespaces were one at
  /// the baseline.
  private static func forgotten(_ scene: WatchScene) -> Deviation? {
    guard let before = scene.baseline.provider.value?.leases,
      before == leaseNames(scene.baseline).count, let now = scene.now.provider.value?.leases
    else { return nil }
    let there = leaseNames(scene.now).count
    guard now < there else { return nil }
    let isUpgraded = scene.isUpgraded(.provider)
    return Deviation(
      key: "count", why: "the provider counts \(now) lease(s), \(there) are there",
      patience: isUpgraded ? ProviderPromise.upgrade : count, from: scene.arrival(of: .provider))
  }

  private static func leaseNames(_ observation: Observation) -> Set<String> {
    Set((observation.namespaces.value ?? [:]).values.filter { !$0.isEmpty })
  }

  private static func text(_ observation: Observation) -> String {
    let services = (observation.services.value ?? [:]).values.filter { !$0.addresses.isEmpty }
    let held = Set(services.compactMap(\.lease)).count
    guard let all = observation.provider.value?.leases else { return "\(held) with an address" }
    return "\(all), \(held) with an address"
  }
}
