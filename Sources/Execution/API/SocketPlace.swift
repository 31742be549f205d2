import Foundation

/// Where the sockets of this user's reads are: a folder nobody else can enter.
enum SocketPlace {
  /// Bytes of a path the kernel takes, without the ending zero (unix(7)).
  private static let longestPath = 107

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
    guard path.utf8.count <= longestPath else { return nil }
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
