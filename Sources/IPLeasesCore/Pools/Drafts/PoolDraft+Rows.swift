import Addresses

extension PoolDraft {
  /// The rows of a pool with its draft. Each row is made when it is asked for: a pool may have very
  /// many, and a screen shows few of them.
  package struct Rows: RandomAccessCollection, Sendable {
    private let live: [String]
    private let edits: [String: String]
    private let removed: Set<String>
    private let added: [String]

    init(_ live: [String], _ draft: PoolDraft) {
      self.live = live
      removed = Set(draft.removed)
      edits = Dictionary(
        draft.edited.map { ($0.old, $0.new) }, uniquingKeysWith: { _, last in last })
      // An entry that was to be edited may have left the pool; what was to stand there is wanted.
      var unmet = Set(edits.keys)
      for text in live where !unmet.isEmpty { unmet.remove(text) }
      added = draft.edited.filter { unmet.contains($0.old) }.map(\.new) + draft.added
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { live.count + added.count }

    package subscript(place: Int) -> Row {
      guard place < live.count else {
        return Row(kind: .added, text: added[place - live.count], place: nil)
      }
      let text = live[place]
      if let new = edits[text] { return Row(kind: .edited(from: text), text: new, place: place) }
      return Row(
        kind: removed.contains(text) ? .removed : .unchanged, text: text, place: place)
    }

    /// The last place of a text; what the draft brings is found first.
    package func lastPlace(of text: String) -> Int? {
      if let place = added.lastIndex(of: text) { return live.count + place }
      let old = Set(edits.filter { $0.value == text }.map(\.key))
      return live.lastIndex { old.contains($0) || ($0 == text && edits[$0] == nil) }
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
