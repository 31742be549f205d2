/// Services that lease an address.
enum LeaseServiceCheck {
  static let pending = Check(
    code: "IPL-0751", id: "lease-services", group: "lease services",
    title: "every Service that leases an address has one",
    want: "no Service waits",
    why: "A Service without an address makes the lease status fail, and then the bidding.",
    needs: [.cluster]
  ) { snapshot in
    guard let services = snapshot.cluster.value?.services else {
      return .notRun(why: "the Services were not read")
    }
    let leases = services.filter {
      $0.metadata.label("akash.network/service-target") == "metal-lb"
    }
    let waiting = leases.filter { $0.addresses.isEmpty }.map {
      "\($0.metadata.namespace ?? "")/\($0.metadata.name)"
    }
    return waiting.isEmpty
      ? .pass(got: "\(leases.count) Service(s), each with an address")
      : .fail(got: "\(waiting.count) without: \(waiting.prefix(3).joined(separator: ", "))")
  }
}
