import Addresses
import Basics
import Cluster
import IPLeasesCore

/// `pools show|check|usage -o json`.
struct PoolsDocument: Encodable {
  struct Pool: Encodable {
    var name: String
    var addresses: [String]
    var size: String
    /// null where the Services could not be read.
    var inUse: String?
    var free: String?
    var autoAssign: Bool
    var avoidBuggyIPs: Bool
    var problems: [Problem]
    var ranges: [Range]
    var nextFree: [String]

    enum CodingKeys: String, CodingKey {
      case name, addresses, size, inUse, free, autoAssign, avoidBuggyIPs, problems, ranges, nextFree
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(addresses, forKey: .addresses)
      try container.encode(size, forKey: .size)
      // Always there, null where not known.
      try container.encode(inUse, forKey: .inUse)
      try container.encode(free, forKey: .free)
      try container.encode(autoAssign, forKey: .autoAssign)
      try container.encode(avoidBuggyIPs, forKey: .avoidBuggyIPs)
      try container.encode(problems, forKey: .problems)
      try container.encode(ranges, forKey: .ranges)
      try container.encode(nextFree, forKey: .nextFree)
    }
  }

  struct Problem: Encodable {
    var severity: PoolProblem.Severity
    /// null where it is about the pool as a whole.
    var entry: String?
    var message: String
    var fix: String?

    enum CodingKeys: String, CodingKey { case severity, entry, message, fix }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(severity, forKey: .severity)
      try container.encode(entry, forKey: .entry)
      try container.encode(message, forKey: .message)
      try container.encode(fix, forKey: .fix)
    }
  }

  struct Range: Encodable {
    var entry: String
    var first: String
    var last: String
    var count: String
    var used: Int
    var free: String
    var services: [Service]
  }

  struct Service: Encodable {
    var address: String
    var namespace: String
    var name: String
    var ports: [String]
    var owner: String?
    var dseq: String?
    var sharingKey: String?
  }

  struct Finding: Encodable {
    var kind: LeaseFinding.Kind
    var message: String
    var advice: String
  }

  let schema = "ip-leases/pools/v1"
  var pools: [Pool]
  var findings: [Finding]
  /// How what was given is judged.
  var notes: [String]
  /// What could not be looked at.
  var unseen: [String]

  init(
    _ live: [LivePool], findings: [LeaseFinding], notes: [String] = [], unseen: [String]
  ) {
    self.notes = notes
    pools = live.map(Pool.init)
    self.findings = findings.map {
      Finding(kind: $0.kind, message: $0.message, advice: $0.advice.text())
    }
    self.unseen = unseen
  }
}

extension PoolsDocument.Pool {
  fileprivate init(_ pool: LivePool) {
    self.init(
      name: pool.name, addresses: pool.entries.texts, size: pool.addresses.count.description,
      inUse: pool.isUseKnown ? pool.used.count.description : nil,
      free: pool.isUseKnown ? pool.free.description : nil,
      autoAssign: pool.context.autoAssign, avoidBuggyIPs: pool.context.avoidBuggyIPs,
      problems: pool.allProblems.map {
        PoolsDocument.Problem(
          severity: $0.severity, entry: $0.entry, message: $0.message, fix: $0.fix?.text())
      },
      ranges: pool.uses.map(PoolsDocument.Range.init),
      nextFree: pool.nextFree(5).map(\.description))
  }
}

extension PoolsDocument.Range {
  fileprivate init(_ use: RangeUse) {
    let services = use.seats.map { seat in
      PoolsDocument.Service(
        address: seat.address.description, namespace: seat.holder.namespace,
        name: seat.holder.name, ports: seat.holder.ports, owner: seat.holder.lease?.owner,
        dseq: seat.holder.lease?.sequence, sharingKey: seat.holder.sharingKey)
    }
    self.init(
      entry: use.range.text, first: use.range.first.description,
      last: use.range.last.description, count: use.count.description, used: use.used,
      free: use.free.description, services: services)
  }
}

enum PoolsText {
  /// What the pools are: `pools show`.
  ///
  /// - Parameters:
  ///   - old: the name of MetalLB 0.12's ConfigMap, where there is one.
  ///   - options: what each command of this program carries.
  static func overview(_ pools: [LivePool], old: String? = nil, _ options: [String]) -> String {
    if pools.isEmpty, let old {
      return "The pools are in ConfigMap \(SafeText.line(old, limit: 60)) of MetalLB 0.12: "
        + Advice(own: ["plan", "migrate"]).text(options) + "\n"
    }
    if pools.isEmpty {
      return "There is no pool yet: "
        + Advice(own: ["apply", "pools", "--pool", "RANGE"]).text(options) + "\n"
    }
    return pools.map { pool in
      ([head(pool)] + pool.uses.map(row) + refused(pool) + next(pool)
        + problems(pool.allProblems, options)).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Who sits where: `pools usage`.
  static func usage(
    _ pools: [LivePool], _ findings: [LeaseFinding], _ options: [String]
  ) -> String {
    var lines: [String] = []
    for pool in pools {
      lines.append(head(pool))
      for use in pool.uses { lines += [row(use)] + use.seats.map(seat) }
      lines += next(pool)
    }
    for finding in findings {
      lines += ["  attention: \(finding.message)", "    try: \(finding.advice.text(options))"]
    }
    return lines.isEmpty ? overview([], options) : lines.joined(separator: "\n") + "\n"
  }

  /// What is wrong: `pools check`.
  static func verdicts(
    _ pools: [LivePool], note: String? = nil, unseen: [String], _ options: [String]
  ) -> String {
    var lines: [String] = [note].compactMap(\.self)
    for pool in pools {
      let size = pool.addresses.count
      lines.append(
        "pool \(SafeText.line(pool.name)): \(size) " + (size == 1 ? "address" : "addresses")
          + (pool.allProblems.isEmpty ? ", nothing wrong" : ""))
      lines += problems(pool.allProblems, options)
    }
    if !unseen.isEmpty { lines.append("not looked at: \(unseen.joined(separator: ", "))") }
    return lines.joined(separator: "\n") + "\n"
  }

  static func problems(_ problems: [PoolProblem], _ options: [String]) -> [String] {
    problems.flatMap { problem in
      ["  \(problem.severity.rawValue.padded(to: 8)) \(problem.line)"]
        + [problem.fix.map { "           fix: \($0.text(options))" }].compactMap(\.self)
    }
  }

  private static func head(_ pool: LivePool) -> String {
    var parts = ["\(pool.addresses.count) addresses"]
    if pool.isUseKnown { parts.append("\(pool.used.count) in use, \(pool.free) free") }
    if !pool.announcedBy.isEmpty {
      let names = pool.announcedBy.map { SafeText.line($0) }
      parts.append("announced by \(names.joined(separator: ", "))")
    }
    if !pool.context.autoAssign { parts.append("autoAssign off") }
    if pool.context.avoidBuggyIPs { parts.append(".0 and .255 left out") }
    return "pool \(SafeText.line(pool.name)): \(parts.joined(separator: "; "))"
  }

  private static func row(_ use: RangeUse) -> String {
    let (used, free) = use.isKnown ? ("\(use.used)", "\(use.free)") : ("-", "-")
    let counts =
      "\(use.count.description.leftPadded(to: 6)) \(used.leftPadded(to: 5)) used "
      + "\(free.leftPadded(to: 6)) free"
    return "  \(SafeText.line(use.range.text, limit: 60).padded(to: 32)) \(counts)  "
      + String(use.strip(cells: 32).map(\.rawValue))
  }

  private static func refused(_ pool: LivePool) -> [String] {
    pool.entries.filter { $0.range == nil }.map {
      "  \(SafeText.line($0.text, limit: 60).padded(to: 32)) no range"
    }
  }

  private static func next(_ pool: LivePool) -> [String] {
    let next = pool.nextFree(3)
    return next.isEmpty
      ? [] : ["  next free: \(next.map(\.description).joined(separator: ", "))"]
  }

  private static func seat(_ seat: PoolSeat) -> String {
    let ports = seat.holder.ports.map { SafeText.line($0, limit: 20) }.joined(separator: ",")
    return "    \(seat.address.description.padded(to: 16)) \(ports.padded(to: 12)) "
      + seat.holder.words
  }
}
