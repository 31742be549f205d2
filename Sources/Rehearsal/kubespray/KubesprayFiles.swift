import Basics
import Foundation

/// A checkout of Kubespray as far as the console looks at it, with an inventory in it.
enum KubesprayFiles {
  /// - Parameter anew: the inventory as it was at the beginning, whatever became of it.
  static func lay(around inventory: String, anew: Bool) throws(UserMessage) {
    let parts = inventory.components(separatedBy: "/inventory/")
    let checkout = parts[0]
    let templates = "\(checkout)/roles/kubernetes-apps/metallb/templates"
    let folder = inventory.split(separator: "/").dropLast().joined(separator: "/")
    for path in [templates, "/\(folder)"] { try AtomicFile.createFolder(path) }
    let files = [
      ("\(checkout)/cluster.yml", "---\n- name: Rehearsal\n  hosts: localhost\n"),
      ("\(checkout)/galaxy.yml", "---\nnamespace: kubernetes_sigs\nversion: 2.27.0\n"),
      ("\(templates)/pools.yaml.j2", "{# filled in by the rehearsal #}\n"),
    ]
    for (path, text) in files where access(path, F_OK) != 0 {
      try AtomicFile.write(Data(text.utf8), to: path)
    }
    if anew || access(inventory, F_OK) != 0 {
      try AtomicFile.write(Data(hosts.utf8), to: inventory)
    }
  }

  /// As the guide for providers by Kubespray has it; MetalLB's variables are those of the guide's
  /// time, which this Kubespray does not read.
  private static let hosts = """
    # The provider's cluster
    all:
      vars:
        cluster_id: "1.0.0.1"
        ansible_user: root
        ansible_become_password: CANARY-BECOME-rehearsal-must-never-be-shown
        kube_proxy_mode: ipvs
        kube_proxy_strict_arp: false   # the default
        # MetalLB
        metallb_enabled: true
        metallb_speaker_enabled: "{{ metallb_enabled }}"
        metallb_pool_name: default
        metallb_protocol: layer2
      hosts:
        node1: {ansible_host: 10.245.0.11, ip: 10.245.0.11}
      children:
        kube_control_plane:
          hosts:
            node1:
        etcd:
          hosts:
            node1:
        kube_node:
          hosts:
            node1:
        k8s_cluster:
          children:
            kube_control_plane:
            kube_node:

    """
}
