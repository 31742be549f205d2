import Foundation
import SystemPackage

/// Whole files, read under a bound and replaced in one piece: a reader, a crash or a full disk sees
/// the old text or the new one, never a part.
package enum AtomicFile {
  /// The content of a regular file; nil where nothing is there. Symbolic links are followed.
  ///
  /// - Parameters:
  ///   - isCutAtLimit: gives the first `limit` bytes of a larger file instead of refusing it.
  ///   - isOwn: this program has written it: nobody else may have, and no link leads to it.
  package static func read(
    _ path: String, limit: Int = 8 << 20, isCutAtLimit: Bool = false, isOwn: Bool = false
  ) throws(UserMessage) -> Data? {
    let what = "could not read \(path)"
    let foreign: OwnPlace.Reason?
    do throws(Errno) {
      // Non-blocking: opening a pipe nobody writes to would otherwise wait for ever.
      let file = try OpenFile(path, .readOnly, isOwn ? [.nonBlocking, .noFollow] : .nonBlocking)
      foreign = isOwn ? OwnPlace.problem(of: file) : nil
      let type = try file.status.type
      guard type == .regular else { throw type == .directory ? .isDirectory : .invalidArgument }
      let content = try file.read(at: 0, count: isCutAtLimit ? limit : limit + 1)
      guard content.count <= limit else { throw .fileTooLarge }
      if foreign == nil { return content }
    } catch {
      switch error {
      case .noSuchFileOrDirectory: return nil
      case .invalidArgument:
        throw UserMessage(what, reason: "it is not a regular file", advice: "name a file")
      case .fileTooLarge:
        throw UserMessage(
          what, reason: "it is larger than \(limit) bytes", advice: "is it the right file?")
      case .permissionDenied:
        throw UserMessage(
          what, reason: "Permission denied", advice: "give this user the right to read it")
      case .tooManySymbolicLinkLevels:
        throw UserMessage(
          what, reason: "it is a symbolic link", advice: "move it aside; no link was made there")
      default: throw FileFailure.message(what, error)
      }
    }
    throw UserMessage(
      what, reason: foreign?.text, advice: "see who wrote it, and move it aside")
  }

  /// Writes aside, syncs, renames into place, syncs the folder. The file gets mode 0600; with
  /// `keepingMode` one that is there keeps its mode and, as far as this user may, its owner.
  ///
  /// A symbolic link at `path` is refused: the rename would replace the link, and following it would
  /// write to a place nobody was shown.
  package static func write(
    _ contents: Data, to path: String, keepingMode: Bool = false
  ) throws(UserMessage) {
    try refuseOddTarget(path)
    let folder = folder(of: path)
    let name = String(path.split(separator: "/").last ?? "")
    removeLeftovers(of: path)
    let aside = "\(folder)/.\(name).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    do throws(Errno) {
      let file = try OpenFile(aside, .writeOnly, [.create, .exclusiveCreate, .noFollow])
      // Held while this process lives: what is not is a leftover.
      try file.lock(LOCK_EX | LOCK_NB)
      var old = stat()
      if keepingMode, stat(path, &old) == 0 {
        // Before the text is in it: nobody may read it who could not read the old one.
        _ = fchown(file.descriptor.rawValue, old.st_uid, old.st_gid)
        try Errno.check { fchmod(file.descriptor.rawValue, old.st_mode & 0o777) }
      }
      try file.write(contents)
      try file.sync()
      try Errno.check { rename(aside, path) }
    } catch {
      unlink(aside)
      throw FileFailure.message("could not write \(path)", error)
    }
    // The file is in place; a folder that cannot be synced (some network file systems) only means
    // that a power cut could bring the old file back.
    if let opened = try? OpenFile(folder, .readOnly, .directory) { try? opened.sync() }
  }

  /// Why a file could not be written at `path`, seen without writing: the folder, the right to
  /// write there, room on its disk; nil if nothing is in the way.
  package static func obstacle(toWriting path: String) -> UserMessage? {
    let folder = folder(of: path)
    let what = "\(path) could not be written."
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return UserMessage(what, reason: "there is no folder \(folder)", advice: "Name another file.")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      return UserMessage(
        what, reason: Errno(rawValue: errno).description, advice: "Name a file in another folder.")
    }
    var disk = statvfs()
    if statvfs(folder, &disk) == 0, disk.f_bavail * disk.f_frsize < roomNeeded {
      return UserMessage(
        what, reason: "the disk is full", advice: "Make room, or name a file on another disk.")
    }
    return nil
  }

  /// More than any file this program writes, in bytes.
  private static let roomNeeded: UInt = 4 << 20

  /// Removes a file; one that is not there is fine.
  package static func remove(_ path: String) throws(UserMessage) {
    if unlink(path) != 0, errno != ENOENT {
      throw FileFailure.message("could not remove \(path)", Errno(rawValue: errno))
    }
  }

  /// Creates the folder and those above it that are missing, each with mode 0700.
  package static func createFolder(_ path: String) throws(UserMessage) {
    if mkdir(path, 0o700) == 0 { return }
    let error = Errno(rawValue: errno)
    if error == .noSuchFileOrDirectory, path.contains("/"), folder(of: path) != path {
      try createFolder(folder(of: path))
      if mkdir(path, 0o700) == 0 { return }
    }
    var status = stat()
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { return }
      throw UserMessage(
        "could not create the folder \(path)", reason: "a file of that name is in the way",
        advice: "name another folder")
    }
    throw FileFailure.message("could not create the folder \(path)", error)
  }

  /// Copies of the file that a killed process has left beside it.
  package static func removeLeftovers(of path: String) {
    removeLeftovers(of: String(path.split(separator: "/").last ?? ""), in: folder(of: path))
  }

  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func refuseOddTarget(_ path: String) throws(UserMessage) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFLNK:
      throw UserMessage(
        "could not write \(path)", reason: "it is a symbolic link",
        advice: "name the file the link points to")
    case S_IFDIR: throw FileFailure.message("could not write \(path)", .isDirectory)
    default:
      throw UserMessage(
        "could not write \(path)", reason: "it is not a regular file", advice: "name a file")
    }
  }

  /// A process killed between writing aside and renaming leaves its copy, of which it holds the lock
  /// no more.
  private static func removeLeftovers(of name: String, in folder: String) {
    let prefix = ".\(name)."
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for entry in entries where entry.hasPrefix(prefix) && entry.hasSuffix(".tmp") {
      let middle = entry.dropFirst(prefix.count).dropLast(4).split(separator: "-")
      guard middle.count == 2, let process = pid_t(middle[0]), UInt32(middle[1]) != nil else {
        continue
      }
      let path = "\(folder)/\(entry)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      // One that was made just now may not be locked yet.
      let isNew = abs(time(nil) - status.st_mtim.tv_sec) <= 2
      let isAlive = kill(process, 0) == 0 || errno != ESRCH
      guard !(isNew && isAlive),
        let file = try? OpenFile(path, .readOnly, [.nonBlocking, .noFollow]),
        (try? file.lock(LOCK_EX | LOCK_NB)) != nil
      else { continue }
      unlink(path)
    }
  }
}
