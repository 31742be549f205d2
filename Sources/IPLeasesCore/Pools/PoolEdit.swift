import Foundation

/// A change of what a pool holds, made as a JSON patch of just the fields that change: whatever else
/// the object has, known or not, stays byte for byte.
package enum PoolEdit {
  /// The facts `plan` looks at.
  package static let needs: Set<FactName> = [
    .pools, .cluster, .metallb, .releases, .metallbMetrics,
  ]

  private static let kind = "ipaddresspools.metallb.io"
  private static let namespace = ConsoleSettings.metallbNamespace
  /// MetalLB takes an edit up within a second or two; what takes longer has gone wrong.
  private static let patience = Duration.seconds(60)

  /// The plan that gives the pool these entries. Flags that are nil stay as they are.
  ///
  /// - Throws: what is wrong with the entries, what could not be read, or that MetalLB would not
  ///   take the edit.
  package static func plan(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, entries: [String],
    autoAssign: Bool? = nil, avoidBuggyIPs: Bool? = nil,
    pool name: String = ConsoleSettings.poolName
  ) throws(UserMessage) -> Plan {
    let change = try Change(
      snapshot, name, entries: entries, autoAssign: autoAssign, avoidBuggyIPs: avoidBuggyIPs)
    if change.old == change.new { return Plan(id: StepID.pools.rawValue, title: change.title) }
    let problems = problems(of: change.new, snapshot)
    if let refusal = refusal(problems, name) { throw refusal }
    let moves = try moves(from: change.old, to: change.new, snapshot)
    if moves.isStuck { throw stuck(moves, snapshot) }
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(id: StepID.pools.rawValue, title: change.title)
    plan.undoID = change.undoID
    plan.actions =
      [.command(change.command(kubectl))] + waits(for: change.new, kubectl, snapshot)
    plan.undo =
      [.command(change.reversed.command(kubectl))] + waits(for: change.old, kubectl, snapshot)
    plan.touches = touches(moves, change.new)
    plan.touchedServices = moves.moved.count
    if !moves.moved.isEmpty {
      plan.cannotUndo = "a Service that moved does not get its old address back by itself"
    }
    plan.notes = notes(change, moves, problems, snapshot, settings)
    plan.diff = change.diff
    return plan
  }

  /// What is wrong with a pool in this cluster.
  package static func problems(
    of shape: PoolShape, _ snapshot: ClusterSnapshot
  ) -> [PoolProblem] {
    var context = snapshot.poolContext(for: shape.name)
    context.autoAssign = shape.autoAssign
    context.avoidBuggyIPs = shape.avoidBuggyIPs
    return PoolProblems.find(in: shape.entries, context: context)
  }

  /// Who loses or changes an address by a pool taking another shape.
  ///
  /// - Throws: where the Services or the pools could not be read.
  package static func moves(
    from old: PoolShape, to new: PoolShape, _ snapshot: ClusterSnapshot
  ) throws(UserMessage) -> PoolMoves {
    guard let holders = snapshot.addressHolders else {
      throw snapshot.cluster.problem ?? UserMessage("The Services were not read.")
    }
    let others = snapshot.poolShapes?.filter { $0.name != new.name } ?? []
    return PoolMoves(
      from: others + [old], to: others + [new], holders: holders,
      metallb: snapshot.metallbInstallation?.version)
  }

  /// The change asked of the server without being made: its own verdict on any entries.
  package static func trial(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, entries: [String],
    pool name: String = ConsoleSettings.poolName
  ) throws(UserMessage) -> Plan {
    let change = try Change(snapshot, name, entries: entries, autoAssign: nil, avoidBuggyIPs: nil)
    return Plan(
      id: StepID.pools.rawValue, title: "Try the ranges on the server",
      actions: [.command(change.command(Kubectl(settings.connection)))])
  }

  // MARK: The way back

  private static let undoPrefix = "pools-edit-"

  package static func isEdit(_ record: UndoRecord) -> Bool { record.id.hasPrefix(undoPrefix) }

  /// The way back from the edit the pool shows now; each one leads to the edit before it. nil where
  /// no edit made here is in force.
  ///
  /// - Throws: where the pool is as no edit found or left it.
  package static func rollback(
    _ records: [UndoRecord], _ snapshot: ClusterSnapshot
  ) throws(UserMessage) -> Plan? {
    let edits = records.filter(isEdit)
    if edits.isEmpty { return nil }
    if let problem = snapshot.pools.problem { throw problem }
    let fitting = edits.compactMap { record in
      Change(undoing: record, snapshot).map { (record: record, change: $0) }
    }
    guard let latest = fitting.max(by: { isOlder($0.record, $1.record) }) else {
      // One that the server refused, or that was taken back by hand, left the pool as it was before.
      if edits.contains(where: { isNotInForce($0, snapshot) }) { return nil }
      throw UserMessage(
        "The pool is not as the last edit made here left it; nothing was taken back.",
        reason: "someone else has changed it since",
        advice: "See ip-leases pools show, and change it by ip-leases pools plan.")
    }
    let moves = try moves(from: latest.change.old, to: latest.change.new, snapshot)
    if moves.isStuck { throw stuck(moves, snapshot) }
    return Plan(
      id: StepID.pools.rawValue, title: "Take back: \(latest.record.title)",
      actions: latest.record.actions, touches: touches(moves, latest.change.new),
      touchedServices: moves.moved.count,
      notes: ["Saved before the change of \(latest.record.time.formatted(.iso8601))."]
        + [latest.record.cannotUndo.map { "Does not come back: \($0)" }].compactMap(\.self)
        + moveNotes(moves, snapshot),
      diff: latest.change.diff, undoID: latest.record.id)
  }

  /// Records carry whole seconds; within one, the object's version tells the order.
  private static func isOlder(_ left: UndoRecord, _ right: UndoRecord) -> Bool {
    func version(_ record: UndoRecord) -> Int {
      Int(record.id.dropFirst(undoPrefix.count).prefix { $0 != "-" }) ?? 0
    }
    return (left.time, version(left)) < (right.time, version(right))
  }

  private static func isNotInForce(_ record: UndoRecord, _ snapshot: ClusterSnapshot) -> Bool {
    guard let patch = Patch(record) else { return false }
    return snapshot.pools.value?.pool(patch.pool)?.spec.addresses == patch.entries
  }

  /// What a saved way back expects and writes.
  private struct Patch {
    var pool: String
    var expected: [String]
    var entries: [String]
    var autoAssign: Bool?
    var avoidBuggyIPs: Bool?

    init?(_ record: UndoRecord) {
      guard case .command(let command) = record.actions.first,
        let verb = command.arguments.firstIndex(of: "patch"), verb + 2 < command.arguments.count,
        let bytes = command.standardInput?.utf8,
        let list = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]]
      else { return nil }
      func value(_ operation: String, _ path: String) -> Any? {
        list.first { $0["op"] as? String == operation && $0["path"] as? String == path }?["value"]
      }
      guard let expected = value("test", "/spec/addresses") as? [String],
        let entries = value("replace", "/spec/addresses") as? [String]
      else { return nil }
      pool = command.arguments[verb + 2]
      self.expected = expected
      self.entries = entries
      autoAssign = value("add", "/spec/autoAssign") as? Bool
      avoidBuggyIPs = value("add", "/spec/avoidBuggyIPs") as? Bool
    }
  }

  // MARK: One change

  private struct Change {
    var old: PoolShape
    var new: PoolShape
    /// nil for a way back, which is guarded by the addresses alone.
    var resourceVersion: String?

    init(
      _ snapshot: ClusterSnapshot, _ name: String, entries: [String], autoAssign: Bool?,
      avoidBuggyIPs: Bool?
    ) throws(UserMessage) {
      if let problem = snapshot.pools.problem { throw problem }
      guard let live = snapshot.pools.value?.pool(name) else {
        throw UserMessage(
          "There is no pool \(SafeText.line(name, limit: 80)) in the cluster yet.",
          advice: "Make it first: ip-leases apply pools --pool RANGE.")
      }
      old = PoolShape(live)
      new = old
      new.entries = entries
      if let autoAssign { new.autoAssign = autoAssign }
      if let avoidBuggyIPs { new.avoidBuggyIPs = avoidBuggyIPs }
      resourceVersion = live.metadata.resourceVersion
    }

    /// nil where the pool is not as the record's edit left it.
    init?(undoing record: UndoRecord, _ snapshot: ClusterSnapshot) {
      guard let patch = Patch(record), let live = snapshot.pools.value?.pool(patch.pool),
        live.spec.addresses == patch.expected
      else { return nil }
      old = PoolShape(live)
      new = old
      new.entries = patch.entries
      new.autoAssign = patch.autoAssign ?? old.autoAssign
      new.avoidBuggyIPs = patch.avoidBuggyIPs ?? old.avoidBuggyIPs
    }

    var reversed: Change {
      var change = self
      (change.old, change.new, change.resourceVersion) = (new, old, nil)
      return change
    }

    func command(_ kubectl: Kubectl) -> Command {
      var operations: [JSONPatch.Operation] = []
      if let resourceVersion {
        operations.append(.test(path: "/metadata/resourceVersion", resourceVersion))
      }
      operations += [
        .test(path: "/spec/addresses", old.entries),
        .replace(path: "/spec/addresses", new.entries),
      ]
      // In a patch, `add` sets a field whether or not it is there.
      if old.autoAssign != new.autoAssign {
        operations.append(.add(path: "/spec/autoAssign", new.autoAssign))
      }
      if old.avoidBuggyIPs != new.avoidBuggyIPs {
        operations.append(.add(path: "/spec/avoidBuggyIPs", new.avoidBuggyIPs))
      }
      return kubectl.patch(
        PoolEdit.kind, new.name, namespace: PoolEdit.namespace,
        operations: JSONPatch.text(operations), purpose: "change the pool \(new.name)")
    }

    var title: String {
      let counts = (old.size.text, new.size.text)
      return counts.0 == counts.1
        ? "Change the pool \(new.name): \(counts.0) addresses as before"
        : "Change the pool \(new.name): \(counts.0) addresses become \(counts.1)"
    }

    var diff: String {
      UnifiedDiff.make(old: old.specText, new: new.specText, name: "ipaddresspool/\(new.name)")
    }

    /// One for each edit, so that each has its own way back. Edits of one version of the object that
    /// lead to the same entries are the same edit.
    var undoID: String {
      // FNV-1a, 64 bits: a name, no proof.
      var digest: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in new.specText.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return PoolEdit.undoPrefix + "\(resourceVersion ?? "0")-\(String(digest, radix: 16))"
    }
  }

  // MARK: Waits

  private static func waits(
    for shape: PoolShape, _ kubectl: Kubectl, _ snapshot: ClusterSnapshot
  ) -> [Action] {
    let list = (try? JSONEncoder.plain.encode(shape.entries)) ?? Data()
    var actions: [Action] = [
      .wait(
        Wait(
          until: "the pool reads back as written",
          probe: kubectl.field(
            ".spec.addresses", of: kind, shape.name, namespace: namespace,
            purpose: "read the pool back"),
          passes: .prints(String(decoding: list, as: UTF8.self)), limit: .seconds(15)))
    ]
    guard isCounted(snapshot), shape.name == ConsoleSettings.poolName else { return actions }
    actions.append(
      .wait(
        Wait(
          until: "MetalLB counts \(shape.size.metallb) addresses",
          probe: kubectl.raw(
            ClusterReader.proxyPath("controller:monitoring", namespace, "metrics"),
            purpose: "read MetalLB's metrics"),
          passes: .sample(
            series: "metallb_allocator_addresses_total{pool=\"\(shape.name)\"}",
            equals: shape.size.metallb), limit: patience)))
    return actions
  }

  private static func isCounted(_ snapshot: ClusterSnapshot) -> Bool {
    snapshot.metallbMetrics.value?.total != nil
  }

  // MARK: Words

  private static func refusal(_ problems: [PoolProblem], _ name: String) -> UserMessage? {
    let errors = problems.filter { $0.severity == .error }
    guard let first = errors.first else { return nil }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    return UserMessage(
      "The pool \(SafeText.line(name, limit: 80)) would not be right: \(first.line)\(more)",
      advice: first.fix)
  }

  private static func stuck(_ moves: PoolMoves, _ snapshot: ClusterSnapshot) -> UserMessage {
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

  private static func touches(_ moves: PoolMoves, _ new: PoolShape) -> [String] {
    moves.moved.map { holder in
      let ports = holder.ports.map { SafeText.line($0, limit: 20) }.joined(separator: ", ")
      return "\(holder.words) loses \(addresses(holder))"
        + (ports.isEmpty ? "" : " (port \(ports))")
    }
  }

  private static func addresses(_ holder: AddressHolder) -> String {
    holder.addresses.map(\.description).joined(separator: ", ")
  }

  private static func moveNotes(_ moves: PoolMoves, _ snapshot: ClusterSnapshot) -> [String] {
    guard !moves.moved.isEmpty else { return [] }
    let version = snapshot.metallbInstallation?.version?.description ?? "of unknown version"
    var notes = [
      "MetalLB \(version) takes these addresses away at once and gives others: "
        + "\(moves.needed) needed, \(moves.free) free. Tenants' DNS names and clients do not follow."
    ]
    if moves.hasTooFew {
      notes.append(
        "warning: there are too few free addresses; some of these Services end up without one, and "
          + "the provider may stop bidding.")
    }
    return notes
  }

  private static func notes(
    _ change: Change, _ moves: PoolMoves, _ problems: [PoolProblem],
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) -> [String] {
    var notes = moveNotes(moves, snapshot)
    notes += problems.map { problem in
      "\(problem.severity.rawValue): \(problem.line)"
    }
    if !isCounted(snapshot) {
      notes.append(
        "MetalLB's own count cannot be read (Service controller in \(namespace)), so it is not "
          + "waited for.")
    }
    notes.append(
      "The IP operator counts again within 10 minutes, at a lease event or at its start, not at the "
        + "edit; until then the provider offers the old number.")
    if isByKubespray(snapshot, settings) {
      notes.append(
        "MetalLB came by Kubespray: change the inventory too (ip-leases pools export -o kubespray "
          + "prints the variables), or the next playbook run brings the old ranges back.")
    }
    return notes
  }

  /// A MetalLB that no Helm release stands for.
  private static func isByKubespray(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) -> Bool {
    snapshot.way(settings) == .kubespray
  }
}

extension PoolShape {
  /// The part of the object that an edit may change, as YAML.
  fileprivate var specText: String {
    "spec:\n  addresses:\n" + entries.map { "  - \(SafeText.line($0))\n" }.joined()
      + "  autoAssign: \(autoAssign)\n  avoidBuggyIPs: \(avoidBuggyIPs)\n"
  }
}

extension JSONEncoder {
  /// As other tools write JSON: slashes stay slashes.
  fileprivate static var plain: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return encoder
  }
}
