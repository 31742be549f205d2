import Basics
import Cluster

/// One upgrade as the gate looks at it: what is there and what it would become.
struct UpgradeCase: Hashable, Sendable {
  var part: Upgrade.Part
  /// Versions of the chart.
  var from: Version
  var to: Version
  /// The version of the program in the chart it goes to.
  var toApp: Version?
  /// The releases it would change that helm left half-way, as in "metallb is failed".
  var broken: [String] = []

  // MARK: MetalLB

  /// The oldest that a node runs; nil where no node says it.
  var kubernetes: Version?
  var isByKubespray = false
  /// Its values turn the kinds off.
  var leavesKindsOut = false
  /// Every node is kept from load balancers, and the speakers do not pass over that.
  var hasExcludedNodes = false
  var hasCordonedNode = false

  // MARK: Akash

  /// The provider that runs.
  var providerApp: Version?
  /// The operator as the upgrade leaves it.
  var operatorApp: Version?
  /// As the provider's values have it; nil where they leave it to the chart.
  var letsEncrypt: Bool?
  /// The provider's values have times of their own for closing an unhealthy lease.
  var hasOwnMonitor = false

  /// It goes from below this release to it or above; what was published before it on trial is of it.
  func crosses(_ release: Version) -> Bool {
    var first = release
    first.preRelease = "a"
    return from < first && to >= first
  }
}
