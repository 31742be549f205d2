/// Strict ARP is in effect as before.
enum StrictARPPromise {
  /// Seconds.
  private static let patience = 60

  static let promise = Promise(.arp, "strict ARP as before") { scene in
    var finding = PromiseFinding(
      baseline: text(scene.baseline.strictARP), now: text(scene.now.strictARP))
    switch scene.now.strictARP {
    case .unread(let why), .silent(let why): finding.unknown = why
    case .known(true), .absent: break
    case .known(false):
      // Off before: nothing was lost.
      guard scene.baseline.strictARP == .known(true) else { break }
      finding.deviations = [
        Deviation(
          key: "off", why: "kube-proxy may answer ARP for leased addresses", patience: patience,
          from: scene.arrival(of: .kubeProxy))
      ]
    }
    return finding
  }

  private static func text(_ strictARP: Observed<Bool>) -> String {
    strictARP.value.map { $0 ? "in effect" : "not in effect" } ?? ""
  }
}
