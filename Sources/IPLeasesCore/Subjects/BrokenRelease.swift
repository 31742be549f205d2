import Cluster

/// A release that helm left pending or failed: what of it runs, and what puts it right without
/// taking anything away. Pure.
struct BrokenRelease {
  let release: Release
  private let snapshot: ClusterSnapshot
  private let revisions: [Revision]

  enum Cure: Hashable {
    /// Its last revision is laid down once more, from helm's own copy of chart and values.
    case again(Int)
    case back(Revision)
    /// Nothing of it was ever in use.
    case removal
  }

  init(_ release: Release, _ snapshot: ClusterSnapshot) {
    self.release = release
    self.snapshot = snapshot
    revisions = snapshot.histories.value?[release.name] ?? []
  }

  /// nil where nothing is known to put it right.
  var cure: Cure? {
    if isRunning, isRunningLastRevision { return .again(revision) }
    if let good = lastGood { return .back(good) }
    if isRunning || standsOnIt { return .again(revision) }
    // Without its release the provider would not be found any more, and its values are only there.
    return revision <= 1 && release.chartName != "provider" ? .removal : nil
  }

  /// Its workloads are all ready.
  var isRunning: Bool { !workloads.isEmpty && workloads.allSatisfy(\.isRolledOut) }

  /// MetalLB's objects or an address that is held stand on it, or nobody knows that none does.
  var standsOnIt: Bool {
    guard release.chartName == "metallb" else { return false }
    guard let shapes = snapshot.poolShapes, let holders = snapshot.addressHolders else {
      return true
    }
    // 0.12 leaves no sign on a Service that it gave the address.
    let isHeld = holders.contains {
      !$0.addresses.isEmpty && ($0.allocatedFrom != nil || snapshot.isMetalLBLegacy)
    }
    return !shapes.isEmpty || isHeld
  }

  // MARK: Helpers

  private var revision: Int { Int(release.revision) ?? 0 }

  /// helm waits only once everything is laid down: what ran out of time did not fail before. What
  /// was cut off may be of either revision; the chart's mark on it tells them apart.
  private var isRunningLastRevision: Bool {
    let earlier = revisions.last { $0.wasGood && $0.revision < revision }
    if release.status == "failed" {
      let words = revisions.last?.description?.lowercased() ?? ""
      return words.isEmpty || Self.wordsOfTime.contains { words.contains($0) }
    }
    guard let earlier else { return true }
    return earlier.chart != release.chart
      && workloads.allSatisfy { $0.metadata.label("helm.sh/chart") == release.chart }
  }

  private static let wordsOfTime = ["deadline", "timed out", "timeout", "not ready", "canceled"]

  /// MetalLB does not go back below the kinds that something stands on.
  private var lastGood: Revision? {
    let isBound = release.chartName == "metallb" && !snapshot.isMetalLBLegacy && standsOnIt
    return revisions.last { earlier in
      earlier.wasGood && earlier.revision < revision
        && (!isBound || earlier.chartVersion.map { $0 >= MetalLBVersionRule.objectsCame } ?? false)
    }
  }

  private var workloads: [Workload] {
    switch release.chartName {
    case "metallb":
      guard let found = snapshot.metallbInstallation, let speaker = found.speaker else { return [] }
      return [found.controller, speaker]
    case "akash-ip-operator": return [snapshot.ipOperator?.deployment].compactMap(\.self)
    default:
      let name = release.fullName(of: release.chartName)
      return snapshot.akash.value?.statefulSets.filter { $0.metadata.name == name } ?? []
    }
  }
}
