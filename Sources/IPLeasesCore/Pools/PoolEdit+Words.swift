import Basics
import Cluster
import Execution

/// What a plan says to people.
extension PoolEdit {
  static func refusal(_ problems: [PoolProblem], _ name: String) -> UserMessage? {
    let errors = problems.filter { $0.severity == .error }
    guard let first = errors.first else { return nil }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    return UserMessage(
      "The pool \(SafeText.line(name, limit: 80)) would not be right: \(first.line)\(more)",
      advice: first.fix)
  }

  static func stuck(_ moves: PoolMoves, _ snapshot: ClusterSnapshot) -> UserMessage {
    let version = snapshot.metallbInstallation?.version?.description ?? "of unknown version"
    let who = moves.blocking.prefix(10).map { "\($0.words) (\(addresses($0)))" }
    let more = moves.blocking.count > 10 ? " and \(moves.blocking.count - 10) more" : ""
    return UserMessage(
      "MetalLB \(version) would not take this edit, and none after it: it "
        + "refuses a whole configuration while a Service holds an address outside of it.",
      reason: "in the way: " + who.joined(separator: "; ") + more,
      advice: "Keep their addresses in the pool until the leases end. At its next start the "
        + "controller would take the edit and move them.")
  }

  static func touches(_ moves: PoolMoves, _ new: PoolShape) -> [String] {
    moves.moved.map { holder in
      let ports = holder.ports.map { SafeText.line($0, limit: 20) }.joined(separator: ", ")
      return "\(holder.words) loses \(addresses(holder))"
        + (ports.isEmpty ? "" : " (port \(ports))")
    }
  }

  static func addresses(_ holder: AddressHolder) -> String {
    holder.addresses.map(\.description).joined(separator: ", ")
  }

  static func moveNotes(_ moves: PoolMoves, _ snapshot: ClusterSnapshot) -> [Note] {
    guard !moves.moved.isEmpty else { return [] }
    let version = snapshot.metallbInstallation?.version?.description ?? "of unknown version"
    var notes = [
      Note(
        "MetalLB \(version) takes these addresses away at once and gives others: "
          + "\(moves.needed) needed, \(moves.free) free. Tenants' DNS names and clients do not follow."
      )
    ]
    if moves.hasTooFew {
      notes.append(
        .warning(
          "there are too few free addresses; some of these Services end up without one, and "
            + "the provider may stop bidding."))
    }
    return notes
  }

  static func notes(
    _ change: PoolChange, _ moves: PoolMoves, _ problems: [PoolProblem],
    _ snapshot: ClusterSnapshot
  ) -> [Note] {
    var notes = moveNotes(moves, snapshot)
    notes += problems.map { $0.note($0.line) }
    let isCountedByAkash = change.old != change.new && change.new.name == ConsoleSettings.poolName
    if isCountedByAkash, !isCounted(snapshot) {
      notes.append(
        Note(
          "MetalLB's own count cannot be read (Service controller in "
            + "\(ConsoleSettings.metallbNamespace)), so it is not waited for."))
    }
    if isCountedByAkash, change.old.size != change.new.size {
      notes.append(
        Note(
          "The IP operator counts again within 10 minutes, at a lease event or at its start, not at "
            + "the edit; until then the provider offers the old number."))
    }
    return notes
  }

  /// How many addresses the pool has after an edit, by each that counts them; nil: it does not tell.
  package static func counts(pool: String?, metallb: String?, ipOperator: String?) -> String {
    var parts = ["the pool has \(pool ?? "?") addresses"]
    if let metallb { parts.append("MetalLB counts \(metallb)") }
    if let ipOperator {
      let isLate = metallb != nil && ipOperator != metallb
      parts.append(
        "the IP operator \(ipOperator)"
          + (isLate ? " (it counts again within 10 minutes, or when its pod restarts)" : ""))
    }
    return parts.joined(separator: ", ")
  }

  /// What a Service may feel of a change of from where it is announced: its address stays.
  static func reachTouches(_ change: PoolChange, _ snapshot: ClusterSnapshot) -> [String] {
    guard let objects = snapshot.pools.value, let holders = snapshot.addressHolders else {
      return []
    }
    return change.announcements.filter(\.changesReach).flatMap { announcement in
      let advertisement = objects.advertisements.first {
        $0.metadata.name == announcement.advertisement
      }
      let announced = objects.pools.filter { advertisement?.covers(pool: $0) ?? false }
        .map(PoolShape.init)
      let feels =
        announcement.namesInterfaces
        ? "nobody answers for it where no chosen node has the interface"
        : "another node may have to answer for it, some seconds pass till then"
      return holders.filter { holder in
        holder.addresses.contains { address in announced.contains { $0.contains(address) } }
      }.map { "\($0.words) keeps \(addresses($0)), but \(feels)" }
    }
  }

  /// nil unless the change leaves addresses that nobody would announce.
  static func silence(_ change: PoolChange, _ snapshot: ClusterSnapshot) -> UserMessage? {
    guard !change.announcements.isEmpty, let objects = snapshot.pools.value,
      let pool = objects.pool(change.new.name)
    else { return nil }
    var after = objects
    for changed in change.announcements { changed.apply(to: &after.advertisements) }
    if !after.announcers(of: pool).isEmpty { return nil }
    let count = (snapshot.addressHolders ?? []).count {
      $0.addresses.contains(where: change.new.contains)
    }
    guard count > 0 || pool.metadata.name == ConsoleSettings.poolName else { return nil }
    return UserMessage(
      "No L2Advertisement would announce the pool: no machine would answer for its addresses"
        + (count > 0 ? ", \(count) of which are in use." : "."),
      advice: "Let another advertisement name the pool first.")
  }
}
