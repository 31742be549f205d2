/// A starting state of the built-in cluster.
package enum RehearsalScenario: String, CaseIterable, Sendable, Codable {
  /// A provider installed by Helm, no MetalLB.
  case fresh
  /// The same with charts 8.0.x: the names of the guide's time.
  case oldCharts = "old-charts"
  /// The ConfigMap of MetalLB 0.12, and leases that still hold the addresses it gave; no MetalLB.
  case legacy
  /// Everything done, some addresses leased.
  case enabled
  /// MetalLB by Kubespray since v2.22, with its inventory; no pool.
  case kubespray
  /// k3s: kube-proxy inside, ServiceLB on.
  case k3s
  /// The provider by manifests. Whoever keeps them does what the console asks for.
  case noHelm = "no-helm"
  /// Enabled; then the node was away, and the operator came back before the cluster's DNS.
  case barrier
  /// Enabled; then MetalLB was upgraded to 0.16 without a thought for the operator.
  case upgrade
}

/// A misfortune that can be switched on; kept with the cluster's state.
package enum RehearsalFault: Hashable, Sendable, Codable {
  /// The next changing helm command is killed and leaves its release pending.
  case helmKilled
  /// Nothing answers at the API server's address for so many seconds.
  case apiStopped(seconds: Double)
  case webhookDown
  case chartServerDown
  /// The IP operator's one lookup fails, in every pod started while this is on.
  case operatorLocked
  case twoProviders
  case noProvider
  /// `helm get values` knows of no values.
  case valuesNull
  /// The user may read but not change.
  case forbidden
  /// The user may not read Secrets, in which helm keeps its releases.
  case secretsForbidden
  /// `helm version` says 2.17.
  case helmTwo
  /// Nothing listens on the metrics port of MetalLB's controller.
  case metricsRefused
  /// The operator's pod does not get through to the metrics port, though the API server does.
  case operatorCutOff
  /// The operator's account may not list ProviderLeasedIPs.
  case rightsMissing
  /// MetalLB refuses an object and works by an older configuration.
  case staleConfiguration
  /// MetalLB counts more addresses than the pool has.
  case miscounted
  /// No speaker answers for any address.
  case unannounced
  /// The cluster refuses what the operator wants to do for a lease.
  case eventRefused
  /// The chain refuses the provider's attributes.
  case updateRefused
  /// The speakers of two nodes answer for each address.
  case announcedTwice
  /// The provider's own question about addresses is not answered.
  case countsUntold
}
