import Addresses
import Basics
import Cluster
import Execution
import Foundation

/// A change of what a pool holds, made as a JSON patch of just the fields that change: whatever else
/// the object has, known or not, stays byte for byte.
package enum PoolEdit {
  /// What an edit belongs to.
  package static let step = StepID.pools

  /// The facts `plan` looks at.
  package static let needs: Set<FactName> = [
    .pools, .cluster, .metallb, .releases, .metallbMetrics, .kubeProxy, .inventory,
  ]

  private static let namespace = ConsoleSettings.metallbNamespace
  /// MetalLB takes an edit up within a second or two; what takes longer has gone wrong.
  private static let patience = Duration.seconds(60)

  /// The plan that gives the pool these entries and options.
  ///
  /// - Parameter inventory: where MetalLB came by Kubespray: its variables follow.
  /// - Throws: what is wrong with them, what could not be read, or that MetalLB would not take the
  ///   edit.
  package static func plan(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, entries: [PoolEntry],
    options: PoolOptions = PoolOptions(), pool name: String = ConsoleSettings.poolName,
    inventory: KubesprayInventory? = nil
  ) throws(UserMessage) -> Plan {
    let change = try PoolChange(snapshot, name, entries: entries, options)
    let kubespray = KubesprayPart(change, snapshot, settings, inventory)
    if change.isEmpty { return kubespray.planAlone(change) }
    let problems =
      (change.old == change.new ? [] : problems(of: change.new, snapshot))
      + reachProblems(options, pool: name, snapshot)
    if let refusal = refusal(problems, name) { throw refusal }
    if let refusal = silence(change, snapshot) { throw refusal }
    let moves = try moves(from: change.old, to: change.new, snapshot)
    if moves.isStuck { throw stuck(moves, snapshot) }
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(id: step.rawValue, title: change.title)
    plan.undoID = change.undoID
    // The files go first: cut off between the two, the pool still differs and the plan is made again.
    plan.actions = kubespray.files.map(Action.file) + actions(change, kubectl, snapshot)
    plan.undo =
      kubespray.files.map { .file($0.reversed) } + actions(change.reversed, kubectl, snapshot)
    plan.touches = touches(moves, change.new) + reachTouches(change, snapshot)
    plan.touchedServices = moves.moved.count
    plan.moved = moves.moved.map(MovedService.init)
    if !moves.moved.isEmpty {
      plan.cannotUndo = "a Service that moved does not get its old address back by itself"
    }
    plan.notes = notes(change, moves, problems, snapshot) + kubespray.notes
    plan.diff = change.diff
    return plan.waiting(atMost: settings.waitLimit)
  }

  private static func actions(
    _ change: PoolChange, _ kubectl: Kubectl, _ snapshot: ClusterSnapshot
  ) -> [Action] {
    change.commands(kubectl).map(Action.command) + waits(for: change, kubectl, snapshot)
  }

  /// What is wrong with a pool in this cluster.
  package static func problems(
    of shape: PoolShape, _ snapshot: ClusterSnapshot
  ) -> [PoolProblem] {
    PoolProblems.find(
      in: shape.entries, context: snapshot.poolContext(for: shape.name).with(shape))
  }

  /// What is wrong with from where the advertisements are to announce.
  private static func reachProblems(
    _ options: PoolOptions, pool: String, _ snapshot: ClusterSnapshot
  ) -> [PoolProblem] {
    options.reachProblems(
      nodes: snapshot.nodeLabels,
      beside: snapshot.pools.value?.announcedBeside(pool) ?? [:])
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

  /// What applying a shape would do to the Services of the pool it is for, as a warning.
  package static func consequences(
    of shape: PoolShape, _ snapshot: ClusterSnapshot
  ) -> [PoolProblem] {
    guard let live = snapshot.poolShapes?.first(where: { $0.name == shape.name }),
      let moves = try? moves(from: live, to: shape, snapshot)
    else { return [] }
    let count = moves.moved.count + moves.blocking.count
    if count == 0 { return [] }
    let verb = moves.isStuck ? "keep MetalLB from taking this pool" : "would lose their address"
    return [
      PoolProblem(
        .warning, "\(count) Service(s) hold an address outside of it and \(verb).",
        fix: "see \(own: "pools usage"), and \(own: "pools plan") for who they are")
    ]
  }

  /// The change asked of the server without being made: its own verdict on any entries.
  package static func trial(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, entries: [PoolEntry],
    pool name: String = ConsoleSettings.poolName
  ) throws(UserMessage) -> Plan {
    let change = try PoolChange(snapshot, name, entries: entries, PoolOptions())
    return Plan(
      id: step.rawValue, title: "Try the ranges on the server",
      actions: change.commands(Kubectl(settings.connection)).map(Action.command))
  }

  // MARK: Waits

  private static func waits(
    for change: PoolChange, _ kubectl: Kubectl, _ snapshot: ClusterSnapshot
  ) -> [Action] {
    let (old, shape) = (change.old, change.new)
    var waits: [Wait] = []
    func readBack(_ what: String, _ path: String, of kind: String, _ name: String, _ text: String) {
      waits.append(
        Wait(
          until: "\(what) reads back as written",
          probe: kubectl.field(
            path, of: kind, name, namespace: namespace, purpose: "read \(what) back"),
          passes: text.isEmpty ? .printsOnly("") : .prints(text), limit: .seconds(15)))
    }
    if old.entries != shape.entries {
      readBack(
        "the pool", ".spec.addresses", of: PoolChange.kind, shape.name, json(shape.entries.texts))
    }
    if old.autoAssign != shape.autoAssign {
      readBack(
        "autoAssign", ".spec.autoAssign", of: PoolChange.kind, shape.name, "\(shape.autoAssign)")
    }
    if old.avoidBuggyIPs != shape.avoidBuggyIPs {
      readBack(
        "avoidBuggyIPs", ".spec.avoidBuggyIPs", of: PoolChange.kind, shape.name,
        "\(shape.avoidBuggyIPs)")
    }
    for announcement in change.announcements {
      for (path, what, text) in announcement.expected {
        readBack(what, path, of: AnnouncementChange.kind, announcement.advertisement, text)
      }
    }
    let isCountedAnew = old != shape && shape.name == ConsoleSettings.poolName
    guard isCounted(snapshot), isCountedAnew else { return waits.map(Action.wait) }
    waits.append(
      Wait(
        until: "MetalLB counts \(shape.size.metallb) addresses",
        probe: kubectl.raw(
          ClusterRead.proxyPath("controller:monitoring", namespace, "metrics"),
          purpose: "read MetalLB's metrics"),
        passes: .sample(
          series: "metallb_allocator_addresses_total{pool=\"\(shape.name)\"}",
          equals: shape.size.metallb), limit: patience))
    return waits.map(Action.wait)
  }

  private static func json(_ texts: [String]) -> String {
    String(decoding: (try? JSONEncoder.plain.encode(texts)) ?? Data(), as: UTF8.self)
  }

  static func isCounted(_ snapshot: ClusterSnapshot) -> Bool {
    snapshot.metallbMetrics.value?.total != nil
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
