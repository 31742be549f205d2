import Basics
import Execution
import Foundation

/// What is kept about checks from one run to the next: how they came out, which findings are set
/// aside, and the last proof. Small JSON files beside the journal; a file that is not there or
/// cannot be read is empty: then every finding counts, and nothing is known of earlier runs. What
/// the admin set aside is not written over where it cannot be read.
package struct FindingStore: Sendable {
  private let folder: StateFolder

  package init(folder: StateFolder) { self.folder = folder }

  private var historyFile: JSONFile<CheckHistory> { JSONFile(path: folder.checkHistory) }
  private var asideFile: JSONFile<[FindingAside]> { JSONFile(path: folder.findingsAside) }
  private var proofFile: JSONFile<ProofRecord> { JSONFile(path: folder.proof) }

  package var history: CheckHistory { historyFile.value ?? CheckHistory() }

  /// Changes the history as it is on the disk now. A run of another process is not lost.
  ///
  /// - Returns: the history after the change.
  package func change(_ change: (inout CheckHistory) -> Void) throws(UserMessage) -> CheckHistory {
    try historyFile.update(overDamage: true) { kept throws(UserMessage) in
      var history = kept ?? CheckHistory()
      change(&history)
      kept = history
      return history
    }
  }

  /// Those whose end has not come, by code.
  package func aside(at time: Date) -> [String: FindingAside] {
    Self.active(asideFile.value, at: time)
  }

  /// Why it is not known what is set aside; nil where it is.
  package var asideProblem: UserMessage? { asideFile.problem }

  package func setAside(_ finding: FindingAside) throws(UserMessage) {
    try changeAside(at: finding.since) { $0[finding.code] = finding }
  }

  /// - Returns: false where it was not set aside.
  package func takeBack(_ code: String, at time: Date) throws(UserMessage) -> Bool {
    try changeAside(at: time) { $0.removeValue(forKey: code) != nil }
  }

  package var proof: ProofRecord? { proofFile.value }

  package func keep(_ proof: ProofRecord) throws(UserMessage) { try proofFile.write(proof) }

  private func changeAside<Result>(
    at time: Date, _ change: (inout [String: FindingAside]) -> Result
  ) throws(UserMessage) -> Result {
    try asideFile.update { kept throws(UserMessage) in
      var all = Self.active(kept, at: time)
      let result = change(&all)
      kept = all.values.sorted { $0.code < $1.code }
      return result
    }
  }

  private static func active(_ all: [FindingAside]?, at time: Date) -> [String: FindingAside] {
    let active = (all ?? []).filter { $0.isActive(at: time) }
    return Dictionary(active.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
  }
}
