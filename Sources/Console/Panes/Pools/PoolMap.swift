import Addresses
import Basics
import ConsoleKit
import IPLeasesCore

/// Each address of a small range with a sign.
enum PoolMap {
  private static let most: UInt128 = 32
  private static let perLine = 8

  static func lines(_ row: PoolDraft.Row, _ table: DraftedPool, columns: Int) -> [Line] {
    guard row.stays, let use = table.use(of: row), use.isKnown,
      case let interval = use.range.interval, interval.family == .v4,
      (3..<most).contains(interval.upper - interval.lower), columns >= perLine * 5 + 4
    else { return [] }
    let others = AddressSet(
      table.rows.places(near: interval, over: table.live)
        .filter { $0 != table.current && table.rows[$0].stays }
        .compactMap { table.rows[$0].entry.interval }.filter { $0.overlaps(interval) })
    let cells = use.strip(cells: Int(most))
    let known = Set(
      [table.live.context.nodes, table.live.context.gateways, table.live.context.used]
        .flatMap { $0 ?? [] }.map(\.address))
    let hasEdges = !table.avoidsBuggyIPs && PoolScreen.edgeNote(of: row, table) != nil
    var lines = [Line.rule("Map of \(SafeText.line(row.text))", columns: columns)]
    var start = interval.lower
    while start <= interval.upper {
      let end = min(interval.upper, start + UInt128(perLine) - 1)
      var names = "   "
      var signs = "   "
      for value in start...end {
        let address = IPAddress(family: .v4, value: value)
        var sign = cells[Int(value - interval.lower)].rawValue
        if hasEdges, value == interval.lower || value == interval.upper, sign == "." { sign = "N" }
        if others.contains(address) { sign = "*" }
        if known.contains(address) || table.live.elsewhere.contains(address) { sign = "X" }
        names += Text.fit(".\(value & 255)", 5)
        signs += Text.fit("  \(sign)", 5)
      }
      lines += [Line(names), Line(signs)]
      start = end + 1
    }
    let key =
      "   . free  # in use  * in another row  X of others  "
      + (table.avoidsBuggyIPs ? "x kept back" : "N first, last")
    return lines + [Line(Text.cut(key, columns), style: Theme.quiet)]
  }
}
