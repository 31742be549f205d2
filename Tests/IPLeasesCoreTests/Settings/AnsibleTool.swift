import Foundation
import TestSupport

@testable import Basics

/// The real `ansible-inventory`, asked for many inventories by one Python: its modules are imported
/// once, and each question is the command line of the tool in a process of its own.
struct AnsibleTool {
  /// The Python its script begins with; nil where it is not installed.
  static let python: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let tool = folders.map { String($0) + "/ansible-inventory" }.first { access($0, X_OK) == 0 }
    guard let tool, let text = try? String(contentsOfFile: tool, encoding: .utf8),
      let line = text.split(separator: "\n").first, line.hasPrefix("#!")
    else { return nil }
    return line.dropFirst(2).split(separator: " ").first.map(String.init)
  }()

  static var isHere: Bool { python != nil }

  struct Refusal: Error {
    var text: String
  }

  /// What each host of each inventory gets, or what Ansible says of an inventory it does not take.
  static func variables(_ inventories: [String]) throws -> [Result<[String: JSONValue], Refusal>] {
    let folder = TemporaryFolder()
    try Data(driver.utf8).write(to: URL(filePath: folder.file("driver.py")))
    try Data().write(to: URL(filePath: folder.file("ansible.cfg")))
    let lines = inventories.enumerated().map { "\($1)\t\(folder.file("\($0).json"))\n" }
    try Data(lines.joined().utf8).write(to: URL(filePath: folder.file("list")))
    let process = Process()
    process.executableURL = URL(filePath: python ?? "/usr/bin/python3")
    process.arguments = [folder.file("driver.py"), folder.file("list")]
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path,
      "LC_ALL": "C.UTF-8", "ANSIBLE_CONFIG": folder.file("ansible.cfg"), "ANSIBLE_NOCOLOR": "1",
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return inventories.indices.map { index in
      guard let bytes = FileManager.default.contents(atPath: folder.file("\(index).json")),
        let answer = try? YAMLDocument.json(in: String(decoding: bytes, as: UTF8.self)).first
      else {
        let words = FileManager.default.contents(atPath: folder.file("\(index).json.err"))
        let text = String(decoding: words ?? Data(), as: UTF8.self)
        return .failure(Refusal(text: inventories[index] + "\n" + text))
      }
      return .success(answer["_meta"]["hostvars"].fields)
    }
  }

  private static let driver = """
    import os, sys, traceback
    from ansible.cli.inventory import InventoryCLI
    for line in open(sys.argv[1]):
        source, target = line.rstrip("\\n").split("\\t")
        child = os.fork()
        if child == 0:
            out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            err = os.open(target + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(err, 2)
            try:
                InventoryCLI(["ansible-inventory", "-i", source, "--list"]).run()
            except SystemExit as end:
                sys.stdout.flush()
                os._exit(end.code or 0)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                os.truncate(target, 0)
                os._exit(1)
        os.waitpid(child, 0)
    """
}
