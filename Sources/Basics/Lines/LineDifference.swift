/// How one list of lines becomes another, bounded: where more than `most` lines lie between their
/// common ends, these are replaced as a whole.
package enum LineDifference {
  /// Line numbers from 0; the side a line is not in has the number of its next line there.
  package enum Step: Hashable, Sendable {
    case keep(old: Int, new: Int)
    case remove(old: Int, new: Int)
    case insert(old: Int, new: Int)

    var isKept: Bool { if case .keep = self { true } else { false } }
    var isRemoval: Bool { if case .remove = self { true } else { false } }
    var isInsertion: Bool { if case .insert = self { true } else { false } }

    var oldLine: Int {
      switch self {
      case .keep(let old, _), .remove(let old, _), .insert(let old, _): old
      }
    }
    var newLine: Int {
      switch self {
      case .keep(_, let new), .remove(_, let new), .insert(_, let new): new
      }
    }
  }

  package static func steps(from old: [String], to new: [String], most: Int = 4_000) -> [Step] {
    var head = 0
    while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - head,
      old[old.count - 1 - tail] == new[new.count - 1 - tail]
    {
      tail += 1
    }
    var (removed, inserted) = (
      Set(head..<(old.count - tail)), Set(head..<(new.count - tail))
    )
    if removed.count + inserted.count <= most {
      let difference = new[head..<(new.count - tail)].difference(
        from: old[head..<(old.count - tail)])
      removed = Set(difference.removals.map { head + $0.offset })
      inserted = Set(difference.insertions.map { head + $0.offset })
    }
    var steps: [Step] = []
    var (x, y) = (0, 0)
    while x < old.count || y < new.count {
      if removed.contains(x) {
        steps.append(.remove(old: x, new: y))
        x += 1
      } else if inserted.contains(y) {
        steps.append(.insert(old: x, new: y))
        y += 1
      } else {
        steps.append(.keep(old: x, new: y))
        x += 1
        y += 1
      }
    }
    return steps
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
