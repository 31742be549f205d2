import Execution
import Foundation
import IPLeasesCore

/// What this program changes, by its journal.
struct OwnActs: Sendable {
  let journal: Journal
  private var version = ""
  private var entries: [JournalEntry] = []

  /// Seconds a command without an end is taken to go on for.
  private static let longest = 900.0

  init(journal: Journal) { self.journal = journal }

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
