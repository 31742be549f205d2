import Addresses
import Cluster

/// Pools as CSV: a row for each range, the columns named by their heads.
enum PoolTable {
  private static let rangeHeads = ["address", "addresses", "range", "ip_range"]

  static func isHead(_ row: some StringProtocol) -> Bool {
    heads(of: String(row)).contains(where: rangeHeads.contains)
  }

  static func pools(in rows: [String]) -> [ImportedPool] {
    guard let first = rows.first else { return [] }
    let heads = heads(of: first)
    let rangeColumn = heads.firstIndex(where: rangeHeads.contains)
    let table = rows.dropFirst().map { fields(of: $0, separator(of: first)) }
    func column(_ name: String) -> Int? { heads.firstIndex(of: name) }
    let nameColumn = column("pool")
    let autoAssignColumn = column("auto_assign")
    let avoidColumn = column("avoid_buggy_ips")
    var pools: [ImportedPool] = []
    for row in table {
      func field(_ column: Int?) -> String? {
        column.flatMap { $0 < row.count && !row[$0].isEmpty ? row[$0] : nil }
      }
      guard let entry = field(rangeColumn).map(PoolEntry.init) else { continue }
      let name = field(nameColumn) ?? ConsoleSettings.poolName
      if pools.last?.name != name {
        if let earlier = pools.firstIndex(where: { $0.name == name }) {
          pools[earlier].entries.append(entry)
          continue
        }
        pools.append(
          ImportedPool(
            name: name, entries: [], autoAssign: field(autoAssignColumn).flatMap(flag),
            avoidBuggyIPs: field(avoidColumn).flatMap(flag)))
      }
      pools[pools.count - 1].entries.append(entry)
    }
    return pools
  }

  private static func separator(of head: String) -> Character {
    head.contains(",") || !head.contains(";") ? "," : ";"
  }

  private static func heads(of row: String) -> [String] {
    fields(of: row, separator(of: row)).map { $0.lowercased() }
  }

  static func text(_ pool: PoolShape) -> String {
    let head = "pool,address,first,last,count,auto_assign,avoid_buggy_ips"
    let rows = pool.entries.map { entry in
      let range = entry.range
      let columns = [
        pool.name, entry.text, range?.first.description ?? "", range?.last.description ?? "",
        range?.count.description ?? "", "\(pool.autoAssign)", "\(pool.avoidBuggyIPs)",
      ]
      return columns.map(quoted).joined(separator: ",")
    }
    return ([head] + rows).map { $0 + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    let isPlain = !field.contains { ",;\"\t".contains($0) } && field == field.trimmedBlanks
    return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  private static func fields(of row: String, _ separator: Character) -> [String] {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuoted = false
    var characters = row[...]
    func ended() -> String { wasQuoted ? field : field.trimmedBlanks }
    while let character = characters.popFirst() {
      switch character {
      case "\"" where isQuoted && characters.first == "\"":
        field.append(characters.removeFirst())
      case "\"":
        // What stands before the opening quote are blanks.
        if !isQuoted && field.trimmedBlanks.isEmpty { field = "" }
        isQuoted.toggle()
        wasQuoted = true
      case separator where !isQuoted:
        fields.append(ended())
        field = ""
        wasQuoted = false
      default:
        if !wasQuoted || isQuoted { field.append(character) }
      }
    }
    return fields + [ended()]
  }

  private static func flag(_ text: String) -> Bool? { Bool(text.lowercased()) }
}

extension String {
  fileprivate var trimmedBlanks: String { String(AddressRange.trimmed(self[...])) }
}
