import Basics
import Execution
import Foundation

/// The watch over a cluster as it was left: a cut line, a kill or a night does not end it. One JSON
/// file beside the journal, written in one piece.
package struct WatchStore: Sendable {
  private let file: JSONFile<WatchRun>

  /// Bytes of the file, at most: an observation has a line for each Service.
  private static let limit = 256 << 20

  package init(folder: StateFolder) { file = JSONFile(path: folder.watch, limit: Self.limit) }

  /// The watch that was not brought to GO ON; nil where there is none.
  ///
  /// - Parameters:
  ///   - cluster: the key of the one that answers.
  ///   - now: by the clock it is fed with.
  /// - Throws: where it cannot be gone on with: a baseline must not be lost without a word.
  package func unfinished(of cluster: String, at now: Date) throws(UserMessage) -> WatchRun? {
    guard let run = try file.read(), run.verdict.kind != .goOn else { return nil }
    let advice: Advice = "\(own: "watch --new-baseline") begins anew."
    guard run.baseline.cluster == cluster else {
      throw UserMessage("The watch that is kept here is of another cluster.", advice: advice)
    }
    let last = run.timeline.last.time
    guard last.timeIntervalSince(now) < Self.mostLead, run.hold > 0 else {
      throw UserMessage(
        "The watch that is kept here cannot be gone on with.",
        reason: "it saw the cluster at \(last.formatted(.iso8601)), which is yet to come by this "
          + "machine's clock",
        advice: "Set the clock right; else \(advice)")
    }
    return run
  }

  /// What the last watch over this cluster saw, whatever became of it; nil where there is none.
  package func kept(of cluster: String) -> WatchRun? {
    file.value.flatMap { $0.baseline.cluster == cluster ? $0 : nil }
  }

  /// Seconds: a clock that was put right by a little.
  private static let mostLead = 120.0

  /// Differs once a watch was kept, by whatever process; "" while none is.
  package var version: String { file.version }

  package func keep(_ run: WatchRun) throws(UserMessage) { try file.write(run) }
}
