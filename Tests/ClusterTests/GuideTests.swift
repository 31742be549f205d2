import Foundation
import TestSupport
import Testing

/// Every command of the guide has its counterpart in the plans for a fresh cluster; where the
/// console does it another way, the step says why.
@Suite(.inTurn)
struct GuideTests {
  private struct Row {
    var guide: String
    var step: String
    /// In the plan of that step: what argv, standard input or diff must hold.
    var counterparts: [String]
    /// In the step's text where it differs.
    var because: String?
  }

  private static let rows = [
    Row(
      guide: "kubectl create ns metallb-system", step: "namespace",
      counterparts: ["kubectl create namespace metallb-system"]),
    Row(
      guide: "labels enforce, audit, warn = privileged", step: "namespace",
      counterparts: [
        "pod-security.kubernetes.io/enforce=privileged",
        "pod-security.kubernetes.io/audit=privileged", "pod-security.kubernetes.io/warn=privileged",
      ], because: "before MetalLB is installed"),
    Row(
      guide: "helm repo add metallb https://metallb.github.io/metallb", step: "metallb",
      counterparts: ["helm repo add metallb https://metallb.github.io/metallb"]),
    Row(
      guide: "helm -n metallb-system install metallb metallb/metallb --version 0.14.8",
      step: "metallb",
      counterparts: ["helm install metallb metallb/metallb --version 0.14.8", "-n metallb-system"],
      because: "--wait"),
    Row(
      guide: "kubectl -n metallb-system expose deployment metallb-controller --name=controller",
      step: "metrics-service",
      counterparts: [
        "kubectl -n metallb-system expose deployment metallb-controller --name=controller",
        #""name":"monitoring","port":7472"#,
      ]),
    Row(
      guide: "IPAddressPool default", step: "pools",
      counterparts: ["kind: IPAddressPool", #"name: "default""#, "203.0.113.0/28"],
      because: "created, never overwritten"),
    Row(
      guide: "L2Advertisement l2advertisement1", step: "pools",
      counterparts: ["kind: L2Advertisement", #"name: "l2advertisement1""#]),
    Row(
      guide: "kubectl get configmap kube-proxy | sed strictARP | kubectl diff",
      step: "strict-arp", counterparts: ["-  strictARP: false\n+  strictARP: true"]),
    Row(
      guide: "kubectl get configmap kube-proxy | sed strictARP | kubectl apply",
      step: "strict-arp",
      counterparts: [
        "kubectl -n kube-system patch configmap kube-proxy",
        "kubectl -n kube-system rollout restart daemonset/kube-proxy",
      ], because: "without a restart the setting has no effect"),
    Row(
      guide: "helm -n akash-services get values akash-provider > provider.yaml", step: "provider",
      counterparts: ["write provider.yaml"], because: "0600"),
    Row(
      guide: "ipoperator: true and the attribute ip-lease: true", step: "provider",
      counterparts: ["+ipoperator: true", "+- key: ip-lease\n+  value: true"],
      because: "feat-endpoint-ip is added"),
    Row(
      guide: "helm upgrade akash-provider akash/provider -n akash-services -f provider.yaml",
      step: "provider",
      counterparts: ["helm upgrade akash-provider akash/provider", "-f ", "-n akash-services"],
      because: "without --version helm would jump"),
    Row(
      guide: "helm install akash-ip-operator akash/akash-ip-operator --set provider_address=…",
      step: "ip-operator",
      counterparts: [
        "helm install akash-ip-operator akash/akash-ip-operator",
        "--set provider_address=\(ClusterSite.address)", "-n akash-services",
      ], because: "It comes before the provider's update"),
    Row(
      guide: "kubectl get statefulset … | grep AKASH_IP_OPERATOR", step: "verification",
      counterparts: [], because: "The variable may live in a ConfigMap only"),
    Row(
      guide: "barrier is locked: restart the operator", step: "capacity", counterparts: [],
      because: "A restart helps only where"),
  ]

  @Test func everyCommandOfTheGuideHasItsCounterpart() async throws {
    let site = try await ClusterSite(.rehearsal)
    let plans = try await site.run("plan", "-o", "json", "--pool", ClusterSite.pool).object()
    let steps = try await site.steps().document.steps
    let texts = try texts(of: plans)
    for row in Self.rows {
      let text = try row.counterparts.isEmpty ? "" : #require(texts[row.step], "\(row.guide)")
      for part in row.counterparts {
        #expect(text.contains(part), "\(row.guide): \(part) is not in\n\(text)")
      }
      guard let because = row.because else { continue }
      let guide = steps.first { $0.id == row.step }?.guide ?? ""
      #expect(guide.contains(because), "\(row.guide): \(guide)")
    }
  }

  /// The plan of each step as one text.
  private func texts(of plans: [String: Any]) throws -> [String: String] {
    let steps = try #require(plans["steps"] as? [[String: Any]])
    var texts: [String: String] = [:]
    for step in steps {
      let actions = step["actions"] as? [[String: Any]] ?? []
      let lines = actions.flatMap { action -> [String] in
        [
          (action["argv"] as? [String])?.joined(separator: " "), action["stdin"] as? String,
          (action["path"] as? String).map { "write \($0.split(separator: "/").last ?? "")" },
          action["diff"] as? String, action["until"] as? String,
        ].compactMap(\.self)
      }
      texts[step["id"] as? String ?? ""] =
        (lines + [step["diff"] as? String ?? ""]).joined(separator: "\n")
    }
    return texts
  }
}
