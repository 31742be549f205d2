import Basics
import Cluster

/// What the provider declares of leased addresses, beside what leases want and what Services hold.
enum DeclarationChecks {
  static let declared = Check(
    "IPL-0759", "leases-declared", .leases, "no lease has lost the declaration of its address",
    guide: .status, want: "a ProviderLeasedIP for each lease that wants an address",
    why: "When a tenant's update drops an endpoint, the provider deletes the declarations of all "
      + "tenants, and the operator then their Services. A restart deploys every lease again; the "
      + "addresses may be others.",
    hint: "kubectl -n lease get providerleasedips; \(own: "pools history ADDRESS") tells who had "
      + "which address before.",
    remedies: [.restartProvider], dependsOn: ["IPL-0706"], needs: [.cluster, .leasedIPs],
    judges: [.manifests]
  ) { snapshot in
    let found = AddressDeclarations(snapshot)
    guard found.isTold else { return .notRun(.nothingToTest("nothing is declared here")) }
    if !found.lost.isEmpty {
      return .fail(
        got: "\(found.lost.count) lost: \(names(found.lost, snapshot.recordedAddresses))")
    }
    if !found.taken.isEmpty {
      return .warn(
        got: "\(found.taken.count) without: \(names(found.taken)): another deployment of the "
          + "same owner has the endpoint's name and port")
    }
    let count = Set((snapshot.leasedIPs.value ?? []).map(\.lease)).count
    return .pass(got: count == 0 ? "no lease declares one" : "\(count) lease(s) declare one")
  }.explained { snapshot in
    let found = AddressDeclarations(snapshot)
    guard found.lost.isEmpty, !found.taken.isEmpty else { return nil }
    return Check.Explanation(
      why: "An owner has one address for each name of an endpoint: the second deployment that uses "
        + "the name gets none. Its tenant must name it otherwise.", remedies: [])
  }

  static let orphans = Check(
    "IPL-0761", "orphan-services", .leases, "no address is held by a lease that is gone",
    want: "a declaration for each Service of a lease",
    why: "A declaration that went while the operator was down leaves its Service behind: it holds "
      + "its address for ever, and the operator counts it.",
    hint: "kubectl get services -A -l akash.network/service-target=metal-lb, beside kubectl -n "
      + "lease get providerleasedips.",
    remedies: [.deleteOrphans], dependsOn: ["IPL-0706", "IPL-0759"],
    needs: [.cluster, .leasedIPs], judges: [.manifests]
  ) { snapshot in
    let orphans = AddressDeclarations(snapshot).orphans
    guard !orphans.isEmpty else { return .pass(got: "none is left over") }
    let titles = orphans.prefix(3).map { orphan in
      SafeText.line("\(orphan.title) \(orphan.addresses.joined(separator: ", "))", limit: 120)
    }
    return .warn(got: "\(orphans.count): \(titles.joined(separator: "; "))")
  }.since { snapshot in
    AddressDeclarations(snapshot).orphans.compactMap(\.metadata.creationTimestamp).min()
  }

  static let ignored = Check(
    "IPL-0760", "leases-ignored", .operator, "the operator has given up no lease",
    guide: .barrier, want: "no lease in /ignored-leases",
    why: "After some failures the operator passes over a lease until it is restarted: the lease "
      + "gets no address, and nobody is told.",
    hint: "kubectl get --raw /api/v1/namespaces/akash-services/services/operator-ip:rest/proxy"
      + "/ignored-leases",
    remedies: [.bounceOperator], dependsOn: ["IPL-0704"], needs: [.akash],
    judges: [.ignoredLeases]
  ) { snapshot in
    let all = snapshot.ignoredLeases.value ?? []
    let map = snapshot.akash.value?.configMaps.first { $0.metadata.name == "operator-ip" }
    let limit = map?.data?["event-failure-limit"].flatMap(Int.init) ?? usualLimit
    let given = all.filter { $0.failures >= limit }
    guard let first = given.first else {
      return .pass(
        got: all.isEmpty ? "none" : "none yet; \(all.count) with fewer than \(limit) failures")
    }
    return .fail(
      got: "\(given.count): \(SafeText.line(first.lease, limit: 80)), after \(first.failures) "
        + "failures: \(SafeText.line(first.error, limit: 120))")
  }

  /// The chart's (helm-charts: charts/akash-ip-operator).
  private static let usualLimit = 3

  /// - Parameter addresses: those they had.
  static func names(_ leases: [Lease], _ addresses: [Lease: [String]] = [:]) -> String {
    leases.prefix(3).map { lease in
      let had = addresses[lease].map { " (had \($0.joined(separator: ", ")))" } ?? ""
      return "\(lease)\(had)"
    }.joined(separator: ", ")
      + (leases.count > 3 ? " and \(leases.count - 3) more" : "")
  }
}
