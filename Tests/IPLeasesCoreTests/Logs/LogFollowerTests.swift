import Foundation
import Synchronization
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore
@testable import Logs

/// One container followed through what happens to its streams.
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
    _ answers: [ScriptedExecutor.Answer], from pod: String = pod(),
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
      executor: ScriptedExecutor(answers), settings: settings, journal: nil, clock: clock)
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
    return said.withLock(\.self)
  }

  private static func lines(_ lines: String...) -> String {
    lines.map { "\(time)\($0)\n" }.joined()
  }

  private static let cut = "error: unexpected EOF\n"
  private static let gone = ScriptedExecutor.Answer(get)

  @Test func aCutStreamIsTakenUpWithoutDoublesAndItsGapNamed() async throws {
    let said = try await follow([
      .init(
        "\(Self.logs) --follow", exit: .code(1),
        prints: Self.lines("01.5Z a", "02.25Z b", "02.25Z c") + "\(Self.time)03.0Z ha",
        complains: Self.cut),
      .init(Self.get, prints: Self.pod()),
      .init(
        "\(Self.logs) --follow --since-time=2026-11-23T12:00:01Z",
        prints: Self.lines("01.5Z a", "02.25Z b", "02.25Z c", "02.25Z d", "03.0Z half", "09.0Z e")),
      Self.gone,
    ])
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

  @Test func aServerThatIsAwayIsAskedAgainAndSaidOnce() async throws {
    let refused = "The connection to the server 127.0.0.1:6443 was refused\n"
    let said = try await follow([
      .init(
        "\(Self.logs) --follow", exit: .code(1), prints: Self.lines("01.0Z a"),
        complains: Self.cut),
      .init(Self.get, exit: .code(1), complains: refused),
      .init(Self.get, exit: .code(1), complains: refused),
      .init(Self.get, prints: Self.pod()),
      .init(
        "\(Self.logs) --follow --since-time=2026-11-23T12:00:00Z", prints: Self.lines("01.0Z a")),
      Self.gone,
    ])
    #expect(
      said == """
        01.0Z a
        <stream ended: kubectl: error: unexpected EOF>
        <stream taken up again>
        <stream ended: the pod is gone>

        """)
  }

  @Test func aContainerThatIsStartedAnewLosesNothingOfTheOneBefore() async throws {
    let crashed =
      #""terminated":{"reason":"Error","exitCode":1,"startedAt":"2026-11-23T11:00:00Z"}"#
    let said = try await follow([
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
    ])
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

  @Test func restartsThatNobodySawLeaveAGap() async throws {
    let crashed = #""terminated":{"reason":"Error","startedAt":"2026-11-23T12:00:20Z"}"#
    let said = try await follow([
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
    ])
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

  @Test func aPodThatGoesWhileItsStreamIsCutLeavesAGap() async throws {
    let said = try await follow([
      .init(
        "\(Self.logs) --follow", exit: .code(1), prints: Self.lines("01.0Z a"),
        complains: Self.cut),
      Self.gone,
    ])
    #expect(said.contains("<line lost 12:00:01-12:00:40, what was written then is gone>"))
  }

  @Test func theLastLinesOfALeavingPodAreAskedFor() async throws {
    let leaving = Self.pod(isLeaving: true)
    let said = try await follow([
      .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
      .init(Self.get, prints: leaving),
      .init(
        "\(Self.logs) --follow --since-time=2026-11-23T12:00:00Z",
        prints: Self.lines("01.0Z a", "01.1Z b")),
      .init(Self.get, prints: leaving), .init(Self.get, prints: leaving), Self.gone,
    ])
    #expect(said.contains("01.1Z b\n<stream ended: the pod is gone>"))
  }

  @Test func anImageThatCannotBePulledIsSaidAndWaitedFor() async throws {
    let waiting = Self.pod(state: #""waiting":{"reason":"ImagePullBackOff"}"#)
    let said = try await follow(
      [
        .init(Self.get, prints: waiting), .init(Self.get, prints: Self.pod()),
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")), Self.gone,
      ], from: waiting)
    #expect(
      said == """
        <stream ended: the container waits to start: ImagePullBackOff>
        01.0Z a
        <stream ended: the pod is gone>

        """)
  }

  @Test func aPodThatNobodyListsAnyMoreIsLeftAlone() async throws {
    let said = try await follow(
      [
        .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
        .init(Self.get, exit: .code(1), complains: "Error: pods is forbidden\n"),
      ], isListed: { false })
    #expect(said == "01.0Z a\n<stream ended: the pod is gone>\n")
  }

  @Test func anAnswerThatIsNoPodIsSaidInWords() async throws {
    let said = try await follow([
      .init("\(Self.logs) --follow", prints: Self.lines("01.0Z a")),
      .init(Self.get, prints: "{\"kind\":\"Pod\",\"metadata\":7}"),
      Self.gone,
    ])
    #expect(said.contains("<stream ended: the answer is not what kubectl prints as JSON>"))
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

  @Test func eventsThatMayNotBeReadAreNamedOnceAndTheirReturnToo() async throws {
    let watch = "kubectl -n akash-services get events --watch -o json"
    let refusal = "Error from server (Forbidden): events is forbidden\n"
    let event = """
      {
          "kind": "Event", "type": "Warning", "reason": "BackOff", "message": "m",
          "lastTimestamp": "2026-11-23T12:00:01Z",
          "involvedObject": {"kind": "Pod", "name": "op-1"},
          "metadata": {"name": "e", "uid": "u", "resourceVersion": "1"}
      }
      """
    let said = Mutex("")
    let settings = ConsoleSettings(providerFile: "/none", stateDirectory: "/none")
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let executor = ScriptedExecutor([
      .init(watch, exit: .code(1), complains: refusal),
      .init(watch, exit: .code(1), complains: refusal),
      .init(watch, prints: event + "\n"),
      .init(
        watch,
        during: {
          end.finish()
          try await Task.sleep(for: .seconds(600))
        }),
    ])
    let clock = RunClock(now: { .zero }, sleep: { _ in await Task.yield() }, date: { Date() })
    let follower = LogFollower(executor: executor, settings: settings, journal: nil, clock: clock)
    let following = Task {
      await follower.followEvents("akash-services", LogFollower.Request()) { events in
        for case .note(let note, _) in events.map(\.content) {
          said.withLock { $0 += "<\(note.text)>" }
        }
        for case .lines in events.map(\.content) { said.withLock { $0 += "line" } }
      }
    }
    for await _ in ends {}
    following.cancel()
    await following.value
    let reason =
      "events of akash-services: kubectl: Error from server (Forbidden): events is forbidden"
    #expect(said.withLock(\.self) == "<stream ended: \(reason)><stream taken up again>line")
  }
}

struct EventLinesTests {
  @Test func aWatchBegunAnewGivesOnlyWhatIsNew() {
    func event(_ version: Int, count: Int) -> String {
      """
      {
          "kind": "Event",
          "type": "Warning",
          "reason": "BackOff",
          "message": "a \\"quoted\\"\\nline",
          "count": \(count),
          "lastTimestamp": "2026-11-23T12:00:0\(version)Z",
          "involvedObject": {"kind": "Pod", "name": "op-1"},
          "metadata": {"name": "e", "uid": "u", "resourceVersion": "\(version)"}
      }

      """
    }
    var lines = EventLines()
    var events = lines.take(Array(event(1, count: 1).utf8), since: .distantPast)
    lines.restart()
    let again = Array((event(1, count: 1) + event(2, count: 2)).utf8)
    for piece in stride(from: 0, to: again.count, by: 50) {
      events += lines.take(Array(again[piece..<min(again.count, piece + 50)]), since: .distantPast)
    }
    let text = events.map {
      String(decoding: EventLines.line($0.event, at: $0.time), as: UTF8.self)
    }
    #expect(
      text == [
        #"2026-11-23T12:00:01.000000000Z WRN BackOff object=pod/op-1 message="a \"quoted\"\nline""#
          + "\n",
        #"2026-11-23T12:00:02.000000000Z WRN BackOff object=pod/op-1 count=2 "#
          + #"message="a \"quoted\"\nline""# + "\n",
      ])
  }
}
