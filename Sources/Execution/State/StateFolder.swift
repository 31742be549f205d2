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
  package func refuseIfOthersMayWrite() throws(UserMessage) {
    if let problem = foreignHand { throw problem }
  }

  /// Why what is here may be of another's hand; nil where it cannot.
  package var foreignHand: UserMessage? {
    if let found = OwnPlace.obstacle(in: path) { return refusal(of: found.place, found.reason) }
    for folder in [path, undo, unfinished, jobs] {
      if let reason = OwnPlace.problem(ofEntry: folder) { return refusal(of: folder, reason) }
    }
    return nil
  }

  private func refusal(of folder: String, _ reason: OwnPlace.Reason) -> UserMessage {
    let quoted = ShellQuoting.quote(folder)
    let advice: Advice =
      switch reason {
      case .foreign: "Name one of your own with --state-dir."
      case .everybody: "chmod o-w \(quoted)"
      case .group: "chmod g-w \(quoted)"
      }
    return UserMessage(
      "The state folder \(folder) is not safe: ways back are run from it.", reason: reason.text,
      advice: advice)
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
