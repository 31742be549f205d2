import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct InventoryReaderTests {
  private let folder = TemporaryFolder()
  private let time = Date(timeIntervalSince1970: 0)

  /// - Returns: the file's path.
  @discardableResult
  private func lay(_ name: String, _ text: String = "---\n") throws -> String {
    let path = folder.file(name)
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  private func read(_ path: String) throws -> KubesprayInventory {
    try #require(InventoryReader.read(path, at: time).value)
  }

  private let hosts = """
    all:
      vars:
        kube_proxy_strict_arp: false
      children:
        k8s_cluster: {children: {kube_control_plane: }}
        kube_control_plane: {hosts: {node1: }}

    """

  @Test func groupVariablesWinOverTheInventoryAndTheSmallerGroupOverAll() throws {
    let inventory = try lay("i/hosts.yaml", hosts)
    #expect(try read(inventory).bool("kube_proxy_strict_arp") == false)
    let all = try lay("i/group_vars/all/all.yml", "kube_proxy_strict_arp: true\n")
    #expect(try read(inventory).bool("kube_proxy_strict_arp") == true)
    #expect(try read(inventory).file(of: "kube_proxy_strict_arp") == all)
    let etcd = try lay("i/group_vars/k8s_cluster/etcd.yml", "etcd_deployment_type: host\n")
    let cluster = try lay(
      "i/group_vars/k8s_cluster/k8s-cluster.yml", "kube_proxy_strict_arp: false\n")
    let whole = try read(inventory)
    #expect(whole.bool("kube_proxy_strict_arp") == false)
    #expect(whole.files.map(\.path) == [inventory, all, etcd, cluster])
    #expect(whole.path == inventory)
  }

  @Test func anInventoryInINIFormGivesItsGroupVariables() throws {
    let inventory = try lay("i/inventory.ini", "[all]\nnode1 ansible_host=192.0.2.1\n")
    let variables = try lay("i/group_vars/all.yml", "metallb_enabled: true\n")
    let found = try read(inventory)
    #expect(found.path == inventory)
    #expect(found.files.map(\.path) == [inventory, variables])
    #expect(found.bool("metallb_enabled") == true)
  }

  @Test func anInventoryInINIFormAloneGetsAFileOfVariables() throws {
    let hosts = "[kube_control_plane]\nnode1\n[k8s_cluster:children]\nkube_control_plane\n"
    let found = try read(try lay("i/inventory.ini", hosts))
    let changes = try found.changes(KubesprayInventory.Wish(form: .new, setsStrictARP: true))
    #expect(changes.map(\.path) == [folder.file("i/group_vars/k8s_cluster/addons.yml")])
    #expect(changes.map(\.expected) == [nil])
    #expect(changes.first?.contents.reveal() == "---\nkube_proxy_strict_arp: true\n")
    #expect(changes.first?.diff.contains("+kube_proxy_strict_arp: true") == true)
    let after = found.applying(changes)
    #expect(after.bool("kube_proxy_strict_arp") == true)
    #expect(try after.changes(KubesprayInventory.Wish(form: .new, setsStrictARP: true)) == [])
  }

  @Test func aFileOfVariablesLeadsToItsInventory() throws {
    let inventory = try lay("i/hosts.yaml", hosts)
    let variables = try lay("i/group_vars/k8s_cluster/addons.yml", "# nothing yet\n")
    let found = try read(variables)
    #expect(found.path == inventory)
    #expect(found.files.map(\.path) == [inventory, variables])
    let own = try lay("i/group_vars/gpu/metallb.yml", "metallb_enabled: true\n")
    let problem = InventoryReader.read(own, at: time).problem
    #expect(problem?.reason == "no node of the cluster is in a group gpu")
    try FileManager.default.removeItem(atPath: inventory)
    #expect(try read(own).files.map(\.path).contains(own))
  }

  @Test(arguments: [
    ("pools.yaml.j2", KubesprayForm.new), ("ipaddresspools.yml.j2", .new),
    ("metallb-config.yml.j2", .old), ("other.j2", nil),
  ])
  func theCheckoutShowsItsFormAndVersion(template: String, form: KubesprayForm?) throws {
    let inventory = try lay("k/inventory/mine/hosts.yaml", hosts)
    #expect(try read(inventory).checkout == nil)
    try lay("k/cluster.yml")
    try lay("k/roles/kubernetes-apps/metallb/templates/\(template)")
    try lay("k/galaxy.yml", "namespace: kubernetes_sigs\nversion: \"2.24.1\"\n")
    #expect(
      try read(inventory).checkout
        == KubesprayCheckout(folder: folder.file("k"), form: form, version: "2.24.1"))
  }

  @Test func whatCannotBeReadIsSaid() throws {
    #expect(InventoryReader.read(nil, at: time).isAbsent)
    let none = InventoryReader.read(folder.file("none"), at: time)
    #expect(none.problem?.what.contains("is not there") == true)
    let bytes = folder.file("bytes")
    try Data([0xFF, 0xFE, 0x41]).write(to: URL(filePath: bytes))
    #expect(InventoryReader.read(bytes, at: time).problem?.what.contains("UTF-8") == true)
  }
}
