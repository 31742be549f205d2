/// Every Service keeps the address it had.
enum AddressesPromise {
  /// Seconds an address may be away while MetalLB's controller is replaced, or the Service is made
  /// anew.
  private static let patience = 15

  static let promise = Promise(.addresses, "every Service keeps its address") { scene in
    let held = scene.heldServices
    var finding = PromiseFinding(baseline: "\(count(scene.baseline))", now: "\(count(scene.now))")
    guard let services = scene.now.services.value else {
      finding.unknown = scene.now.services.unreadBecause ?? "there are no Services"
      finding.now = ""
      return finding
    }
    let declared = Declared(scene)
    for (key, was) in held {
      let before = was.addresses.joined(separator: ", ")
      guard let service = services[key] else {
        if goesWithItsLease(key, was, scene, declared) { continue }
        finding.deviations.append(
          Deviation(
            key: "\(key) gone", why: "Service \(key) is gone (it had \(before)), its lease is not",
            patience: patience))
        continue
      }
      if Set(was.addresses).isSubset(of: service.addresses) { continue }
      if service.addresses.isEmpty {
        let isMadeAnew = service.uid != was.uid
        finding.deviations.append(
          Deviation(
            key: "\(key) empty", why: "\(key) has no address any more (it had \(before))",
            patience: scene.isControllerReplaced || isMadeAnew ? patience : 0))
      } else {
        let now = service.addresses.joined(separator: ", ")
        finding.deviations.append(
          Deviation(key: "\(key) other", why: "\(key) has \(now) in place of \(before)"))
      }
    }
    return finding
  }

  private static func count(_ observation: Observation) -> Int {
    (observation.services.value ?? [:]).values.count { !$0.addresses.isEmpty }
  }

  /// A tenant closed the lease, or took the address out of its deployment.
  private static func goesWithItsLease(
    _ key: String, _ was: Observation.ServiceState, _ scene: WatchScene, _ declared: Declared
  ) -> Bool {
    let namespace = Observation.ServiceState.namespace(of: key)
    guard let namespaces = scene.now.namespaces.value, namespaces[namespace] != nil else {
      return true
    }
    guard let lease = was.lease, declared.isKnown else { return false }
    let own = declared.services[lease] ?? []
    if own.contains(String(key.dropFirst(namespace.count + 1))) { return false }
    return !own.isEmpty || declared.areOthersKept
  }

  /// What the provider wants of addresses now.
  private struct Declared {
    let isKnown: Bool
    /// By lease.
    let services: [String: Set<String>]
    /// A declaration of the baseline is there still: not everybody's went at once.
    let areOthersKept: Bool

    init(_ scene: WatchScene) {
      let now = scene.now.declarations.value
      isKnown = now != nil
      services = (now ?? [:]).values.reduce(into: [:]) { services, declaration in
        services[declaration.lease, default: []].insert(declaration.service)
      }
      areOthersKept = scene.isDeclarationKept
    }
  }
}
