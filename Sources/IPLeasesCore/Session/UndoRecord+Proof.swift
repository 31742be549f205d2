import Basics
import Cluster
import Execution
import Foundation

/// Whether a way back that was kept by a cluster's name alone is this cluster's.
extension UndoRecord {
  /// helm keeps when each revision was made: the change this takes back made one, right after the
  /// record was saved. An object that is to be deleted was made after it, too. What else a way back
  /// would do to a cluster cannot be told to be of this one.
  ///
  /// - Throws: `UserMessage` where the cluster does not show that change.
  func refuseUnproven(by snapshot: ClusterSnapshot) throws(UserMessage) {
    for case .command(let command) in actions where command.changes {
      let words = command.arguments
      guard command.tool == .helm else {
        if let made = Self.deletedObject(words, snapshot), made >= time.addingTimeInterval(-1) {
          continue
        }
        throw UserMessage(
          "The saved way back is not run: this cluster does not show that it is its own.",
          reason: "it was kept by an earlier version on \(time.formatted(.iso8601)), and the "
            + "cluster does not show that what it changes was changed then",
          advice: "If it is meant, by hand: \(command.shellText)")
      }
      guard let verb = words.first, words.count > 1, ["rollback", "uninstall"].contains(verb)
      else { continue }
      if let problem = snapshot.histories.problem { throw problem }
      let target = verb == "rollback" ? words.dropFirst(2).first.flatMap { Int($0) } : 0
      let made = snapshot.histories.value?[words[1]]?.first { $0.revision == (target ?? -2) + 1 }
      // A record has whole seconds, and the change may follow in the same one.
      guard let madeAt = made?.updatedAt, madeAt >= time.addingTimeInterval(-1) else {
        throw UserMessage(
          "The saved way back is not run: this cluster does not show that it is its own.",
          reason: "it was kept by an earlier version on \(time.formatted(.iso8601)), and the "
            + "release \(words[1]) shows no revision \((target ?? -2) + 1) made after that",
          advice: "If it is meant, by hand: \(command.shellText)")
      }
    }
  }

  /// When the object was made that `kubectl delete KIND NAME` takes away; nil where that is not known.
  private static func deletedObject(_ words: [String], _ snapshot: ClusterSnapshot) -> Date? {
    guard let verb = words.firstIndex(of: "delete"), verb + 2 < words.count else { return nil }
    let name = words[verb + 2]
    let objects = snapshot.pools.value
    switch words[verb + 1].split(separator: ".").first {
    case "namespace":
      return snapshot.cluster.value?.namespace(name)?.metadata.creationTimestamp
    case "service":
      return snapshot.cluster.value?.service(name, in: ConsoleSettings.metallbNamespace)?.metadata
        .creationTimestamp
    case "ipaddresspool", "ipaddresspools":
      return objects?.pool(name)?.metadata.creationTimestamp
    case "l2advertisement", "l2advertisements":
      return objects?.advertisements.first { $0.metadata.name == name }?.metadata.creationTimestamp
    default: return nil
    }
  }
}
