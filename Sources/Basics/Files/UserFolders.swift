/// Where a user's files are. A variable that is empty counts as unset, as the XDG rules want it.
package struct UserFolders: Hashable, Sendable {
  package let home: String
  package let configuration: String
  package let state: String

  package init(_ environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    home = value("HOME") ?? "/"
    let prefix = home == "/" ? "" : home
    configuration = value("XDG_CONFIG_HOME") ?? "\(prefix)/.config"
    state = value("XDG_STATE_HOME") ?? "\(prefix)/.local/state"
  }
}
