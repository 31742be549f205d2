import Foundation

/// Reads of one moment through one `kubectl proxy`: what they ask for is asked directly.
///
/// An answer that is not the plain one is the tool's to word: it is asked then, as if nothing had been.
extension LocalExecutor {
  package func together<Result: Sendable>(
    _ connection: Connection, _ reads: (any CommandExecutor) async -> Result
  ) async -> Result {
    // A tool that was named in place of the usual one may do things of its own.
    guard value(of: "KUBECTL") == nil, let timer = Programs(environment: environment).timer,
      let kubectl = try? Programs(environment: environment).path(of: .kubectl),
      let socket = SocketPlace.take(environment)
    else { return await reads(self) }
    let proxy = APIProxy(socket: socket)
    defer { SocketPlace.remove(socket) }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await serve(proxy, timer: timer, kubectl: kubectl, connection) }
      group.addTask { await proxy.closeUnlessOpenSoon() }
      var executor = self
      executor.proxy = proxy
      let result = await reads(executor)
      group.cancelAll()
      return result
    }
  }

  private func serve(
    _ proxy: APIProxy, timer: String, kubectl: String, _ connection: Connection
  ) async {
    let command = Kubectl(connection).proxy(socket: proxy.socket)
    // Killed with SIGKILL we cannot end it.
    let arguments = [APIProxy.longestLife, kubectl] + command.arguments
    let collector = OutputCollector(limit: nil) { chunk in
      guard String(decoding: chunk.bytes, as: UTF8.self).contains(APIProxy.word) else { return }
      Task { await proxy.begin() }
    }
    if let input = try? ChildProcess.emptyInput() {
      _ = try? await spawn(timer, arguments, input: input, into: collector)
    }
    proxy.close()
  }

  /// - Returns: nil where the tool is to be asked.
  func directAnswer(_ command: Command) async throws -> CommandResult? {
    guard let proxy else { return nil }
    let helmRead = HelmRead.isUsual(environment) ? HelmRead(command) : nil
    let read = DirectRead(command)
    guard read != nil || helmRead != nil, let groups = await proxy.groups() else { return nil }
    if let helmRead {
      let answer = HelmAnswer(proxy: proxy, timeLimit: command.timeLimit, unpack: unpacked)
      let result = await answer.result(of: helmRead)
      try Task.checkCancellation()
      return result
    }
    guard let read else { return nil }
    let answer = DirectAnswer(
      proxy: proxy, groups: groups, timeLimit: command.timeLimit,
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

/// Where the sockets of this user's reads are: a folder nobody else can enter.
enum SocketPlace {
  /// - Returns: the path of a socket that is not there yet; nil if there is no safe place for one.
  static func take(_ environment: [String: String]) -> String? {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let roots = [variables["XDG_RUNTIME_DIR"], variables["TMPDIR"], "/tmp"].compactMap(\.self)
    return roots.lazy.compactMap(place(in:)).first
  }

  private static func place(in root: String) -> String? {
    guard root.hasPrefix("/") else { return nil }
    let folder = "\(root)/ip-leases-\(geteuid())"
    let path = "\(folder)/\(getpid())-\(UInt32.random(in: 0 ... .max))"
    guard path.utf8.count <= UnixSocket.longestPath else { return nil }
    if mkdir(folder, 0o700) != 0, errno != EEXIST { return nil }
    var status = stat()
    guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
      status.st_uid == geteuid(), status.st_mode & 0o777 == 0o700
    else { return nil }
    clear(folder)
    return path
  }

  /// What programs left that were killed.
  private static func clear(_ folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard let process = name.split(separator: "-").first.flatMap({ pid_t($0) }),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }

  static func remove(_ path: String) {
    unlink(path)
    // It stays as long as another reads.
    rmdir((path as NSString).deletingLastPathComponent)
  }
}
