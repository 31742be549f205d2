import Basics
import Execution

/// The watch over a cluster as it was left: a cut line, a kill or a night does not end it. One JSON
/// file beside the journal, written in one piece.
package struct WatchStore: Sendable {
  private let file: JSONFile<WatchRun>

  /// Bytes of the file, at most: an observation has a line for each Service.
  private static let limit = 256 << 20

  package init(folder: StateFolder) { file = JSONFile(path: folder.watch, limit: Self.limit) }

  /// The watch that was not brought to GO ON; nil where there is none.
  ///
  /// - Throws: where it cannot be read: a baseline must not be lost without a word.
  package func unfinished() throws(UserMessage) -> WatchRun? {
    guard let run = try file.read(), run.verdict.kind != .goOn else { return nil }
    return run
  }

  /// Differs once a watch was kept, by whatever process; "" while none is.
  package var version: String { file.version }

  package func keep(_ run: WatchRun) throws(UserMessage) { try file.write(run) }
}
