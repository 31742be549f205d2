import Addresses
import Basics
import Cluster
import Execution
import Foundation

/// The saved ways back from edits.
extension PoolEdit {
  static let undoPrefix = "pools-edit-"

  package static func isEdit(_ record: UndoRecord) -> Bool { record.id.hasPrefix(undoPrefix) }

  /// The way back from the edit the pool shows now; each one leads to the edit before it. nil where
  /// no edit made here is in force.
  ///
  /// - Throws: where the pool is as no edit found or left it.
  package static func rollback(
    _ records: [UndoRecord], _ snapshot: ClusterSnapshot
  ) throws(UserMessage) -> Plan? {
    // One that changed files only left nothing in the cluster.
    let edits = records.filter { isEdit($0) && $0.actions.contains { SavedPatch($0) != nil } }
    if edits.isEmpty { return nil }
    if let problem = snapshot.pools.problem { throw problem }
    let fitting = edits.compactMap { record in
      PoolChange(undoing: record, snapshot).map { (record: record, change: $0) }
    }
    guard let latest = fitting.max(by: { isOlder($0.record, $1.record) }) else {
      // One that the server refused, or that was taken back by hand, left the pool as it was before.
      if edits.contains(where: { PoolChange.isNotInForce($0, snapshot) }) { return nil }
      throw UserMessage(
        "The pool is not as the last edit made here left it; nothing was taken back.",
        reason: "someone else has changed it since",
        advice: "See \(own: "pools show"), and change it by \(own: "pools plan").")
    }
    var files: [Action] = []
    var inventory: [Note] = []
    for reversal in latest.record.files ?? [] {
      do throws(UserMessage) { files.append(.file(try reversal.change())) } catch {
        inventory.append(
          .warning(
            "\(SafeText.line(reversal.path, limit: 200)) is not as the change left it and stays: "
              + "write \(Self.listed(latest.change.new)) into it by hand, or the next playbook run "
              + "brings the other ranges back."))
      }
    }
    if !files.isEmpty { inventory.append(Note("The inventory is taken back too.")) }
    let moves = try moves(from: latest.change.old, to: latest.change.new, snapshot)
    if moves.isStuck { throw stuck(moves, snapshot) }
    var plan = Plan(
      id: step.rawValue, title: "Take back: \(latest.change.title)",
      actions: files + latest.record.actions,
      touches: touches(moves, latest.change.new) + reachTouches(latest.change, snapshot),
      touchedServices: moves.moved.count,
      notes: latest.record.notes
        + inventory + moveNotes(moves, snapshot),
      diff: latest.change.diff, undoID: latest.record.id)
    plan.moved = moves.moved.map(MovedService.init)
    return plan
  }

  private static func listed(_ pool: PoolShape) -> String {
    pool.entries.map { SafeText.line($0.text, limit: 60) }.joined(separator: ", ")
  }

  /// Records carry whole seconds; within one, the object's version tells the order.
  private static func isOlder(_ left: UndoRecord, _ right: UndoRecord) -> Bool {
    func version(_ record: UndoRecord) -> Int {
      Int(record.id.dropFirst(undoPrefix.count).prefix { $0 != "-" }) ?? 0
    }
    return (left.time, version(left)) < (right.time, version(right))
  }
}

extension UndoRecord {
  /// What to know of any saved way back.
  var notes: [Note] {
    [
      "Saved before the change of \(time.formatted(.iso8601)).",
      cannotUndo.map { "Does not come back: \($0)" },
    ].compactMap(\.self).map(Note.init)
  }
}
