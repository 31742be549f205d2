import Basics
import Foundation
import SystemPackage

/// The rehearsal's state on disk: one JSON file, replaced as a whole, under a lock that other
/// processes see.
struct StateFile: Sendable {
  var directory: String
  private let texts = KnownTexts()

  init(directory: String) { self.directory = directory }

  var path: String { directory + "/state.json" }
  private var lockPath: String { directory + "/state.lock" }

  /// Runs `body` while no other process, and no other executor of this one, reads or writes here.
  func locked<Value>(_ body: () throws(UserMessage) -> Value) throws(UserMessage) -> Value {
    do throws(UserMessage) { try AtomicFile.createFolder(directory) } catch {
      throw UserMessage(
        "The rehearsal's folder \(directory) cannot be made.", reason: error.reason,
        advice: "--state-dir names another folder")
    }
    let file = try lockFile()
    // Open, and so locked, until here.
    defer { try? file.lock(LOCK_UN) }
    return try body()
  }

  private func lockFile() throws(UserMessage) -> OpenFile {
    do throws(Errno) {
      let file = try OpenFile(lockPath, .readWrite, .create)
      try file.lock(LOCK_EX)
      return file
    } catch {
      throw failure("locked", error)
    }
  }

  /// nil where there is none yet.
  func read() throws(UserMessage) -> RehearsalState? {
    guard access(path, F_OK) == 0 else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw failure("read", Errno(rawValue: errno))
    }
    do {
      return try JSONDecoder().decode(RehearsalState.self, from: data)
    } catch {
      throw UserMessage(
        "The rehearsal's state in \(path) cannot be understood.",
        advice: "--reset starts the scenario anew")
    }
  }

  /// Writes aside, syncs and renames: a reader sees the old state or the new one.
  func write(_ state: RehearsalState) throws(UserMessage) {
    let aside = path + ".new"
    let encoder = JSONEncoder()
    if let key = KnownTexts.userInfoKey { encoder.userInfo[key] = texts }
    guard let data = try? encoder.encode(state) else { throw failure("written", .invalidArgument) }
    do throws(Errno) {
      let file = try OpenFile(aside, .writeOnly, [.create, .truncate])
      try file.write(data)
      try file.sync()
      try Errno.check { rename(aside, path) }
    } catch {
      throw failure("written", error)
    }
  }

  /// Tells two contents of the file apart without reading it.
  var identity: String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }

  private func failure(_ verb: String, _ error: Errno) -> UserMessage {
    UserMessage(
      "The rehearsal's state in \(directory) cannot be \(verb).",
      reason: error.description, advice: "--state-dir names another folder")
  }
}
