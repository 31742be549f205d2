import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster

/// In which of many places Ansible finds a variable, and which of them is edited.
struct InventoryPlacesTests {
  private let folder = TemporaryFolder()

  private static let hosts = """
    all:
      hosts:
        node1: {ansible_host: 192.0.2.11}
        node2:
      children:
        kube_control_plane: {hosts: {node1: }}
        kube_node: {hosts: {node1: , node2: }}
        etcd: {hosts: {node1: }}
        k8s_cluster: {children: {kube_control_plane: , kube_node: }}

    """

  private static let inventoryINI = """
    [all]
    node1 ansible_host=192.0.2.11   # the first
    node[2:3]

    [kube_control_plane]
    node1
    [kube_node]
    node[1:3]
    [etcd:children]
    kube_control_plane
    [k8s_cluster:children]
    kube_control_plane
    kube_node

    """

  /// - Returns: the path of the file `named`, or of the first one.
  private func lay(_ files: KeyValuePairs<String, String>) throws -> String {
    for (name, text) in files {
      let url = URL(filePath: folder.file(name))
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return folder.file(files.first?.key ?? "")
  }

  private func read(_ files: KeyValuePairs<String, String>) throws -> KubesprayInventory {
    try InventoryReader.read(lay(files))
  }

  private let wish = KubesprayInventory.Wish(
    form: .new, enablesMetalLB: true, setsStrictARP: true, pool: "default",
    ranges: ["203.0.113.0/28"], handsOut: true)

  /// Names below the folder and texts of the files as the wish leaves them.
  private func edited(_ inventory: KubesprayInventory) throws -> [String: String] {
    let changes = try inventory.changes(wish)
    #expect(try inventory.applying(changes).changes(wish) == [])
    let texts = changes.map {
      (String($0.path.dropFirst(folder.path.count + 1)), $0.contents.reveal())
    }
    return Dictionary(texts) { first, _ in first }
  }

  @Test func theVariablesOfAChildGroupWin() throws {
    let inventory = try read([
      "hosts.yaml": Self.hosts,
      "group_vars/kube_control_plane/lb.yml":
        "metallb_enabled: false\nmetallb_speaker_enabled: false\n",
      "group_vars/k8s_cluster/addons.yml": "metallb_enabled: true\n",
    ])
    #expect(inventory.bool("metallb_enabled") == false)
    let texts = try edited(inventory)
    #expect(
      texts["group_vars/kube_control_plane/lb.yml"]?.hasPrefix(
        "metallb_enabled: true\nmetallb_speaker_enabled: true\n") == true)
    #expect(texts.count == 1)
    #expect(inventory.remarks.contains { $0.hasPrefix("metallb_enabled differs on node2 ") })
  }

  @Test func aFolderOfAGroupHidesItsFile() throws {
    let inventory = try read([
      "hosts.yaml": Self.hosts,
      "group_vars/k8s_cluster.yml": "metallb_enabled: true\nmetallb_config: {}\n",
      "group_vars/k8s_cluster/k.yml": "kube_version: v1.29.0\n",
    ])
    #expect(inventory.bool("metallb_enabled") == nil)
    let texts = try edited(inventory)
    #expect(texts.keys.sorted() == ["group_vars/k8s_cluster/k.yml"])
    #expect(
      inventory.remarks.contains {
        $0.hasSuffix("k8s_cluster.yml: the folder k8s_cluster beside it is read instead.")
      })
  }

  @Test(arguments: ["k8s_cluster", "k8s-cluster"])
  func besideAnInventoryInINIFormTheFileOfTheAddonsIsEdited(group: String) throws {
    let hosts = Self.inventoryINI.replacing("k8s_cluster", with: group)
    let addons = "group_vars/\(group)/addons.yml"
    let inventory = try read([
      "hosts.ini": hosts, addons: "helm_enabled: false\n",
      "group_vars/\(group)/a.yml": "kube_version: v1.29.0\n",
    ])
    #expect(try edited(inventory).keys.sorted() == [addons])
    // There is none yet.
    let bare = TemporaryFolder()
    try Data(hosts.utf8).write(to: URL(filePath: bare.file("hosts.ini")))
    let made = try InventoryReader.read(bare.file("hosts.ini")).changes(wish)
    #expect(made.map(\.path) == [bare.file(addons)])
  }

  @Test func whatALineOfAnINIInventorySaysOfAHostIsNotOverriddenInSilence() throws {
    let inventory = try read([
      "hosts.ini": Self.inventoryINI.replacing(
        "node1 ansible_host", with: "node1 metallb_enabled=False ansible_host"),
      "group_vars/all.yml": "metallb_enabled: true\n",
    ])
    #expect(inventory.bool("metallb_enabled") == false)
    let error = #expect(throws: UserMessage.self) { try inventory.changes(wish) }
    #expect(error?.reason?.contains("INI form") == true)
    #expect(error?.advice?.text().contains("metallb_enabled: true") == true)
  }

  @Test func whatALineOfAnINIInventorySaysOfAGroupIsOverriddenByAFile() throws {
    let inventory = try read([
      "hosts.ini": Self.inventoryINI + "[k8s_cluster:vars]\nmetallb_enabled=False\n"
    ])
    #expect(inventory.bool("metallb_enabled") == false)
    let changes = try inventory.changes(wish)
    #expect(inventory.applying(changes).bool("metallb_enabled") == true)
  }

  @Test func onlyFilesAnsibleReadsCount() throws {
    let inventory = try read([
      "hosts.yaml": Self.hosts,
      "group_vars/all/.hidden.yml": "metallb_enabled: true\n",
      "group_vars/all/old.yml~": "metallb_enabled: true\n",
      "group_vars/all/notes.txt": "metallb_enabled: true\n",
      "group_vars/all/deep.d/x.yml": "metallb_enabled: true\n",
      "group_vars/all/deep/plain": "metallb_enabled: false\n",
      "group_vars/all/a.json": "{\"metallb_enabled\": true}\n",
    ])
    #expect(inventory.bool("metallb_enabled") == false)
    #expect(
      inventory.files.map { String($0.path.dropFirst(folder.path.count + 1)) }
        == ["hosts.yaml", "group_vars/all/a.json", "group_vars/all/deep/plain"])
  }

  @Test func priorityDecidesBetweenGroupsOfOneDepthAndTheHostWinsOverAll() throws {
    let groups = """
      kube_control_plane: {hosts: {node1: }}
      aa: {hosts: {node1: }, vars: {ansible_group_priority: 10, metallb_version: a}}
      zz: {hosts: {node1: }, vars: {metallb_version: z}}

      """
    let inventory = try read(["hosts.yml": groups])
    #expect(
      inventory.layout.winner(of: "metallb_version", on: inventory.layout.nodes[0])?.value.string
        == "a")
    let own = try read(["hosts.yml": groups, "host_vars/node1": "metallb_version: own\n"])
    #expect(
      own.layout.winner(of: "metallb_version", on: own.layout.nodes[0])?.value.string == "own")
  }

  @Test func aFolderIsAnInventoryOfItsFiles() throws {
    let hosts = try lay([
      "i/02-groups.yml": "k8s_cluster: {children: {kube_control_plane: }}\n",
      "i/01-hosts": "[kube_control_plane]\nnode1\n",
      "i/inventory.ini": "this is passed over\n",
      "i/group_vars/k8s_cluster/x.yml": "metallb_enabled: true\n",
    ])
    let folder = URL(filePath: hosts).deletingLastPathComponent().path
    #expect(try InventoryReader.read(folder).bool("metallb_enabled") == true)
  }

  @Test func whatIsEncryptedIsNamed() throws {
    let inventory = try read([
      "hosts.yaml": Self.hosts, "group_vars/all/vault.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
    ])
    #expect(inventory.remarks.contains { $0.contains("vault.yml is encrypted") })
    #expect(try edited(inventory).keys.sorted() == ["hosts.yaml"])
  }

  @Test func aPoolThatIsKeptBackHandsOutAgain() throws {
    let text = """
      metallb_config:
        address_pools:
          default:
            ip_range: [203.0.113.0/28]
            auto_assign: false
        layer2: [default]

      """
    let inventory = try read(["hosts.yaml": Self.hosts, "group_vars/all.yml": text])
    #expect(inventory.isKeptBack(pool: "default"))
    let made = try edited(inventory)["group_vars/all.yml"]
    #expect(made?.contains("auto_assign: true") == true)
    // An edit of the ranges alone leaves it.
    let ranges = try inventory.changes(
      forPool: "default", ranges: ["203.0.113.0/29"], form: .new)
    #expect(ranges.first?.contents.reveal().contains("auto_assign: false") == true)
  }

  @Test(arguments: [
    ("node1", ["node1"]), ("node[1:3]", ["node1", "node2", "node3"]),
    ("n[08:10]x", ["n08x", "n09x", "n10x"]), ("n[a:c]", ["na", "nb", "nc"]),
    ("n[1:6:2]", ["n1", "n3", "n5"]), ("n[1:2]-[a:b]", ["n1-a", "n1-b", "n2-a", "n2-b"]),
    ("node1:22", ["node1"]), ("2001:db8::1", ["2001:db8::1"]),
    ("[2001:db8::1]:22", ["2001:db8::1"]), ("n[1:2]:22", ["n1", "n2"]),
  ])
  func aPatternNamesHosts(pattern: String, hosts: [String]) {
    #expect(HostPattern.names(pattern) == hosts)
  }
}
