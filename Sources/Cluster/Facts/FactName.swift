/// What can be read of a cluster. A step or check names the facts it looks at; the reader knows the
/// commands that bring them, and brings several with one command where it can.
package enum FactName: String, Hashable, Sendable, CaseIterable {
  /// Nodes, namespaces and the Services of all namespaces: `cluster`.
  case cluster
  /// Deployments, DaemonSets, ConfigMaps, Pods and EndpointSlices of `metallb-system`.
  case metallb
  /// IPAddressPools and L2Advertisements.
  case pools
  /// The names of the BGPPeers, BFDProfiles and Communities, where a migration might meet them.
  case routing
  /// Deployments, StatefulSets, ConfigMaps, Pods and EndpointSlices of `akash-services`.
  case akash
  /// kube-proxy: its ConfigMap, DaemonSet and Pods, from `kube-system`.
  case kubeProxy
  case releases
  case repositories
  /// The values of the provider's release. Secret.
  case providerValues
  /// The text of provider.yaml on this machine. Secret.
  case providerFile
  /// The files of Kubespray's inventory on this machine. May hold passwords.
  case inventory
  /// Whether ansible-playbook is there, by its version.
  case playbook
  case helmVersion
  /// kubectl's and the API server's version.
  case versions
  case permissions
  /// `helm search repo` for the IP operator's chart.
  case operatorCharts
  /// `helm search repo` for the provider's chart.
  case providerCharts
  /// `helm search repo` for MetalLB's chart.
  case metallbCharts
  /// The values of MetalLB's release. May hold secrets.
  case metallbValues
  /// MetalLB's pools and what goes with them, as its objects say it whole. May hold passwords.
  case metallbConfiguration
  /// The CRD ProviderLeasedIP.
  case leasedIPKind
  /// The ProviderLeasedIP objects of all namespaces.
  case leasedIPs
  /// The operator's `/usage`; 503 while its barrier is locked.
  case operatorUsage
  /// The MetalLB controller's `/metrics` through Service `controller`.
  case metallbMetrics
  /// The provider's 8443 `/status`.
  case providerStatus
  /// Events and NetworkPolicies of `metallb-system`.
  case metallbSurroundings
  /// MetalLB's webhook configuration.
  case webhook
  /// Whether the webhook's server answers the API server, asked through its proxy.
  case webhookAnswer
  /// ServiceL2Status: which node answers for which Service.
  case announcements
  /// EndpointSlices of the Services that lease an address.
  case leaseEndpoints
  /// The last lines of the IP operator's log, with the runtime's times.
  case operatorLog
  /// The last lines of the provider's log, with the runtime's times.
  case providerLog
  /// Whether the operator's account may list ProviderLeasedIPs.
  case operatorRights
  /// Whether the operator answers for the first lease it serves.
  case leaseStatus
  /// The provider's 8443 `/version`, which answers also while `/status` hangs.
  case providerVersion
  /// The revisions of MetalLB's, the operator's and the provider's release.
  case histories
}
