import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import IPLeasesCore

struct LockTests {
  private let folder = TemporaryFolder()

  @Test func theSecondWriterIsToldWhoHoldsIt() throws {
    let lock = try Lock.acquire(in: folder.state, doing: "console")
    lock.note("apply: step metallb")
    let message = #expect(throws: UserMessage.self) {
      try Lock.acquire(in: folder.state, doing: "apply")
    }
    let reason = try #require(message?.reason)
    #expect(reason.contains("process \(getpid())"))
    #expect(reason.contains("apply: step metallb"))
    #expect(Lock.holder(in: folder.state)?.doing == "apply: step metallb")
    lock.release()
    #expect(Lock.holder(in: folder.state) == nil)
    try Lock.acquire(in: folder.state, doing: "apply").release()
  }

  @Test func lookingWhoHoldsItLeavesNoTrace() {
    #expect(Lock.holder(in: folder.state) == nil)
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: [0o777, 0o707]) func aFolderOthersMayWriteInIsRefused(mode: Int) throws {
    try folder.state.create()
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.state.path)
    let message = #expect(throws: UserMessage.self) {
      try Lock.acquire(in: folder.state, doing: "apply")
    }
    #expect(message?.reason == "everybody may write in it")
    #expect(message?.advice == "chmod o-w \(ShellQuoting.quote(folder.state.path))")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o775], ofItemAtPath: folder.state.path)
    try Lock.acquire(in: folder.state, doing: "apply").release()
  }

  @Test func aLockGoesWithItsValue() throws {
    _ = try Lock.acquire(in: folder.state, doing: "a")
    _ = try Lock.acquire(in: folder.state, doing: "b")
  }

  @Test func anotherClusterIsAnotherLock() throws {
    let one = try Lock.acquire(in: folder.state, doing: "a")
    let other = StateFolder(root: folder.path, cluster: "other")
    let two = try Lock.acquire(in: other, doing: "b")
    withExtendedLifetime((one, two)) {}
  }

  @Test func aKilledProcessLosesItsLock() async throws {
    let root = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
      let state = StateFolder(root: root, cluster: "test")
      let lock = try Lock.acquire(in: state, doing: "a")
      withExtendedLifetime(lock) { _ = kill(getpid(), SIGKILL) }
    }
    try Lock.acquire(in: folder.state, doing: "b").release()
  }

  @Test func lookingAndTakingAtOnceIsNoSecondWriter() async throws {
    let state = folder.state
    try state.create()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for _ in 0..<2_000 { _ = Lock.holder(in: state) } }
      group.addTask {
        for _ in 0..<500 { try Lock.acquire(in: state, doing: "a").release() }
      }
      try await group.waitForAll()
    }
  }

  @Test func aLinkInPlaceOfTheLockIsRefused() throws {
    try folder.state.create()
    try FileManager.default.createSymbolicLink(
      atPath: folder.state.lock, withDestinationPath: folder.file("elsewhere"))
    #expect(throws: UserMessage.self) { try Lock.acquire(in: folder.state, doing: "a") }
    #expect(!folder.names.contains("elsewhere"))
  }
}
