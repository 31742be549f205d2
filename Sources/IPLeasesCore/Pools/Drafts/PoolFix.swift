import Addresses
import Basics

/// A way to mend one row of a draft.
package struct PoolFix: Hashable, Sendable {
  /// What it does, in words.
  package let title: String
  /// What is to stand instead of the row; empty: the row leaves; nil: it stays as it is.
  package let instead: [PoolEntry]?
  /// Other rows that leave.
  package let removed: [PoolDraft.Row]

  private init(_ title: String, instead: [PoolEntry]? = nil, removed: [PoolDraft.Row] = []) {
    self.title = title
    self.instead = instead
    self.removed = removed
  }

  /// More pieces than this are no fix anybody would want.
  private static let mostPieces = 8
  /// A range over more rows than this is a slip of the hand.
  private static let mostRows = 500

  /// The ways to mend `rows[index]`; none where nothing helps but other addresses.
  package static func offers(
    for index: Int, in rows: PoolDraft.Rows, over live: LivePool
  ) -> [PoolFix] {
    let row = rows[index]
    guard row.stays else { return [] }
    guard let range = row.entry.range else { return readings(of: row.text) }
    if live.places(overlapping: range.interval).count > mostRows { return [removal] }
    let places = rows.places(near: range.interval, over: live)
    let near = places.filter { $0 != index }.map { rows[$0] }.compactMap {
      other -> (row: PoolDraft.Row, interval: AddressInterval)? in
      guard other.stays, let interval = other.entry.interval else { return nil }
      return interval.overlaps(range.interval) ? (other, interval) : nil
    }
    var fixes = overlapFixes(range, near)
    fixes += [freePart(of: range, near.map(\.interval), live)].compactMap(\.self)
    if near.isEmpty { fixes += blockFixes(range, live) }
    if fixes.isEmpty, live.elsewhere.overlaps(range.interval) { fixes.append(Self.removal) }
    return fixes
  }

  private static let removal = PoolFix("remove this row", instead: [])

  private static func readings(of text: String) -> [PoolFix] {
    guard let meant = RangeHint.entries(meantBy: text) else { return [removal] }
    return [PoolFix("write \(listed(meant))", instead: meant.map(PoolEntry.init)), removal]
  }

  private static func overlapFixes(
    _ range: AddressRange, _ near: [(row: PoolDraft.Row, interval: AddressInterval)]
  ) -> [PoolFix] {
    if near.contains(where: { $0.interval == range.interval }) {
      return [PoolFix("remove this row, the same stands elsewhere", instead: [])]
    }
    if let outer = near.first(where: { $0.interval.contains(range.interval) }) {
      return [PoolFix("remove this row, \(shown(outer.row.text)) contains it", instead: [])]
    }
    guard !near.isEmpty, near.allSatisfy({ range.interval.contains($0.interval) }) else {
      return []
    }
    let names =
      near.count <= 3 ? listed(near.map(\.row.text)) : "the \(near.count) rows inside this one"
    return [
      PoolFix(
        "remove \(names), this range contains \(near.count == 1 ? "it" : "them")",
        removed: near.map(\.row))
    ]
  }

  /// What nothing else in the pool, no other pool, no node, no gateway and no Service has.
  private static func freePart(
    of range: AddressRange, _ near: [AddressInterval], _ live: LivePool
  ) -> PoolFix? {
    let known = [live.context.nodes, live.context.gateways, live.context.used]
      .flatMap { $0 ?? [] }.map { AddressInterval($0.address) }
    let free = AddressSet([range.interval]).subtracting(AddressSet(near + known))
      .subtracting(live.elsewhere)
    guard !free.isEmpty, free.count < range.count, free.intervals.count <= mostPieces else {
      return nil
    }
    let pieces = free.intervals.map(PoolEntry.init)
    return PoolFix("use \(listed(pieces.texts)): \(free.count) free", instead: pieces)
  }

  private static func blockFixes(_ range: AddressRange, _ live: LivePool) -> [PoolFix] {
    guard case .block(let length, let width, let hasHostBits) = range.form else { return [] }
    let isLeftOut =
      live.context.avoidBuggyIPs && range.count == 1 && PoolSize.isBuggy(range.interval.lower)
    if isLeftOut { return [removal] }
    if hasHostBits {
      let whole = PoolEntry(range.interval)
      let start = range.text.split(separator: "/").first.flatMap { IPAddress(parsing: $0) }
      let fixes = [PoolFix("write \(whole.text): all \(range.count) are yours", instead: [whole])]
      guard let start else { return fixes }
      let rest = "\(start)-\(range.last)"
      return fixes + [
        PoolFix("write \(rest), to begin where you wrote", instead: [PoolEntry(rest)])
      ]
    }
    guard range.family == .v4, width - length >= 8, !live.context.avoidBuggyIPs else { return [] }
    let inner = AddressInterval(
      family: .v4, lower: range.interval.lower + 1, upper: range.interval.upper - 1)
    return [PoolFix("write \(inner): without first and last", instead: [PoolEntry(inner)])]
  }

  private static func listed(_ entries: [String]) -> String {
    entries.map(shown).joined(separator: " and ")
  }

  private static func shown(_ text: String) -> String { SafeText.line(text, limit: 100) }
}
