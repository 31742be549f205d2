import Basics
import Cluster
import Execution

/// What a plan takes from the Services that hold an address, whoever made the plan: it deletes their
/// pool, what announces it, the kinds both are of, or MetalLB itself, or brings a MetalLB that does
/// not read them. Pure.
struct PlanLoss {
  /// Why all objects of MetalLB go, or are not read any more, in words.
  private(set) var causes: [String] = []
  /// What serves the addresses now does not any more.
  private var takesMetalLB = false
  private var silencesAll = false
  private(set) var pools: [String] = []
  private(set) var advertisements: [String] = []
  /// Who loses an address.
  private(set) var losing: [AddressHolder] = []
  /// Who keeps an address for which nobody answers any more.
  private(set) var silenced: [AddressHolder] = []

  /// What is looked at where a plan takes something away at all.
  static let needs: Set<FactName> = [.cluster, .pools, .metallb, .releases, .histories]

  /// - Throws: where it takes something away and it cannot be read from whom: not known is not none.
  /// - Parameter keepsValues: the revision a rollback leads to has the release's present values.
  init(of actions: [Action], _ snapshot: ClusterSnapshot, keepsValues: Bool = false)
    throws(UserMessage)
  {
    let takings = actions.compactMap { Taking($0, snapshot, keepsValues) }
    if takings.isEmpty { return }
    if let problem = snapshot.cluster.problem ?? snapshot.pools.problem { throw problem.untold }
    guard let holders = snapshot.addressHolders, let shapes = snapshot.poolShapes else {
      throw UserMessage(
        "It is not known who would lose an address by this.", reason: "the pools were not read"
      ).untold
    }
    let before = snapshot.pools.value ?? PoolObjects()
    var after = before
    for taking in takings { take(taking, from: &after) }
    pools = before.pools.map(\.metadata.name).filter { after.pool($0) == nil }
    advertisements = Self.names(of: before).filter { !Self.names(of: after).contains($0) }
    if takesMetalLB {
      losing = holders.filter { Self.isServed($0, shapes, snapshot) }
    } else if !snapshot.isMetalLBLegacy {
      let left = after.pools.map(PoolShape.init)
      let moves = PoolMoves(
        from: shapes, to: left, holders: holders, metallb: snapshot.metallbInstallation?.version)
      losing = moves.moved + moves.blocking
      silenced = Self.silenced(before, after, holders).filter { !losing.contains($0) }
      if silencesAll {
        silenced = holders.filter {
          Self.isServed($0, shapes, snapshot) && !losing.contains($0)
        }
      }
    }
  }

  var isEmpty: Bool { causes.isEmpty && pools.isEmpty && advertisements.isEmpty }
  var count: Int { losing.count + silenced.count }

  // MARK: In words

  private static let limit = 10

  var touches: [String] {
    let who =
      losing.map { "\($0.words) loses \(PoolEdit.addresses($0))" }
      + silenced.map { "\($0.words) keeps \(PoolEdit.addresses($0)), but nobody answers for it" }
    let more = who.count > Self.limit ? ["and \(who.count - Self.limit) more"] : []
    return causes + objects.map { "\($0) goes" } + who.prefix(Self.limit) + more
  }

  /// nil where no object goes.
  var cannotUndo: String? {
    objects.isEmpty
      ? nil
      : "\(objects.joined(separator: ", ")). Keep them first: kubectl -n "
        + "\(ConsoleSettings.metallbNamespace) get \(Self.kinds) -o yaml > FILE"
  }

  private static let kinds = "ipaddresspools,l2advertisements,bgpadvertisements"

  private var objects: [String] {
    pools.map { "pool \(SafeText.line($0, limit: 80))" } + advertisements
  }

  // MARK: What goes

  private mutating func take(_ taking: Taking, from objects: inout PoolObjects) {
    switch taking {
    case .pool(let name): objects.pools.removeAll { $0.metadata.name == name }
    case .l2Advertisement(let name):
      objects.advertisements.removeAll { $0.metadata.name == name }
    case .bgpAdvertisement(let name):
      objects.bgpAdvertisements.removeAll { $0.metadata.name == name }
    case .everything(let cause):
      causes.append(cause)
      takesMetalLB = true
      objects = PoolObjects()
    case .reading(let cause):
      causes.append(cause)
      takesMetalLB = true
    case .kinds(let cause):
      causes.append(cause)
      objects = PoolObjects()
    case .speaking(let cause):
      causes.append(cause)
      silencesAll = true
    }
  }

  private static func names(of objects: PoolObjects) -> [String] {
    objects.advertisements.map { "L2Advertisement \(SafeText.line($0.metadata.name, limit: 80))" }
      + objects.bgpAdvertisements.map {
        "BGPAdvertisement \(SafeText.line($0.metadata.name, limit: 80))"
      }
  }

  private static func silenced(
    _ before: PoolObjects, _ after: PoolObjects, _ holders: [AddressHolder]
  ) -> [AddressHolder] {
    let silent = after.pools.filter { pool in
      !before.announcers(of: pool).isEmpty && after.announcers(of: pool).isEmpty
    }.map(PoolShape.init)
    return holders.filter { holder in
      holder.addresses.contains { address in silent.contains { $0.contains(address) } }
    }
  }

  /// MetalLB gave the address, as far as that shows; 0.12 left no sign of it.
  private static func isServed(
    _ holder: AddressHolder, _ shapes: [PoolShape], _ snapshot: ClusterSnapshot
  ) -> Bool {
    if holder.addresses.isEmpty { return false }
    if holder.allocatedFrom != nil || snapshot.isMetalLBLegacy { return true }
    return holder.addresses.contains { address in shapes.contains { $0.contains(address) } }
  }
}

/// One action, as far as it takes something away.
private enum Taking {
  case pool(String)
  case l2Advertisement(String)
  case bgpAdvertisement(String)
  /// What serves the addresses, its kinds and their objects; each of these three says why.
  case everything(String)
  /// The objects stay, but nothing reads them any more.
  case reading(String)
  /// The kinds and their objects, which nothing read.
  case kinds(String)
  /// Everything stays, but no node may announce an address any more.
  case speaking(String)

  private static let objectsCame = MetalLBVersionRule.objectsCame

  /// nil where it takes nothing.
  init?(_ action: Action, _ snapshot: ClusterSnapshot, _ keepsValues: Bool) {
    guard case .command(let command) = action, command.changes else { return nil }
    let taking: Taking? =
      switch command.tool {
      case .kubectl: Self.byKubectl(command.arguments, snapshot)
      case .helm: Self.byHelm(command.arguments, snapshot, keepsValues)
      case .curl, .ansiblePlaybook: nil
      }
    guard let taking else { return nil }
    self = taking
  }

  private static func byKubectl(_ arguments: [String], _ snapshot: ClusterSnapshot) -> Taking? {
    if let verb = arguments.firstIndex(of: "delete"), verb + 2 < arguments.count {
      let kind = arguments[verb + 1].split(separator: ".").first.map(String.init) ?? ""
      let name = arguments[verb + 2]
      switch kind {
      case "ipaddresspool", "ipaddresspools": return .pool(name)
      case "l2advertisement", "l2advertisements": return .l2Advertisement(name)
      case "bgpadvertisement", "bgpadvertisements": return .bgpAdvertisement(name)
      case "namespace" where name == ConsoleSettings.metallbNamespace:
        return .everything("the namespace goes with everything in it")
      case "customresourcedefinition" where name.hasSuffix(".metallb.io"):
        return .everything("kind \(name) goes with its objects")
      default: return nil
      }
    }
    let manifests = arguments.first { $0.contains("/metallb/metallb/v") }
    guard let manifests, arguments.contains("apply"),
      let tag = manifests.split(separator: "/").first(where: { Version(String($0)) != nil }),
      let version = Version(String(tag))
    else { return nil }
    // kubectl deletes nothing that new manifests do not have.
    return change(to: version, "MetalLB \(version)", snapshot, deletesKinds: false)
  }

  private static func byHelm(
    _ arguments: [String], _ snapshot: ClusterSnapshot, _ keepsValues: Bool
  ) -> Taking? {
    guard arguments.count > 1, isMetalLBs(arguments, snapshot) else { return nil }
    let release = snapshot.metallbRelease
    switch arguments[0] {
    case "uninstall":
      return .everything("MetalLB goes, and its kinds with all their objects")
    case "rollback":
      let target = arguments.count > 2 ? arguments[2] : "?"
      let revision = snapshot.histories.value?[arguments[1]]?.first {
        String($0.revision) == target
      }
      guard let revision, let version = revision.chartVersion else {
        return .everything(
          "which MetalLB revision \(target) was is not known; it may have no kinds for pools")
      }
      return change(to: version, "revision \(target), \(revision.chart),", snapshot)
        ?? (keepsValues || target == release?.revision ? nil : speaking(at: target, snapshot))
    case "upgrade":
      guard let flag = arguments.firstIndex(of: "--version"), flag + 1 < arguments.count,
        let version = Version(arguments[flag + 1])
      else { return nil }
      return change(to: version, "MetalLB \(version)", snapshot)
    default: return nil
    }
  }

  /// Of a release of MetalLB; one that is not known counts as one where its name says so. The same
  /// name may stand in two namespaces, and MetalLB twice.
  private static func isMetalLBs(_ arguments: [String], _ snapshot: ClusterSnapshot) -> Bool {
    let flag = arguments.firstIndex(of: "-n")
    let namespace = flag.flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
    let found = snapshot.releases.value?.first {
      $0.name == arguments[1] && (namespace == nil || $0.namespace == namespace)
    }
    return found.map { $0.chartName == "metallb" } ?? (arguments[1] == "metallb")
  }

  /// Where every node is kept from load balancers, the speakers announce by a value of the release
  /// alone, and what an earlier revision's values were is not read.
  private static func speaking(at target: String, _ snapshot: ClusterSnapshot) -> Taking? {
    let exclusion = NodeExclusion(snapshot)
    guard snapshot.metallbInstallation != nil, exclusion.coversAllNodes, !exclusion.silencesAll
    else { return nil }
    return .speaking(
      "revision \(target) may lack speaker.ignoreExcludeLB, and every node has the label "
        + NodeExclusion.label)
  }

  /// 0.12 reads its ConfigMap and has no kinds; later versions read objects only.
  private static func change(
    to version: Version, _ what: String, _ snapshot: ClusterSnapshot, deletesKinds: Bool = true
  ) -> Taking? {
    if version >= objectsCame {
      return snapshot.isMetalLBLegacy
        ? .reading("\(what) does not read the ConfigMap of 0.12") : nil
    }
    if snapshot.isMetalLBLegacy {
      // helm deletes the kinds of a revision that never came to run, too.
      let hasKinds = snapshot.metallbRelease?.chartVersion.map { $0 >= objectsCame } ?? false
      return deletesKinds && hasKinds ? .kinds("\(what) has no kinds for pools") : nil
    }
    return deletesKinds
      ? .everything("\(what) has no kinds for pools: they go with all their objects")
      : .reading("\(what) does not read pools as objects")
  }
}

extension Plan {
  /// The same with what it takes away counted and said, so that the stronger word is asked for.
  ///
  /// - Throws: where it takes something away and it cannot be read from whom.
  func namingLoss(_ snapshot: ClusterSnapshot, keepsValues: Bool = false) throws(UserMessage)
    -> Plan
  {
    let loss = try PlanLoss(of: actions, snapshot, keepsValues: keepsValues)
    // What its maker has counted already is said in its own words.
    if loss.isEmpty || (loss.cannotUndo == nil && touchedServices >= max(1, loss.count)) {
      return self
    }
    var plan = self
    plan.touchedServices = max(touchedServices, loss.count)
    let known = Set(moved.map(\.title))
    plan.moved += (loss.losing + loss.silenced).map(MovedService.init)
      .filter { !known.contains($0.title) }
    plan.touches += loss.touches.filter { !touches.contains($0) }
    plan.cannotUndo = [cannotUndo, loss.cannotUndo].compactMap(\.self).reduce(nil) { text, more in
      text.map { "\($0); \(more)" } ?? more
    }
    return plan
  }
}
