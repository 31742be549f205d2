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
    why: "The next lease of an address is refused, or its Service waits and bidding stops.",
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
}
