import Foundation
import SystemPackage

/// One small JSON file of this program's own beside the journal, replaced in one piece.
package struct JSONFile<Value: Codable> {
  let path: String
  /// Bytes, at most.
  var limit: Int = 8 << 20
  /// Lines people may read.
  var isPretty: Bool = false

  package init(
    path: String, limit: Int = 8 << 20, isPretty: Bool = false
  ) {
    self.path = path
    self.limit = limit
    self.isPretty = isPretty
  }

  /// nil where the file is not there, cannot be read or is not what was written.
  package var value: Value? {
    (try? AtomicFile.read(path, limit: limit, isOwn: true)).flatMap { Self.decode($0) }
  }

  /// nil where nothing is there.
  ///
  /// - Throws: `UserMessage`, untold, for what is not what was written.
  package func read() throws(UserMessage) -> Value? {
    do throws(UserMessage) {
      guard let bytes = try AtomicFile.read(path, limit: limit, isOwn: true) else { return nil }
      if let value = Self.decode(bytes) { return value }
    } catch {
      throw error.untold
    }
    throw UserMessage(
      "\(path) cannot be read", reason: "it is damaged",
      advice: "move it aside; what it kept is then not known"
    ).untold
  }

  /// Differs once it was written anew; "" while it is not there.
  package var version: String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    let time = status.st_mtim
    return "\(status.st_ino) \(status.st_size) \(time.tv_sec) \(time.tv_nsec)"
  }

  /// Why `read` throws; nil where it does not.
  package var problem: UserMessage? {
    do throws(UserMessage) {
      _ = try read()
      return nil
    } catch {
      return error
    }
  }

  package func write(_ value: Value) throws(UserMessage) {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys]
    encoder.dateEncodingStrategy = .iso8601
    guard let bytes = try? encoder.encode(value) else {
      throw UserMessage("\(path) could not be written down")
    }
    try AtomicFile.createFolder(path.parentFolder)
    try AtomicFile.write(bytes, to: path)
  }

  func remove() throws(UserMessage) { try AtomicFile.remove(path) }

  /// Reads, changes and writes what two processes may change at once: no update is lost.
  ///
  /// - Parameter overDamage: begins anew where what is there cannot be read.
  package func update<Result>(
    overDamage: Bool = false, _ change: (inout Value?) throws(UserMessage) -> Result
  ) throws(UserMessage) -> Result {
    let folder = path.parentFolder
    try AtomicFile.createFolder(folder)
    let lock = try Self.lock("\(folder)/notes.lock")
    defer { try? lock.lock(LOCK_UN) }
    var value = overDamage ? self.value : try read()
    let result = try change(&value)
    if let value { try write(value) } else { try remove() }
    return result
  }

  private static func lock(_ path: String) throws(UserMessage) -> OpenFile {
    do throws(Errno) {
      let file = try OpenFile(path, .readWrite, [.create, .noFollow])
      try file.lockSoon()
      return file
    } catch {
      if error == .wouldBlock {
        throw UserMessage(
          "\(path) is held by another process.", reason: "it does not let it go",
          advice: "see which one does (fuser \(ShellQuoting.quote(path))) and end it")
      }
      throw FileFailure.message("could not lock \(path)", error)
    }
  }

  package static func decode(_ bytes: Data) -> Value? {
    try? JSONDecoder.withTimes.decode(Value.self, from: bytes)
  }
}

extension JSONDecoder {
  /// For JSON with times in RFC 3339: Kubernetes' and this program's own.
  package static var withTimes: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }
}

extension String {
  fileprivate var parentFolder: String {
    lastIndex(of: "/").map { String(self[..<$0]) } ?? "."
  }
}
