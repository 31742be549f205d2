import Foundation
import Glibc
import Synchronization

/// A program as a child process: started with exactly this environment, its output collected.
package struct Program: Sendable {
  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signaled(Int32)
    /// It did not end within its time and was killed.
    case overdue
  }

  package struct Outcome: Sendable {
    package var ending: Ending
    package var output: String
    package var errors: String
    package var duration: Duration

    /// Both streams, for the comment of an expectation.
    package var transcript: String { "\(output)\n\(errors)\n= \(ending)" }
  }

  package struct StartFailed: Error {
    package let reason: String
  }

  package var path: String
  package var environment: [String: String]

  package init(path: String = underTest, environment: [String: String]) {
    self.path = path
    self.environment = environment
  }

  /// Lies beside the executable of the tests, unless IP_LEASES_PROGRAM names another, such as the
  /// release build.
  package static var underTest: String {
    ProcessInfo.processInfo.environment["IP_LEASES_PROGRAM"]
      ?? Bundle.main.bundlePath + "/ip-leases"
  }

  /// True where the program under test is the debug build, which prints the sentence of a failed
  /// precondition.
  package static var saysWhyItTraps: Bool {
    ProcessInfo.processInfo.environment["IP_LEASES_PROGRAM"] == nil
  }

  /// Makes a script that can be run at once.
  ///
  /// Written by a child: a file that this process has open for writing may be open in a child that
  /// another test is starting just then, and what is open for writing cannot be run.
  package static func install(_ script: String, at path: String) async throws {
    let shell = Program(path: "/bin/sh", environment: [:])
    let outcome = try await shell.run(
      ["-c", #"printf '%s\n' "$1" > "$0" && /bin/chmod 755 "$0""#, path, script])
    guard outcome.ending == .exited(0) else { throw StartFailed(reason: outcome.transcript) }
  }

  /// Runs it to its end, without standard input.
  ///
  /// - Parameters:
  ///   - limit: after this it is killed.
  ///   - onLine: sees each whole line of standard output as it comes, with the process' id.
  package func run(
    _ arguments: [String], limit: Duration = patience,
    onLine: (@Sendable (Substring, pid_t) -> Void)? = nil
  ) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      // Reading and waiting block: a thread of its own keeps the pool of the tests free.
      Thread { continuation.resume(with: Result { try perform(arguments, limit, onLine) }) }.start()
    }
  }

  private func perform(
    _ arguments: [String], _ limit: Duration, _ onLine: (@Sendable (Substring, pid_t) -> Void)?
  ) throws -> Outcome {
    let start = ContinuousClock.now
    // Close-on-exec from the start: other tests start programs too, and theirs must not hold our end
    // open. Swift does not see pipe2.
    var pipe: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &pipe) == 0 else {
      throw StartFailed(reason: "socketpair: \(errno)")
    }
    let errors = try Self.unnamedFile()
    defer { for descriptor in [pipe[0], errors] { close(descriptor) } }
    let process: pid_t
    do { process = try spawn(arguments, output: pipe[1], errors: errors) } catch {
      close(pipe[1])
      throw error
    }
    close(pipe[1])
    let deadline = Deadline()
    DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1)) {
      deadline.pass { kill(process, SIGKILL) }
    }
    var rest = ""
    let output = Self.readAll(pipe[0]) { bytes in
      guard let onLine else { return }
      rest += String(decoding: bytes, as: UTF8.self)
      while let end = rest.firstIndex(of: "\n") {
        onLine(rest[..<end], process)
        rest.removeSubrange(...end)
      }
    }
    // Looks without reaping: until then the id cannot be another's.
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    let isOverdue = deadline.meet()
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    lseek(errors, 0, SEEK_SET)
    let complaints = Self.readAll(errors) { _ in }
    return Outcome(
      ending: isOverdue ? .overdue : Self.ending(status),
      output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self), duration: start.duration(to: .now))
  }

  private func spawn(_ arguments: [String], output: Int32, errors: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, and default signals whatever the runner of the tests ignores.
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, path, &actions, &attributes, argv, envp)
    guard code == 0 else {
      throw StartFailed(reason: "\(path): \(String(cString: strerror(code)))")
    }
    return process
  }

  private static func unnamedFile() throws -> Int32 {
    let path = NSTemporaryDirectory() + "ip-leases-test-\(UUID().uuidString)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StartFailed(reason: "\(path): \(errno)") }
    unlink(path)
    return descriptor
  }

  private static func readAll(_ descriptor: Int32, _ onBytes: (ArraySlice<UInt8>) -> Void) -> Data {
    var all = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return all }
      all.append(contentsOf: buffer[..<count])
      onBytes(buffer[..<count])
    }
  }

  private static func ending(_ status: Int32) -> Ending {
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
  }
}

/// The moment a program may be killed for being late, or no more.
private final class Deadline: Sendable {
  private enum Phase { case running, met, passed }
  private let phase = Mutex(Phase.running)

  func pass(_ body: () -> Void) {
    phase.withLock { phase in
      guard phase == .running else { return }
      phase = .passed
      body()
    }
  }

  /// - Returns: true if it came too late.
  func meet() -> Bool {
    phase.withLock { phase in
      if phase == .running { phase = .met }
      return phase == .passed
    }
  }
}
