import Addresses
import Basics
import Cluster
import Foundation

/// The Services that lease an address.
enum LeaseChecks {
  static let shape = Check(
    "IPL-0903", "lease-service-shape", .leases, "no Service of a lease was edited by hand",
    guide: .barrier, want: "type LoadBalancer, one port, a selector",
    why: "The operator stops at a Service it did not make like this, and stays locked.",
    hint: "kubectl get services -A -l akash.network/service-target=metal-lb; put it right by hand.",
    dependsOn: ["IPL-0001"], needs: [.cluster]
  ) { snapshot in
    let leases = snapshot.leaseServices
    let bad = leases.compactMap { service in service.leaseFault.map { "\(service.title): \($0)" } }
    return bad.first.map { .fail(got: $0) } ?? .pass(got: count(leases))
  }

  static let pending = Check(
    "IPL-0751", "lease-addresses", .leases, "every Service that leases an address has one",
    want: "no Service waits for more than a minute",
    why: "A Service without an address makes the lease status fail, and then the bidding: the "
      + "provider's two connections to the operator are used up.",
    hint: "Extend the pool or close the lease; then restart the provider, not the operator.",
    remedies: [.restartProvider], dependsOn: ["IPL-0308", "IPL-0903"], needs: [.cluster]
  ) { snapshot in
    let stuck = BarrierCause.waitingServices(snapshot)
    let waiting = snapshot.leaseServices.filter(\.addresses.isEmpty)
    if !stuck.isEmpty {
      let names = stuck.prefix(3).map(\.title).joined(separator: ", ")
      return .fail(got: "\(stuck.count) without: \(names)")
    }
    let leases = snapshot.leaseServices
    return waiting.isEmpty
      ? .pass(got: count(leases)) : .pass(got: "\(waiting.count) of \(leases.count) just made")
  }.since { snapshot in
    BarrierCause.waitingServices(snapshot).compactMap(\.metadata.creationTimestamp).min()
  }

  static let answering = Check(
    "IPL-0757", "lease-status", .leases, "the provider gets answers about addresses",
    guide: .status,
    want: "the operator answers about a lease, and no failed request in the provider's log",
    why: "Failed requests use up its connections to the operator; then it stops bidding.",
    hint: "kubectl -n akash-services logs statefulset/akash-provider: checking IP addresses",
    remedies: [.restartProvider], dependsOn: ["IPL-0610", "IPL-0704", "IPL-0751"],
    needs: [.providerLog],
    judges: [.leaseStatus]
  ) { snapshot in
    if snapshot.leaseStatus.value == false { return .fail(got: "500, asked about a lease") }
    let lines = snapshot.providerLog.value ?? []
    if case .addressesUnknown(let error)? = lines.last?.kind { return .fail(got: error) }
    return .pass(
      got: snapshot.leaseStatus.value == true
        ? "asked about a lease, it answers" : "no failed request in the provider's log")
  }

  static let inPool = Check(
    "IPL-0901", "lease-addresses-in-pool", .leases, "leased addresses come from the pool",
    want: "each in pool default", why: "An address outside is counted by nobody.",
    hint: "kubectl get services -A -l akash.network/service-target=metal-lb",
    dependsOn: ["IPL-0305", "IPL-0751"], needs: [.cluster, .pools]
  ) { snapshot in
    let entries = snapshot.pools.value?.pool(ConsoleSettings.poolName)?.spec.addresses ?? []
    let pool = AddressSet(entries.ranges)
    let outside = snapshot.leaseServices.flatMap { service in
      service.addresses.filter { text in
        IPAddress(parsing: text).map { !pool.contains($0) } ?? true
      }.map { "\(service.title) \($0)" }
    }
    return outside.isEmpty
      ? .pass(got: count(snapshot.leaseServices))
      : .fail(got: outside.prefix(3).joined(separator: ", "))
  }

  static let announced = Check(
    "IPL-0902", "leases-announced", .leases, "a node answers for each leased address",
    want: "a ServiceL2Status for each Service with a ready pod",
    why: "The address is assigned, but no machine answers ARP for it.",
    hint: "kubectl get servicel2statuses -A; kubectl describe service: is there nodeAssigned?",
    dependsOn: ["IPL-0112", "IPL-0309", "IPL-0310", "IPL-0751"],
    needs: [.cluster, .announcements, .leaseEndpoints]
  ) { snapshot in
    guard let announced = snapshot.announcements.value else {
      return .notRun(.nothingToTest("this MetalLB does not say it"))
    }
    let now = snapshot.cluster.readAt ?? .distantPast
    let answering = Set(
      announced.map { ServiceName($0.status?.serviceName, $0.status?.serviceNamespace) })
    let served = Set(
      (snapshot.leaseEndpoints.value ?? []).filter { $0.readyCount > 0 }
        .map { ServiceName($0.service, $0.metadata.namespace) })
    let leases = snapshot.leaseServices.map { (service: $0, name: ServiceName($0.metadata)) }
    let silent = leases.filter { service, name in
      let made = service.metadata.creationTimestamp ?? .distantPast
      // Without a ready pod MetalLB is right to keep quiet.
      return !answering.contains(name) && !service.addresses.isEmpty && served.contains(name)
        && now.timeIntervalSince(made) > BarrierCause.patience
    }
    let names = silent.prefix(3).map(\.service.title).joined(separator: ", ")
    if !silent.isEmpty { return .fail(got: "\(silent.count) not: \(names)") }
    let resting = leases.count { !served.contains($0.name) }
    let remark = resting == 0 ? "" : ", \(resting) of them at rest: no ready pod"
    return .pass(got: count(snapshot.leaseServices) + remark)
  }

  static let oneAnnouncer = Check(
    "IPL-0317", "one-announcer", .leases, "one node answers for each leased address",
    want: "one announcing node for each Service",
    why: "Two speakers that do not see each other both answer: connections go to either node.",
    hint: "Allow 7946 tcp and udp between the nodes; kubectl -n metallb-system logs "
      + "daemonset/metallb-speaker | grep -i memberlist",
    remedies: [.restartSpeakers], dependsOn: ["IPL-0902"], needs: [.cluster, .announcements],
    judges: [.speakerAnnouncements]
  ) { snapshot in
    var nodes = snapshot.speakerAnnouncements.value ?? [:]
    for status in (snapshot.announcements.value ?? []).compactMap(\.status) {
      guard let name = status.serviceName, let node = status.node else { continue }
      nodes["\(status.serviceNamespace ?? "")/\(name)", default: []].insert(node)
    }
    let several = snapshot.leaseServices.filter { (nodes[$0.title]?.count ?? 0) > 1 }
    guard let first = several.first, let both = nodes[first.title] else {
      return .pass(got: count(snapshot.leaseServices))
    }
    let names = SafeText.line(both.sorted().joined(separator: " and "), limit: 100)
    return .fail(
      got: "\(several.count) by several: \(first.title) "
        + "\(first.addresses.joined(separator: ", ")) by \(names)")
  }

  /// How other objects name a Service.
  private struct ServiceName: Hashable {
    var name: String?
    var namespace: String?

    init(_ name: String?, _ namespace: String?) {
      self.name = name
      self.namespace = namespace
    }

    init(_ meta: ObjectMeta) { self.init(meta.name, meta.namespace) }
  }

  private static func count(_ leases: [Service]) -> String {
    leases.isEmpty ? "no address is leased yet" : "\(leases.count) Service(s)"
  }
}
