import Basics

/// Which versions of MetalLB go with the Akash IP operator.
package enum MetalLBVersionRule {
  /// From 0.16.0 the controller serves metrics over HTTPS with a token only; the operator speaks
  /// plain HTTP to the port named `monitoring` (MetalLB: internal/k8s/k8s.go@v0.16.0, provider:
  /// cluster/kube/operators/clients/metallb/client.go).
  static let tooNew = Version(0, 16, 0, preRelease: "a")
  /// From here on pools are objects, and a ConfigMap is not read any more.
  static let objectsCame = Version(0, 13, 0, preRelease: "a")

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
