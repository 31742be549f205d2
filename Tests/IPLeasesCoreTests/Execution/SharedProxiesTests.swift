import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// One proxy for all who follow at the same time.
@Suite(.inTurn)
final class SharedProxiesTests: Sendable {
  private let folder = TemporaryFolder()
  private let proxies = SharedProxies()
  private let servers = Mutex<[ProxiedServer]>([])
  private let ended = Mutex<[Int]>([])

  private func start() -> SharedProxies.Lent? {
    let server = ProxiedServer(
      socket: "/none", outputLimit: 1, room: AnswerRoom(bytes: 1), patience: patience)
    let number = servers.withLock { servers in
      servers.append(server)
      return servers.count
    }
    let access = APIAccess(server: server, keepsReleases: false)
    return SharedProxies.Lent(
      access: access, server: server,
      serving: Task {
        // Until it is cancelled.
        try? await Task.sleep(for: .seconds(600))
        ended.withLock { $0.append(number) }
      })
  }

  private func join(
    _ connection: Connection = Connection(), after time: Duration = .zero
  ) throws -> SharedProxies.Share {
    try #require(proxies.join(connection, at: .now + time, start: start))
  }

  private var endedNow: [Int] { ended.withLock(\.self) }

  @Test func itIsStartedForTheFirstAndEndsWithTheLast() async throws {
    let first = try join()
    var limited = Connection()
    limited.readLimit = .seconds(5)
    let second = try join(limited)
    #expect(second.number == first.number)
    await proxies.leave(first)
    #expect(endedNow == [])
    await proxies.leave(second)
    #expect(endedNow == [1])
    await proxies.leave(try join())
    #expect(endedNow == [1, 2])
  }

  @Test func eachConnectionHasItsOwn() async throws {
    let first = try join()
    let second = try join(Connection(context: "other"))
    #expect(second.number != first.number)
    await proxies.leave(first)
    #expect(endedNow == [1])
    await proxies.leave(second)
  }

  @Test func whoeverComesAfterItDiedGetsAnother() async throws {
    let first = try join()
    let dead = servers.withLock { $0[0] }
    dead.open()
    dead.close()
    let second = try join()
    let third = try join()
    #expect(second.number != first.number && third.number == second.number)
    // Who still holds the dead one ends nothing but it.
    await proxies.leave(first)
    #expect(endedNow == [1])
    await proxies.leave(second)
    await proxies.leave(third)
    #expect(endedNow == [1, 2])
  }

  @Test func oneThatNeverListenedIsTriedAgainOnlyLater() async throws {
    let first = try join()
    servers.withLock { $0[0] }.close()
    let second = try join()
    let third = try join(after: ProxiedServer.secondChance + .seconds(1))
    #expect(second.number == first.number && third.number != first.number)
    for share in [first, second, third] { await proxies.leave(share) }
    #expect(endedNow.sorted() == [1, 2])
  }

  @Test func whereNoneCanBeStartedNothingIsShared() {
    #expect(proxies.join(Connection(), start: { nil })?.number == nil)
    #expect(endedNow == [])
  }

  // MARK: Its process

  /// An executor whose kubectl says that it listens, and notes its process.
  private func executor(_ reads: RunningReads = RunningReads()) async throws -> LocalExecutor {
    let bin = folder.file("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    let text = "#!/bin/sh\necho $$ >> \(folder.file("processes"))\n"
    try await Program.install(
      "\(text)echo '\(ProxiedServer.word) x'\nexec sleep 6000", at: "\(bin)/kubectl")
    return LocalExecutor(
      folder: folder.state, supervisor: nil, reads: reads, proxies: proxies,
      environment: [
        "PATH": "\(bin):/usr/bin:/bin", "KUBECTL": "", "XDG_RUNTIME_DIR": folder.path,
      ])
  }

  private var processes: [pid_t] {
    let text = (try? String(contentsOfFile: folder.file("processes"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { pid_t($0) }
  }

  @Test func executorsOfOneProgramShareItsProcess() async throws {
    let (one, other) = (try await executor(), try await executor())
    await one.withAPI(Connection(), for: .following) { first in
      #expect(await first?.server.isOpen == true)
      await other.withAPI(Connection(), for: .following) { second in
        #expect(await second?.server.isOpen == true)
      }
      // What is read once has a way of its own.
      await other.withAPI(Connection(), for: .reading) { third in
        #expect(await third?.server.isOpen == true)
      }
      #expect(processes.count == 2 && kill(processes[0], 0) == 0)
      #expect(await eventually { kill(processes[1], 0) != 0 })
    }
    #expect(await eventually { processes.count == 2 && kill(processes[0], 0) != 0 })
    #expect(!folder.names.contains { $0.hasPrefix("ip-leases-") })
  }

  @Test func aKilledProcessIsReplacedForWhoeverComesNext() async throws {
    let executor = try await executor()
    await executor.withAPI(Connection(), for: .following) { first in
      #expect(await first?.server.isOpen == true)
      kill(processes[0], SIGKILL)
      #expect(await eventually { await first?.server.isOpen == false })
      await executor.withAPI(Connection(), for: .following) { second in
        #expect(await second?.server.isOpen == true)
        #expect(processes.count == 2)
      }
    }
    #expect(await eventually { processes.allSatisfy { kill($0, 0) != 0 } })
  }

  @Test func itEndsWithTheProgram() async throws {
    let reads = RunningReads()
    let executor = try await executor(reads)
    await executor.withAPI(Connection(), for: .following) { first in
      #expect(await first?.server.isOpen == true)
      reads.endAll()
      #expect(await eventually { await first?.server.isOpen == false })
      #expect(await eventually { processes.allSatisfy { kill($0, 0) != 0 } })
      // Nothing is started any more.
      await executor.withAPI(Connection(), for: .following) { second in
        #expect(await second?.server.isOpen == false)
      }
    }
    #expect(processes.count == 1)
  }
}
