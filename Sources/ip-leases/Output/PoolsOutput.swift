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
    _ reports: [PoolReport], findings: [LeaseFinding], notes: [String] = [], unseen: [String]
  ) {
    self.notes = notes
    pools = reports.map(Pool.init)
    self.findings = findings.map {
      Finding(kind: $0.kind, message: $0.message, advice: $0.advice)
    }
    self.unseen = unseen
  }
}

extension PoolsDocument.Pool {
  fileprivate init(_ report: PoolReport) {
    let shape = report.use.shape
    self.init(
      name: shape.name, addresses: shape.entries, size: shape.size.text,
      inUse: report.isUseKnown ? "\(report.use.used)" : nil,
      free: report.isUseKnown ? report.use.free.description : nil,
      autoAssign: shape.autoAssign, avoidBuggyIPs: shape.avoidBuggyIPs,
      problems: report.problems.map {
        PoolsDocument.Problem(
          severity: $0.severity, entry: $0.entry, message: $0.message, fix: $0.fix)
      },
      ranges: report.use.ranges.map(PoolsDocument.Range.init),
      nextFree: report.isUseKnown ? report.use.nextFree(5).map(\.description) : [])
  }
}

extension PoolsDocument.Range {
  fileprivate init(_ use: RangeUse) {
    let services = use.used.flatMap { used in
      used.holders.map { holder in
        PoolsDocument.Service(
          address: used.address.description, namespace: holder.namespace, name: holder.name,
          ports: holder.ports, owner: holder.lease?.owner, dseq: holder.lease?.sequence,
          sharingKey: holder.sharingKey)
      }
    }
    self.init(
      entry: use.range.text, first: use.range.first.description,
      last: use.range.last.description, count: use.count.description, used: use.used.count,
      free: use.free.description, services: services)
  }
}

/// One pool as it is shown: who is in it and what is wrong with it.
struct PoolReport {
  var use: PoolOccupancy.Pool
  /// False where the Services could not be read.
  var isUseKnown: Bool
  var problems: [PoolProblem]
  /// Names of the advertisements that announce it; nil where they are not known.
  var announcedBy: [String]?

  var hasErrors: Bool { problems.contains { $0.severity == .error } }

  init(_ shape: PoolShape, _ snapshot: ClusterSnapshot) {
    let holders = snapshot.addressHolders
    isUseKnown = holders != nil
    let use = PoolOccupancy(pools: [shape], holders: holders ?? []).pools.first
    self.use = use ?? PoolOccupancy.Pool(shape: shape, ranges: [])
    problems = PoolEdit.problems(of: shape, snapshot)
    let objects = snapshot.pools.value
    announcedBy = objects?.pool(shape.name).map { pool in
      objects?.announcers(of: pool) ?? []
    }
    if announcedBy?.isEmpty == true {
      problems.append(
        PoolProblem(
          .error, "No L2Advertisement announces the pool: no machine answers for its addresses.",
          fix: "ip-leases apply pools"))
    }
  }
}

enum PoolsText {
  /// What the pools are: `pools show`.
  ///
  /// - Parameter old: the name of MetalLB 0.12's ConfigMap, where there is one.
  static func overview(_ reports: [PoolReport], old: String? = nil) -> String {
    if reports.isEmpty, let old {
      return "The pools are in ConfigMap \(SafeText.line(old, limit: 60)) of MetalLB 0.12: "
        + "ip-leases plan migrate\n"
    }
    if reports.isEmpty { return "There is no pool yet: ip-leases apply pools --pool RANGE\n" }
    return reports.map { report in
      ([head(report)] + report.use.ranges.map(row) + refused(report) + next(report)
        + problems(report.problems)).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Who sits where: `pools usage`.
  static func usage(_ reports: [PoolReport], _ findings: [LeaseFinding]) -> String {
    var lines: [String] = []
    for report in reports {
      lines.append(head(report))
      for range in report.use.ranges {
        lines.append(row(range))
        for used in range.used { lines += used.holders.map { seat(used.address, $0) } }
      }
      lines += next(report)
    }
    for finding in findings {
      lines += ["  attention: \(finding.message)", "    try: \(finding.advice)"]
    }
    return lines.isEmpty ? overview([]) : lines.joined(separator: "\n") + "\n"
  }

  /// What is wrong: `pools check`.
  static func verdicts(
    _ reports: [PoolReport], note: String? = nil, unseen: [String]
  ) -> String {
    var lines: [String] = [note].compactMap(\.self)
    for report in reports {
      let size = report.use.shape.size
      lines.append(
        "pool \(SafeText.line(report.use.shape.name)): \(size.text) "
          + (size.exact == 1 ? "address" : "addresses")
          + (report.problems.isEmpty ? ", nothing wrong" : ""))
      lines += problems(report.problems)
    }
    if !unseen.isEmpty { lines.append("not looked at: \(unseen.joined(separator: ", "))") }
    return lines.joined(separator: "\n") + "\n"
  }

  static func problems(_ problems: [PoolProblem]) -> [String] {
    problems.flatMap { problem in
      ["  \(problem.severity.rawValue.padded(to: 8)) \(problem.line)"]
        + [problem.fix.map { "           fix: \($0)" }].compactMap(\.self)
    }
  }

  private static func head(_ report: PoolReport) -> String {
    let shape = report.use.shape
    var parts = ["\(shape.size.text) addresses"]
    if report.isUseKnown { parts.append("\(report.use.used) in use, \(report.use.free) free") }
    if let names = report.announcedBy, !names.isEmpty {
      parts.append("announced by \(names.map { SafeText.line($0) }.joined(separator: ", "))")
    }
    if !shape.autoAssign { parts.append("autoAssign off") }
    if shape.avoidBuggyIPs { parts.append(".0 and .255 left out") }
    return "pool \(SafeText.line(shape.name)): \(parts.joined(separator: "; "))"
  }

  private static func row(_ use: RangeUse) -> String {
    let strip = use.strip(cells: 32).map { place -> Character in
      switch place {
      case .free: "."
      case .used: "#"
      case .partlyUsed: "+"
      case .avoided: "x"
      }
    }
    let counts =
      "\(use.count.description.leftPadded(to: 6)) \(String(use.used.count).leftPadded(to: 5)) used "
      + "\(use.free.description.leftPadded(to: 6)) free"
    return "  \(SafeText.line(use.range.text, limit: 60).padded(to: 32)) \(counts)  "
      + String(strip)
  }

  private static func refused(_ report: PoolReport) -> [String] {
    report.use.shape.entries.filter { (try? AddressRange(parsing: $0)) == nil }.map {
      "  \(SafeText.line($0, limit: 60).padded(to: 32)) no range"
    }
  }

  private static func next(_ report: PoolReport) -> [String] {
    let next = report.isUseKnown ? report.use.nextFree(3) : []
    return next.isEmpty
      ? [] : ["  next free: \(next.map(\.description).joined(separator: ", "))"]
  }

  private static func seat(_ address: IPAddress, _ holder: AddressHolder) -> String {
    let ports = holder.ports.map { SafeText.line($0, limit: 20) }.joined(separator: ",")
    return "    \(address.description.padded(to: 16)) \(ports.padded(to: 12)) \(holder.words)"
  }
}
