import Foundation
import IPLeasesCore
import Synchronization
import TestSupport
import Testing

/// MetalLB and its pool by Kubespray, from the program's start to the end.
@Suite(.inTurn)
struct KubesprayTests {
  @Test func aRehearsedClusterOfKubesprayReachesTheEnd() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .kubespray)
    let outcome = try await site.apply()
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    #expect(ShownPlans(outcome.output).unannounced == [])
    let steps = try await site.steps().document
    #expect(steps.way == "kubespray")
    #expect(steps.states == EnablementWalk.statesAfter)
    #expect(try await site.changes().contains { $0.first == "ansible-playbook" })
    #expect(!site.transcript.contains("CANARY"))
  }

  @Test func theScriptOfThePlanEditsTheInventoryAsApplyDoesAndItsWayBackToo() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .kubespray)
    let inventory =
      "\(site.state)/ip-leases/rehearsal/kubespray/kubespray/inventory/akash/hosts.yaml"
    func text() throws -> String { try String(contentsOfFile: inventory, encoding: .utf8) }
    let before = try text()
    let made = try await site.run("plan", "pools", "-o", "script", "--pool", ClusterSite.pool)
    #expect(made.ending == .exited(0), "\(made.transcript)")
    let bin = "\(site.folder)/state/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try await Program.install(
      "#!/bin/sh\necho '[\"\(ClusterSite.pool)\"] default'", at: "\(bin)/kubectl")
    try await Program.install("#!/bin/sh", at: "\(bin)/ansible-playbook")
    let shell = Program(path: "/bin/sh", environment: ["PATH": "\(bin):/usr/bin:/bin"])
    let there = try await shell.run(["-c", made.output])
    #expect(there.ending == .exited(0), "\(there.transcript)")
    let edited = try text()
    let wayBack = made.output.split(separator: "\n").drop { $0 != "# the way back:" }.dropFirst()
    #expect(wayBack.allSatisfy { $0.hasPrefix("#   ") }, "\(made.output)")
    let back = try await shell.run(
      ["-c", wayBack.map { $0.dropFirst(4) }.joined(separator: "\n")])
    #expect(back.ending == .exited(0), "\(back.transcript)")
    #expect(try text() == before)
    #expect(try await site.apply().ending == .exited(0))
    #expect(try text() == edited)
  }
}

/// The same on a real control plane. The playbook is acted out by a script that makes the objects
/// Kubespray's role makes of its variables.
@Suite(.onKitCluster(.kubespray), .needsKitCluster(.kubespray))
struct RealKubesprayTests {
  @Test func aPlaybookGoesOnWithoutItsConsoleAndTheWayReachesItsEnd() async throws {
    let walk = try await KubesprayWalk()
    let killed = try await walk.apply { line, process in
      if line.hasPrefix("  PLAY [") { kill(process, SIGKILL) }
    }
    #expect(killed.ending == .signaled(SIGKILL), "\(killed.transcript)")
    #expect(try walk.recaps == 0)
    try walk.letPlaybooksEnd()
    let finished = try await walk.apply()
    #expect(finished.ending == .exited(0), "\(finished.transcript)")
    #expect(try walk.recaps == 1)
    try await walk.checkEnd()
    let again = try await walk.apply()
    #expect(again.ending == .exited(0), "\(again.transcript)")
    #expect(!again.output.contains("PLAN"))
    try await walk.takeBack()
  }

  @Test func withoutAnsibleARunMadeElsewhereIsWaitedFor() async throws {
    let walk = try await KubesprayWalk()
    try walk.letPlaybooksEnd()
    let elsewhere = Mutex<Task<Program.Outcome, any Error>?>(nil)
    let outcome = try await walk.apply(hasAnsible: false) { line, _ in
      guard line.hasPrefix("wait until the pool default") else { return }
      elsewhere.withLock { $0 = Task { try await walk.play() } }
    }
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    let played = try await #require(elsewhere.withLock(\.self)).value
    #expect(played.ending == .exited(0), "\(played.transcript)")
    #expect(try walk.recaps == 1)
    try await walk.checkEnd()
    try await walk.takeBack()
  }
}

/// A checkout of Kubespray with an inventory, beside a real cluster.
struct KubesprayWalk {
  let site: ClusterSite

  private var checkout: String { "\(site.folder)/kubespray" }
  private var inventory: String { "\(checkout)/inventory/akash/hosts.yaml" }
  private var ansible: String { "\(site.folder)/ansible-playbook" }
  private var recapFile: String { "\(checkout)/recaps" }

  init() async throws {
    site = try await ClusterSite(.real)
    let templates = "\(checkout)/roles/kubernetes-apps/metallb/templates"
    for folder in [templates, "\(checkout)/inventory/akash"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    for (path, text) in [
      ("\(checkout)/cluster.yml", "---\n"), ("\(templates)/pools.yaml.j2", ""),
      (inventory, Self.hosts),
    ] { try Data(text.utf8).write(to: URL(filePath: path)) }
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: inventory)
    try await Program.install(Self.playbook, at: ansible)
  }

  func apply(
    hasAnsible: Bool = true, onLine: (@Sendable (Substring, pid_t) -> Void)? = nil
  ) async throws -> Program.Outcome {
    try await site.run(
      [
        "apply", "--yes", "--pool", ClusterSite.pool, "--way", "kubespray", "--inventory",
        inventory,
      ],
      environment: ["ANSIBLE_PLAYBOOK": hasAnsible ? ansible : "\(checkout)/none"], onLine: onLine)
  }

  /// As somebody else would, in another window.
  func play() async throws -> Program.Outcome {
    let shell = Program(path: "/bin/sh", environment: site.environment)
    return try await shell.run(
      ["-c", #"cd "$0" && exec "$@""#, checkout, ansible, "-i", inventory, "cluster.yml"])
  }

  /// Until then a playbook stands still after its first line.
  func letPlaybooksEnd() throws {
    try Data().write(to: URL(filePath: "\(checkout)/go"))
  }

  /// How many playbooks came to their end.
  var recaps: Int {
    get throws {
      guard FileManager.default.fileExists(atPath: recapFile) else { return 0 }
      return try String(contentsOfFile: recapFile, encoding: .utf8).split(separator: "\n").count
    }
  }

  func checkEnd(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let (steps, ending) = try await site.steps()
    #expect(steps.states == EnablementWalk.statesAfter, sourceLocation: sourceLocation)
    #expect(steps.way == "kubespray", sourceLocation: sourceLocation)
    #expect(ending == .exited(0), sourceLocation: sourceLocation)
    let expected = Self.hosts.replacing("strict_arp: false", with: "strict_arp: true").replacing(
      "    metallb_pool_name: default\n",
      with: """
            metallb_pool_name: default
            metallb_config:
              address_pools:
                default:
                  ip_range:
                    - "\(ClusterSite.pool)"
                  auto_assign: true
              layer2:
                - default

        """)
    let now = try String(contentsOfFile: inventory, encoding: .utf8)
    #expect(now == expected, sourceLocation: sourceLocation)
    let attributes = try FileManager.default.attributesOfItem(atPath: inventory)
    #expect(attributes[.posixPermissions] as? Int == 0o640, sourceLocation: sourceLocation)
    #expect(!site.transcript.contains("CANARY"), sourceLocation: sourceLocation)
  }

  /// To where it began: no pool, and the inventory as it was.
  func takeBack() async throws {
    for step in ["provider", "ip-operator", "strict-arp", "pools", "metrics-service"] {
      let outcome = try await site.run("rollback", "--yes", step)
      #expect(outcome.ending == .exited(0), "\(step)\n\(outcome.transcript)")
    }
    #expect(try String(contentsOfFile: inventory, encoding: .utf8) == Self.hosts)
    let pools = try await site.read(
      .kubectl, "-n", "metallb-system", "get", "ipaddresspools,l2advertisements", "-o", "name")
    #expect(pools.outputText.isEmpty, "\(pools.outputText)")
  }

  private static let hosts = """
    # The provider's cluster
    all:
      vars:
        ansible_become_password: CANARY-BECOME-PASSWORD
        kube_proxy_mode: ipvs
        kube_proxy_strict_arp: false   # the default
        metallb_enabled: true
        metallb_speaker_enabled: "{{ metallb_enabled }}"
        metallb_pool_name: default
      hosts:
        node1: {ansible_host: 10.245.0.11}

    """

  private static let playbook = """
    #!/bin/sh
    if [ "$1" = --version ]; then echo "ansible-playbook [core 2.16.14]"; exit 0; fi
    set -e
    test -f cluster.yml
    echo "PLAY [k8s_cluster]"
    while [ ! -e go ]; do sleep 0.1; done
    ranges=$(sed -n '/ip_range:/,/auto_assign:/s/^ *- *//p' "$2" | tr '\\n' ',')
    echo "TASK [kubernetes-apps/metallb : MetalLB | Create address pools configuration]"
    kubectl apply -f - <<END
    apiVersion: metallb.io/v1beta1
    kind: IPAddressPool
    metadata: {name: default, namespace: metallb-system}
    spec: {addresses: [$ranges], autoAssign: true, avoidBuggyIPs: false}
    ---
    apiVersion: metallb.io/v1beta1
    kind: L2Advertisement
    metadata: {name: default, namespace: metallb-system}
    spec: {ipAddressPools: [default]}
    END
    echo recap >> recaps
    echo "PLAY RECAP"
    """
}
