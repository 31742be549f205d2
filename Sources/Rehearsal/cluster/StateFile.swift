import Basics
import Foundation
import Glibc

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
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw UserMessage(
        "The rehearsal's folder \(directory) cannot be made.", reason: "\(error)",
        advice: "--state-dir names another folder")
    }
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("locked") }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure("locked") }
    }
    return try body()
  }

  /// nil where there is none yet.
  func read() throws(UserMessage) -> RehearsalState? {
    guard access(path, F_OK) == 0 else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else { throw failure("read") }
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
    guard let data = try? encoder.encode(state) else { throw failure("written") }
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("written") }
    let isWritten = data.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        offset += count
      }
      return fsync(descriptor) == 0
    }
    close(descriptor)
    guard isWritten, rename(aside, path) == 0 else { throw failure("written") }
  }

  /// Tells two contents of the file apart without reading it.
  var identity: String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }

  private func failure(_ verb: String) -> UserMessage {
    UserMessage(
      "The rehearsal's state in \(directory) cannot be \(verb).",
      reason: String(cString: strerror(errno)), advice: "--state-dir names another folder")
  }
}
