import Foundation
import IPLeasesCore
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Basics
@testable import Execution
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

  // MARK: Changes that go on

  /// A change of a console that is gone: its job's folder, with the lock that says that it runs.
  private func orphan() throws -> (job: JobFolder, output: FileDescriptor) {
    let job = JobFolder(newIn: folder.state)
    let spec = JobSpec(
      program: "/bin/helm", argv: ["helm", "upgrade", "x"], timeLimit: .seconds(660),
      ladder: JobSpec.Ladder(), outputLimit: 1, began: Date(timeIntervalSince1970: 1_795_444_322),
      folder: folder.state, context: "prod")
    return (job, try job.create(spec))
  }

  @Test func whoeverWaitsForAnOldChangeIsToldAtOnceForWhomAndHowLong() async throws {
    let (_, output) = try orphan()
    let told = Mutex<[String]>([])
    let lock = try await Lock.acquire(
      in: folder.state, doing: "apply", waitingForOrphan: .seconds(600)
    ) { holder, patience in
      told.withLock { $0.append("\(patience) \(holder.text)") }
      // It ends now.
      endChange(output)
    }
    let text = try #require(told.withLock { $0 }.first)
    #expect(told.withLock { $0 }.count == 1)
    #expect(text.hasPrefix("600.0 seconds a change of an earlier console still runs ("))
    #expect(
      text.hasSuffix(
        ", since 2026-11-23T14:32:02Z, until 2026-11-23T14:43:17Z at the latest: "
          + "helm upgrade x)"), "\(text)")
    #expect(!text.contains("process"))
    lock.release()
  }

  @Test func aWaitThatTakesTooLongIsRefusedWithWhoIsWaitedFor() async throws {
    let (_, output) = try orphan()
    defer { endChange(output) }
    let refusal = await #expect(throws: UserMessage.self) {
      _ = try await Lock.acquire(in: folder.state, doing: "apply", waitingForOrphan: .zero)
    }
    #expect(refusal?.reason?.contains("helm upgrade x") == true)
    #expect(Lock.holder(in: folder.state)?.isOrphan == true)
  }

  @Test func aLockWhoseFileWasRemovedIsNoLockAnyMore() throws {
    let lock = try Lock.acquire(in: folder.state, doing: "console")
    #expect(lock.isInForce)
    try lock.refuseOutOfForce()
    unlink(folder.state.lock)
    #expect(!lock.isInForce)
    let other = try Lock.acquire(in: folder.state, doing: "apply")
    #expect(other.isInForce)
    let refusal = #expect(throws: UserMessage.self) { try lock.refuseOutOfForce() }
    #expect(refusal?.what.contains("was removed or moved") == true)
  }

  /// Of a plan, and of one that would have to give back what it borrows.
  @Test(arguments: [0, 1]) func whoeverWaitsForAnOldChangeCanLeave(closingCount: Int) async throws {
    let (job, output) = try orphan()
    let (told, telling) = AsyncStream<Void>.makeStream()
    let runner = PlanRunner(
      executor: ScriptedExecutor([]), journal: Journal(folder: folder.state, context: "prod"),
      undoStore: UndoStore(folder: folder.state, context: "prod"),
      lock: .perRun(patience: .seconds(900)) { _, _ in telling.finish() })
    var plan = Plan(
      id: "test", title: "", actions: [.command(Kubectl(Connection()).createNamespace("x"))])
    plan.actions += plan.actions
    plan.closingCount = closingCount
    async let outcome = runner.run(plan, onEvent: { _ in })
    for await _ in told {}
    if closingCount == 0 { await runner.stop() } else { await runner.finish() }
    #expect(await outcome == .stopped)
    endChange(output)
    job.remove()
    #expect(Lock.holder(in: folder.state) == nil)
  }

  @Test func whatThisProcessChangesIsNoChangeByAnother() throws {
    let lock = try Lock.acquire(in: folder.state, doing: "apply")
    lock.note("provider: Switch IP leases on")
    #expect(Lock.holder(in: folder.state)?.doing == "provider: Switch IP leases on")
    #expect(Lock.change(in: folder.state) == nil)
    let (job, output) = try orphan()
    lock.release()
    #expect(Lock.change(in: folder.state)?.isOrphan == true)
    endChange(output)
    job.remove()
    #expect(Lock.change(in: folder.state) == nil)
  }
}
