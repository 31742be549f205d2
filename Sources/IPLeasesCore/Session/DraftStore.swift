import Addresses
import Basics
import Execution
import Foundation

/// A draft of a pool as it was left, and which pool it was made on.
package struct KeptDraft: Hashable, Sendable, Codable {
  package var draft: PoolDraft
  /// Of the pool as it was in the cluster then.
  package var base: String
  package var savedAt: Date

  package init(_ draft: PoolDraft, over live: LivePool, at time: Date) {
    self.draft = draft
    base = Self.base(of: live)
    // The file keeps whole seconds.
    savedAt = Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded(.down))
  }

  /// The pool is still what the draft was made on.
  package func fits(_ live: LivePool) -> Bool { base == Self.base(of: live) }

  private static func base(of live: LivePool) -> String {
    let options = "\(live.context.autoAssign) \(live.context.avoidBuggyIPs)"
    let announced = live.announcedBy.joined(separator: " ")
    let reaches = live.advertisements.filter { $0.covers(pool: live.object) }
      .map { AnnouncementReach($0) }.map { ($0.nodes ?? []) + ["on"] + ($0.interfaces ?? []) }
    return TextDigest.of(
      ([live.exists ? options : "", announced] + live.entries.texts + reaches.flatMap(\.self))
        .joined(separator: "\n"))
  }
}

/// Drafts of pools, by name, kept over a cut line and the end of the console. One small JSON file
/// for a cluster, written in one piece.
package struct DraftStore: Sendable {
  private let file: JSONFile<[String: KeptDraft]>

  /// Bytes of the file, at most.
  private static let limit = 32 << 20

  package init(folder: StateFolder) { file = JSONFile(path: folder.drafts, limit: Self.limit) }

  /// None where the file is not there or is not what was written.
  package func all() -> [String: KeptDraft] { file.value ?? [:] }

  /// Keeps the drafts that are others than those known before, and forgets those that are gone,
  /// unless another console has put its own in their place. The last one leaves no file.
  ///
  /// - Throws: also where another console's draft keeps the place of one; the rest is kept.
  package func save(
    _ drafts: [String: KeptDraft], over known: [String: KeptDraft] = [:]
  ) throws(UserMessage) {
    let names = Set(drafts.keys).union(known.keys)
      .filter { drafts[$0]?.draft != known[$0]?.draft }
    if names.isEmpty { return }
    var others: [String] = []
    try file.update(overDamage: true) { kept throws(UserMessage) in
      var all = kept ?? [:]
      for name in names {
        let isOwn = all[name]?.draft == known[name]?.draft
        if isOwn { all[name] = drafts[name] }
        if !isOwn, let draft = drafts[name], all[name]?.draft != draft.draft {
          others.append(SafeText.line(name, limit: 40))
        }
      }
      kept = all.isEmpty ? nil : all
    }
    if others.isEmpty { return }
    throw UserMessage(
      "The draft of pool \(others.sorted().joined(separator: ", ")) is not kept for later.",
      reason: "another console keeps one of its own",
      advice: "Apply or drop one of the two; this one goes with this console.")
  }
}
