/// The only maker of ansible-playbook's argument vectors.
package enum Ansible {
  package static func version() -> Command {
    Command(.ansiblePlaybook, ["--version"], purpose: "see whether ansible-playbook is there")
  }

  /// Kubespray's playbook, only what has to do with MetalLB and kube-proxy. It is run in the checkout,
  /// whose ansible.cfg names its roles. Large clusters take hours.
  package static func playbook(inventory: String, checkout: String) -> Command {
    Command(
      .ansiblePlaybook,
      ["-i", inventory, "--become", "--tags", "metallb,kube-proxy", "cluster.yml"],
      purpose: "run Kubespray's playbook for MetalLB", changes: true,
      timeLimit: .seconds(6 * 3_600), folder: checkout)
  }
}
