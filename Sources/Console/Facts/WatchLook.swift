import Basics
import Foundation
import IPLeasesCore

/// The watch over the cluster, as the console shows it.
package struct WatchLook: Equatable, Sendable {
  package var run: WatchRun
  /// It was taken by a word; before that, the console's first reading stands for it.
  package var hasBaseline: Bool
  /// Nothing was seen in this time: the watch goes on with what an earlier process left.
  package var gap: DateInterval?
  /// Parts whose upgrade by this program left a way back.
  package var waysBack: [Upgrade.Part] = []
  /// Why the watch is not kept for later; nil where it is.
  package var problem: UserMessage?

  package init(run: WatchRun, hasBaseline: Bool) {
    self.run = run
    self.hasBaseline = hasBaseline
  }

  package var keptCount: Int { run.tracks.count { $0.state.kind == .kept } }
}
