import Basics
import Foundation

/// Kubespray's playbook run on the simulated cluster: its MetalLB role, by what the inventory says.
enum AnsibleRehearsal {
  static func answer(
    _ arguments: [String], folder: String?, state: inout RehearsalState
  ) -> Answer {
    if arguments == ["--version"] {
      return Answer("ansible-playbook [core 2.16.14]\n", delay: 0.4)
    }
    guard let flag = arguments.firstIndex(of: "-i"), flag + 1 < arguments.count,
      let playbook = arguments.last, folder != nil
    else { return failure("the playbook could not be found", exit: 1) }
    let path = arguments[flag + 1]
    guard let bytes = FileManager.default.contents(atPath: path),
      let inventory = try? YAMLDocument.json(in: String(decoding: bytes, as: UTF8.self)).first
    else { return failure("Unable to parse \(path) as an inventory source", exit: 1) }
    var run = PlaybookRun(state: state, variables: inventory["all"]["vars"])
    run.play(playbook)
    if !run.hasFailed { state = run.state }
    return run.answer
  }

  private static func failure(_ text: String, exit: Int32) -> Answer {
    var answer = Answer("", exit: .code(exit), delay: 1)
    answer.warn("ERROR! \(text)\n")
    return answer
  }
}

/// One run: the tasks with their words and times.
private struct PlaybookRun {
  var state: RehearsalState
  let variables: JSONValue
  var answer = Answer()
  var hasFailed = false
  private var changedCount = 0
  private var okCount = 0

  init(state: RehearsalState, variables: JSONValue) {
    self.state = state
    self.variables = variables
  }

  mutating func play(_ playbook: String) {
    say("\nPLAY [Gather facts] \(String(repeating: "*", count: 60))\n", after: 2)
    task("Gather minimal facts", after: 18)
    task("kubernetes/node : Get the kube-proxy mode", after: 35)
    if flag("metallb_enabled") { metallb() }
    let counts =
      "ok=\(okCount)  changed=\(changedCount)  unreachable=0  failed=\(hasFailed ? 1 : 0)"
    say("\nPLAY RECAP \(String(repeating: "*", count: 60))\nnode1 : \(counts)\n", after: 3)
    answer.exit = .code(hasFailed ? 2 : 0)
  }

  private mutating func metallb() {
    let role = "kubernetes-apps/metallb"
    if variables["kube_proxy_mode"].text != "iptables", !flag("kube_proxy_strict_arp") {
      say(
        "\nTASK [\(role) : Kubernetes Apps | Check cluster settings for MetalLB]\n"
          + "fatal: [node1]: FAILED! => {\"changed\": false, \"msg\": \"MetalLB require "
          + "kube_proxy_strict_arp = true\"}\n", after: 4)
      hasFailed = true
      return
    }
    task("\(role) : Kubernetes Apps | Check cluster settings for MetalLB", after: 4)
    var isChanged = false
    let tag = variables["metallb_version"].text ?? KubesprayMetalLB.version
    for object in KubesprayMetalLB.objects(tag: tag) { isChanged = lay(object) || isChanged }
    task(
      "\(role) : Kubernetes Apps | Install and configure MetalLB", after: 30, isChanged: isChanged)
    let config = variables["metallb_config"]
    isChanged = false
    for (name, pool) in config["address_pools"].fields.sorted(by: { $0.key < $1.key }) {
      let metadata: JSONValue = ["name": .string(name), "namespace": "metallb-system"]
      isChanged =
        lay([
          "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool", "metadata": metadata,
          "spec": [
            "addresses": pool["ip_range"], "autoAssign": pool["auto_assign"],
            "avoidBuggyIPs": .bool(pool["avoid_buggy_ips"].flag ?? false),
          ],
        ]) || isChanged
    }
    for name in config["layer2"].items {
      isChanged =
        lay([
          "apiVersion": "metallb.io/v1beta1", "kind": "L2Advertisement",
          "metadata": ["name": name, "namespace": "metallb-system"],
          "spec": ["ipAddressPools": [name]],
        ]) || isChanged
    }
    task("\(role) : MetalLB | Create address pools configuration", after: 12, isChanged: isChanged)
    task("\(role) : Kubernetes Apps | Delete MetalLB ConfigMap", after: 3)
  }

  /// Makes the object, or gives it this specification; false where it is so already.
  private mutating func lay(_ object: JSONValue) -> Bool {
    guard let kind = ResourceKind.of(object) else { return false }
    let key = ObjectKey(
      kind.plural, object["metadata"]["namespace"].text ?? "",
      object["metadata"]["name"].text ?? "")
    guard var old = state.object(key) else {
      state.create(object, kind, manager: "kubectl-client-side-apply")
      return true
    }
    switch kind.plural {
    case "ipaddresspools", "l2advertisements": old["spec"] = object["spec"]
    case "deployments", "daemonsets": setImages(of: object, in: &old)
    default: return false
    }
    return state.update(key, to: old, manager: "kubectl-client-side-apply")
  }

  /// Of the rest nothing differs between two runs.
  private func setImages(of object: JSONValue, in old: inout JSONValue) {
    let new = object["spec"]["template"]["spec"]["containers"].items
    let containers = old["spec"]["template"]["spec"]["containers"].items.map { container in
      var container = container
      let image = new.first { $0["name"] == container["name"] }?["image"]
      if let image { container["image"] = image }
      return container
    }
    old["spec"]["template"]["spec"]["containers"] = .array(containers)
  }

  /// An expression counts as what it names.
  private func flag(_ name: String) -> Bool {
    let value = variables[name]
    if let text = value.text, text.contains("{{") {
      let inner = text.filter { $0.isLetter || $0 == "_" }
      return inner != name && flag(inner)
    }
    return value.flag ?? false
  }

  private mutating func task(_ name: String, after seconds: Double, isChanged: Bool = false) {
    okCount += 1
    if isChanged { changedCount += 1 }
    say("\nTASK [\(name)]\n\(isChanged ? "changed" : "ok"): [node1]\n", after: seconds)
  }

  private mutating func say(_ text: String, after seconds: Double) {
    answer.delay += seconds
    answer.pieces.append(.init(after: answer.delay, text: text, isError: false))
  }
}
