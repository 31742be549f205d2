import Addresses
import Basics
import Cluster

/// The same number of addresses, seen from each side.
enum CountChecks {
  private static func size(_ snapshot: ClusterSnapshot) -> Int? {
    snapshot.pools.value?.pool(ConsoleSettings.poolName)?.countedSize
  }

  static let metallb = Check(
    "IPL-0353", "metallb-counts", .counts, "MetalLB counts what the pool holds",
    want: "the pool's size", why: "The operator reads these two numbers and nothing else.",
    hint: "Compare the pool's ranges with the gauge metallb_allocator_addresses_total.",
    dependsOn: ["IPL-0203", "IPL-0305", "IPL-0318"], needs: [.metallbMetrics, .pools]
  ) { snapshot in
    guard let size = size(snapshot) else { return .notRun(.nothingToTest("no pool")) }
    guard let total = snapshot.metallbMetrics.value?.total else {
      return .fail(got: "its metrics do not know a pool default")
    }
    return total == size ? .pass(got: "\(total)") : .fail(got: "\(total), the pool has \(size)")
  }

  static let zero = Check(
    "IPL-0707", "operator-sees-addresses", .counts, "the operator sees addresses at all",
    want: "more than 0", why: "It counts 0 without an error when the pool has another name.",
    hint: """
      kubectl get --raw \
      /api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/usage
      """,
    remedies: [.bounceOperator], dependsOn: ["IPL-0704", "IPL-0353"],
    needs: [.operatorUsage, .pools]
  ) { snapshot in
    guard case .totals(let available, _)? = snapshot.operatorUsage.value else {
      return .notRun(.nothingToTest("it gives no totals"))
    }
    return available > 0 || size(snapshot) == 0 ? .pass(got: "\(available)") : .fail(got: "0")
  }

  static let `operator` = Check(
    "IPL-0708", "operator-counts", .counts, "the operator counts what the pool holds",
    want: "the pool's size", why: "The provider sells as many addresses as the operator counts.",
    hint: "It reads MetalLB anew every 10 minutes; wait that long before anything else.",
    dependsOn: ["IPL-0707"], needs: [.operatorUsage, .pools]
  ) { snapshot in
    guard case .totals(let available, _)? = snapshot.operatorUsage.value,
      let size = size(snapshot)
    else { return .notRun(.nothingToTest("there is nothing to compare")) }
    return available == size
      ? .pass(got: "\(available)")
      : .warn(got: "\(available) of \(size): late by up to 10 minutes after a pool edit")
  }

  static let free = Check(
    "IPL-0758", "addresses-free", .counts, "an address is free", want: "in use < total",
    why: "The next lease of an address is refused, or its Service waits and bidding stops; the "
      + "Akash Console offers no provider that has none free to who wants one.",
    hint: "\(own: "pools usage") shows who holds what; \(own: "pools plan --add RANGE").",
    dependsOn: ["IPL-0353"], needs: [.metallbMetrics]
  ) { snapshot in
    guard let metrics = snapshot.metallbMetrics.value, let total = metrics.total,
      let inUse = metrics.inUse
    else { return .notRun(.nothingToTest("MetalLB does not say how many are in use")) }
    return inUse < total
      ? .pass(got: "\(total - inUse) of \(total) are free")
      : .warn(got: "\(inUse) of \(total) in use")
  }

  static let provider = Check(
    "IPL-0660", "provider-counts", .counts, "the provider knows how many addresses it sells",
    guide: .status, want: "leased_ip in its /status",
    why: "It asks its operator at each order; while that is not answered it sells none, and the "
      + "Akash Console counts a missing number as 0.",
    hint: "kubectl get --raw /api/v1/namespaces/akash-services/services/https:akash-provider:8443"
      + "/proxy/status: leased_ip",
    remedies: [.restartProvider],
    dependsOn: ["IPL-0607", "IPL-0611", "IPL-0704"], needs: [.akash, .providerStatus]
  ) { snapshot in
    guard let status = snapshot.providerStatus.value else {
      return .notRun(.nothingToTest("the provider's /status was not read"))
    }
    guard let told = status.leasedIP else {
      guard let version = snapshot.providerStatefulSet?.imageVersion, version >= tellsCounts else {
        return .notRun(.nothingToTest("it is told since provider \(tellsCounts)"))
      }
      return .warn(got: "provider \(version) does not tell it, as one that has IP leases off")
    }
    guard let total = told.allocatable, let free = told.free else {
      return .warn(got: "leased_ip is empty: it could not ask its operator")
    }
    return .pass(got: "\(free) of \(total) can be sold")
  }

  /// (akash-network/provider: gateway/rest/router.go)
  static let tellsCounts = Version(0, 14, 2)

  static let heldBack = Check(
    "IPL-0661", "provider-holds-back", .counts, "the provider sells all that is free",
    guide: .status, want: "as many taken by its count as are in use",
    why: "A lease with more than one port at its address is never confirmed: its reservation "
      + "counts beside its use, and no restart helps. After a restart, or a tenant's update, "
      + "confirmed ones may count as reserved again.",
    hint: "Compare leased_ip.allocated of the provider's /status with InUse of the operator's "
      + "/usage. Give the pool so many addresses more: \(own: "pools plan --add RANGE").",
    dependsOn: ["IPL-0660"], needs: [.providerStatus, .operatorUsage, .cluster]
  ) { snapshot in
    guard let held = HeldBack(snapshot) else {
      return .notRun(.nothingToTest("the provider or its operator does not tell how many"))
    }
    let known = min(held.count, held.severalPorts.count)
    let isSoldOut = snapshot.providerStatus.value?.leasedIP?.free.map { $0 <= 0 } ?? false
    let effect = isSoldOut ? "; it sells none, so the Akash Console does not offer it" : ""
    if held.unexplained > 0 {
      let rest = known == 0 ? "" : ", \(known) of them for leases with several ports"
      return .warn(got: "\(held.count) held back that nobody has\(rest)\(effect)")
    }
    if known > 0 {
      return .warn(
        got: "\(known) held back for lease(s) with several ports: "
          + DeclarationChecks.names(held.severalPorts) + effect)
    }
    return .pass(
      got: held.count == 0 ? "none is held back" : "\(held.count) reserved for orders")
  }

  static let foreign = Check(
    "IPL-0762", "foreign-services", .counts, "the pool's addresses go to leases alone",
    want: "no other Service of type LoadBalancer with an address of pool default",
    why: "Any Service of type LoadBalancer takes an address out of the pool, a gateway's among "
      + "them: no lease can have it.",
    hint: "kubectl get services -A. Give it a pool of its own (autoAssign: false, and the pool's "
      + "name at the Service), or another type.",
    dependsOn: ["IPL-0305"], needs: [.cluster, .pools]
  ) { snapshot in
    let entries = snapshot.pools.value?.pool(ConsoleSettings.poolName)?.spec.addresses ?? []
    let pool = AddressSet(entries.ranges)
    let others = (snapshot.cluster.value?.index.ofMetalLB ?? []).filter { service in
      !service.isOfLease && service.metadata.label(Service.proofLabel) == nil
        && service.addresses.contains { text in
          IPAddress(parsing: text).map { pool.contains($0) } ?? false
        }
    }
    guard !others.isEmpty else { return .pass(got: "no other Service has one") }
    let names = others.prefix(3).map {
      SafeText.line("\($0.title) \($0.addresses.joined(separator: ", "))", limit: 120)
    }
    return .warn(got: "\(others.count): \(names.joined(separator: "; "))")
  }
}
