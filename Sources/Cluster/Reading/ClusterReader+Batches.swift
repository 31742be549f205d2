/// Facts that come together with one command. The start of a tool costs more than what it reads.
extension ClusterReader {
  /// A cluster without one of the kinds, or a user who may not read one, gets nothing of a batch:
  /// its facts are then read apart.
  struct Batch {
    var facts: Set<FactName>
    var read: Read
    var isRefused: (ClusterSnapshot) -> Bool

    init(
      _ facts: Set<FactName>, _ read: Read, isRefused: @escaping (ClusterSnapshot) -> Bool
    ) {
      self.facts = facts
      self.read = read
      self.read.facts = facts
      self.isRefused = isRefused
    }
  }

  func batches(for names: Set<FactName>) -> [Batch] {
    [clusterBatch, metallbBatch(names), akashBatch].filter { $0.facts.isSubset(of: names) }
  }

  // No name has two dots: kubectl takes `pools.metallb.io` for resource.version.group first, does not
  // find it, and reads all kinds of the server anew, which is forty requests and doubles its time.
  static let clusterKinds = ["nodes", "namespaces", "services"]
  static let metallbKinds = ["deployments", "daemonsets", "configmaps", "pods", "endpointslices"]
  static let poolKinds = ["ipaddresspools", "l2advertisements", "bgpadvertisements"]
  static let configurationKinds = poolKinds + ["bgppeers", "bfdprofiles", "communities"]
  static let surroundingKinds = ["events", "networkpolicies"]
  static let akashKinds = ["deployments", "statefulsets", "configmaps", "pods", "endpointslices"]
  static let leasedIPKind = "providerleasedips"
  static let announcementKind = "servicel2statuses"
  static let webhookKind = "validatingwebhookconfigurations"
  static let webhookName = "metallb-webhook-configuration"

  private var clusterBatch: Batch {
    let command = kubectl.get(
      Self.clusterKinds + ["endpointslices", Self.announcementKind, Self.webhookKind],
      allNamespaces: true,
      purpose: "read the nodes, namespaces, Services and what stands behind them")
    let read = Read(command: command) { snapshot, result, at in
      let list = Self.decode(result, command, at, as: ObjectList.self) { $0 }
      snapshot.cluster = list.map(ClusterObjects.init(list:))
      snapshot.leaseEndpoints = list.map { list in
        list.items.compactMap { item in
          guard case .endpointSlice(let slice) = item,
            slice.metadata.label("akash.network/service-target") == "metal-lb"
          else { return nil }
          return slice
        }
      }
      snapshot.announcements = list.map { list in
        list.items.compactMap { if case .l2Status(let status) = $0 { status } else { nil } }
      }
      let webhooks = list.map { list in
        list.items.compactMap { if case .webhook(let hook) = $0 { hook } else { nil } }
          .first { $0.metadata.name == Self.webhookName }
      }
      snapshot.webhook =
        switch webhooks {
        case .known(let hook?, let at): .known(hook, at: at)
        case .known(nil, let at): .absent(at: at)
        case .absent(let at): .absent(at: at)
        case .unreadable(let problem, let at): .unreadable(problem, at: at)
        case .notRead: .notRead
        }
    }
    return Batch([.cluster, .leaseEndpoints, .announcements, .webhook], read) {
      $0.cluster.isRefused
    }
  }

  private func metallbBatch(_ names: Set<FactName>) -> Batch {
    let isWhole = names.contains(.metallbSurroundings)
    let command = kubectl.get(
      Self.metallbKinds + Self.poolKinds + (isWhole ? Self.surroundingKinds : []),
      namespace: ConsoleSettings.metallbNamespace, purpose: "read MetalLB and its pools")
    let read = Read(command: command) { snapshot, result, at in
      let list = Self.decode(result, command, at, as: ObjectList.self) { $0 }
      snapshot.metallb = list.map(NamespaceObjects.init(list:))
      snapshot.pools = list.map(PoolObjects.init(list:))
      if isWhole { snapshot.metallbSurroundings = list.map(MetalLBSurroundings.init(list:)) }
    }
    let further: Set<FactName> = isWhole ? [.metallbSurroundings] : []
    return Batch(further.union([.metallb, .pools]), read) { $0.metallb.isRefused }
  }

  private var akashBatch: Batch {
    let command = kubectl.get(
      Self.akashKinds + [Self.leasedIPKind], namespace: ConsoleSettings.akashNamespace,
      showManagedFields: true, purpose: "read the provider and its operators")
    let read = Read(command: command) { snapshot, result, at in
      let list = Self.decode(result, command, at, as: ObjectList.self) { $0 }
      snapshot.akash = list.map(NamespaceObjects.init(list:))
      snapshot.leasedIPKind = list.map { _ in Self.leasedIPKind }
    }
    return Batch([.akash, .leasedIPKind], read) { $0.akash.isRefused }
  }
}

extension Fact {
  /// A kind is missing, or may not be read: one of several in a command spoils it for all.
  fileprivate var isRefused: Bool {
    switch self {
    case .absent: true
    case .unreadable(let problem, _): problem.isAboutRights
    case .known, .notRead: false
    }
  }
}
