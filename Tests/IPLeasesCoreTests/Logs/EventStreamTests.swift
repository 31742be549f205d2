import Foundation
import Synchronization
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore
@testable import Logs

/// Kubernetes' events as lines, whichever way they are watched.
struct EventStreamTests {
  private static let settings = ConsoleSettings(providerFile: "/none", stateDirectory: "/none")
  private static let namespace = "akash-services"

  private static func event(_ name: String, version: Int, second: Int) -> String {
    """
    {"kind":"Event","type":"Warning","reason":"BackOff","message":"\(name)",\
    "lastTimestamp":"2026-11-23T12:00:0\(second)Z",\
    "metadata":{"name":"\(name)","uid":"\(name)","resourceVersion":"\(version)"}}
    """
  }

  /// The messages of lines, and notes in angle brackets.
  private final class Said: Sendable {
    private let said = Mutex<[String]>([])

    var all: [String] { said.withLock(\.self) }

    func add(_ events: [LogEvent]) {
      for event in events {
        switch event.content {
        case .note(let note, _): add("<\(note.text)>")
        case .lines(let bytes):
          for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            add(line.split(separator: "\"").last.map(String.init) ?? "")
          }
        }
      }
    }

    private func add(_ text: String) { said.withLock { $0.append(text) } }
  }

  /// The last answer of a script: nothing more comes.
  private final class End: Sendable {
    private let stream = AsyncStream.makeStream(of: Void.self)

    /// Somebody asks for what never comes.
    var reached: AsyncStream<Void> { stream.stream }

    func reach() async throws {
      stream.continuation.finish()
      try await Task.sleep(for: .seconds(600))
    }
  }

  private func follow(_ executor: any CommandExecutor, until end: End) async -> [String] {
    let said = Said()
    let clock = RunClock(now: { .zero }, sleep: { _ in await Task.yield() }, date: { Date() })
    let follower = LogFollower(
      executor: executor, settings: Self.settings, journal: nil, clock: clock)
    let following = Task {
      await follower.shared(for: .following) { follower in
        await follower.followEvents(Self.namespace, LogFollower.Request()) { said.add($0) }
      }
    }
    for await _ in end.reached {}
    following.cancel()
    await following.value
    return said.all
  }

  private static let path = "/api/v1/namespaces/akash-services/events?"

  private static func list(_ version: Int, _ events: String...) -> ScriptedLogServer.Answer {
    let items = events.joined(separator: ",")
    return .init(
      "\(path)limit=500",
      body:
        #"{"kind":"EventList","metadata":{"resourceVersion":"\#(version)"},"items":[\#(items)]}"#)
  }

  private static func watch(
    _ version: Int, _ lines: String..., during: (@Sendable () async throws -> Void)? = nil
  ) -> ScriptedLogServer.Answer {
    .init(
      "\(path)watch=1&allowWatchBookmarks=true&resourceVersion=\(version)&timeoutSeconds=1800",
      body: lines.map { $0 + "\n" }.joined(), during: during)
  }

  @Test func anotherServerIsAskedWhereOneEndedAndTellsOnlyWhatIsNew() async {
    let (one, two) = (
      Self.event("a", version: 1, second: 2), Self.event("b", version: 2, second: 1)
    )
    let three = Self.event("c", version: 6, second: 3)
    let end = End()
    let again = Self.event("a", version: 7, second: 4)
    let first = ScriptedLogServer(
      [
        Self.list(5, one, two),
        Self.watch(
          5, #"{"type":"ADDED","object":\#(three)}"#, #"{"type":"DELETED","object":\#(two)}"#),
      ], closesAtEnd: true)
    let second = ScriptedLogServer([
      Self.list(7, again, three), Self.watch(7, during: end.reach),
    ])
    // Oldest first, each once.
    let said = await follow(ServerLender([first, second]), until: end)
    #expect(said == ["b", "a", "c", "a"])
  }

  @Test func whatIsNotReadIsNamedOnceAndItsReturnToo() throws {
    let said = Said()
    let state = EventStreamState(
      Self.namespace, since: .distantPast, date: { Date(timeIntervalSince1970: 0) }, said.add)
    let event = try JSONDecoder.withTimes.decode(
      ClusterEvent.self, from: Data(Self.event("a", version: 1, second: 1).utf8))
    let silent = ObjectWatch.News.silent(UserMessage("Silence.", reason: "HTTP 502"))
    let refused = ObjectWatch.News.failed(.unreadable(UserMessage("No.", reason: "forbidden")))
    for news in [
      silent, silent, .answers, .answers, refused, .answers, refused, .answers, .listed([event]),
      silent, .answers, .listed([event]), .deleted(event), silent, .changed(event),
    ] { state.take(news) }
    let away = "<stream ended: events of akash-services: HTTP 502>"
    let back = "<stream taken up again>"
    #expect(
      said.all == [
        away, back, "<stream ended: events of akash-services: forbidden>", back, "a",
        away, back, away, back,
      ])
  }

  @Test func eventsThatMayNotBeReadAreNamedOnceAndTheirReturnToo() async {
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
    let end = End()
    let executor = ScriptedExecutor([
      .init(watch, exit: .code(1), complains: refusal),
      .init(watch, exit: .code(1), complains: refusal),
      .init(watch, prints: event + "\n"),
      .init(watch, during: end.reach),
    ])
    let reason =
      "events of akash-services: kubectl: Error from server (Forbidden): events is forbidden"
    let said = await follow(executor, until: end)
    #expect(said == ["<stream ended: \(reason)>", "<stream taken up again>", "m"])
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
