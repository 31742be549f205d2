import Foundation
import Synchronization

extension LocalExecutor {
  package func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome {
    // A tool that was named in place of the usual one may do things of its own.
    guard value(of: "KUBECTL") == nil,
      let kubectl = try? Programs(environment: environment).path(of: .kubectl),
      let guardian = guardian(of: kubectl), let socket = SocketPlace.take(environment)
    else { return await body(nil) }
    let server = ProxiedServer(socket: socket, outputLimit: outputLimit, room: room)
    defer { SocketPlace.remove(socket) }
    let words = guardian + [kubectl] + Kubectl(connection).proxy(socket: socket).arguments
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await serve(server, words) }
      group.addTask { await server.closeUnlessOpenSoon() }
      let access = APIAccess(
        server: server,
        keepsReleases: HelmPlace.isUsual(environment, connection, kubectl: kubectl))
      let result = await body(access)
      group.cancelAll()
      return result
    }
  }

  package var toolFiles: ToolFiles? { ToolFiles(environment: environment) }

  /// What ends the proxy where we are killed with SIGKILL and cannot do it: the kernel, for a program
  /// that is run as it is; a clock for a script, whose own children the kernel would leave.
  private func guardian(of kubectl: String) -> [String]? {
    let programs = Programs(environment: environment)
    if let lifeline = programs.lifeline, Programs.isBinary(kubectl) {
      return [lifeline, "--pdeathsig", "KILL"]
    }
    return programs.timer.map { [$0, "1h"] }
  }

  private func serve(_ server: ProxiedServer, _ words: [String]) async {
    let said = Mutex("")
    let collector = OutputCollector(limit: nil) { chunk in
      let isListening = said.withLock { said in
        said = String((said + String(decoding: chunk.bytes, as: UTF8.self)).suffix(1_000))
        return said.contains(ProxiedServer.word)
      }
      if isListening { server.open() }
    }
    if let input = try? ChildProcess.emptyInput() {
      _ = try? await spawn(words[0], Array(words.dropFirst()), input: input, into: collector)
    }
    server.close()
  }

  private func value(of variable: String) -> String? {
    let found = environment[variable] ?? ProcessInfo.processInfo.environment[variable]
    return found?.isEmpty == true ? nil : found
  }
}

/// Where helm keeps its releases.
enum HelmPlace {
  /// In Secrets of the cluster that kubectl talks to.
  ///
  /// - Parameter kubectl: its path. Where no kubeconfig is named, one that is another program's (k3s)
  ///   may read a file that helm does not.
  static func isUsual(
    _ environment: [String: String], _ connection: Connection, kubectl: String
  ) -> Bool {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let isNamed = connection.kubeconfig != nil || variables["KUBECONFIG"]?.isEmpty == false
    let program = realpath(kubectl, nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
    guard isNamed || program?.hasSuffix("/kubectl") == true else { return false }
    return variables.allSatisfy { name, value in
      if value.isEmpty { return true }
      if name == "HELM_DRIVER" { return ["secret", "secrets"].contains(value) }
      return name != "HELM" && !name.hasPrefix("HELM_KUBE")
    }
  }
}
