import Foundation

/// Where a user's files are. A variable that is empty counts as unset, and so does a folder of XDG that
/// is not absolute, as its rules want it (basedir-spec 0.8).
package struct UserFolders: Hashable, Sendable {
  package let home: String
  package let configuration: String
  package let state: String

  package init(_ environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    func folder(_ name: String) -> String? { value(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    home = value("HOME") ?? Self.homeOfUser ?? "/"
    let prefix = home == "/" ? "" : home
    configuration = folder("XDG_CONFIG_HOME") ?? "\(prefix)/.config"
    state = folder("XDG_STATE_HOME") ?? "\(prefix)/.local/state"
  }

  /// As the system's list of users has it.
  private static var homeOfUser: String? {
    guard let entry = getpwuid(geteuid()), let folder = entry.pointee.pw_dir else { return nil }
    let path = String(cString: folder)
    return path.hasPrefix("/") ? path : nil
  }
}
