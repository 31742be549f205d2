extension FactName {
  /// Whether the operator answers for the first lease it serves; false where it ends the request with an
  /// error of its own.
  package static let leaseStatus = FactName("leaseStatus")
}

extension ClusterSnapshot {
  package var leaseStatus: Fact<Bool> {
    get { self[.leaseStatus] }
    set { self[.leaseStatus] = newValue }
  }
}

extension FactDefinition {
  static let leaseStatus: FactDefinition = {
    var definition = asked(
      .leaseStatus, near: [.operatorUsage, .cluster],
      [Question(after: [.operatorUsage, .akash, .cluster]) { snapshot, _ in status(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// The operator's word about one lease; only where it serves and there is a lease.
  private static func status(_ snapshot: ClusterSnapshot) -> [Read] {
    guard case .totals? = snapshot.operatorUsage.value, let found = snapshot.ipOperator,
      let service = snapshot.leaseServices.first
    else { return [] }
    let lease = ["owner", "dseq", "gseq", "oseq"].compactMap {
      service.metadata.label("akash.network/lease.id.\($0)")
    }
    guard lease.count == 4 else { return [] }
    let path = ClusterRead.proxyPath(
      found.generation.usageService, ConsoleSettings.akashNamespace,
      "ip-lease-status/\(lease.joined(separator: "/"))")
    return [
      Read(.endpoint(path, purpose: "ask the IP operator about a lease")) { snapshot, answer in
        guard let said = answer.said else {
          snapshot.leaseStatus = answer.failed()
          return
        }
        let isError = !said.exit.isSuccess && said.errorText.contains("(InternalError)")
        snapshot.leaseStatus =
          said.exit.isSuccess || isError ? .known(!isError, at: answer.at) : answer.failed()
      }
    ]
  }
}
