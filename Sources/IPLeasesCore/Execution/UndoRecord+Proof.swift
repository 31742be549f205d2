import Foundation

/// Whether a way back that was kept by a cluster's name alone is this cluster's.
extension UndoRecord {
  /// helm keeps when each revision was made: the change this takes back made one, right after the
  /// record was saved. What else a way back does is guarded by what it expects of its objects.
  ///
  /// - Throws: `UserMessage` where the cluster does not show that change.
  func refuseUnproven(by snapshot: ClusterSnapshot) throws(UserMessage) {
    for case .command(let command) in actions where command.tool == .helm {
      let words = command.arguments
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
}
