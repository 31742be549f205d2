import Foundation
import Synchronization

extension LocalExecutor {
  package func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome {
    switch use {
    case .reading:
      guard let proxy = proxy(to: connection, for: use) else { return await body(nil) }
      return await withTaskGroup(of: Void.self) { group in
        group.addTask { await serve(proxy) }
        let result = await body(proxy.access)
        group.cancelAll()
        return result
      }
    case .following:
      let share = proxies.join(connection) {
        proxy(to: connection, for: use).map { proxy in
          SharedProxies.Lent(
            access: proxy.access, server: proxy.server, serving: Task { await serve(proxy) })
        }
      }
      guard let share else { return await body(nil) }
      let result = await body(share.access)
      await proxies.leave(share)
      return result
    }
  }

  /// One that is not started yet.
  private struct Proxy {
    var server: ProxiedServer
    var use: ChildProcess.Use
    var words: [String]
    var access: APIAccess
  }

  private func proxy(to connection: Connection, for use: APIUse) -> Proxy? {
    // A tool that was named in place of the usual one may do things of its own.
    guard value(of: "KUBECTL") == nil,
      let kubectl = try? Programs(environment: environment).path(of: .kubectl),
      let guardian = guardian(of: kubectl), let socket = SocketPlace.take(environment)
    else { return nil }
    // To listen needs nothing but this machine, which may be busy; whoever follows stays for long with
    // what came of it.
    let patience = use == .following ? Duration.seconds(10) : .seconds(2)
    let server = ProxiedServer(
      socket: socket, outputLimit: outputLimit, room: room, patience: patience)
    return Proxy(
      server: server,
      use: use == .following ? .serving : .reading,
      words: guardian + [kubectl] + Kubectl(connection).proxy(socket: socket).arguments,
      access: APIAccess(
        server: server,
        keepsReleases: HelmPlace.isUsual(environment, connection, kubectl: kubectl)))
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

  /// Until it ends, or the task is cancelled.
  private func serve(_ proxy: Proxy) async {
    let server = proxy.server
    defer { SocketPlace.remove(server.socket) }
    let said = Mutex("")
    let collector = OutputCollector(limit: nil) { chunk in
      let isListening = said.withLock { said in
        said = String((said + String(decoding: chunk.bytes, as: UTF8.self)).suffix(1_000))
        return said.contains(ProxiedServer.word)
      }
      if isListening { server.open() }
    }
    await withTaskGroup { group in
      group.addTask { await server.closeUnlessOpenSoon() }
      if let input = try? ChildProcess.emptyInput() {
        let words = proxy.words
        _ = try? await spawn(
          words[0], Array(words.dropFirst()), input: input, into: collector, for: proxy.use)
      }
      server.close()
      group.cancelAll()
    }
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
