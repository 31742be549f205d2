import Basics
import Foundation
import SystemPackage

/// What a supervised change is. The copy written beside it holds no secret and tells others what runs;
/// its supervisor gets it by `JobHandover`, where nobody else can write.
struct JobSpec: Codable {
  /// Absolute path, or what execve(2) takes.
  var program: String
  var argv: [String]
  var timeLimit: Duration
  var ladder: Ladder
  /// Bytes of standard output after which the command is ended.
  var outputLimit: Int
  var began: Date
  /// Where the end line goes; nil if the command is not in the journal.
  var ticket: String?
  var folder: StateFolder
  var context: String
  /// Where the command is run; nil: where the console runs.
  var workingDirectory: String?

  /// How long a command is given after each signal before the next one.
  struct Ladder: Hashable, Codable {
    var afterInterrupt = Duration.seconds(5)
    var afterTerminate = Duration.seconds(10)
  }
}

/// What only the supervisor may know: passed by a file without a name.
struct JobHandover: Codable {
  var spec: JobSpec
  var standardInput: String?
  var environment: [String: String]
  var secrets: [String]
  /// There may be more of them.
  var hidesShapes: Bool
}

struct JobEnd: Hashable, Codable {
  var exit: CommandExit
  var seconds: Double
}

/// The folder of one change that runs, or ran, under supervision.
///
/// The lock on its file `stdout` tells whether it still runs: supervisor and command inherit it with
/// that file, so it holds as long as one of them lives, and no process id has to be trusted.
package struct JobFolder: Hashable, Sendable {
  let path: String

  var output: String { "\(path)/stdout" }
  var errors: String { "\(path)/stderr" }
  private var specFile: String { "\(path)/command.json" }
  private var endFile: String { "\(path)/exit" }
  private var stopFile: String { "\(path)/stop" }

  init(path: String) { self.path = path }

  /// A folder nobody has used yet; `create` makes it.
  init(newIn folder: StateFolder) { path = "\(folder.jobs)/\(UUID().uuidString)" }

  /// Makes the folder with its files.
  ///
  /// - Returns: the descriptor of its `stdout`, which is locked; the caller closes it.
  func create(_ spec: JobSpec) throws(UserMessage) -> FileDescriptor {
    try AtomicFile.createFolder(path)
    do throws(Errno) {
      let output = try OpenFile(self.output, .readWrite, [.append, .create, .exclusiveCreate])
      try output.lock(LOCK_EX)
      _ = try OpenFile(errors, .writeOnly, [.append, .create, .exclusiveCreate]).isRegular
      guard let bytes = try? JSONEncoder().encode(spec) else { throw .invalidArgument }
      let file = try OpenFile(specFile, .writeOnly, [.create, .exclusiveCreate])
      try file.write(bytes)
      return output.take()
    } catch {
      remove()
      throw FileFailure.message("could not prepare a change in \(path)", error)
    }
  }

  static func all(in folder: StateFolder) -> [JobFolder] {
    if folder.foreignHand != nil { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.jobs)) ?? []
    return names.sorted().map { JobFolder(path: "\(folder.jobs)/\($0)") }
      .filter { OwnPlace.problem(ofEntry: $0.path) == nil }
  }

  /// The changes that run now, whoever started them.
  package static func running(in folder: StateFolder) -> [JobFolder] {
    all(in: folder).filter(\.isRunning)
  }

  var isRunning: Bool {
    guard let file = try? OpenFile(output, .readOnly, .nonBlocking) else { return false }
    do throws(Errno) {
      try file.lock(LOCK_SH | LOCK_NB)
      return false
    } catch {
      return error == .wouldBlock
    }
  }

  /// True for one that is being made right now.
  var isBeingMade: Bool {
    var status = stat()
    guard stat(path, &status) == 0, access(specFile, F_OK) != 0 else { return false }
    return time(nil) - status.st_mtim.tv_sec < 60
  }

  var spec: JobSpec? {
    guard let bytes = try? AtomicFile.read(specFile, isOwn: true),
      let spec = try? JSONDecoder().decode(JobSpec.self, from: bytes),
      let tool = spec.argv.first.flatMap(Tool.init(rawValue:)), tool != .curl,
      [spec.timeLimit, spec.ladder.afterInterrupt, spec.ladder.afterTerminate]
        .allSatisfy(Command.times.contains)
    else { return nil }
    return spec
  }

  var holder: LockHolder {
    let spec = spec
    var holder = LockHolder(
      process: 0, since: spec?.began ?? Date(),
      doing: spec.map { ShellQuoting.quote($0.argv) } ?? "a change", isOrphan: true)
    holder.until = spec.map { spec in
      let longest = spec.timeLimit + spec.ladder.afterInterrupt + spec.ladder.afterTerminate
      return spec.began.addingTimeInterval(longest.inSeconds)
    }
    return holder
  }

  /// nil while it runs, or if nobody lived to write it.
  var end: JobEnd? {
    guard let bytes = try? AtomicFile.read(endFile, isOwn: true) else { return nil }
    return try? JSONDecoder().decode(JobEnd.self, from: bytes)
  }

  func write(_ end: JobEnd) {
    // A disk that is full now costs the exit code, not the change: the waiting side sees the
    // lock go and says that the end is not known.
    if let bytes = try? JSONEncoder().encode(end) { try? AtomicFile.write(bytes, to: endFile) }
  }

  /// Asks the supervisor to end the command.
  func requestStop() throws(UserMessage) {
    do throws(Errno) { _ = try OpenFile(stopFile, .writeOnly, .create).isRegular } catch {
      throw FileFailure.message("the running change could not be asked to stop", error)
    }
  }

  var isStopRequested: Bool { access(stopFile, F_OK) == 0 }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
