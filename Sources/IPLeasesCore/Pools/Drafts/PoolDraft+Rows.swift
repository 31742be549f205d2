import Addresses

extension PoolDraft {
  /// The rows of a pool with its draft. Each row is made when it is asked for: a pool may have very
  /// many, and a screen shows few of them.
  package struct Rows: RandomAccessCollection, Sendable {
    private let live: [PoolEntry]
    private let edits: [PoolEntry: PoolEntry]
    private let removed: Set<PoolEntry>
    private let added: [PoolEntry]

    init(_ live: [PoolEntry], _ draft: PoolDraft) {
      self.live = live
      removed = Set(draft.removed)
      edits = Dictionary(
        draft.edited.map { ($0.old, $0.new) }, uniquingKeysWith: { _, last in last })
      // An entry that was to be edited may have left the pool; what was to stand there is wanted.
      var unmet = Set(edits.keys)
      for entry in live where !unmet.isEmpty { unmet.remove(entry) }
      added = draft.edited.filter { unmet.contains($0.old) }.map(\.new) + draft.added
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { live.count + added.count }

    package subscript(place: Int) -> Row {
      guard place < live.count else {
        return Row(kind: .added, entry: added[place - live.count], place: nil)
      }
      let entry = live[place]
      if let new = edits[entry] { return Row(kind: .edited(from: entry), entry: new, place: place) }
      return Row(
        kind: removed.contains(entry) ? .removed : .unchanged, entry: entry, place: place)
    }

    /// The last place of an entry; what the draft brings is found first.
    package func lastPlace(of entry: PoolEntry) -> Int? {
      if let place = added.lastIndex(of: entry) { return live.count + place }
      let old = Set(edits.filter { $0.value == entry }.map(\.key))
      return live.lastIndex { old.contains($0) || ($0 == entry && edits[$0] == nil) }
    }

    /// Places that may share an address with an interval: those of the pool as it is that do, and
    /// all that the draft writes.
    package func places(near interval: AddressInterval, over pool: LivePool) -> [Int] {
      let written = edits.isEmpty ? [] : live.indices.filter { edits[live[$0]] != nil }
      let near = pool.places(overlapping: interval).filter { edits[live[$0]] == nil }
      return (near + written).sorted() + Array(live.count..<endIndex)
    }
  }
}
