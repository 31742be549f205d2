import Cluster

/// What the namespace of MetalLB says to Pod Security: its speakers use the host's network, and where
/// Pod Security is enforced their pods are refused unless it says privileged.
struct PodSecurity {
  /// Kubernetes: Pod Security Admission labels.
  static let labels = ["enforce", "audit", "warn"].map { "pod-security.kubernetes.io/\($0)" }
  static let wanted = "privileged"

  let namespace: Namespace

  /// nil where there is no namespace of MetalLB.
  init?(_ snapshot: ClusterSnapshot) {
    let found = snapshot.cluster.value?.namespace(ConsoleSettings.metallbNamespace)
    guard let found else { return nil }
    namespace = found
  }

  /// Labels that are not privileged, or not there.
  var missing: [String] { Self.labels.filter { namespace.metadata.label($0) != Self.wanted } }

  /// The level that is refused by, where that refuses the speakers' pods; nil where it does not.
  var refusal: String? {
    let enforced = namespace.metadata.label(Self.labels[0])
    return ["baseline", "restricted"].contains(enforced) ? enforced : nil
  }
}
