import Foundation
import Synchronization
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore
@testable import Logs

/// One container followed through what happens to its streams, whichever way they are read: the same
/// comes out.
struct LogFollowerTests {
  private static let logs = "kubectl -n akash-services logs op-1 -c op --timestamps"
  private static let get =
    "kubectl -n akash-services get pods op-1 --ignore-not-found -o json"
  private static let time = "2026-11-23T12:00:"
  private static let image = "example.com/op:1"

  private static func pod(
    _ uid: String = "one", restarts: Int = 0,
    state: String = #""running":{"startedAt":"2026-11-23T11:00:00Z"}"#,
    lastState: String = "", isLeaving: Bool = false
  ) -> String {
    let leaving = isLeaving ? #","deletionTimestamp":"2026-11-23T12:30:00Z""# : ""
    return """
      {"kind":"Pod","metadata":{"name":"op-1","namespace":"akash-services","uid":"\(uid)"\(leaving)},
      "spec":{"containers":[{"name":"op","image":"\(image)"}]},
      "status":{"containerStatuses":[{"name":"op","restartCount":\(restarts),
      "state":{\(state)},"lastState":{\(lastState)}}]}}
      """
  }

  private static let source = LogSource(
    .operator, namespace: "akash-services", pod: "op-1", container: "op")

  /// What came out, as one text: lines without their date, notes in angle brackets.
  private func follow(
    _ answers: [ScriptedExecutor.Answer], from pod: String = pod(), _ way: LogWay,
    isListed: @escaping @Sendable () -> Bool = { true }
  ) async throws -> String {
    let executor: any CommandExecutor =
      switch way {
      case .kubectl: ScriptedExecutor(answers)
      case .server: ServerLender([ScriptedLogServer(answers)])
      case .severalServers: ServerLender(answers.map { ScriptedLogServer([$0], closesAtEnd: true) })
      }
    return try await follow(executor, from: pod, isListed: isListed)
  }

  private func follow(
    _ executor: any CommandExecutor, from pod: String = pod(),
    isListed: @escaping @Sendable () -> Bool = { true }
  ) async throws -> String {
    let decoded = try JSONDecoder.withTimes.decode(Pod.self, from: Data(pod.utf8))
    let container = try #require(LogContainer(Self.source, of: decoded))
    let clock = RunClock(
      now: { .zero }, sleep: { _ in await Task.yield() },
      date: { Date(timeIntervalSince1970: 1_795_435_200 + 40) })
    let settings = ConsoleSettings(providerFile: "/none", stateDirectory: "/none")
    let said = Mutex("")
    let follower = LogFollower(
      executor: executor, settings: settings, journal: nil, clock: clock)
    await follower.shared(for: .following) { follower in
      var attendance = LogAttendance(follower: follower, container: container) { events in
        for event in events {
          switch event.content {
          case .lines(let bytes):
            let text = String(decoding: bytes, as: UTF8.self).replacing(Self.time, with: "")
            said.withLock { $0 += text }
          case .note(let note, _): said.withLock { $0 += "<\(note.text)>\n" }
          }
        }
      }
      attendance.isListed = isListed
      _ = await attendance.run()
    }
    return said.withLock(\.self)
  }

  private static func lines(_ lines: String...) -> String {
    lines.map { "\(time)\($0)\n" }.joined()
  }

  private static let cut = "error: unexpected EOF\n"
  private static let gone = ScriptedExecutor.Answer(get)

  @Test(arguments: LogWay.allCases)
  func aCutStreamIsTakenUpWithoutDoublesAndItsGapNamed(_ way: LogWay) async throws {
    let said = try await follow(
      [
        .init(
          "\(Self.logs) --follow", exit: .code(1),
          prints: Self.lines("01.5Z a", "02.25Z b", "02.25Z c") + "\(Self.time)03.0Z ha",
          complains: Self.cut),
        .init(Self.get, prints: Self.pod()),
        .init(
          "\(Self.logs) --follow --since-time=2026-11-23T12:00:01Z",
          prints: Self.lines("01.5Z a", "02.25Z b", "02.25Z c", "02.25Z d", "03.0Z half", "09.0Z e")
        ),
        Self.gone,
      ], way)
    #expect(
      said == """
        01.5Z a
        02.25Z b
        02.25Z c
        <stream ended: kubectl: error: unexpected EOF>
        <line lost 12:00:02-12:00:09, asked again, 3 lines filled in>
        02.25Z d
        03.0Z half
        09.0Z e
        <stream ended: the pod is gone>

        """)
  }

  @Test(arguments: LogWay.allCases)
  func aServerThatIsAwayIsAskedAgainAndSaidOnce(_ way: LogWay) async throws {
    let refused = "The connection to the server 127.0.0.1:6443 was refused\n"
    let said = try await follow(
      [
        .init(
          "\(Self.logs) --follow", exit: .code(1), prints: Self.lines("01.0Z a"),
          complains: Self.cut),
        .init(Self.get, exit: .code(1), complains: refused),
        .init(Self.get, exit: .code(1), complains: refused),
        .init(Self.get, prints: Self.pod()),
        .init(
          "\(Self.logs) --follow --since-time=2026-11-23T12:00:00Z", prints: Self.lines("01.0Z a")),
        Self.gone,
      ], way)
    #expect(
      said == """
        01.0Z a
        <stream ended: kubectl: error: unexpected EOF>
        <stream taken up again>
        <stream ended: the pod is gone>

        """)
  }

  @Test(arguments: LogWay.allCases)
  func aContainerThatIsStartedAnewLosesNothingOfTheOneBefore(_ way: LogWay) async throws {
    let crashed =
      #""terminated":{"reason":"Error","exitCode":1,"startedAt":"2026-11-23T11:00:00Z"}"#
    let said = try await follow(
      [
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
        .init(
          Self.get,
          prints: Self.pod(
            restarts: 1, state: #""running":{"startedAt":"2026-11-23T12:00:05Z"}"#,
            lastState: crashed)),
        .init(
          "\(Self.logs) --previous --since-time=2026-11-23T12:00:00Z",
          prints: Self.lines("01.0Z a", "01.5Z panic: the end")),
        .init("\(Self.logs) --follow", prints: Self.lines("05.5Z new")),
        .init(Self.get, prints: Self.pod("another")),
      ], way)
    #expect(
      said == """
        01.0Z a
        <line lost 12:00:01-12:00:01, asked again, 1 lines filled in>
        01.5Z panic: the end
        <new container, image \(Self.image), restart 1>
        05.5Z new
        <stream ended: the pod is gone>

        """)
  }

  @Test(arguments: LogWay.allCases)
  func restartsThatNobodySawLeaveAGap(_ way: LogWay) async throws {
    let crashed = #""terminated":{"reason":"Error","startedAt":"2026-11-23T12:00:20Z"}"#
    let said = try await follow(
      [
        .init(
          "\(Self.logs) --follow", exit: .code(1), prints: Self.lines("01.0Z a"),
          complains: Self.cut),
        .init(
          Self.get,
          prints: Self.pod(
            restarts: 3, state: #""running":{"startedAt":"2026-11-23T12:00:30Z"}"#,
            lastState: crashed)),
        .init("\(Self.logs) --previous", prints: Self.lines("21.0Z b")),
        .init("\(Self.logs) --follow", prints: Self.lines("31.0Z c")),
        Self.gone,
      ], way)
    #expect(
      said == """
        01.0Z a
        <stream ended: kubectl: error: unexpected EOF>
        <line lost 12:00:01-12:00:20, what was written then is gone>
        <new container, image \(Self.image), restart 2>
        21.0Z b
        <new container, image \(Self.image), restart 3>
        31.0Z c
        <stream ended: the pod is gone>

        """)
  }

  @Test(arguments: LogWay.allCases)
  func aPodThatGoesWhileItsStreamIsCutLeavesAGap(_ way: LogWay) async throws {
    let said = try await follow(
      [
        .init(
          "\(Self.logs) --follow", exit: .code(1), prints: Self.lines("01.0Z a"),
          complains: Self.cut),
        Self.gone,
      ], way)
    #expect(said.contains("<line lost 12:00:01-12:00:40, what was written then is gone>"))
  }

  @Test(arguments: LogWay.allCases)
  func theLastLinesOfALeavingPodAreAskedFor(_ way: LogWay) async throws {
    let leaving = Self.pod(isLeaving: true)
    let said = try await follow(
      [
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
        .init(Self.get, prints: leaving),
        .init(
          "\(Self.logs) --follow --since-time=2026-11-23T12:00:00Z",
          prints: Self.lines("01.0Z a", "01.1Z b")),
        .init(Self.get, prints: leaving), .init(Self.get, prints: leaving), Self.gone,
      ], way)
    #expect(said.contains("01.1Z b\n<stream ended: the pod is gone>"))
  }

  @Test(arguments: LogWay.allCases)
  func anImageThatCannotBePulledIsSaidAndWaitedFor(_ way: LogWay) async throws {
    let waiting = Self.pod(state: #""waiting":{"reason":"ImagePullBackOff"}"#)
    let said = try await follow(
      [
        .init(Self.get, prints: waiting), .init(Self.get, prints: Self.pod()),
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")), Self.gone,
      ], from: waiting, way)
    #expect(
      said == """
        <stream ended: the container waits to start: ImagePullBackOff>
        01.0Z a
        <stream ended: the pod is gone>

        """)
  }

  @Test(arguments: LogWay.allCases)
  func aPodThatNobodyListsAnyMoreIsLeftAlone(_ way: LogWay) async throws {
    let said = try await follow(
      [
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
        .init(Self.get, exit: .code(1), complains: "Error: pods is forbidden\n"),
      ], way, isListed: { false })
    #expect(said == "01.0Z a\n<stream ended: the pod is gone>\n")
  }

  @Test(arguments: LogWay.allCases)
  func anAnswerThatIsNoPodIsSaidInWords(_ way: LogWay) async throws {
    let said = try await follow(
      [
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
        .init(Self.get, prints: "{\"kind\":\"Pod\",\"metadata\":7}"),
        Self.gone,
      ], way)
    #expect(said.contains("<stream ended: the answer is not what kubectl prints as JSON>"))
  }

  @Test func theServersOwnWordsAreTheReasonOfARefusal() async throws {
    let status = """
      {"kind":"Status","status":"Failure","reason":"BadRequest","code":400,
      "message":"container \\"op\\" in pod \\"op-1\\" is waiting to start: ContainerCreating"}
      """
    let server = ScriptedLogServer([
      .init("\(ScriptedLogServer.log)&follow=true", status: 400, body: status),
      .init(ScriptedLogServer.pod, body: Self.pod()),
      .init("\(ScriptedLogServer.log)&follow=true", status: 502, body: "<html>"),
      .init(ScriptedLogServer.pod, status: 404, body: "404 page not found"),
      .init(ScriptedLogServer.pod, status: 404, body: ScriptedLogServer.notFound),
    ])
    #expect(
      try await follow(ServerLender([server])) == """
        <stream ended: kubectl: Error from server (BadRequest): container "op" in pod "op-1" \
        is waiting to start: ContainerCreating>
        <line lost 11:00:00-12:00:40, what was written then is gone>
        <stream ended: the pod is gone>

        """)
  }

  @Test func aServerThatSaysNothingIsGivenUpWhereNothingIsFollowed() async throws {
    let time = Mutex(Duration.zero)
    let clock = RunClock(
      now: { time.withLock(\.self) },
      sleep: { duration in
        try Task.checkCancellation()
        time.withLock { $0 += duration }
      }, date: { Date(timeIntervalSince1970: 0) })
    let settings = ConsoleSettings(providerFile: "/none", stateDirectory: "/none")
    let silent = ScriptedExecutor([
      .init(Self.logs, during: { try await Task.sleep(for: .seconds(600)) })
    ])
    let follower = LogFollower(executor: silent, settings: settings, journal: nil, clock: clock)
    let pod = try JSONDecoder.withTimes.decode(Pod.self, from: Data(Self.pod().utf8))
    let container = try #require(LogContainer(Self.source, of: pod))
    var request = LogFollower.Request()
    request.selection = LogSelection(words: ["operator"])
    let problems = await follower.read(request, [container]) { _ in }
    #expect(problems.map(\.message.reason) == ["nothing came for 30 s"])
  }
}
