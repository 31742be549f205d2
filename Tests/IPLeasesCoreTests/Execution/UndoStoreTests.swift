import Basics
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

struct UndoStoreTests {
  private let folder = TemporaryFolder()
  private var store: UndoStore { UndoStore(folder: folder.state, context: "prod") }

  private func delete(_ name: String) -> Action {
    .command(Command(.kubectl, ["delete", name], purpose: "delete \(name)", changes: true))
  }

  @Test func aSavedWayBackIsReadBack() throws {
    let plan = Plan(id: "pools", title: "Pools", undo: [delete("a")], cannotUndo: "the leases")
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    try store.save(plan, at: time)
    let want = UndoRecord(
      id: "pools", title: "Pools", time: time, context: "prod", actions: [delete("a")],
      cannotUndo: "the leases")
    #expect(try store.load("pools") == want)
    #expect(store.all() == [want])
    #expect(mode(of: "\(folder.state.undo)/pools.json") == 0o600)
    try store.remove("pools")
    #expect(try store.load("pools") == nil)
  }

  @Test func aRunThatCameToItsEndIsReplacedByTheNext() throws {
    try store.save(Plan(id: "s", title: "", undo: [delete("a")]))
    try store.noteBegin("s")
    try store.noteEnd("s")
    try store.save(Plan(id: "s", title: "", undo: [delete("b")]))
    #expect(try store.load("s")?.actions == [delete("b")])
    #expect(store.unfinishedSince("s") == nil)
  }

  @Test func afterARunThatWasCutOffTheNextGoesBeforeItWithoutDoubles() throws {
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    try store.save(Plan(id: "s", title: "", undo: [delete("b"), delete("a")]), at: time)
    try store.noteBegin("s")
    try store.save(Plan(id: "s", title: "", undo: [delete("c"), delete("b")], cannotUndo: "x"))
    let record = try #require(try store.load("s"))
    #expect(record.actions == [delete("c"), delete("b"), delete("a")])
    #expect(record.cannotUndo == "x")
    #expect(record.time == time)
  }

  @Test func aPlanWithoutAWayBackSavesNothing() throws {
    try store.save(Plan(id: "s", title: ""))
    #expect(try store.load("s") == nil)
  }

  @Test func theTextOfAFileNeverGetsIn() throws {
    let change = FileChange(path: "/x/provider.yaml", contents: SecretText("key: abc"), diff: "")
    try store.save(Plan(id: "provider", title: "", undo: [.file(change), delete("a")]))
    let record = try #require(try store.load("provider"))
    #expect(record.actions == [delete("a")])
    #expect(record.cannotUndo == "the old text of /x/provider.yaml is not kept")
  }

  @Test func aDamagedRecordIsSaidAndNotOverwritten() throws {
    try AtomicFile.createFolder(folder.state.undo)
    try AtomicFile.write(Data("{".utf8), to: "\(folder.state.undo)/s.json")
    #expect(throws: UserMessage.self) { try store.load("s") }
    #expect(throws: UserMessage.self) {
      try store.save(Plan(id: "s", title: "", undo: [delete("a")]))
    }
    #expect(try AtomicFile.read("\(folder.state.undo)/s.json") == Data("{".utf8))
    #expect(store.all().isEmpty)
  }
}
