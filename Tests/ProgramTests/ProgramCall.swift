import Foundation
import IPLeasesCore

/// Runs the program once, without a terminal and in a home folder of its own.
struct ProgramCall {
  let folder = NSTemporaryDirectory() + "ip-leases-test-\(UUID().uuidString)"

  func run(_ arguments: [String]) async throws -> CommandResult {
    let environment = [
      "HELM": Bundle.main.bundlePath + "/ip-leases", "KUBECTL": "/bin/false", "HOME": folder,
      "PATH": "/usr/bin:/bin", "IP_LEASES_PACE": "0",
    ]
    let executor = LocalExecutor(
      folder: StateFolder(root: folder, cluster: "t"), supervisor: nil, environment: environment)
    return try await executor.run(Command(.helm, arguments, purpose: "test"))
  }
}
