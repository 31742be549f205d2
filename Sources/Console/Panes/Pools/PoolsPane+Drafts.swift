import Basics
import ConsoleKit
import IPLeasesCore

/// Drafts that come and go by other ways than a key: a reading, a file, an earlier console.
extension PoolsPane {
  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] {
    switch event {
    case .factsRead, .factsChanged:
      guard let facts = known.facts else { return [] }
      // What was drafted was meant for the cluster before.
      if facts.isOfAnotherCluster(than: before.facts) { drafts = [:] }
      let row = underCursor(before)
      return rebaseDrafts(onto: facts, keeping: row, known) + restoreDrafts(of: facts)
    case .poolImported(let imported, let pool): return take(imported, pool: pool, known.facts)
    default: return []
    }
  }

  /// The drafts over the pools as they were just read. A draft of a pool that is gone goes too.
  private mutating func rebaseDrafts(
    onto facts: Facts, keeping row: PoolDraft.Row?, _ known: Known
  ) -> [Move] {
    guard facts.pools.value != nil else { return [] }
    let before = drafts
    drafts = [:]
    for live in facts.livePools { drafts[live.name] = before[live.name]?.rebased(onto: live) }
    if let row, underCursor(known)?.entry != row.entry { moveCursor(to: row.entry, known) }
    let gone = before.keys.sorted().first { name in
      before[name]?.isEmpty == false && !facts.livePools.contains { $0.name == name }
    }
    return gone.map {
      [.say("Pool \(SafeText.line($0, limit: 40)) is gone, and its draft with it.")]
    } ?? []
  }

  private mutating func take(_ imported: ImportedPool, pool: String, _ facts: Facts?) -> [Move] {
    guard let live = facts?.livePools.first(where: { $0.name == pool }) else { return [] }
    var draft = drafts[pool] ?? PoolDraft()
    let new = draft.take(imported, over: live)
    drafts[pool] = draft
    let rest = imported.entries.count - new
    return [
      .say(
        "Ranges imported into the draft: \(new)"
          + (rest == 0 ? "" : "; \(rest) stood there already") + ". u takes them back.")
    ]
  }

  /// Keeps the drafts on this machine whenever one has changed.
  package mutating func reconcile(_ known: Known) -> [Effect] {
    guard drafts != keptDrafts, let facts = known.facts else { return [] }
    keptDrafts = drafts
    var kept: [String: KeptDraft] = [:]
    for live in facts.livePools {
      guard let draft = drafts[live.name], !draft.isEmpty else { continue }
      // Only brought back: what it was made on stays what it was made on.
      if let earlier = facts.keptDrafts[live.name], earlier.draft.rebased(onto: live) == draft {
        kept[live.name] = earlier
        continue
      }
      kept[live.name] = KeptDraft(draft, over: live, at: known.now)
    }
    return [.keepDrafts(kept)]
  }

  /// Brings back the drafts an earlier console left, and says so.
  private mutating func restoreDrafts(of facts: Facts) -> [Move] {
    var notices: [String] = []
    for live in facts.livePools {
      guard let kept = facts.keptDrafts[live.name] else { continue }
      let draft = kept.draft.rebased(onto: live)
      let name = SafeText.line(live.name, limit: 40)
      guard !draft.isEmpty else { continue }
      drafts[live.name] = draft
      let time = kept.savedAt.formatted(.iso8601)
      notices.append(
        kept.fits(live)
          ? "The draft of pool \(name) of \(time) is here again; u takes it back."
          : "The draft of pool \(name) of \(time) was made on another state of it: look with d.")
    }
    if notices.count == 1 { return [.say(notices[0])] }
    if notices.isEmpty { return [] }
    return [.say("Drafts of \(notices.count) pools are here again; [ and ] show them.")]
  }
}
