import Foundation
import Glibc

/// Runs programs to their end and takes the time, from the spawn to the end that was waited for.
enum Stopwatch {
  enum Output {
    case nowhere
    case standardError
    case file(String)
  }

  struct Run {
    /// What the shell would say: 127 where there is no such program.
    let status: Int32
    let time: Duration
    /// The most it held at once, in bytes. The kernel counts in what this process held when it
    /// started it, so it is that at most.
    let memory: Int
  }

  /// - Parameter environment: nil: this process's own.
  static func run(
    _ arguments: [String], environment: [String: String]? = nil, output: Output = .nowhere
  ) -> Run {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    switch output {
    case .nowhere:
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    case .standardError:
      posix_spawn_file_actions_adddup2(&actions, 2, 1)
    case .file(let path):
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    let variables = environment ?? ProcessInfo.processInfo.environment
    var envp: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for pointer in argv + envp { free(pointer) }
    }
    let clock = ContinuousClock()
    let start = clock.now
    var process: pid_t = 0
    guard posix_spawnp(&process, arguments[0], &actions, nil, &argv, &envp) == 0 else {
      return Run(status: 127, time: .zero, memory: 0)
    }
    var status: Int32 = 0
    var use = rusage()
    while wait4(process, &status, 0, &use) == -1, errno == EINTR {}
    let signal = status & 0x7F
    return Run(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, time: clock.now - start,
      memory: use.ru_maxrss << 10)
  }

  /// The median of several runs after one that is not counted; nil where the program is not there.
  static func median(
    of count: Int, _ arguments: [String], environment: [String: String]? = nil
  ) -> Duration? {
    guard run(arguments, environment: environment).status != 127 else { return nil }
    return (0..<count).map { _ in run(arguments, environment: environment).time }.median
  }

  static func isThere(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { access("\($0)/\(program)", X_OK) == 0 }
  }
}
