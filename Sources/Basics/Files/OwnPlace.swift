import Foundation

/// Tells what only this user and root can have put at a place, from what anybody else could have.
package enum OwnPlace {
  /// Why somebody else could put something into the folder, or another folder in its place; nil where
  /// nobody could. What is not there yet is judged by the folder above it.
  package static func obstacle(in folder: String) -> (place: String, reason: Reason)? {
    var links = 0
    var path = ""
    var rest = Array(folder.split(separator: "/").map(String.init).reversed())
    if let problem = problem(of: "/") { return ("/", problem) }
    while let name = rest.popLast() {
      if name == "." { continue }
      if name == ".." {
        path = (path as NSString).deletingLastPathComponent
        continue
      }
      let next = path == "/" ? "/\(name)" : "\(path)/\(name)"
      var found = stat()
      guard lstat(next, &found) == 0 else { return nil }
      guard found.st_mode & S_IFMT == S_IFLNK else {
        if let problem = problem(of: next) { return (next, problem) }
        path = next
        continue
      }
      // A link leads where its owner wants it to.
      links += 1
      if isForeign(found) { return (next, .foreign) }
      guard links <= 40,
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: next)
      else { return (next, .foreign) }
      if target.hasPrefix("/") { path = "" }
      rest += target.split(separator: "/").map(String.init).reversed()
    }
    return nil
  }

  package enum Reason: Hashable, Sendable {
    case foreign, everybody, group

    package var text: String {
      switch self {
      case .foreign: "it belongs to another user"
      case .everybody: "everybody may write in it"
      case .group: "another group may write in it"
      }
    }
  }

  /// A file or folder of another's hand, or one that others may change; links are not followed.
  package static func problem(ofEntry path: String) -> Reason? {
    var found = stat()
    guard lstat(path, &found) == 0 else { return nil }
    return found.st_mode & S_IFMT == S_IFLNK ? .foreign : problem(found)
  }

  /// The same of an open file.
  package static func problem(of file: borrowing OpenFile) -> Reason? {
    var found = stat()
    guard fstat(file.descriptor.rawValue, &found) == 0 else { return .foreign }
    return problem(found)
  }

  private static func problem(of folder: String) -> Reason? {
    var found = stat()
    return stat(folder, &found) == 0 ? problem(found) : nil
  }

  private static func problem(_ found: stat) -> Reason? {
    if isForeign(found) { return .foreign }
    // What is in a folder like /tmp can be replaced by its owner only.
    let isFolder = found.st_mode & S_IFMT == S_IFDIR
    if isFolder, found.st_mode & S_ISVTX != 0 { return nil }
    if found.st_mode & S_IWOTH != 0 { return .everybody }
    return found.st_mode & S_IWGRP != 0 && found.st_gid != getegid() ? .group : nil
  }

  private static func isForeign(_ found: stat) -> Bool {
    found.st_uid != geteuid() && found.st_uid != 0
  }
}
