import Basics
import Cluster

/// kube-proxy keeps quiet about the addresses MetalLB announces.
enum StrictARPChecks {
  static let setting = Check(
    "IPL-0502", "strict-arp", .arp, "kube-proxy does not answer ARP for leased addresses",
    want: "strictARP on, or a mode in which it does not matter",
    why: "In ipvs mode every node has every address and would answer; traffic goes astray.",
    hint: "Where Kubespray rules: kube_proxy_strict_arp: true.", step: .strictARP,
    dependsOn: ["IPL-0001"], needs: [.kubeProxy, .cluster]
  ) { snapshot in
    let strict = StrictARP(snapshot)
    let found: KubeProxyConfig?
    do throws(UserMessage) { found = try strict.config() } catch { return .fail(got: error.what) }
    guard let config = found else {
      return switch strict.elsewhere.meaning {
      case .notNeeded(let why): .pass(got: why)
      case .isOn(let evidence): .pass(got: evidence)
      case .isOff(let problem): .fail(got: problem.what)
      }
    }
    guard config.mode == .ipvs else {
      return .pass(got: config.modeText.isEmpty ? "iptables" : config.modeText)
    }
    return config.strictARP == true
      ? .pass(got: "ipvs, strictARP on") : .fail(got: "ipvs, strictARP off")
  }

  static let restarted = Check(
    "IPL-0503", "kube-proxy-restarted", .arp, "kube-proxy runs with the present setting",
    want: "every pod is newer than the change", why: "kube-proxy reads it only when it starts.",
    hint: "kubectl -n kube-system rollout restart daemonset/kube-proxy",
    remedies: [.restartKubeProxy], dependsOn: ["IPL-0502"], needs: [.kubeProxy]
  ) { snapshot in
    let strict = StrictARP(snapshot)
    guard strict.mattersHere else { return .notRun(.nothingToTest("it does not matter here")) }
    let (pods, old) = (strict.pods, strict.olderPods)
    return old.isEmpty
      ? .pass(got: "\(pods.count) pod(s) started since")
      : .fail(got: "\(old.count) of \(pods.count) started before the change")
  }.since { StrictARP($0).changedAt }
}
