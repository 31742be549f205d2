import Basics
import Cluster

/// Nodes that are kept from load balancers by a label, and whether MetalLB heeds it.
struct NodeExclusion {
  static let label = "node.kubernetes.io/exclude-from-external-load-balancers"
  /// MetalLB looks at the label since then.
  static let isReadSince = Version(0, 14, 2)

  /// Every node has the label.
  let coversAllNodes: Bool
  /// The speakers were told to announce from such nodes all the same.
  let isPassedOver: Bool
  private let version: Version?

  init(_ snapshot: ClusterSnapshot) {
    let nodes = snapshot.cluster.value?.nodes ?? []
    let found = snapshot.metallbInstallation
    coversAllNodes = !nodes.isEmpty && nodes.allSatisfy { $0.metadata.label(Self.label) != nil }
    isPassedOver =
      found?.speaker?.container("speaker")?.args?.contains {
        $0.hasPrefix("--ignore-exclude-lb")
      } ?? false
    version = found?.version
  }

  /// MetalLB is of a version that does not look at the label; false where that is not known.
  var isUnread: Bool { version.map { $0 < Self.isReadSince } ?? false }

  /// No node may announce an address.
  var silencesAll: Bool { coversAllNodes && !isPassedOver && !isUnread }
}
