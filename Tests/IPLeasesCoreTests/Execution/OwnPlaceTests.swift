import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Execution

/// What another user could have written is not taken for ours. As root, who may give files away.
@Suite(.enabled(if: geteuid() == 0))
struct OwnPlaceTests {
  private let folder = TemporaryFolder()
  private var store: UndoStore { UndoStore(folder: folder.state, context: "prod") }
  private static let stranger: uid_t = 61_234

  private func save() throws {
    let delete = Command(.kubectl, ["delete", "x"], purpose: "delete", changes: true)
    try store.save(Plan(id: "pools", title: "Pools", undo: [.command(delete)]))
    try store.noteBegin("pools")
    try FileManager.default.createDirectory(
      atPath: folder.state.jobs, withIntermediateDirectories: true)
  }

  private enum Hand: CaseIterable { case owner, everybody, group, link }

  private func give(_ path: String, to hand: Hand) throws {
    switch hand {
    case .owner: chown(path, Self.stranger, Self.stranger)
    case .everybody: chmod(path, 0o777)
    case .group:
      chown(path, 0, Self.stranger)
      chmod(path, 0o770)
    case .link:
      try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: path + ".moved")
    }
  }

  @Test func nothingIsTakenFromAFolderOrAFileThatOthersMayWrite() throws {
    let folders = [
      folder.state.undo, folder.state.unfinished, folder.state.jobs, folder.state.path,
    ]
    for hand in Hand.allCases {
      for path in folders {
        if hand == .link, path == folder.state.path { continue }
        try? FileManager.default.removeItem(atPath: folder.state.path)
        try save()
        #expect(store.savedIDs == ["pools"])
        try give(path, to: hand)
        #expect(throws: UserMessage.self, "\(hand) \(path)") { try store.load("pools") }
        #expect(store.all() == [], "\(hand) \(path)")
        #expect(store.unfinishedSince("pools") == nil, "\(hand) \(path)")
        #expect(JobFolder.all(in: folder.state) == [])
        #expect(throws: UserMessage.self) { try Lock.acquire(in: folder.state, doing: "a") }
        try? FileManager.default.removeItem(atPath: path + ".moved")
      }
      try? FileManager.default.removeItem(atPath: folder.state.path)
      try save()
      try give("\(folder.state.undo)/pools.json", to: hand)
      #expect(throws: UserMessage.self, "\(hand)") { try store.load("pools") }
      #expect(store.all() == [], "\(hand)")
    }
  }

  @Test func aFolderAboveThatOthersMayWriteIsRefused() throws {
    try save()
    chmod(folder.path, 0o777)
    let message = #expect(throws: UserMessage.self) {
      try Lock.acquire(in: folder.state, doing: "a")
    }
    #expect(message?.reason == "everybody may write in it")
    // As in /tmp, where only its owner can put another thing in the place of one.
    chmod(folder.path, 0o1777)
    try Lock.acquire(in: folder.state, doing: "a").release()
  }

  @Test func aJobOfAnotherHandIsNone() throws {
    try save()
    let path = "\(folder.state.jobs)/A"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(JobFolder.all(in: folder.state).map(\.path) == [path])
    chown(path, Self.stranger, Self.stranger)
    #expect(JobFolder.all(in: folder.state) == [])
  }

  @Test func valuesAreNotWrittenWhereOthersMayReplaceThem() {
    chmod(folder.path, 0o777)
    let change = FileChange(
      path: folder.file("provider.yaml"), contents: SecretText("a"), diff: "")
    let plan = Plan(id: "provider", title: "", actions: [.file(change)])
    let message = #expect(throws: UserMessage.self) { try plan.checkFiles() }
    #expect(message?.reason == "\(folder.path): everybody may write in it")
  }
}

/// What a saved way back may hold.
struct OwnRecordTests {
  private let folder = TemporaryFolder()
  private var store: UndoStore { UndoStore(folder: folder.state, context: "prod") }

  private func expectRefusal(_ action: Action) throws {
    try store.save(Plan(id: "pools", title: "Pools", undo: [action]))
    let message = #expect(throws: UserMessage.self) { try store.load("pools") }
    #expect(message?.what == "the saved way back of pools is not run")
    #expect(store.all() == [])
    try store.remove("pools")
  }

  @Test func aToolThatNoChangeUsesIsNotRun() throws {
    try expectRefusal(.command(Command(.curl, ["x"], purpose: "", changes: true)))
  }

  @Test func aTimeThatCannotBeCountedWithIsNotTaken() throws {
    let far = Duration.seconds(Int64.max / 4)
    let probe = Command(.kubectl, ["get"], purpose: "")
    try expectRefusal(
      .wait(Wait(until: "", probe: probe, passes: .succeeds, limit: far, interval: .seconds(1))))
    try expectRefusal(
      .command(Command(.helm, ["x"], purpose: "", changes: true, timeLimit: .seconds(-5))))
  }

  @Test func aRecordUnderAnotherNameIsDamaged() throws {
    let delete = Command(.kubectl, ["delete", "x"], purpose: "delete", changes: true)
    try store.save(Plan(id: "pools", title: "Pools", undo: [.command(delete)]))
    try FileManager.default.moveItem(
      atPath: "\(folder.state.undo)/pools.json", toPath: "\(folder.state.undo)/provider.json")
    #expect(throws: UserMessage.self) { try store.load("provider") }
  }

  @Test func theNotesThatAHangingProcessLocksAreWaitedForInVainAndNotForEver() throws {
    try AtomicFile.createFolder(folder.path)
    let other = try OpenFile(folder.file("notes.lock"), .readWrite, .create)
    try other.lock(LOCK_EX)
    let message = #expect(throws: UserMessage.self) {
      try JSONFile<[Int]>(path: folder.file("a.json")).update { $0 = [1] }
    }
    #expect(message?.what.hasSuffix("notes.lock is held by another process.") == true)
    withExtendedLifetime(other.isRegular) {}
  }
}
