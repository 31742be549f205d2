import Foundation

/// The baseline against what is known last.
extension WatchRun {
  /// What is other than at the baseline, as far as both moments are known.
  package var differences: [WatchEvent] {
    let known = timeline.known
    return ObservationDifference(
      from: baseline.observation, to: known, lastUnread: known.unread
    ).events
  }

  /// What has another version or another revision of its release than at the baseline.
  package var changedParts: [Upgrade.Part] {
    let scene = WatchScene(baseline: baseline, timeline: timeline, now: timeline.known)
    return Upgrade.Part.allCases.filter { WatchVerdict.isSeen($0, scene) }
  }

  /// Since when something is broken that is broken now; nil where nothing is.
  package var brokenSince: Date? {
    tracks.compactMap { track in
      if case .broken(let since, _) = track.state { since } else { nil }
    }.min()
  }
}
