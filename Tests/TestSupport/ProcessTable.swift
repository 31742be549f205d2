import Foundation

/// What runs on this machine now, as /proc shows it.
package enum ProcessTable {
  package struct Entry: Hashable {
    package var process: pid_t
    package var parent: pid_t
    package var arguments: [String]
  }

  /// Processes that end meanwhile are left out.
  package static func all() -> [Entry] {
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
  package static func residentBytes(of process: pid_t) -> Int {
    let pages = text("/proc/\(process)/statm")?.split(separator: " ").dropFirst().first
    return (pages.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// User and system time of the process so far, 100 in a second (proc(5): fields 14 and 15 of stat).
  package static func ticks(of process: pid_t) -> Int {
    let fields = (text("/proc/\(process)/stat")?.split(separator: ")").last ?? "").split(
      separator: " ")
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }

  /// Whether one of its threads runs, waits for a core or is inside the kernel on its way (proc(5):
  /// states R and D).
  package static func isBusy(_ process: pid_t) -> Bool {
    let folder = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.contains { thread in
      state(in: "\(folder)/\(thread)/stat").map { "RD".contains($0) } ?? false
    }
  }

  /// False also for a process that has ended and that nobody has collected yet.
  package static func isRunning(_ process: pid_t) -> Bool {
    state(in: "/proc/\(process)/stat").map { $0 != "Z" } ?? false
  }

  private static func state(in path: String) -> Character? {
    guard let stat = text(path), let close = stat.lastIndex(of: ")") else { return nil }
    return stat[close...].dropFirst(2).first
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
