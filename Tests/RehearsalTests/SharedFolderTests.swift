import Basics
import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import Rehearsal

@Suite(.inTurn)
struct SharedFolderTests {
  @Test func twoExecutorsOnOneFolderLoseNothing() async throws {
    let first = try Stage(.fresh)
    let second = try Stage(.fresh, directory: first.directory)
    defer { first.remove() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        let stage = number.isMultiple(of: 2) ? first : second
        group.addTask { try await stage.kubectl("create", "namespace", "n\(number)") }
      }
      try await group.waitForAll()
    }
    let names = try await second.kubectl("get", "namespaces", "-o", "name", changes: false)
    for number in 0..<8 { #expect(names.outputText.contains("namespace/n\(number)\n")) }
  }

  /// A killed console has written the start of its command and nothing more: here the command is
  /// committed by the pure answer alone, and a later reader finds it finished.
  @Test func aChangeGoesOnWithoutTheConsoleThatBeganIt() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let file = StateFile(directory: stage.directory)
    let read = try file.locked { () throws(UserMessage) in try file.read() }
    var state = try #require(read)
    state.advance(to: Stage.start.timeIntervalSince1970)
    let command = Helm(Connection()).upgrade(
      "metallb", chart: "metallb/metallb", version: "0.14.9", namespace: "metallb-system",
      purpose: "test")
    let answer = Rehearsal.answer(command, state: &state)
    #expect(answer.delay > 1)
    try file.locked { () throws(UserMessage) in try file.write(state) }
    let during = try await stage.helm("list", "-n", "metallb-system", "--pending", "-o", "json")
    #expect(
      during.outputText.contains("\"status\":\"pending-upgrade\",\"chart\":\"metallb-0.14.9\""))
    try await stage.executor.letPass(.seconds(30))
    let after = try await stage.helm("list", "-n", "metallb-system", "-o", "json")
    #expect(after.outputText.contains("\"status\":\"deployed\",\"chart\":\"metallb-0.14.9\""))
  }

  @Test func stoppingAHelmThatWaitsFailsItsRelease() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    // The cluster's time stands still: on a slow machine helm would else be done before it is stopped.
    let executor = try RehearsalExecutor(
      scenario: .enabled, directory: stage.directory, pace: 1, clock: { Stage.start })
    let upgrade = Helm(Connection()).upgrade(
      "metallb", chart: "metallb/metallb", version: "0.14.9", namespace: "metallb-system",
      purpose: "test")
    let running = Task { try await executor.run(upgrade) }
    // Before helm has written down that it is at work there is nothing to stop, and nothing happens.
    let stopping = Task {
      while !Task.isCancelled {
        await executor.stop()
        await Task.yield()
      }
    }
    let result = try await running.value
    stopping.cancel()
    #expect(result.exit == .code(1))
    let history = try await stage.helm("history", "metallb", "-n", "metallb-system", "-o", "json")
    #expect(history.outputText.contains("failed: context canceled\"}]"))
  }

  @Test func theStateAtALaterTimeDoesNotDependOnTheStopsBetween() throws {
    var state = Scenarios.make(RehearsalStart(.enabled), now: 1_795_444_322)
    _ = KubectlRehearsal.answer(
      ["-n", "akash-services", "rollout", "restart", "deployment/operator-ip"], standardInput: "",
      state: &state)
    _ = KubectlRehearsal.answer(
      ["delete", "namespace", "metallb-system"], standardInput: "", state: &state)
    var atOnce = state
    atOnce.advance(to: state.time + 2000)
    var inSteps = state
    for step in 1...200 { inSteps.advance(to: state.time + 10 * Double(step)) }
    #expect(atOnce == inSteps)
  }

  @Test func aTornStateIsSaidAndResetMakesItGood() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    try "{\"scena".write(
      toFile: stage.directory + "/state.json", atomically: true, encoding: .utf8)
    await #expect(throws: UserMessage.self) { try await stage.kubectl("get", "nodes") }
    let fresh = try RehearsalExecutor(
      scenario: .fresh, directory: stage.directory, pace: 0, reset: true)
    let result = try await fresh.run(
      Command(.kubectl, ["config", "current-context"], purpose: "test"))
    #expect(result.outputText == "rehearsal-fresh\n")
  }

  @Test func theStateIsForItsOwnerOnly() throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    let attributes = try FileManager.default.attributesOfItem(
      atPath: stage.directory + "/state.json")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }
}
