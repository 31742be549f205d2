import Basics
import Foundation
import Subprocess
import SystemPackage

/// What every program we start has in common, whoever watches it.
enum ChildProcess {
  static let teardown: [TeardownStep] = [
    .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
  ]

  /// A process group of its own, so that it can be ended with all it started.
  static var ownGroup: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = teardown
    return options
  }

  /// A session of its own: no hang-up, no signal to our group and no terminal reaches it.
  static var ownSession: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    return options
  }

  enum Use {
    case reading
    /// It stays as long as somebody follows.
    case serving
    case changing
  }

  /// Ours with `changes`, and with words and colours as we read them.
  static func environment(for use: Use = .changing, _ changes: [String: String]) -> Environment {
    var values: [Environment.Key: String?] = ["NO_COLOR": "1", "LC_ALL": "C.UTF-8"]
    let own = ProcessInfo.processInfo.environment
    for (name, value) in go(use) where own[name] == nil {
      if let key = Environment.Key(rawValue: name) { values[key] = value }
    }
    for (name, value) in changes {
      if let key = Environment.Key(rawValue: name) { values[key] = value }
    }
    return .inherit.updating(values)
  }

  /// Variables for programs written in Go.
  private static func go(_ use: Use) -> [(name: String, value: String)] {
    switch use {
    // Several short-lived ones stand side by side: their own side-by-side and their tidying of memory
    // cost a quarter of their time.
    case .reading: [("GOMAXPROCS", "1"), ("GOGC", "400")]
    case .serving: [("GOMAXPROCS", "1"), ("GOGC", "40")]
    case .changing: []
    }
  }

  /// A file without a name that holds these bytes, read from its beginning; the caller closes it.
  ///
  /// A pipe is not used on purpose: a program that ends before it has read everything would send us
  /// SIGPIPE. Memory is preferred to a disk, since secrets may be inside.
  static func unnamedFile(holding bytes: Data) throws(UserMessage) -> FileDescriptor {
    var failure = Errno.noSuchFileOrDirectory
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"]
    for folder in ["/dev/shm", temporary, "/tmp"].compactMap({ $0 }) {
      let path = "\(folder)/.ip-leases-\(UUID().uuidString)"
      do throws(Errno) {
        let file = try OpenFile(path, .readWrite, [.create, .exclusiveCreate, .noFollow])
        unlink(path)
        try file.write(bytes)
        _ = try Errno.typed { try file.descriptor.seek(offset: 0, from: .start) }
        return file.take()
      } catch {
        failure = error
      }
    }
    throw FileFailure.message("could not pass on the standard input", failure)
  }

  static func emptyInput() throws(UserMessage) -> FileDescriptor {
    do throws(Errno) { return try OpenFile("/dev/null", .readOnly).take() } catch {
      throw FileFailure.message("could not open /dev/null", error)
    }
  }

  /// True once the process has ended; leaves its status to be collected.
  static func hasEnded(_ process: pid_t) -> Bool {
    var info = siginfo_t()
    let result = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
    return result != 0 || info.si_signo == SIGCHLD
  }
}

extension CommandExit {
  init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .code(code)
    case .signaled(let signal): self = .signal(signal)
    }
  }
}
