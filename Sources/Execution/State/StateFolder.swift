import Basics
import Foundation

/// Where everything about one cluster is kept on this machine: the journal, the lock, the saved ways
/// back and the changes that run now.
package struct StateFolder: Hashable, Sendable, Codable {
  package let path: String

  /// - Parameters:
  ///   - root: absolute path of the state folder (`--state-dir`).
  ///   - cluster: what tells this cluster from others (the context's name); any text.
  package init(root: String, cluster: String) {
    path = "\(root)/\(Self.key(for: cluster))"
  }

  package var journal: String { "\(path)/activity.jsonl" }
  package var olderJournal: String { "\(path)/activity.1.jsonl" }
  package var lock: String { "\(path)/lock" }
  package var undo: String { "\(path)/undo" }
  package var unfinished: String { "\(path)/unfinished" }
  package var jobs: String { "\(path)/jobs" }
  package var drafts: String { "\(path)/drafts.json" }
  package var stepsAside: String { "\(path)/set-aside.json" }
  package var findingsAside: String { "\(path)/findings-aside.json" }
  package var checkHistory: String { "\(path)/checks.json" }
  package var proof: String { "\(path)/proof.json" }
  package var watch: String { "\(path)/watch.json" }
  package var addresses: String { "\(path)/addresses.json" }
  /// What the admin and earlier runs have left to be remembered.
  package var notes: [String] {
    [drafts, stepsAside, findingsAside, checkHistory, proof, watch, addresses]
  }

  package func create() throws(UserMessage) { try AtomicFile.createFolder(path) }

  /// Whoever may write here may plant a way back, which this user would run.
  ///
  /// - Throws: `UserMessage` where that is anyone but this user and root.
  func refuseIfOthersMayWrite() throws(UserMessage) {
    for folder in [(path as NSString).deletingLastPathComponent, path, undo] {
      var found = stat()
      guard stat(folder, &found) == 0 else { continue }
      let isForeign = found.st_uid != geteuid() && found.st_uid != 0
      let isOpen = found.st_mode & S_IWOTH != 0 && found.st_mode & S_ISVTX == 0
      guard isForeign || isOpen else { continue }
      throw UserMessage(
        "The state folder \(folder) is not safe: ways back are run from it.",
        reason: isForeign ? "it belongs to another user" : "everybody may write in it",
        advice: isForeign
          ? "Name one of your own with --state-dir." : "chmod o-w \(ShellQuoting.quote(folder))")
    }
  }

  /// A name that is safe as a folder's name and differs for different clusters: what a file name
  /// should not hold is replaced, and then a hash of the whole is added.
  package static func key(for cluster: String) -> String {
    var isPlain = !cluster.isEmpty && !cluster.hasPrefix(".") && cluster.utf8.count <= 100
    let name = String(
      cluster.unicodeScalars.prefix(60).map { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "@": return Character(scalar)
        default:
          isPlain = false
          return "_"
        }
      })
    if isPlain && cluster.unicodeScalars.count <= 60 { return name }
    return "_\(name)-\(TextDigest.of(cluster))"
  }
}
