import Cluster
import Execution
import Foundation
import IPLeasesCore
import Logs
import Synchronization
import TestSupport
import Testing

@testable import Rehearsal

@Suite(.inTurn)
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

  /// MetalLB was upgraded 25 minutes ago; the operator noticed it within ten.
  @Test func whatHasLastedSinceTheUpgradeIsAProblemAtOnce() async throws {
    let stage = try Stage(.upgrade)
    defer { stage.remove() }
    let pods = try await stage.kubectl(
      "-n", "akash-services", "get", "pods", "-o", "name", changes: false)
    let pod = try #require(
      pods.outputText.split(separator: "\n").first { $0.contains("operator-ip") })
    let log = try await stage.kubectl(
      "-n", "akash-services", "logs", String(pod.dropFirst("pod/".count)), changes: false)
    let count = log.outputText.split(separator: "\n").count { $0.contains("observation stopped") }
    #expect((300...500).contains(count))
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

  @Test func itsServerGivesTheLogThatKubectlPrints() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let pods = try await stage.json("-n", "akash-services", "get", "pods")
    let name = try #require(
      pods["items"].items.compactMap { $0["metadata"]["name"].text }
        .first { $0.hasPrefix("operator-ip") })
    let printed = try await stage.kubectl(
      "-n", "akash-services", "logs", name, "-c", "operator-ip", "--timestamps", "--tail=3",
      changes: false)
    let path = "/api/v1/namespaces/akash-services/pods"
    await stage.executor.withAPI(Connection(), for: .following) { access in
      func follow(_ target: String) async -> (status: Int?, text: String) {
        let body = Mutex<[UInt8]>([])
        let answer = try? await access?.server.follow("\(path)/\(target)", accept: "*/*") { bytes in
          body.withLock { $0 += bytes }
        }
        let bytes = body.withLock(\.self) + (answer?.body ?? Data())
        return (answer?.status, String(decoding: bytes, as: UTF8.self))
      }
      let log = await follow("\(name)/log?container=operator-ip&timestamps=true&tailLines=3")
      #expect(log.status == 200 && log.text == printed.outputText && !log.text.isEmpty)
      let previous = await follow("\(name)/log?container=operator-ip&previous=true")
      #expect(previous.status == 400 && previous.text.contains("previous terminated container"))
      #expect(await follow("nobody/log?container=operator-ip").status == 404)
      let pod = try? await access?.server.get(
        "\(path)/nobody", accept: "*/*", until: .now + .seconds(5), limit: nil)
      #expect(pod?.status == 404)
    }
  }

  @Test func aFollowedLogGrowsAndEndsWithItsPod() async throws {
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

  // MARK: Rest

  private func growth(_ tag: String, of state: RehearsalState) throws -> LogGrowth {
    let pod = try #require(state.pods.values.first { $0.name.hasPrefix(tag) })
    return LogGrowth(
      Command(.kubectl, ["-n", pod.namespace, "logs", pod.name, "-f"], purpose: "test"))
  }

  /// The provider sees an order every 17 seconds, the operator counts every ten minutes, the speaker
  /// has nothing more to say.
  @Test(arguments: [("akash-provider", 17.0), ("operator-hostname", 29), ("operator-ip", 600)])
  func aFollowerSleepsUntilTheNextLine(tag: String, beat: Double) async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    var state = try await stage.executor.present()
    let growth = try growth(tag, of: state)
    let first = try #require(growth.nextMoment(state))
    #expect(first > state.time && first <= state.time + beat)
    state.advance(to: first)
    #expect(growth.nextMoment(state).map { abs($0 - first - beat) < 0.001 } == true)
  }

  @Test func nothingIsDueWhereNothingIsWritten() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let state = try await stage.executor.present()
    #expect(try growth("metallb-speaker", of: state).nextMoment(state) == nil)
    let events = LogGrowth(
      Command(.kubectl, ["-n", "akash-services", "get", "events", "--watch"], purpose: "test"))
    #expect(events.nextMoment(state) == nil)
  }
}
