import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution

/// What is followed is as a fresh reading would have it, whatever happens to the way there.
@Suite(.inTurn)
struct LiveReaderTests {
  private static let services = "/api/v1/services"
  private static let leased = "/apis/akash.network/v2beta2/providerleasedips"

  /// Lends prepared servers one after the other; no tool is there.
  private final class Lender: CommandExecutor {
    private let servers: Mutex<[ScriptedServer]>
    private let ran = Mutex<[Command]>([])

    init(_ servers: [ScriptedServer]) { self.servers = Mutex(servers) }

    var commands: [Command] { ran.withLock { $0 } }

    func run(
      _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws -> CommandResult {
      ran.withLock { $0.append(command) }
      return CommandResult(
        exit: .code(1), standardError: Data("Unable to connect to the server: x\n".utf8))
    }

    func follow(
      _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> CommandExit { .code(1) }

    func stop() async {}

    func withAPI<Outcome: Sendable>(
      _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
    ) async -> Outcome {
      let server = servers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
      return await body(server.map { APIAccess(server: $0, keepsReleases: false) })
    }
  }

  /// Follows for as long as `body` runs; what came can be waited for.
  private func following(
    _ names: Set<FactName>, _ executor: Lender, _ nudge: LiveNudge = LiveNudge(),
    tellsPulse: Bool = false, _ body: (News) async throws -> Void
  ) async throws {
    let news = News()
    let settings = ConsoleSettings(providerFile: "/none", stateDirectory: "/none")
    var pace = LiveReader.Pace()
    pace.settling = .milliseconds(5)
    pace.retry = .milliseconds(5)
    pace.interval = .milliseconds(20)
    pace.pulse = .milliseconds(20)
    pace.again = .milliseconds(20)
    pace.tellsPulse = tellsPulse
    let reader = LiveReader(executor: executor, settings: settings, pace: pace)
    let task = Task { await reader.follow(names, nudge) { news.take($0) } }
    defer { task.cancel() }
    try await body(news)
  }

  private final class News: Sendable {
    private let all = Mutex<[LiveNews]>([])

    func take(_ news: LiveNews) { all.withLock { $0.append(news) } }
    var last: LiveNews? { all.withLock { $0.last } }
    var count: Int { all.withLock { $0.count } }

    var services: [String]? {
      last?.snapshot.cluster.value?.services.map(\.metadata.name)
    }

    func has(_ services: [String]) async -> Bool { await eventually { self.services == services } }
  }

  // MARK: Objects

  @Test func whatChangesIsBroughtAndNothingElseIsReadAgain() async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await news.has(["one"]))
      #expect(await eventually { server.watches(of: Self.services) == 1 })
      server.put(Self.services, "two")
      #expect(await news.has(["one", "two"]))
      server.remove(Self.services, "one")
      #expect(await news.has(["two"]))
      #expect(server.count(of: Self.services) == 1)
      #expect(news.last?.isComplete == true && news.last?.atIntervals == nil)
    }
  }

  @Test func aWatchGoesOnFromWhereItWas() async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await news.has(["one"]))
      #expect(await eventually { server.watches(of: Self.services) == 1 })
      server.tell(
        #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"777"}}}"#, to: Self.services)
      server.put(Self.services, "two")
      #expect(await news.has(["one", "two"]))
      server.closeWatches(of: Self.services)
      #expect(await eventually { server.watches(of: Self.services) == 1 })
      let last = server.targets.last { $0.hasPrefix(Self.services) }
      // The last change came after the bookmark.
      #expect(last?.contains("resourceVersion=102") == true, "\(last ?? "")")
      #expect(server.count(of: Self.services) == 1)
    }
  }

  @Test(arguments: [
    #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#,
    "no JSON", #"{"type":"STRANGE","object":{}}"#,
  ])
  func whereTooMuchWasMissedTheyAreListedAnew(line: String) async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await news.has(["one"]))
      #expect(await eventually { server.watches(of: Self.services) == 1 })
      server.put(Self.services, "two", isTold: false)
      server.tell(line, to: Self.services)
      #expect(await news.has(["one", "two"]))
      #expect(server.count(of: Self.services) == 2)
    }
  }

  @Test func aServerThatGoesAwayIsToldAndFoundAgainWithWhatChangedMeanwhile() async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await news.has(["one"]))
      server.setSilent(true)
      #expect(await eventually { news.last?.lost != nil })
      // What was known stays, and says since when it is not known any more.
      #expect(news.services == ["one"])
      server.put(Self.services, "two", isTold: false)
      server.put(Self.services, "three", isTold: false)
      server.setSilent(false)
      #expect(await eventually { news.last?.lost == nil })
      server.closeWatches(of: Self.services)
      server.tell("x", to: Self.services)
      #expect(
        await eventually {
          server.tell("x", to: Self.services)
          return news.services == ["one", "three", "two"]
        })
    }
  }

  /// A server that was stopped, or a line that drops everything, cuts no watch.
  @Test func aServerThatOnlyFallsSilentIsToldAndFoundAgain() async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await news.has(["one"]))
      #expect(await eventually { server.watches(of: Self.services) == 1 })
      server.setSilent(true, cuts: false)
      #expect(await eventually { news.last?.lost != nil })
      server.setSilent(false)
      #expect(await eventually { news.last?.lost == nil })
      server.put(Self.services, "two")
      #expect(await news.has(["one", "two"]))
      #expect(server.count(of: Self.services) == 1)
    }
  }

  @Test func whoWatchesIsToldThatTheServerLivesAlsoWhereNothingChanges() async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server]), tellsPulse: true) { news in
      #expect(await news.has(["one"]))
      let count = news.count
      #expect(await eventually { news.count > count + 3 })
      #expect(news.last?.hasPulse == true)
    }
  }

  @Test func aWayThatIsGoneIsTakenAnew() async throws {
    let (first, second) = (ScriptedServer(), ScriptedServer())
    first.put(Self.services, "one")
    second.put(Self.services, "one")
    second.put(Self.services, "two")
    try await following([.cluster], Lender([first, second])) { news in
      #expect(await news.has(["one"]))
      first.close()
      #expect(await news.has(["one", "two"]))
      second.put(Self.services, "three")
      #expect(await news.has(["one", "three", "two"]))
    }
  }

  @Test func whoMayNotWatchReadsAtIntervalsAndIsTold() async throws {
    let server = ScriptedServer()
    server.refuseWatches(of: Self.services, status: 403)
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await news.has(["one"]))
      server.put(Self.services, "two")
      // Something else has to happen for it to be told: what is read at intervals is no news.
      server.put("/api/v1/namespaces", "a")
      #expect(
        await eventually {
          news.last?.atIntervals == "this user may list but not watch: services"
        })
    }
  }

  @Test func aKindThatIsNotThereIsAbsentAndOneThatIsForbiddenUnreadable() async throws {
    let server = ScriptedServer()
    server.prepare(
      "/apis", #"{"groups":[{"name":"apps","versions":[{"version":"v1"}]}]}"#)
    server.prepare(
      Self.services,
      #"{"kind":"Status","reason":"Forbidden","message":"services is forbidden"}"#, status: 403)
    try await following([.cluster, .leasedIPs], Lender([server])) { news in
      #expect(await eventually { news.last?.isComplete == true })
      #expect(news.last?.snapshot.leasedIPs.isAbsent == true)
      #expect(news.last?.snapshot.cluster.problem?.obstacle == .rights)
    }
  }

  // MARK: What is asked for

  private static let usage =
    "/api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/usage"

  @Test func whatIsNoObjectIsAskedAnewWhenSomethingNearItChanged() async throws {
    let server = ScriptedServer()
    server.prepare(Self.usage, #"{"Available":8,"InUse":1}"#)
    try await following([.cluster, .operatorUsage], Lender([server])) { news in
      func has(_ usage: OperatorUsage) async -> Bool {
        await eventually { news.last?.snapshot.operatorUsage.value == usage }
      }
      #expect(await has(.totals(available: 8, inUse: 1)))
      server.prepare(Self.usage, #"{"Available":8,"InUse":2}"#)
      server.put(Self.services, "new")
      #expect(await has(.totals(available: 8, inUse: 2)))
    }
  }

  /// Nothing near it may change when it answers again.
  @Test func whatDidNotAnswerIsAskedAgainSoon() async throws {
    let server = ScriptedServer()
    server.prepare(Self.usage, "no", status: 500)
    try await following([.operatorUsage], Lender([server])) { news in
      #expect(await eventually { news.last?.snapshot.operatorUsage.problem != nil })
      server.prepare(Self.usage, #"{"Available":13,"InUse":1}"#)
      #expect(await eventually { news.last?.snapshot.operatorUsage.value != nil })
    }
  }

  @Test func aNudgeReadsEverythingAnewAndHasTheAnswer() async throws {
    let server = ScriptedServer()
    server.prepare(Self.usage, #"{"Available":8,"InUse":1}"#)
    let nudge = LiveNudge()
    #expect(await nudge.nudge() == nil)
    try await following([.cluster, .operatorUsage], Lender([server]), nudge) { news in
      #expect(await eventually { news.last?.isComplete == true })
      server.prepare(Self.usage, #"{"Available":8,"InUse":3}"#)
      server.put(Self.services, "unheard", isTold: false)
      let answer = await nudge.nudge()
      #expect(answer?.snapshot.operatorUsage.value == .totals(available: 8, inUse: 3))
      #expect(answer?.snapshot.cluster.value?.services.map(\.metadata.name) == ["unheard"])
    }
  }

  @Test func aNudgeOfAClusterThatIsLostDoesNotWaitForIt() async throws {
    let server = ScriptedServer()
    let nudge = LiveNudge()
    try await following([.cluster], Lender([server]), nudge) { news in
      #expect(await eventually { news.last?.isComplete == true })
      server.setSilent(true)
      #expect(await eventually { news.last?.lost != nil })
      #expect(await nudge.nudge()?.lost != nil)
    }
  }

  @Test func nothingIsToldWhereNothingChanged() async throws {
    let server = ScriptedServer()
    server.put(Self.services, "one")
    try await following([.cluster], Lender([server])) { news in
      #expect(await eventually { server.watches(of: "/api/v1/nodes") == 1 })
      #expect(await eventually { news.last?.isComplete == true })
      let count = news.count
      server.closeWatches()
      #expect(await eventually { server.watches(of: "/api/v1/nodes") == 1 })
      server.put(Self.services, "two")
      #expect(await news.has(["one", "two"]))
      #expect(news.count == count + 1)
    }
  }

  // MARK: Without a way to the server

  @Test func whereItCannotBeFollowedItIsReadAtIntervalsAndTold() async throws {
    let executor = Lender([])
    try await following([.cluster], executor) { news in
      #expect(await eventually { news.last?.atIntervals != nil && news.last?.lost != nil })
      let count = executor.commands.count
      #expect(await eventually { executor.commands.count > count + 2 })
    }
  }
}
