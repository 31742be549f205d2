import Basics
import Execution
import Foundation
import IPLeasesCore

@testable import Rehearsal

/// An executor on a folder of its own, whose clock stands still but for what commands wait for.
struct Stage {
  let executor: RehearsalExecutor
  let directory: String
  static let start = Date(timeIntervalSince1970: 1_795_444_322.25)

  init(_ scenario: RehearsalScenario, directory: String? = nil) throws {
    try self.init(RehearsalStart(scenario), directory: directory)
  }

  init(_ start: RehearsalStart, directory: String? = nil) throws {
    self.directory =
      directory ?? FileManager.default.temporaryDirectory.path + "/rehearsal-\(UUID().uuidString)"
    executor = try RehearsalExecutor(
      start, directory: self.directory, pace: 0, clock: { Self.start })
  }

  func remove() { try? FileManager.default.removeItem(atPath: directory) }

  @discardableResult
  func kubectl(_ arguments: String..., input: String? = nil, changes: Bool = true) async throws
    -> CommandResult
  {
    try await executor.run(
      Command(
        .kubectl, arguments, standardInput: input, purpose: "test", changes: changes,
        timeLimit: .seconds(600)))
  }

  @discardableResult
  func helm(_ arguments: String...) async throws -> CommandResult {
    try await executor.run(
      Command(.helm, arguments, purpose: "test", changes: true, timeLimit: .seconds(900)))
  }

  func raw(_ path: String) async throws -> CommandResult {
    try await kubectl("get", "--raw", path, "--request-timeout=5s", changes: false)
  }

  func json(_ arguments: String...) async throws -> JSONValue {
    let result = try await executor.run(
      Command(.kubectl, arguments + ["-o", "json"], purpose: "test"))
    return try JSONText.parse(result.outputText)
  }
}

extension CommandResult {
  /// Both streams, each line with its mark, and how it ended.
  var transcript: String {
    "\(outputText)\(errorText.isEmpty ? "" : "! \(errorText)")= \(exit)"
  }
}

enum Paths {
  private static let akash = "/api/v1/namespaces/akash-services/services"
  static let health = "\(akash)/operator-ip:rest/proxy/health"
  static let usage = "\(akash)/operator-ip:rest/proxy/usage"
  static let status = "\(akash)/https:akash-provider:8443/proxy/status"
  static let metrics =
    "/api/v1/namespaces/metallb-system/services/controller:monitoring/proxy/metrics"
}
