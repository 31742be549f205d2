import Foundation
import Synchronization

/// Reads of one moment through one `kubectl proxy`: what they ask for is asked directly.
///
/// An answer that is not the plain one is the tool's to word: it is asked then, as if nothing had been.
extension LocalExecutor {
  package func together<Outcome: Sendable>(
    _ connection: Connection, _ reads: (any CommandExecutor) async -> Outcome
  ) async -> Outcome {
    // A tool that was named in place of the usual one may do things of its own.
    guard value(of: "KUBECTL") == nil, let timer = Programs(environment: environment).timer,
      let kubectl = try? Programs(environment: environment).path(of: .kubectl),
      let socket = SocketPlace.take(environment)
    else { return await reads(self) }
    let proxy = APIProxy(socket: socket)
    defer { SocketPlace.remove(socket) }
    return await withTaskGroup(of: Void.self) { group in
      let (listens, listening) = AsyncStream<Void>.makeStream()
      group.addTask {
        await serve(proxy, timer: timer, kubectl: kubectl, connection) { listening.yield() }
        listening.finish()
      }
      group.addTask {
        for await _ in listens { return await proxy.begin() }
      }
      group.addTask { await proxy.closeUnlessOpenSoon() }
      var executor = self
      executor.isHelmUsual = HelmRead.isUsual(environment, connection, kubectl: kubectl)
      executor.proxy = proxy
      let result = await reads(executor)
      group.cancelAll()
      return result
    }
  }

  private func serve(
    _ proxy: APIProxy, timer: String, kubectl: String, _ connection: Connection,
    onListening: @escaping @Sendable () -> Void
  ) async {
    let command = Kubectl(connection).proxy(socket: proxy.socket)
    // Killed with SIGKILL we cannot end it.
    let arguments = [APIProxy.longestLife, kubectl] + command.arguments
    let said = Mutex("")
    let collector = OutputCollector(limit: nil) { chunk in
      let isListening = said.withLock { said in
        said = String((said + String(decoding: chunk.bytes, as: UTF8.self)).suffix(1_000))
        return said.contains(APIProxy.word)
      }
      if isListening { onListening() }
    }
    if let input = try? ChildProcess.emptyInput() {
      _ = try? await spawn(timer, arguments, input: input, into: collector)
    }
    proxy.close()
  }

  /// - Returns: nil where the tool is to be asked.
  func directAnswer(_ command: Command) async throws -> CommandResult? {
    guard let proxy else { return nil }
    let start = ContinuousClock.now
    let helmRead = isHelmUsual ? HelmRead(command) : nil
    let read = DirectRead(command)
    guard read != nil || helmRead != nil, let groups = await proxy.groups() else { return nil }
    if let helmRead {
      let answer = HelmAnswer(
        proxy: proxy, start: start, timeLimit: command.timeLimit, unpack: unpacked)
      let result = await answer.result(of: helmRead)
      try Task.checkCancellation()
      return result
    }
    guard let read else { return nil }
    let answer = DirectAnswer(
      proxy: proxy, groups: groups, start: start, timeLimit: command.timeLimit,
      collector: OutputCollector(limit: outputLimit, room: room, onOutput: nil))
    let result = await answer.result(of: read)
    try Task.checkCancellation()
    return result
  }

  private func unpacked(_ bytes: Data) async -> Data? {
    guard let gzip = Programs(environment: environment).gzip else { return nil }
    let collector = OutputCollector(limit: outputLimit, room: room, onOutput: nil)
    let input = try? ChildProcess.unnamedFile(holding: bytes)
    guard let input,
      let exit = try? await spawn(gzip, ["-dc"], input: input, into: collector), exit.isSuccess,
      collector.cause == nil
    else { return nil }
    return collector.result(exit, after: .zero).standardOutput
  }

  private func value(of variable: String) -> String? {
    let found = environment[variable] ?? ProcessInfo.processInfo.environment[variable]
    return found?.isEmpty == true ? nil : found
  }
}
