import Foundation
import IPLeasesCore
import Synchronization
import Testing

@testable import Rehearsal

struct LogTests {
  private func follower(_ stage: Stage) -> LogFollower {
    LogFollower(
      executor: stage.executor,
      settings: ConsoleSettings(providerFile: "/none", stateDirectory: stage.directory),
      journal: nil)
  }

  @Test(arguments: [
    (RehearsalScenario.enabled, ["op", "prv.init", "prv", "hn", "ctl", "sp1", "kp"]),
    (.fresh, ["prv.init", "prv", "hn", "kp"]), (.oldCharts, ["prv.init", "prv", "hn", "kp"]),
  ])
  func sourcesAreWhatTheClusterHas(_ scenario: RehearsalScenario, _ tags: [String]) async throws {
    let stage = try Stage(scenario)
    defer { stage.remove() }
    let sighting = await follower(stage).find(.all)
    #expect(sighting.problems.isEmpty, "\(sighting.problems)")
    let again = await follower(stage).find(.all, after: sighting)
    #expect(again.sources == sighting.sources)
    let found = sighting.sources.map(\.tag).filter { !$0.contains("frr") && $0 != "sp1.reloader" }
    #expect(found == tags)
  }

  @Test func onlyWhatIsAskedForOfALogIsAnswered() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let pods = try await stage.kubectl(
      "-n", "akash-services", "get", "pods", "-o", "name", changes: false)
    let pod = try #require(
      pods.outputText.split(separator: "\n").first { $0.contains("operator-ip") })
    let name = String(pod.dropFirst("pod/".count))
    func logs(_ arguments: String...) async throws -> String {
      try await stage.executor.run(
        Command(.kubectl, ["-n", "akash-services", "logs", name] + arguments, purpose: "test")
      ).transcript
    }
    let whole = try await logs("--timestamps")
    #expect(whole.contains("Z <nil> INF barrier can now be passed operator=ip"), "\(whole)")
    #expect(try await logs("--tail=1").split(separator: "\n").count == 2)
    #expect(try await logs("--since-time=2126-01-01T00:00:00Z") == "= code(0)")
    #expect(
      try await logs("-c", "nobody")
        == "! error: container nobody is not valid for pod \(name)\n= code(1)")
    #expect(
      try await logs("-c", "operator-ip", "--previous")
        == "! Error from server (BadRequest): previous terminated container \"operator-ip\" in pod "
        + "\"\(name)\" not found\n= code(1)")
  }

  @Test(.timeLimit(.minutes(1)))
  func aFollowedLogGrowsAndEndsWithItsPod() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    try await stage.executor.setFault(.operatorLocked)
    let (events, continuation) = AsyncStream<LogEvent>.makeStream()
    var request = LogFollower.Request()
    request.selection = LogSelection(words: ["operator"])
    let following = Task { [follower = follower(stage), request] in
      await follower.follow(request) { events in for event in events { continuation.yield(event) } }
    }
    var pods: Set<String> = []
    var text = ""
    for await event in events {
      guard case .lines(let bytes) = event.content else { continue }
      text += String(decoding: bytes, as: UTF8.self)
      if pods.insert(event.source.pod).inserted, pods.count == 1 {
        try await stage.kubectl(
          "-n", "akash-services", "rollout", "restart", "deployment/operator-ip")
      }
      if pods.count == 2 { break }
    }
    following.cancel()
    await following.value
    #expect(text.contains("ERR dns discovery failed"))
    let lines = text.split(separator: "\n")
    #expect(Set(lines).count == lines.count)
  }
}
