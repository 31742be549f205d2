/// What `kubectl get A,B -o json` prints: objects of several kinds in one list. Kinds and objects
/// that are not known are passed over. Where the API server was asked itself, it is a list of its
/// lists, each of one kind.
package struct ObjectList: Decodable {
  package var items: [Item]

  /// Many times what a provider with thousands of leases has: more is no answer, and would cost
  /// memory that its bytes do not show.
  static let mostItems = 100_000

  private enum CodingKeys: String, CodingKey { case kind, items }

  package init(from decoder: any Decoder) throws {
    items = []
    try add(from: decoder.container(keyedBy: CodingKeys.self), of: nil)
  }

  /// - Parameter kind: of each object; nil where it says so itself.
  private mutating func add(
    from list: KeyedDecodingContainer<CodingKeys>, of kind: String?
  ) throws {
    // A server says null for nothing.
    if kind != nil, try list.decodeNil(forKey: .items) { return }
    var rest = try list.nestedUnkeyedContainer(forKey: .items)
    while !rest.isAtEnd {
      guard items.count < Self.mostItems else {
        throw DecodingError.dataCorruptedError(in: rest, debugDescription: "too many objects")
      }
      let decoder = try rest.superDecoder()
      if let kind {
        items.append(try Item(kind, from: decoder))
        continue
      }
      let item = try decoder.container(keyedBy: CodingKeys.self)
      let own = try item.decode(String.self, forKey: .kind)
      if own.hasSuffix(Self.suffix), item.contains(.items) {
        try add(from: item, of: String(own.dropLast(Self.suffix.count)))
      } else {
        items.append(try Item(own, from: decoder))
      }
    }
  }

  private static let suffix = "List"

  package enum Item {
    case node(Node)
    case namespace(Namespace)
    case service(Service)
    case deployment(Workload)
    case daemonSet(Workload)
    case statefulSet(Workload)
    case pod(Pod)
    case configMap(ConfigMap)
    case endpointSlice(EndpointSlice)
    case pool(IPAddressPool)
    case advertisement(L2Advertisement)
    case bgpAdvertisement(BGPAdvertisement)
    case leasedIP(ProviderLeasedIP)
    case event(ClusterEvent)
    case networkPolicy(NetworkPolicy)
    case l2Status(ServiceL2Status)
    case webhook(WebhookConfiguration)
    case other

    init(_ kind: String, from decoder: any Decoder) throws {
      switch kind {
      case "Node": self = .node(try Node(from: decoder))
      case "Namespace": self = .namespace(try Namespace(from: decoder))
      case "Service": self = .service(try Service(from: decoder))
      case "Deployment": self = .deployment(try Workload(from: decoder))
      case "DaemonSet": self = .daemonSet(try Workload(from: decoder))
      case "StatefulSet": self = .statefulSet(try Workload(from: decoder))
      case "Pod": self = .pod(try Pod(from: decoder))
      case "ConfigMap": self = .configMap(try ConfigMap(from: decoder))
      case "EndpointSlice": self = .endpointSlice(try EndpointSlice(from: decoder))
      case "IPAddressPool": self = .pool(try IPAddressPool(from: decoder))
      case "L2Advertisement": self = .advertisement(try L2Advertisement(from: decoder))
      case "BGPAdvertisement": self = .bgpAdvertisement(try BGPAdvertisement(from: decoder))
      case "ProviderLeasedIP": self = .leasedIP(try ProviderLeasedIP(from: decoder))
      case "Event": self = .event(try ClusterEvent(from: decoder))
      case "NetworkPolicy": self = .networkPolicy(try NetworkPolicy(from: decoder))
      case "ServiceL2Status": self = .l2Status(try ServiceL2Status(from: decoder))
      case "ValidatingWebhookConfiguration":
        self = .webhook(try WebhookConfiguration(from: decoder))
      default: self = .other
      }
    }
  }
}

extension ClusterObjects {
  init(list: ObjectList) {
    self.init()
    for item in list.items {
      if case .node(let node) = item { nodes.append(node) }
      if case .namespace(let namespace) = item { namespaces.append(namespace) }
      if case .service(let service) = item { services.append(service) }
    }
  }
}

extension MetalLBSurroundings {
  init(list: ObjectList) {
    self.init()
    for item in list.items {
      if case .event(let event) = item { events.append(event) }
      if case .networkPolicy(let policy) = item { networkPolicies.append(policy) }
    }
  }
}

extension PoolObjects {
  init(list: ObjectList) {
    self.init()
    for item in list.items {
      if case .pool(let pool) = item { pools.append(pool) }
      if case .advertisement(let advertisement) = item { advertisements.append(advertisement) }
      if case .bgpAdvertisement(let advertisement) = item {
        bgpAdvertisements.append(advertisement)
      }
    }
  }
}

extension NamespaceObjects {
  init(list: ObjectList) {
    self.init()
    for item in list.items {
      switch item {
      case .deployment(let workload): deployments.append(workload)
      case .daemonSet(let workload): daemonSets.append(workload)
      case .statefulSet(let workload): statefulSets.append(workload)
      case .pod(let pod): pods.append(pod)
      case .configMap(let map): configMaps.append(map)
      case .endpointSlice(let slice): endpointSlices.append(slice)
      case .node, .namespace, .service, .pool, .advertisement, .bgpAdvertisement, .leasedIP,
        .event, .networkPolicy, .l2Status, .webhook, .other:
        break
      }
    }
  }

  mutating func add(_ other: NamespaceObjects) {
    deployments += other.deployments
    daemonSets += other.daemonSets
    statefulSets += other.statefulSets
    pods += other.pods
    configMaps += other.configMaps
    endpointSlices += other.endpointSlices
  }
}
