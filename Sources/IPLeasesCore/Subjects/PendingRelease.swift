import Basics
import Cluster
import Execution
import Foundation

/// A release that helm has not come to the end of: a change that goes on is no accident.
enum PendingRelease: Hashable, Sendable {
  /// From this machine.
  case changed(LockHolder)
  /// So short a time ago that a helm may be at work on it elsewhere.
  case young(since: Date, until: Date)
  /// Nobody works on it any more, as far as can be seen.
  case left

  /// helm itself waits this long for a change in this console's plans.
  static let longestRun: TimeInterval = 600

  init?(_ release: Release?, _ snapshot: ClusterSnapshot) {
    guard let release, release.isPending else { return nil }
    if let holder = snapshot.changedBy {
      self = .changed(holder)
    } else if let began = release.updatedAt, let now = snapshot.releases.readAt,
      now.timeIntervalSince(began) < Self.longestRun,
      // What a run of this console began and nobody ends has no helm any more.
      !Self.isOwn(began, snapshot.unfinishedSince[release.step])
    {
      self = .young(since: began, until: began.addingTimeInterval(Self.longestRun))
    } else {
      self = .left
    }
  }

  /// True where helm began within the run that was cut off, and not long after it.
  private static func isOwn(_ began: Date, _ run: Date?) -> Bool {
    guard let run else { return false }
    // A release has fractions of a second, the mark of a run may not.
    return began > run.addingTimeInterval(-1) && began < run.addingTimeInterval(longestRun)
  }

  /// What is to be waited for; nil where nothing is.
  func wait(for release: Release) -> UserMessage? {
    let what = "The release \(release.name) is \(release.status)"
    switch self {
    case .left: return nil
    case .changed(let holder):
      return UserMessage(
        "\(what): it is being changed now.", reason: holder.text, advice: Self.advice)
    case .young(let since, let until):
      return UserMessage(
        "\(what): a helm may be at work on it, here or elsewhere.",
        reason: "it began at \(since.formatted(.iso8601))",
        advice: """
          Wait until \(until.formatted(.iso8601)); if it is still pending then: \
          \(RemedyID.rollBackRelease.advice)
          """)
    }
  }

  static let advice: Advice = "Wait until it ends: \(own: "activity") shows it."
}

extension Release {
  /// The step that changes it.
  var step: StepID {
    switch chartName {
    case "metallb": .metallb
    case "akash-ip-operator": .ipOperator
    default: .provider
    }
  }
}
