import Cluster
import Foundation

/// How pods stand; starting is apart from broken.
enum PodCheck {
  /// A pod may take this long to become ready.
  static let startingTime: TimeInterval = 120

  static func images(_ pods: [Pod]) -> Verdict { waiting(pods, \.isWithoutImage) }

  static func crashes(_ pods: [Pod]) -> Verdict {
    waiting(pods) { $0.waitingReason != nil && !$0.isWithoutImage }
  }

  private static func waiting(_ pods: [Pod], _ isMeant: (Pod) -> Bool) -> Verdict {
    let found = pods.first(where: isMeant)
    guard let found else { return .pass(got: "\(pods.count) pod(s)") }
    return .fail(got: "\(found.metadata.name): \(found.waitingReason ?? "")")
  }

  static func rollout(_ workload: Workload?, _ pods: [Pod], _ now: Date?) -> Verdict {
    guard let workload else { return .fail(got: "not found") }
    let text = "\(workload.ready)/\(workload.wanted) ready"
    if workload.isRolledOut { return .pass(got: text) }
    let labels = workload.spec?.selector?.matchLabels ?? [:]
    let own = pods.filter { pod in labels.allSatisfy { pod.metadata.label($0.key) == $0.value } }
    return isStarting(own, now) ? .warn(got: "\(text), starting") : .fail(got: text)
  }

  /// One of them was made a short while ago, or leaves to make room for its successor.
  static func isStarting(_ pods: [Pod], _ now: Date?) -> Bool {
    guard let now else { return false }
    return pods.contains { pod in
      if let leaving = pod.metadata.deletionTimestamp {
        return now.timeIntervalSince(leaving) < startingTime
      }
      let times = [pod.metadata.creationTimestamp, pod.status?.startTime].compactMap(\.self)
      return times.max().map { now.timeIntervalSince($0) < startingTime } ?? true
    }
  }

  static func pods(of workload: Workload?, _ snapshot: ClusterSnapshot) -> [Pod] {
    guard let labels = workload?.spec?.selector?.matchLabels, !labels.isEmpty else { return [] }
    return snapshot.metallb.value?.pods(matching: labels) ?? []
  }

  // MARK: Since when

  static func notReadySince(_ pods: [Pod]) -> Date? {
    pods.compactMap { unreadySince($0.status?.conditions) }.min()
  }

  static func unreadySince(_ conditions: [Condition]?) -> Date? {
    conditions?.first { $0.type == "Ready" && $0.status != "True" }?.lastTransitionTime
  }
}
