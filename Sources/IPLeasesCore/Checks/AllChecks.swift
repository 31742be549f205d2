/// Every check, in the order of dependence: what a check builds on stands before it. A new check is
/// one line here, beside its family's file.
package enum AllChecks {
  package static let inOrder: [Check] = [
    ToolChecks.cluster, ToolChecks.helm, ToolChecks.helmMajor, ToolChecks.permissions,
    ToolChecks.provider, ToolChecks.oneProvider, ToolChecks.repositories,

    MetalLBChecks.namespace, MetalLBChecks.terminating, MetalLBChecks.podSecurity,
    MetalLBChecks.releasePending, MetalLBChecks.releaseFailed, MetalLBChecks.installed,
    MetalLBChecks.oneInstaller, MetalLBChecks.version, MetalLBChecks.kubernetes,
    MetalLBChecks.images, MetalLBChecks.crashes, MetalLBChecks.controller, MetalLBChecks.probes,
    MetalLBChecks.speakers, MetalLBChecks.frr, MetalLBChecks.memberlistKey,

    MetricsChecks.exists, MetricsChecks.port, MetricsChecks.headless, MetricsChecks.selector,
    MetricsChecks.policy, MetricsChecks.domain, MetricsChecks.answer,

    PoolChecks.kinds, PoolChecks.webhookEndpoint, PoolChecks.webhookAuthority,
    PoolChecks.leftover, PoolChecks.usable, PoolChecks.entries, PoolChecks.onlyIPv4,
    PoolChecks.onlyPool, PoolChecks.announced, PoolChecks.advertisedNames, PoolChecks.oldKind,
    PoolChecks.kindsKept, PoolChecks.stale,

    StrictARPChecks.setting, StrictARPChecks.restarted,

    LeaseChecks.shape,
    OperatorChecks.release, OperatorChecks.installed, OperatorChecks.kind, OperatorChecks.address,
    OperatorChecks.ownAddress, OperatorChecks.image, OperatorChecks.crashes,
    OperatorChecks.rollout, OperatorChecks.rights, OperatorChecks.generation,
    OperatorChecks.versions, OperatorChecks.setting, OperatorChecks.barrier,
    DeclarationChecks.ignored,

    CountChecks.metallb, CountChecks.zero, CountChecks.operator, CountChecks.free,
    CountChecks.foreign,

    ProviderChecks.release, ProviderChecks.whole, ProviderChecks.switchedOff, ProviderChecks.isOn,
    ProviderChecks.attributes, ProviderChecks.setting, ProviderChecks.image, ProviderChecks.crashes,
    ProviderChecks.initialised, ProviderChecks.hostnames, ProviderChecks.lookup,
    ProviderChecks.status, ProviderChecks.restarts, ProviderStandingChecks.restart,
    ProviderStandingChecks.onChain, ProviderStandingChecks.encryption,
    ProviderStandingChecks.offered, CountChecks.provider, CountChecks.heldBack,

    NetworkChecks.balancers, NetworkChecks.nodes, NetworkChecks.excluded, NetworkChecks.usable,
    NetworkChecks.nodeAddresses, NetworkChecks.used, NetworkChecks.networks,
    NetworkChecks.hostPorts,

    LeaseChecks.pending, LeaseChecks.answering, LeaseChecks.inPool, LeaseChecks.announced,
    LeaseChecks.oneAnnouncer, DeclarationChecks.declared, DeclarationChecks.orphans,
  ]

  /// What the step `verification` looks at: the path from the pool to the provider's answer, by
  /// facts that the other steps read anyway.
  package static let pathOfALease = [
    MetricsChecks.answer, CountChecks.metallb, OperatorChecks.barrier, CountChecks.operator,
    ProviderChecks.setting, ProviderChecks.status, LeaseChecks.pending,
  ].map(\.code)

  package static func check(_ code: String) -> Check? { inOrder.first { $0.code == code } }
}
