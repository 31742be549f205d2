import Foundation

/// What runs on this machine now, as /proc shows it.
enum ProcessTable {
  struct Entry: Hashable {
    var process: pid_t
    var parent: pid_t
    var arguments: [String]
  }

  /// Processes that end meanwhile are left out.
  static func all() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { name in
      guard let process = pid_t(name), let stat = text("/proc/\(name)/stat"),
        let line = text("/proc/\(name)/cmdline"),
        // The name in parentheses may hold anything, blanks and parentheses too.
        let close = stat.lastIndex(of: ")")
      else { return nil }
      let fields = stat[stat.index(after: close)...].split(separator: " ")
      guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
      let arguments = line.split(separator: "\0", omittingEmptySubsequences: false)
      return Entry(process: process, parent: parent, arguments: arguments.map(String.init))
    }
  }

  /// 0 where the process is gone.
  static func residentBytes(of process: pid_t) -> Int {
    let pages = text("/proc/\(process)/statm")?.split(separator: " ").dropFirst().first
    return (pages.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
