extension FactName {
  /// What a network plugin beside MetalLB serves of Services by its own pools, by kind and name.
  package static let otherBalancers = FactName("otherBalancers")
}

extension ClusterSnapshot {
  package var otherBalancers: Fact<[String]> {
    get { self[.otherBalancers] }
    set { self[.otherBalancers] = newValue }
  }
}

extension FactDefinition {
  static let otherBalancers: FactDefinition = {
    var definition = asked(
      .otherBalancers, near: [.kubeProxy], calm: .seconds(600),
      [Question(after: [.kubeProxy, .cluster]) { snapshot, _ in reads(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// Only a plugin that is there is asked for its objects.
  private static func reads(_ snapshot: ClusterSnapshot) -> [Read] {
    let sets = Set((snapshot.kubeProxy.value?.daemonSets ?? []).map(\.metadata.name))
    let namespaces = Set((snapshot.cluster.value?.namespaces ?? []).map(\.metadata.name))
    var reads: [Read] = []
    if sets.contains("cilium") || namespaces.contains("cilium") {
      let kinds = [
        ("ciliumloadbalancerippools", "CiliumLoadBalancerIPPool"),
        ("ciliuml2announcementpolicies", "CiliumL2AnnouncementPolicy"),
      ]
      // The newer versions serve the pools under v2 alone.
      for version in ["v2alpha1", "v2"] {
        reads += kinds.map { plural, kind in
          look("/apis/cilium.io/\(version)/\(plural)") { _ in kind }
        }
      }
    }
    if sets.contains("calico-node") || namespaces.contains("calico-system") {
      reads.append(
        look("/apis/crd.projectcalico.org/v1/bgpconfigurations") { item in
          item.spec?.serviceLoadBalancerIPs?.isEmpty == false
            ? "BGPConfiguration with serviceLoadBalancerIPs" : nil
        })
    }
    return reads
  }

  private static func look(
    _ path: String, _ word: @escaping @Sendable (BalancerItem) -> String?
  ) -> Read {
    Read(.endpoint(path, purpose: "look for another load balancer's objects")) {
      snapshot, answer in
      let found: Fact<[String]> = answer.decoded(as: BalancerList.self) { list in
        list.items.compactMap { item in word(item).map { "\($0) \(item.metadata.name)" } }
      }
      // A kind that is not there has no objects.
      guard let names = found.value ?? (found.isAbsent ? [] : nil) else {
        if snapshot.otherBalancers.value == nil { snapshot.otherBalancers = found }
        return
      }
      let all = Set((snapshot.otherBalancers.value ?? []) + names)
      snapshot.otherBalancers = .known(all.sorted(), at: answer.at)
    }
  }
}

private struct BalancerList: Decodable { var items: [BalancerItem] }

private struct BalancerItem: Decodable {
  struct Spec: Decodable {
    struct Block: Decodable {}
    var serviceLoadBalancerIPs: [Block]?
  }
  var metadata: ObjectMeta
  var spec: Spec?
}
