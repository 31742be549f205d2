/// No container restarts, crashes or waits for its image, beyond those replaced on purpose.
enum PodsPromise {
  /// Seconds: a pod that is replaced meanwhile does not count.
  private static let patience = 60

  static let promise = Promise(.pods, "no container restarts or waits") { scene in
    var finding = PromiseFinding(baseline: text(scene.baseline), now: text(scene.now))
    let before = scene.baseline.allPods
    let waitedBefore = Set(before.values.filter { $0.waiting != nil }.map(\.owner))
    for (uid, pod) in scene.now.allPods.sorted(by: { $0.key < $1.key }) {
      let restarts = pod.restarts.subtractingReportingOverflow(before[uid]?.restarts ?? 0)
        .partialValue
      if restarts > 0 {
        finding.deviations.append(
          Deviation(
            key: "\(uid) restarts", why: "\(pod.owner) was restarted \(restarts) time(s)",
            patience: patience))
      }
      if let reason = pod.waiting, !waitedBefore.contains(pod.owner) {
        finding.deviations.append(
          Deviation(
            key: "\(pod.owner) waits", why: "\(pod.owner) waits: \(reason)", patience: patience))
      }
    }
    for (namespace, found) in scene.now.pods.sorted(by: { $0.key < $1.key }) {
      if let why = found.unreadBecause {
        finding.unknown = finding.unknown ?? "the pods of \(namespace): \(why)"
      }
    }
    return finding
  }

  private static func text(_ observation: Observation) -> String {
    let pods = observation.allPods.values
    return "\(pods.count { $0.isReady }) of \(pods.count) ready"
  }
}
