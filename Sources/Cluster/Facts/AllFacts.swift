/// Every fact there is.
package enum AllFacts {
  package static let definitions: [FactDefinition] = [
    .cluster,
    .metallb,
    .pools,
    .routing,
    .akash,
    .kubeProxy,
    .releases,
    .repositories,
    .providerValues,
    .providerFile,
    .inventory,
    .playbook,
    .helmVersion,
    .versions,
    .permissions,
    .operatorCharts,
    .providerCharts,
    .metallbCharts,
    .metallbValues,
    .metallbConfiguration,
    .leasedIPKind,
    .leasedIPs,
    .operatorUsage,
    .metallbMetrics,
    .providerStatus,
    .metallbSurroundings,
    .webhook,
    .webhookAnswer,
    .announcements,
    .leaseEndpoints,
    .operatorLog,
    .providerLog,
    .operatorRights,
    .leaseStatus,
    .providerVersion,
    .histories,
  ]

  private static let byName = Dictionary(
    definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  package static func definition(_ name: FactName) -> FactDefinition? { byName[name] }
}
