import Execution
import Foundation
import IPLeasesCore

/// What this program changes, by its journal, and what leads back from it.
struct OwnActs: Sendable {
  private let journal: Journal
  private let undo: UndoStore
  private var version = ""
  private var entries: [JournalEntry] = []

  /// Seconds a command without an end is taken to go on for.
  private static let longest = 900.0

  init(_ session: Session) {
    journal = session.journal
    undo = session.undo
  }

  /// The upgrades whose way back is kept, each with when it was saved.
  var waysBack: [String: Date] {
    let saved = undo.all().compactMap { record in
      Upgrade.Part(recordID: record.id).map { ($0.rawValue, record.time) }
    }
    return Dictionary(saved) { newer, _ in newer }
  }

  /// What was at work at that time or began later.
  mutating func since(_ time: Date) -> [Observation.Act] {
    if journal.version != version {
      version = journal.version
      entries = journal.entries().filter(\.changes)
    }
    return entries.filter { $0.time.addingTimeInterval($0.seconds ?? Self.longest) >= time }
      .map { Observation.Act(time: $0.time, step: $0.step, words: $0.argv) }
  }
}
