import Basics

/// Which versions of MetalLB go with the Akash IP operator.
package enum MetalLBVersionRule {
  /// From 0.16.0 the controller serves metrics over HTTPS with a token only; the operator speaks
  /// plain HTTP to the port named `monitoring` (MetalLB: internal/k8s/k8s.go@v0.16.0, provider:
  /// cluster/kube/operators/clients/metallb/client.go).
  static let tooNew = Version(0, 16, 0, preRelease: "a")
  /// From here on pools are objects, and a ConfigMap is not read any more.
  static let objectsCame = Version(0, 13, 0, preRelease: "a")

  /// Versions of MetalLB that do not run on versions of Kubernetes.
  private struct Clash {
    var metallb: ClosedRange<Version>
    var kubernetes: ClosedRange<Version>
    var why: String
  }

  private static let newest = Version(999, 0, 0)

  private static let clashes = [
    Clash(
      metallb: Version(0, 14, 2)...newest, kubernetes: Version(0, 0, 0)...Version(1, 20, 999),
      why: "it reads EndpointSlices v1 only, which came with 1.21"),
    // metallb#2145
    Clash(
      metallb: Version(0, 13, 12)...Version(0, 13, 12),
      kubernetes: Version(1, 26, 0)...Version(1, 26, 999),
      why: "its controller crashes on 1.26; 0.13.11 and 0.14.8 run"),
    // metallb#1893, kubernetes#118361
    Clash(
      metallb: Version(0, 13, 9)...Version(0, 13, 9),
      kubernetes: Version(1, 27, 0)...Version(1, 27, 4),
      why: "it may crash at its start on 1.27.0 to 1.27.4; 0.13.10 and 1.27.5 do not"),
    // metallb#2012
    Clash(
      metallb: Version(0, 0, 0)...Version(0, 13, 4), kubernetes: Version(1, 25, 0)...newest,
      why: "its chart has a PodSecurityPolicy, a kind that 1.25 dropped: helm cannot change it"),
  ]

  /// Why this MetalLB and this Kubernetes do not go together; nil where they do.
  static func clash(_ metallb: Version, _ kubernetes: Version) -> String? {
    clashes.first { $0.metallb.contains(metallb) && $0.kubernetes.contains(kubernetes) }?.why
  }

  package static func problem(with text: String) -> UserMessage? {
    guard let version = Version(text) else {
      return UserMessage(
        "\"\(SafeText.line(text, limit: 40))\" is no version of MetalLB.",
        advice: "Give three numbers, as in --metallb-version 0.14.8.")
    }
    if version >= tooNew {
      return UserMessage(
        "MetalLB \(version) does not go with the Akash IP operator: from 0.16 its metrics come "
          + "only over HTTPS with a token, and the operator asks over plain HTTP.",
        advice: "Use 0.14.8 (the guide's) or 0.14.9.")
    }
    if version < Version(0, 13, 0) {
      return UserMessage(
        "MetalLB \(version) is too old: pools as objects came with 0.13.",
        advice: "Use 0.14.8 (the guide's) or 0.14.9.")
    }
    if version == Version(0, 15, 0) {
      return UserMessage(
        "MetalLB 0.15.0 refuses good pools: its check against node addresses reads ranges wrongly "
          + "and was taken back in 0.15.1.",
        advice: "Use 0.14.8 (the guide's) or 0.14.9.")
    }
    return nil
  }
}
