import Basics
import ConsoleKit
import IPLeasesCore

/// Drafts that come and go by other ways than a key: a reading, a file, an earlier console.
extension PoolsPane {
  /// The drafts over the pools as they were just read. A draft of a pool that is gone goes too.
  static func rebaseDrafts(keeping row: PoolDraft.Row?, _ state: inout State) {
    guard let facts = state.facts, facts.pools.value != nil else { return }
    let before = state.pools.drafts
    state.pools.drafts = [:]
    for live in facts.livePools {
      state.pools.drafts[live.name] = before[live.name]?.rebased(onto: live)
    }
    if let gone = before.keys.sorted().first(where: { name in
      before[name]?.isEmpty == false && !facts.livePools.contains { $0.name == name }
    }) {
      state.notice = "Pool \(SafeText.line(gone, limit: 40)) is gone, and its draft with it."
    }
    if let row, underCursor(state)?.entry != row.entry { moveCursor(to: row.entry, &state) }
  }

  static func take(_ imported: ImportedPool, pool: String, _ state: inout State) {
    guard let live = state.facts?.livePools.first(where: { $0.name == pool }) else { return }
    var draft = state.pools.drafts[pool] ?? PoolDraft()
    let new = draft.take(imported, over: live)
    state.pools.drafts[pool] = draft
    let rest = imported.entries.count - new
    state.notice =
      "Ranges imported into the draft: \(new)"
      + (rest == 0 ? "" : "; \(rest) stood there already") + ". u takes them back."
  }

  /// What is to be kept of the drafts; nil where none of them changed since `before`.
  static func draftsToKeep(_ state: State, since before: [String: PoolDraft]) -> [String:
    KeptDraft]?
  {
    guard state.pools.drafts != before, let facts = state.facts else { return nil }
    var kept: [String: KeptDraft] = [:]
    for live in facts.livePools {
      guard let draft = state.pools.drafts[live.name], !draft.isEmpty else { continue }
      // Only brought back: what it was made on stays what it was made on.
      if let earlier = facts.keptDrafts[live.name], earlier.draft.rebased(onto: live) == draft {
        kept[live.name] = earlier
        continue
      }
      kept[live.name] = KeptDraft(draft, over: live, at: state.now)
    }
    return kept
  }

  /// Brings back the drafts an earlier console left, and says so.
  static func restoreDrafts(_ state: inout State) {
    guard let facts = state.facts, !facts.keptDrafts.isEmpty else { return }
    var notices: [String] = []
    for live in facts.livePools {
      guard let kept = facts.keptDrafts[live.name] else { continue }
      let draft = kept.draft.rebased(onto: live)
      let name = SafeText.line(live.name, limit: 40)
      guard !draft.isEmpty else { continue }
      state.pools.drafts[live.name] = draft
      let time = kept.savedAt.formatted(.iso8601)
      notices.append(
        kept.fits(live)
          ? "The draft of pool \(name) of \(time) is here again; u takes it back."
          : "The draft of pool \(name) of \(time) was made on another state of it: look with d.")
    }
    if notices.count == 1 { state.notice = notices[0] }
    if notices.count > 1 {
      state.notice = "Drafts of \(notices.count) pools are here again; [ and ] show them."
    }
  }
}
