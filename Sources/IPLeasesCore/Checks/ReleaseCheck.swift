import Cluster

/// How a release of Helm stands.
enum ReleaseCheck {
  /// A change that goes on says nothing yet, and is not to be cured.
  static func pending(_ release: Release?, _ snapshot: ClusterSnapshot) -> Verdict {
    guard let release else { return .pass(got: "no release of Helm") }
    if let wait = PendingRelease(release, snapshot)?.wait(for: release) {
      let text = [wait.what, wait.reason].compactMap(\.self).joined(separator: " ")
      return .notRun(.unreadable(text))
    }
    return release.isPending
      ? .fail(got: "\(release.name) is \(release.status)") : .pass(got: release.status)
  }

  static func failed(_ release: Release?) -> Verdict {
    guard let release else { return .pass(got: "no release of Helm") }
    return release.status == "failed"
      ? .fail(got: "\(release.name) revision \(release.revision) failed")
      : .pass(got: "revision \(release.revision)")
  }
}
