/// The provider sells what MetalLB has free.
enum SellsPromise {
  /// Seconds.
  private static let patience = 600

  static let promise = Promise(.sells, "the provider sells what is free") { scene in
    var finding = PromiseFinding(baseline: text(scene.baseline), now: text(scene.now))
    switch scene.now.provider {
    case .unread(let why): finding.unknown = why
    // That it does not answer is another promise's.
    case .silent(let why):
      if scene.baseline.provider.value?.free != nil { finding.unknown = "8443: \(why)" }
    case .absent: break
    case .known(let provider):
      guard let sells = provider.free else {
        // A provider that never told breaks nothing by not telling.
        if provider.isFreeUnknown || scene.baseline.provider.value?.free != nil {
          finding.unknown = "the provider does not tell how many it sells"
        }
        return finding
      }
      guard let free = free(scene.now) else {
        finding.unknown = "MetalLB does not tell how many are free"
        return finding
      }
      // Whatever they tell: nothing is worked out with a number that cannot be.
      let short = free.subtractingReportingOverflow(sells).partialValue
      let allowed = max(shortage(scene.baseline) ?? 0, severalPorts(scene.now))
      if short > max(allowed, 0) {
        finding.deviations = [
          Deviation(key: "short", why: "it sells \(sells), \(free) are free", patience: patience)
        ]
      }
    }
    return finding
  }

  private static func free(_ observation: Observation) -> Int? {
    guard let metrics = observation.metrics.value, let total = metrics.total,
      let inUse = metrics.inUse
    else { return nil }
    let (free, isTooFar) = total.subtractingReportingOverflow(inUse)
    return isTooFar ? nil : free
  }

  private static func shortage(_ observation: Observation) -> Int? {
    guard let free = free(observation), let sells = observation.provider.value?.free else {
      return nil
    }
    return free.subtractingReportingOverflow(sells).partialValue
  }

  /// A lease with more than one port at an address stays reserved beside being in use
  /// (provider: cluster/inventory.go): so many are never sold, whatever is upgraded.
  private static func severalPorts(_ observation: Observation) -> Int {
    let leased = (observation.services.value ?? [:]).values.filter { $0.lease != nil }
    return Dictionary(grouping: leased.flatMap(\.addresses), by: \.self).values
      .count { $0.count > 1 }
  }

  private static func text(_ observation: Observation) -> String {
    switch observation.provider {
    case .known(let provider): provider.free.map { "\($0)" } ?? "not told by this provider"
    case .absent: "no provider"
    case .silent, .unread: ""
    }
  }
}
