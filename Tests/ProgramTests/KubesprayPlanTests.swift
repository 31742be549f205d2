import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import ip_leases

/// What `plan pools` says and edits for inventories of the kinds people have.
struct KubesprayPlanTests {
  private let program = ProgramCall()

  private static let hosts = """
    all:
      hosts:
        node1: {ansible_host: 192.0.2.11}
      children:
        kube_control_plane: {hosts: {node1: }}
        kube_node: {hosts: {node1: }}
        etcd: {hosts: {node1: }}
        k8s_cluster: {children: {kube_control_plane: , kube_node: }}

    """

  /// - Returns: the plan's text, without line ends inside a sentence.
  private func plan(
    _ files: KeyValuePairs<String, String>, _ inventory: String
  ) async throws -> String {
    for (name, text) in files {
      let url = URL(filePath: "\(program.folder)/i/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    let result = await program.run([
      "plan", "pools", "--rehearse", "kubespray", "--reset", "--way", "kubespray",
      "--kubespray-form", "new", "--inventory", "\(program.folder)/i/\(inventory)", "--pool",
      "203.0.113.0/28",
    ])
    return result.transcript.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func aPoolThatIsKeptBackAndSpeakersThatAreOffAreSwitchedOnWithAWord() async throws {
    let text = """
      metallb_enabled: true
      metallb_speaker_enabled: false
      metallb_config:
        address_pools:
          default:
            ip_range: [198.51.100.0/28]
            auto_assign: false
        layer2: [default]

      """
    let plan = try await plan(
      ["hosts.yaml": Self.hosts, "group_vars/k8s_cluster/addons.yml": text], "hosts.yaml")
    for words in [
      "auto_assign of the pool default becomes true", "calico_advertise_service_loadbalancer_ips",
      "- metallb_speaker_enabled: false", "+ auto_assign: true",
    ] {
      #expect(plan.contains(words) || plan.contains(words.replacing("- ", with: "-")), "\(plan)")
    }
  }

  @Test func theFileOfTheChildGroupIsEdited() async throws {
    let plan = try await plan(
      [
        "hosts.yaml": Self.hosts,
        "group_vars/kube_control_plane/lb.yml":
          "metallb_enabled: false\nmetallb_speaker_enabled: false\n",
        "group_vars/k8s_cluster/addons.yml": "metallb_enabled: true\n",
      ], "hosts.yaml")
    #expect(plan.contains("group_vars/kube_control_plane/lb.yml"))
    #expect(plan.contains("-metallb_enabled: false"))
    #expect(!plan.contains("write \(program.folder)/i/group_vars/k8s_cluster"))
  }

  @Test func theFileThatAFolderHidesIsNotEditedButNamed() async throws {
    let plan = try await plan(
      [
        "hosts.yaml": Self.hosts,
        "group_vars/k8s_cluster.yml": "metallb_enabled: true\nmetallb_config: {}\n",
        "group_vars/k8s_cluster/k.yml": "kube_version: v1.29.0\n",
      ], "hosts.yaml")
    #expect(plan.contains("the folder k8s_cluster beside it is read instead"))
    #expect(plan.contains("write \(program.folder)/i/group_vars/k8s_cluster/k.yml"))
    #expect(!plan.contains("write \(program.folder)/i/group_vars/k8s_cluster.yml"))
  }

  @Test func besideAnInventoryInINIFormAFileIsMade() async throws {
    let hosts = "[kube_control_plane]\nnode1\n[k8s_cluster:children]\nkube_control_plane\n"
    let plan = try await plan(["hosts.ini": hosts], "hosts.ini")
    #expect(plan.contains("write \(program.folder)/i/group_vars/k8s_cluster/addons.yml"), "\(plan)")
    let script = await program.run([
      "plan", "pools", "-o", "script", "--rehearse", "kubespray", "--reset", "--way", "kubespray",
      "--kubespray-form", "new", "--inventory", "\(program.folder)/i/hosts.ini", "--pool",
      "203.0.113.0/28",
    ])
    let file = "\(program.folder)/i/group_vars/k8s_cluster/addons.yml"
    #expect(script.outputText.contains("cat > \(file) <<'EOF'\n---\nmetallb_enabled: true\n"))
  }

  @Test func aPoolInFlowFormIsEdited() async throws {
    let text = """
      metallb_enabled: true
      metallb_config:
        address_pools:
          default: {ip_range: [198.51.100.0/28], auto_assign: true}
        layer2: [default]

      """
    let name = "group_vars/k8s_cluster/addons.yml"
    let plan = try await plan([name: text], name)
    #expect(
      plan.contains("default: {ip_range: [\"203.0.113.0/28\"], auto_assign: true}"), "\(plan)")
  }
}
