import Addresses

/// What an admin means to change in a pool. It holds intent only: over the pool as it is now it
/// gives the entries that are wanted.
package struct PoolDraft: Hashable, Sendable, Codable {
  package struct Edit: Hashable, Sendable, Codable {
    package let old: PoolEntry
    package var new: PoolEntry
  }

  /// A row of the pool with its draft.
  package struct Row: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case unchanged
      case removed
      case edited(from: PoolEntry)
      case added
    }

    package let kind: Kind
    package let entry: PoolEntry
    /// Its place among the entries of the live pool; nil for what is added.
    package let place: Int?

    package var text: String { entry.text }
    package var stays: Bool { kind != .removed }
    package var isNew: Bool {
      switch kind {
      case .added, .edited: true
      case .unchanged, .removed: false
      }
    }
  }

  private struct Changes: Hashable, Sendable, Codable {
    var added: [PoolEntry] = []
    var removed: [PoolEntry] = []
    var edited: [Edit] = []
    var options = PoolOptions()
  }

  private var changes = Changes()
  private var past: [Changes] = []
  private var future: [Changes] = []

  package init() {}

  package var added: [PoolEntry] { changes.added }
  package var removed: [PoolEntry] { changes.removed }
  package var edited: [Edit] { changes.edited }
  package var options: PoolOptions { changes.options }
  /// True where the ranges change.
  package var changesRanges: Bool { !added.isEmpty || !removed.isEmpty || !edited.isEmpty }

  package var isEmpty: Bool { changes == Changes() }
  /// How many changes `undo` and `redo` can go.
  package var undoDepth: Int { past.count }
  package var redoDepth: Int { future.count }

  /// All rows in the order of the pool; what is added comes last.
  package func rows(over live: [PoolEntry]) -> Rows { Rows(live, self) }

  /// The rows that are added or edited.
  package var newRows: [Row] {
    changes.edited.map { Row(kind: .edited(from: $0.old), entry: $0.new, place: nil) }
      + changes.added.map { Row(kind: .added, entry: $0, place: nil) }
  }

  /// The entries the pool is to have.
  package func entries(over live: [PoolEntry]) -> [PoolEntry] {
    changesRanges ? rows(over: live).filter(\.stays).map(\.entry) : live
  }

  /// The same intent over a pool that was read anew: dropped where the cluster now agrees.
  package func rebased(onto live: LivePool) -> PoolDraft {
    var draft = rebased(onto: live.entries)
    func settle(_ changes: inout Changes) { changes.options = changes.options.missing(in: live) }
    guard draft.changes.options.isEmpty, draft.past.allSatisfy(\.options.isEmpty),
      draft.future.allSatisfy(\.options.isEmpty)
    else {
      settle(&draft.changes)
      for index in draft.past.indices { settle(&draft.past[index]) }
      for index in draft.future.indices { settle(&draft.future[index]) }
      draft.past = Self.distinct(draft.past, endingIn: draft.changes)
      draft.future = Self.distinct(draft.future, endingIn: draft.changes)
      return draft
    }
    return draft
  }

  /// The same intent over a pool that was read anew: dropped where the cluster now agrees.
  package func rebased(onto live: [PoolEntry]) -> PoolDraft {
    guard self != PoolDraft() else { return self }
    let present = Set(live)
    var draft = PoolDraft()
    draft.changes = Self.rebased(changes, onto: present)
    draft.past = Self.steps(past, onto: present, endingIn: draft.changes)
    draft.future = Self.steps(future, onto: present, endingIn: draft.changes)
    return draft
  }

  // MARK: Changing

  /// The first entry stands instead of `row` (without one it is added); the others are added.
  package mutating func write(
    _ entries: [PoolEntry], insteadOf row: Row? = nil, with options: PoolOptions = PoolOptions()
  ) {
    change { changes in
      changes.options.merge(options)
      guard let first = entries.first else { return }
      guard let row else {
        changes.added += entries
        return
      }
      Self.replace(row, with: first, in: &changes)
      changes.added += entries.dropFirst()
    }
  }

  package mutating func set(_ body: (inout PoolOptions) -> Void) {
    change { body(&$0.options) }
  }

  package mutating func remove(_ rows: [Row]) {
    change { changes in
      for row in rows { Self.remove(row, in: &changes) }
    }
  }

  /// Takes a fix that was offered for `row`; nil stands for a row that is only being typed.
  package mutating func take(_ fix: PoolFix, for row: Row?, typed: PoolEntry? = nil) {
    change { changes in
      for other in fix.removed { Self.remove(other, in: &changes) }
      let entries = fix.instead ?? typed.map { [$0] }
      guard let entries else { return }
      if let row {
        if let first = entries.first {
          Self.replace(row, with: first, in: &changes)
        } else {
          Self.remove(row, in: &changes)
        }
        changes.added += entries.dropFirst()
      } else {
        changes.added += entries
      }
    }
  }

  package mutating func undo() {
    guard let last = past.popLast() else { return }
    future.append(changes)
    changes = last
  }

  package mutating func redo() {
    guard let next = future.popLast() else { return }
    past.append(changes)
    changes = next
  }

  // MARK: Helpers

  private mutating func change(_ body: (inout Changes) -> Void) {
    let before = changes
    body(&changes)
    guard changes != before else { return }
    past.append(before)
    future = []
  }

  private static func replace(_ row: Row, with entry: PoolEntry, in changes: inout Changes) {
    switch row.kind {
    case .added:
      if let index = changes.added.firstIndex(of: row.entry) {
        changes.added[index] = entry
      } else {
        changes.added.append(entry)
      }
    case .unchanged:
      if entry != row.entry { changes.edited.append(Edit(old: row.entry, new: entry)) }
    case .edited(let old):
      changes.edited.removeAll { $0.old == old }
      if entry != old { changes.edited.append(Edit(old: old, new: entry)) }
    case .removed:
      changes.removed.removeAll { $0 == row.entry }
      if entry != row.entry { changes.edited.append(Edit(old: row.entry, new: entry)) }
    }
  }

  private static func remove(_ row: Row, in changes: inout Changes) {
    switch row.kind {
    case .added:
      if let index = changes.added.lastIndex(of: row.entry) {
        changes.added.remove(at: index)
      } else {
        changes.edited.removeAll { $0.new == row.entry }
      }
    case .unchanged: changes.removed.append(row.entry)
    case .edited(let old):
      changes.edited.removeAll { $0.old == old }
      changes.removed.append(old)
    case .removed: break
    }
  }

  private static func rebased(_ changes: Changes, onto live: Set<PoolEntry>) -> Changes {
    // Wanted in a new row, whatever was to become of the row that has it now.
    let kept = Set(changes.added + changes.edited.map(\.new)).intersection(live)
    var result = Changes()
    result.options = changes.options
    result.added = changes.added.filter { !live.contains($0) }
    result.removed = changes.removed.filter { live.contains($0) && !kept.contains($0) }
    for edit in changes.edited {
      let isFree = live.contains(edit.old) && !kept.contains(edit.old)
      switch (isFree, live.contains(edit.new)) {
      case (true, false): result.edited.append(edit)
      case (true, true): result.removed.append(edit.old)
      case (false, false): result.added.append(edit.new)
      case (false, true): break
      }
    }
    return result
  }

  /// Steps that mean nothing any more are left out.
  private static func steps(
    _ steps: [Changes], onto live: Set<PoolEntry>, endingIn last: Changes
  ) -> [Changes] {
    distinct(steps.map { rebased($0, onto: live) }, endingIn: last)
  }

  private static func distinct(_ steps: [Changes], endingIn last: Changes) -> [Changes] {
    var result: [Changes] = []
    for step in steps where step != result.last { result.append(step) }
    while result.last == last { result.removeLast() }
    return result
  }
}
