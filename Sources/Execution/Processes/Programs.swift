import Basics
import Foundation

/// Finds the outside programs: `KUBECTL`, `HELM` and `CURL` name others, else PATH is searched.
struct Programs: Sendable {
  /// Wins over this process's environment.
  var environment: [String: String] = [:]

  /// - Throws: `UserMessage` saying which program is missing and how to name it.
  func path(of tool: Tool) throws(UserMessage) -> String {
    let variable = tool.rawValue.uppercased().replacing("-", with: "_")
    let name = value(variable).flatMap { $0.isEmpty ? nil : $0 }
    guard let name else {
      if let found = search(tool.rawValue) { return found }
      throw UserMessage(
        "\(tool.rawValue) was not found", reason: "no folder of PATH has it",
        advice: "install it, or name it: \(variable)=/path/to/\(tool.rawValue)")
    }
    let found = name.contains("/") ? (Self.isProgram(name) ? name : nil) : search(name)
    if let found { return found }
    throw UserMessage(
      "\(tool.rawValue) was not found",
      reason: "\(variable) names \(name), which is not a program that can be run",
      advice: "correct \(variable), or unset it")
  }

  /// coreutils' `timeout`, which ends a program that nobody else would end.
  var timer: String? { search("timeout") }
  /// util-linux's `setpriv`, which lets the kernel end a program with the one that started it.
  var lifeline: String? { search("setpriv") }

  /// It is run as it is, not by an interpreter that it names.
  static func isBinary(_ path: String) -> Bool {
    guard let file = try? OpenFile(path, .readOnly), let start = try? file.read(at: 0, count: 4)
    else { return false }
    return Array(start) == [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]
  }

  private func value(_ variable: String) -> String? {
    environment[variable] ?? ProcessInfo.processInfo.environment[variable]
  }

  private func search(_ name: String) -> String? {
    let folders = (value("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    return folders.lazy.map { "\($0)/\(name)" }.first(where: Self.isProgram)
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }
}
