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
    for (key, was) in held {
      let before = was.addresses.joined(separator: ", ")
      guard let service = services[key] else {
        if goesWithItsLease(key, was, scene) { continue }
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
    _ key: String, _ was: Observation.ServiceState, _ scene: WatchScene
  ) -> Bool {
    let namespace = Observation.ServiceState.namespace(of: key)
    guard let namespaces = scene.now.namespaces.value, namespaces[namespace] != nil else {
      return true
    }
    guard let lease = was.lease, let now = scene.now.declarations.value else { return false }
    let name = key.dropFirst(namespace.count + 1)
    let own = now.values.filter { $0.lease == lease }
    if own.contains(where: { $0.service == name }) { return false }
    let before = scene.baseline.declarations.value ?? [:]
    return !own.isEmpty || before.keys.contains { now[$0] != nil }
  }
}
