import Addresses
import Basics
import Cluster
import ConsoleKit
import IPLeasesCore
import Terminal

/// The sentences and small texts of the Pools pane.
extension PoolScreen {
  func header(_ table: DraftedPool, columns: Int) -> Line {
    let live = table.live
    let name = SafeText.line(live.name, limit: 60)
    let findings = known.facts?.findings.count ?? 0
    let pools = known.facts?.livePools ?? []
    let number = (pools.firstIndex { $0.name == live.name } ?? 0) + 1
    var right = pools.count > 1 ? "\(number) of \(pools.count) pools, [ ]" : ""
    if findings > 0 {
      right =
        (findings == 1 ? "1 finding" : "\(findings) findings") + (right.isEmpty ? "" : "  ")
        + right
    }
    let text = " pool \(name)    \(PoolSettings.summary(live, table.draft.options))"
    let room = columns - (right.isEmpty ? 0 : right.count + 2)
    return Line(Text.fit(text, room), style: Theme.label, row: 0)
      .adding(right.isEmpty ? "" : "  " + right, findings > 0 ? Theme.style(of: .warn) : .plain)
  }

  func emptyLine(_ table: DraftedPool) -> Line {
    if known.showsProblemsOnly, !table.rows.isEmpty {
      return Line("   No range with a problem. f shows all.")
    }
    return Line("   No range yet. + adds one to a draft; nothing is sent before a plan's word.")
  }

  func withoutPools(columns: Int) -> [Line] {
    guard let facts = known.facts else {
      return BeforeFacts.lines(known, columns: columns)
    }
    switch facts.pools {
    case .known: return []
    case .absent:
      return [
        Line(" The cluster does not know pools: MetalLB is not installed."),
        Line(" Enter goes to the steps, where it is."),
      ]
    case .unreadable(let problem, _):
      return known.lines(problem).flatMap { Text.wrap(SafeText.line($0), columns - 2) }.map {
        Line(" " + $0)
      }
    case .notRead: return [Line(" The pools were not read.")]
    }
  }

  static func totalsText(_ table: DraftedPool) -> String {
    let live = table.live
    guard live.isUseKnown else {
      return "live \(short(live.addresses.count))    who holds them was not read"
    }
    let inUse = live.used.count
    if table.draft.isEmpty {
      let next = live.nextFree(1).first.map { "    next \($0)" } ?? ""
      return "live \(short(live.addresses.count))    in use \(inUse)"
        + "    free \(short(live.free))\(next)"
    }
    let wanted = table.draft.addresses(over: live)
      .usableCount(avoidingBuggyIPs: table.avoidsBuggyIPs)
    return "live \(short(live.addresses.count))    draft \(short(wanted)) distinct"
      + "    in use \(inUse)    free after \(short(table.draft.free(over: live) ?? 0))"
  }

  /// "1 in, 1 out, 1 changed, 1 problem. 2 Services must move."
  static func draftText(_ table: DraftedPool) -> String {
    let draft = table.draft
    var parts = [
      (draft.added.count, "in"), (draft.removed.count, "out"), (draft.edited.count, "changed"),
      (draft.options.count, draft.options.count == 1 ? "setting" : "settings"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let errors = table.errors.count
    if errors > 0 { parts.append(errors == 1 ? "1 problem" : "\(errors) problems") }
    let moving = draft.moving(over: table.live).count
    var moves = moving == 0 ? "" : " \(moving) \(moving == 1 ? "Service" : "Services") must move"
    if moving > 0, draft.free(over: table.live) == nil { moves += ", and not all find a place" }
    if moving > 0 { moves += "." }
    return "Draft: \(parts.joined(separator: ", ")).\(moves) Nothing was sent to the cluster."
  }

  /// "203.0.113.192 to 203.0.113.207, 16 addresses".
  static func summary(of row: PoolDraft.Row, _ table: DraftedPool, columns: Int = .max) -> String {
    guard let interval = row.entry.interval else { return "this is no range" }
    let count = interval.count
    if count == 1 { return "\(interval.first), 1 address" }
    let text = "\(interval.first) to \(interval.last), \(count) addresses"
    let next = row.kind == .unchanged ? table.use(of: row)?.nextFree(1).first : nil
    let whole = text + (next.map { "; next \($0)" } ?? "")
    return TextWidth.columns(of: whole) <= columns ? whole : text
  }

  /// What the first and last address of a block mean; nil where there is nothing to say.
  static func edgeNote(of row: PoolDraft.Row, _ table: DraftedPool) -> String? {
    guard row.stays, let range = row.entry.range, range.family == .v4,
      case .block(let length, let width, _) = range.form, width - length >= 2
    else { return nil }
    let first = lastField(range.first)
    let last = lastField(range.last)
    if table.avoidsBuggyIPs {
      return "avoidBuggyIPs: MetalLB keeps addresses that end in .0 and .255 back."
    }
    return "\(first) and \(last) begin and end the block. MetalLB hands both out: fine where it is "
      + "routed to you; on a shared LAN they may not be reachable."
  }

  static func seatText(_ seat: PoolSeat) -> String {
    let holder = seat.holder
    var parts = ["\(seat.address)", ports(holder), service(holder)]
    if let lease = holder.lease {
      parts.append(SafeText.line(lease.owner, limit: 60))
      if !lease.sequence.isEmpty { parts.append(SafeText.line(lease.sequence, limit: 20)) }
    }
    if let key = holder.sharingKey { parts.append("shares by \(SafeText.line(key, limit: 120))") }
    return parts.joined(separator: "  ")
  }

  static func seatLine(_ seat: PoolSeat, columns: Int) -> Line {
    let lease = seat.holder.lease
    let owner = lease.map { SafeText.line($0.owner.prefix(9)) } ?? "not of Akash"
    let number = lease.map(\.sequence) ?? ""
    let table = Table(
      [
        .fixed(16), .fixed(12), .growing(10, gap: 1), .fixed(13, gap: 1), .fixed(10),
      ], indent: 2, in: columns)
    return table.line(
      [
        "\(seat.address)", ports(seat.holder), service(seat.holder), owner,
        number.isEmpty ? "-" : SafeText.line(number, limit: 10),
      ].map { Table.Cell($0) })
  }

  private static func ports(_ holder: AddressHolder) -> String {
    SafeText.line(holder.ports.joined(separator: ","), limit: 40)
  }

  /// A count in at most six letters: "65536", "2^64", "~2^80".
  static func short(_ count: AddressCount) -> String {
    let text = count.description
    if text.count <= 6 { return text }
    var power = 0
    var reached: AddressCount = 1
    while reached + reached < count || reached + reached == count {
      reached += reached
      power += 1
    }
    return (reached == count ? "" : "~") + "2^\(power)"
  }

  private static func service(_ holder: AddressHolder) -> String {
    // Akash names a tenant's namespace by a hash of 45 letters; its beginning tells it apart.
    let namespace = SafeText.line(holder.namespace, limit: holder.namespace.count > 20 ? 6 : 20)
    return "\(namespace)/\(SafeText.line(holder.name, limit: 70))"
  }

  private static func lastField(_ address: IPAddress) -> String {
    "." + (address.description.split(separator: ".").last.map(String.init) ?? "")
  }
}
