import Addresses

/// What a draft makes of a pool and of those who sit in it.
extension PoolDraft {
  /// The pool as it is to be.
  package func shape(over live: LivePool) -> PoolShape {
    PoolShape(
      name: live.name, entries: entries(over: live.entries),
      autoAssign: options.autoAssign ?? live.context.autoAssign,
      avoidBuggyIPs: avoidsBuggyIPs(over: live))
  }

  /// The same as a plan is asked for.
  package func wish(over live: LivePool) -> PoolWish {
    PoolWish(name: live.name, ranges: .whole(entries(over: live.entries)), options: options)
  }

  package func avoidsBuggyIPs(over live: LivePool) -> Bool {
    options.avoidBuggyIPs ?? live.context.avoidBuggyIPs
  }

  /// The addresses the pool is to have. At the cost of the draft, not of the pool, while no two of
  /// its ranges overlap.
  package func addresses(over live: LivePool) -> AddressSet {
    guard changesRanges else { return live.addresses }
    guard live.isDisjoint else { return AddressSet(entries(over: live.entries).ranges) }
    let leaving = Set(removed + edited.map(\.old)).ranges
    let coming = newRows.map(\.entry).ranges
    return live.addresses.subtracting(AddressSet(leaving)).union(AddressSet(coming))
  }

  /// Those who lose their address by it: it leaves the pool, or is not handed out any more.
  package func moving(over live: LivePool) -> [PoolSeat] {
    let isAvoiding = avoidsBuggyIPs(over: live) && !live.context.avoidBuggyIPs
    guard changesRanges || isAvoiding else { return [] }
    let leaving = live.used.subtracting(addresses(over: live))
    if leaving.isEmpty && !isAvoiding { return [] }
    return live.seats.filter { seat in
      leaving.contains(seat.address) || (isAvoiding && seat.address.isBuggy)
    }
  }

  /// What is free once it is applied: who must move takes an address too; nil where they do not all
  /// find one.
  package func free(over live: LivePool) -> AddressCount? {
    let usable = addresses(over: live)
      .usableCount(avoidingBuggyIPs: avoidsBuggyIPs(over: live))
    return usable < live.used.count ? nil : usable - live.used.count
  }

  /// Adds what a file brings; entries that stand there already are left out.
  ///
  /// - Returns: how many entries are new.
  package mutating func take(_ imported: ImportedPool, over live: LivePool) -> Int {
    let known = Set(entries(over: live.entries))
    let new = imported.entries.filter { !known.contains($0) }
    let options = PoolOptions(
      autoAssign: imported.autoAssign, avoidBuggyIPs: imported.avoidBuggyIPs
    ).missing(in: live)
    write(new, with: live.exists ? options : PoolOptions())
    return new.count
  }
}
