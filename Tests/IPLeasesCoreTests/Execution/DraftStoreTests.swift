import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

struct DraftStoreTests {
  private let live = LivePool(name: "default", entries: ["203.0.113.0/30", "203.0.113.8/30"])

  private func draft() -> PoolDraft {
    var draft = PoolDraft()
    draft.write(["198.51.100.0/28"])
    draft.remove([draft.rows(over: live.entries)[0]])
    draft.set { $0.avoidBuggyIPs = true }
    return draft
  }

  @Test func aDraftComesBackWithItsPast() throws {
    let folder = TemporaryFolder()
    let store = DraftStore(folder: StateFolder(root: folder.path, cluster: "c"))
    #expect(store.all() == [:])
    let kept = KeptDraft(draft(), over: live, at: Date(timeIntervalSince1970: 1_000.5))
    try store.save(["default": kept])
    #expect(store.all() == ["default": kept])
    var back = try #require(store.all()["default"]).draft
    #expect(back.undoDepth == 3)
    back.undo()
    #expect(back.options.isEmpty)
    let path = "\(folder.path)/c/drafts.json"
    #expect(mode(of: path) == 0o600)
    // Another console keeps one of another pool meanwhile.
    try store.save(["other": kept])
    try store.save([:], over: ["default": kept])
    #expect(store.all() == ["other": kept])
    try store.save([:], over: store.all())
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func consolesKeepTheirDraftsBesideEachOther() throws {
    let folder = TemporaryFolder()
    let store = DraftStore(folder: StateFolder(root: folder.path, cluster: "c"))
    func kept(_ seconds: Double, _ draft: PoolDraft) -> KeptDraft {
      KeptDraft(draft, over: live, at: Date(timeIntervalSince1970: seconds))
    }
    var other = draft()
    other.undo()
    let known = ["default": kept(1, draft()), "mail": kept(1, draft())]
    try store.save(known)
    // The other console drops one of them and changes the other.
    try store.save(["mail": kept(2, other)], over: known)
    // What this one only carries along, with a new time, comes back to life nowhere.
    let now = ["default": kept(3, draft()), "mail": kept(3, draft()), "new": kept(3, draft())]
    try store.save(now, over: known)
    #expect(store.all() == ["mail": kept(2, other), "new": kept(3, draft())])
    // Nor does it write over the other's without a word.
    var third = other
    third.undo()
    var typed = now
    typed["mail"] = kept(4, third)
    let refusal = #expect(throws: UserMessage.self) { try store.save(typed, over: now) }
    #expect(refusal?.what == "The draft of pool mail is not kept for later.")
    #expect(store.all()["mail"] == kept(2, other))
    // What it drops is not the draft that the other has made meanwhile.
    try store.save(["new": kept(3, draft())], over: now)
    #expect(store.all() == ["mail": kept(2, other), "new": kept(3, draft())])
  }

  @Test func aDraftKnowsThePoolItWasMadeOn() {
    let kept = KeptDraft(draft(), over: live, at: .distantPast)
    #expect(kept.fits(live))
    #expect(!kept.fits(LivePool(name: "default", entries: ["203.0.113.0/30"])))
    var context = PoolContext()
    context.avoidBuggyIPs = true
    #expect(!kept.fits(LivePool(name: "default", entries: live.entries, context: context)))
  }

  @Test func whatIsNotAFileOfDraftsIsNone() throws {
    let folder = TemporaryFolder()
    let state = StateFolder(root: folder.path, cluster: "c")
    try state.create()
    try AtomicFile.write(Data("{\"default\": 1}".utf8), to: "\(state.path)/drafts.json")
    #expect(DraftStore(folder: state).all() == [:])
  }
}
