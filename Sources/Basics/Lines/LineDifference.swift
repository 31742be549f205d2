/// The shortest way from one list of lines to another (Myers), bounded: lists that differ in more
/// than `most` places are replaced as a whole between their common ends.
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

  package static func steps(from old: [String], to new: [String], most: Int = 1_000) -> [Step] {
    var numbers: [String: Int] = [:]
    func numbered(_ lines: [String]) -> [Int] {
      lines.map { line in
        let number = numbers[line] ?? numbers.count
        numbers[line] = number
        return number
      }
    }
    let a = numbered(old)
    let b = numbered(new)
    var head = 0
    while head < min(a.count, b.count), a[head] == b[head] { head += 1 }
    var tail = 0
    while tail < min(a.count, b.count) - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] {
      tail += 1
    }
    let middle = path(
      Array(a[head..<(a.count - tail)]), Array(b[head..<(b.count - tail)]), most: most)
    return (0..<head).map { .keep(old: $0, new: $0) }
      + middle.map { step in
        switch step {
        case .keep(let x, let y): .keep(old: x + head, new: y + head)
        case .remove(let x, let y): .remove(old: x + head, new: y + head)
        case .insert(let x, let y): .insert(old: x + head, new: y + head)
        }
      }
      + (0..<tail).map { .keep(old: a.count - tail + $0, new: b.count - tail + $0) }
  }

  private static func path(_ a: [Int], _ b: [Int], most: Int) -> [Step] {
    // furthest[d][k + d]: how far in `a` one gets on diagonal k with d changes.
    var furthest: [[Int]] = []
    let bound = min(a.count + b.count, most)
    search: for d in 0...bound {
      var row = [Int](repeating: 0, count: 2 * d + 1)
      for k in stride(from: -d, through: d, by: 2) {
        var x = d == 0 ? 0 : entry(on: k, changes: d, furthest[d - 1])
        while x < a.count, x - k < b.count, a[x] == b[x - k] { x += 1 }
        row[k + d] = x
        if x >= a.count, x - k >= b.count {
          furthest.append(row)
          return walkBack(furthest, a.count, b.count)
        }
      }
      furthest.append(row)
    }
    return a.indices.map { .remove(old: $0, new: 0) }
      + b.indices.map { .insert(old: a.count, new: $0) }
  }

  /// Where a path enters diagonal k with its last change: by a removal from k - 1 or an insertion
  /// from k + 1, whichever gets further.
  private static func entry(on k: Int, changes d: Int, _ before: [Int]) -> Int {
    comesByInsertion(k, d, before) ? before[k + d] : before[k + d - 2] + 1
  }

  private static func comesByInsertion(_ k: Int, _ d: Int, _ before: [Int]) -> Bool {
    k == -d || (k != d && before[k + d - 2] < before[k + d])
  }

  private static func walkBack(_ furthest: [[Int]], _ oldCount: Int, _ newCount: Int) -> [Step] {
    var steps: [Step] = []
    var x = oldCount
    var y = newCount
    for d in stride(from: furthest.count - 1, through: 0, by: -1) {
      let k = x - y
      let isInsertion = d > 0 && comesByInsertion(k, d, furthest[d - 1])
      let start = d == 0 ? 0 : entry(on: k, changes: d, furthest[d - 1])
      while x > start {
        x -= 1
        y -= 1
        steps.append(.keep(old: x, new: y))
      }
      guard d > 0 else { break }
      if isInsertion {
        y -= 1
        steps.append(.insert(old: x, new: y))
      } else {
        x -= 1
        steps.append(.remove(old: x, new: y))
      }
    }
    return steps.reversed()
  }
}
