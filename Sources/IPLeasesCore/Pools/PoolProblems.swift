import Addresses
import Basics
import Cluster

/// What MetalLB would refuse in a pool, and what it would take although it hurts.
package enum PoolProblems {
  /// Errors first, each group in the order of the rules and of the entries.
  package static func find(
    in entries: [PoolEntry], context: PoolContext = PoolContext()
  ) -> [PoolProblem] {
    var problems: [PoolProblem] = []
    var ranges: [AddressRange] = []
    for entry in entries {
      if let range = entry.range { ranges.append(range) }
      if let refusal = entry.refusal {
        problems.append(
          PoolProblem(
            .error, entry: entry.text, "\(refusal.reason.upperFirst).",
            fix: refusal.fix.map { Advice($0) }))
      }
    }
    if entries.isEmpty {
      problems.append(
        PoolProblem(
          .error, "The pool has no addresses, and MetalLB refuses such a pool.",
          fix: "give at least one range, for example 194.28.98.216/29"))
    }
    let rules: [[PoolProblem]] = [
      overlaps(ranges), overlapsWithOtherPools(ranges, context), nodes(ranges, context),
      settings(context), gateways(ranges, context), used(ranges, context),
      networks(ranges, context), hostBits(ranges), special(ranges, context), ipv6(ranges, context),
      counting(ranges, context), edges(ranges, context),
    ]
    problems += rules.flatMap(shortened)
    return problems.filter { $0.severity == .error }
      + problems.filter { $0.severity == .warning }
  }

  /// Rules that find the same in very many entries name the first of them and the number.
  static let mostOfOneKind = 50

  private static func shortened(_ problems: [PoolProblem]) -> [PoolProblem] {
    guard problems.count > mostOfOneKind + 1, let first = problems.first else { return problems }
    let rest = problems.count - mostOfOneKind
    return problems.prefix(mostOfOneKind) + [
      PoolProblem(first.severity, "The same holds for \(rest) more.", fix: first.fix)
    ]
  }

  /// The same before the work: what would not be shown is only counted.
  private static func limited<Item>(
    _ items: [Item], _ problem: (Item) -> PoolProblem
  ) -> [PoolProblem] {
    let shown = items.prefix(mostOfOneKind).map(problem)
    guard items.count > mostOfOneKind, let first = shown.first else { return shown }
    return shown + [
      PoolProblem(
        first.severity, "The same holds for \(items.count - mostOfOneKind) more.", fix: first.fix)
    ]
  }

  // MARK: Errors

  private static func overlaps(_ ranges: [AddressRange]) -> [PoolProblem] {
    limited(AddressSet.overlaps(in: ranges.map(\.interval))) { overlap in
      let later = ranges[overlap.later]
      let earlier = ranges[overlap.earlier]
      if later.interval == earlier.interval {
        let how =
          later.text == earlier.text
          ? "stands twice in the pool" : "is the same as \(shown(earlier))"
        return PoolProblem(
          .error, entry: later.text, "\(shown(later)) \(how); MetalLB refuses that.",
          fix: "remove one of the two")
      }
      let fix: Advice
      if later.interval.contains(earlier.interval) {
        fix = "remove \(shown(earlier)), it is part of the other"
      } else if earlier.interval.contains(later.interval) {
        fix = "remove \(shown(later)), it is part of the other"
      } else {
        let both = AddressSet([later.interval, earlier.interval]).intervals.map(\.entry)
        fix = "write \(both.joined(separator: " and ")) instead of the two"
      }
      return PoolProblem(
        .error, entry: later.text,
        "\(shown(later)) overlaps \(shown(earlier)); MetalLB refuses that.", fix: fix)
    }
  }

  private static func overlapsWithOtherPools(
    _ ranges: [AddressRange], _ context: PoolContext
  ) -> [PoolProblem] {
    var problems: [PoolProblem] = []
    for pool in context.otherPools ?? [] {
      for range in ranges where pool.addresses.overlaps(range.interval) {
        let other = pool.entries.ranges.first { $0.interval.overlaps(range.interval) }
        let left = pool.addresses.gaps(in: range.interval, most: 8)?.map(\.entry)
        problems.append(
          PoolProblem(
            .error, entry: range.text,
            "\(shown(range)) overlaps \(other.map(shown) ?? "a range") of pool"
              + " \(SafeText.line(pool.name, limit: 80)); MetalLB refuses that.",
            fix: left.map { left in
              left.isEmpty
                ? "remove it here or there" : "write \(left.joined(separator: " and ")) here"
            } ?? "leave out what the other pool has"))
      }
    }
    return problems
  }

  private static func nodes(_ ranges: [AddressRange], _ context: PoolContext) -> [PoolProblem] {
    holding(context.nodes, in: ranges).map { known, range in
      PoolProblem(
        .error, entry: range.text,
        "\(shown(range)) holds \(known.address), the address of \(owner(known)). Once it is"
          + " leased, two machines answer for it and the node drops off the network.",
        fix: without(known.address, range))
    }
  }

  // MARK: Around the addresses

  static func settings(_ context: PoolContext) -> [PoolProblem] {
    var problems = context.isForTenants ? handingOut(context) : handingOutElsewhere(context)
    if context.avoidBuggyIPs, let version = context.metallb,
      version >= Version(0, 13, 0), version < Version(0, 13, 4)
    {
      problems.append(
        PoolProblem(
          .warning, "MetalLB \(version) does not know avoidBuggyIPs and ignores it.",
          fix: "update MetalLB to 0.14.8, or leave out .0 and .255 by writing ranges"))
    }
    return problems
  }

  private static func handingOut(_ context: PoolContext) -> [PoolProblem] {
    let others = (context.otherPools ?? []).filter(\.autoAssign).map { pool in
      PoolProblem(
        .warning,
        "Pool \(SafeText.line(pool.name, limit: 80)) is auto-assigned as well: MetalLB takes a"
          + " pool at random, and Akash counts the addresses of one only.",
        fix: "set autoAssign of the other pool to false")
    }
    if context.autoAssign { return others }
    return [
      PoolProblem(
        .error,
        "autoAssign is off: Akash asks for an address without naming the pool, so no lease would"
          + " ever get one of these.", fix: "set autoAssign to true")
    ] + others
  }

  /// Of a pool that is not the tenants'.
  private static func handingOutElsewhere(_ context: PoolContext) -> [PoolProblem] {
    guard context.autoAssign else { return [] }
    return [
      PoolProblem(
        .warning,
        "autoAssign is on: a lease may get one of these addresses, and Akash counts pool"
          + " \(ConsoleSettings.poolName) only.",
        fix: "set autoAssign to false; Services that want this pool name it")
    ]
  }

  private static func gateways(
    _ ranges: [AddressRange], _ context: PoolContext
  ) -> [PoolProblem] {
    holding(context.gateways, in: ranges).map { known, range in
      PoolProblem(
        .warning, entry: range.text,
        "\(shown(range)) holds \(known.address), \(owner(known)). Leased to a tenant, it cuts the"
          + " nodes off from the Internet.", fix: without(known.address, range))
    }
  }

  private static func used(_ ranges: [AddressRange], _ context: PoolContext) -> [PoolProblem] {
    holding(context.used, in: ranges).map { known, range in
      PoolProblem(
        .warning, entry: range.text,
        "\(shown(range)) holds \(known.address), which \(owner(known)) uses already; two answers"
          + " for one address break both.", fix: without(known.address, range))
    }
  }

  private static func networks(
    _ ranges: [AddressRange], _ context: PoolContext
  ) -> [PoolProblem] {
    let kinds = [("service", context.serviceNetworks), ("pod", context.podNetworks)]
    return kinds.flatMap { kind, networks in
      (networks ?? []).flatMap { network in
        ranges.filter { $0.interval.overlaps(network.interval) }.map { range in
          PoolProblem(
            .warning, entry: range.text,
            "\(shown(range)) reaches into the cluster's \(kind) network \(network): packets for a"
              + " lease there would be taken for the cluster's own.",
            fix: "use addresses outside \(network)")
        }
      }
    }
  }

  private static func hostBits(_ ranges: [AddressRange]) -> [PoolProblem] {
    ranges.filter(\.hasHostBits).map { range in
      let whole = range.interval.entry
      let start = range.text.split(separator: "/").first.map(String.init) ?? ""
      return PoolProblem(
        .warning, entry: range.text,
        "\(shown(range)) does not begin at a block's border: MetalLB widens it to \(whole),"
          + " \(range.count) addresses from \(range.first) to \(range.last), and you may not own"
          + " all of them.",
        fix: "write \(whole) if all are yours, or \(start)-\(range.last) to begin at \(start)")
    }
  }

  private static func special(
    _ ranges: [AddressRange], _ context: PoolContext
  ) -> [PoolProblem] {
    // Only tenants need what the Internet routes.
    let kinds = SpecialNetwork.all.filter { context.isForTenants || !$0.isUsedInside }
    return kinds.flatMap { kind in
      ranges.filter { kind.overlaps($0.interval) }.map { range in
        PoolProblem(
          .warning, entry: range.text,
          "\(shown(range)) holds \(kind.name) addresses: \(kind.why).",
          fix: "use addresses your provider routes to you")
      }
    }
  }

  private static func ipv6(
    _ ranges: [AddressRange], _ context: PoolContext
  ) -> [PoolProblem] {
    guard context.isForTenants, let first = ranges.first(where: { $0.family == .v6 }) else {
      return []
    }
    return [
      PoolProblem(
        .warning, entry: first.text,
        "The pool has IPv6 addresses: Akash counts them as free, yet its leases get IPv4 only, so"
          + " the provider bids for addresses it does not have.",
        fix: "keep the pool IPv4 only")
    ]
  }

  private static func counting(
    _ ranges: [AddressRange], _ context: PoolContext
  ) -> [PoolProblem] {
    var problems: [PoolProblem] = []
    if context.avoidBuggyIPs {
      problems = ranges.filter {
        $0.family == .v4 && $0.count == 1 && PoolSize.isBuggy($0.first.value)
      }.map { range in
        PoolProblem(
          .warning, entry: range.text,
          "avoidBuggyIPs leaves \(range.first) out, and MetalLB then counts this entry as -1"
            + " address.", fix: "remove the entry, or set avoidBuggyIPs to false")
      }
    }
    let size = PoolSize(of: ranges, avoidBuggyIPs: context.avoidBuggyIPs)
    let isDisjoint = AddressSet.overlaps(in: ranges.map(\.interval)).isEmpty
    if isDisjoint, size.exact.int != size.metallb {
      problems.append(
        PoolProblem(
          .warning,
          "The pool has \(size.text) address\(size.exact == 1 ? "" : "es"), but MetalLB counts"
            + " \(size.metallb)"
            + (context.isForTenants ? ", and that is what Akash offers." : "."),
          fix: context.avoidBuggyIPs
            ? "nothing to do if .0 and .255 are meant to be left out"
            : "keep the pool small and IPv4 only"))
    }
    return problems
  }

  private static func edges(_ ranges: [AddressRange], _ context: PoolContext) -> [PoolProblem] {
    guard !context.avoidBuggyIPs,
      let block = ranges.first(where: { range in
        guard case .block(let length, let width, _) = range.form else { return false }
        return range.family == .v4 && width - length >= 8
      })
    else { return [] }
    return [
      PoolProblem(
        .warning, entry: block.text,
        "MetalLB hands out \(block.first) and \(block.last) too, the first and last address of"
          + " the block. Where it is a subnet of its own, these two do not work.",
        fix: "nothing to do if the block is routed to you; else leave the two out")
    ]
  }

  // MARK: Shared

  private static func holding(
    _ known: [PoolContext.KnownAddress]?, in ranges: [AddressRange]
  ) -> [(PoolContext.KnownAddress, AddressRange)] {
    guard let known, !known.isEmpty else { return [] }
    let all = AddressSet(ranges)
    return known.filter { all.contains($0.address) }.compactMap { address in
      ranges.first { $0.interval.contains(address.address) }.map { (address, $0) }
    }
  }

  private static func without(_ address: IPAddress, _ range: AddressRange) -> Advice {
    let left = AddressSet([range.interval]).subtracting(AddressSet([AddressInterval(address)]))
    if left.isEmpty { return "remove the entry" }
    return "write \(left.intervals.map(\.entry).joined(separator: " and ")) instead"
  }

  private static func shown(_ range: AddressRange) -> String {
    SafeText.line(range.text, limit: 100)
  }

  private static func owner(_ known: PoolContext.KnownAddress) -> String {
    SafeText.line(known.owner, limit: 100)
  }
}
