extension FactName {
  /// ServiceL2Status: which node answers for which Service; `absent` where MetalLB is too old to say it.
  package static let announcements = FactName("announcements")
}

extension ClusterSnapshot {
  package var announcements: Fact<[ServiceL2Status]> {
    get { self[.announcements] }
    set { self[.announcements] = newValue }
  }
}

extension FactDefinition {
  static let announcements = FactDefinition.listed(
    .announcements, [Listing(.l2Statuses)], purpose: "read which node answers for which Service"
  ) { $0.of(.l2Statuses, as: ServiceL2Status.self) }
}
