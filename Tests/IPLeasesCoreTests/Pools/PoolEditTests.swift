import Foundation
import Testing

@testable import Addresses
@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

struct PoolEditTests {
  private let settings = ConsoleSettings(providerFile: "/p", stateDirectory: "/s")

  /// A pool of four addresses, MetalLB of the given version by Helm, one lease on 203.0.113.1.
  private func snapshot(
    addresses: [PoolEntry] = ["203.0.113.0/30"], version: String = "0.14.8",
    hasRelease: Bool = true,
    metrics: MetalLBMetrics? = MetalLBMetrics(total: 4, inUse: 1)
  ) throws -> ClusterSnapshot {
    var snapshot = ClusterSnapshot()
    let list = try JSONEncoder().encode(addresses)
    let pool = """
      {"metadata": {"name": "default", "resourceVersion": "77"},
       "spec": {"addresses": \(String(decoding: list, as: UTF8.self)), "autoAssign": true}}
      """
    var objects = PoolObjects()
    objects.pools = [try decode(pool)]
    snapshot.pools = .known(objects, at: .distantPast)
    var cluster = ClusterObjects()
    cluster.services = [
      try decode(
        """
        {"metadata": {"name": "web-ip-80-tcp", "namespace": "tenant",
          "labels": {"akash.network/lease.id.owner": "akash1x", "akash.network/lease.id.dseq": "9"},
          "annotations": {"metallb.universe.tf/ip-allocated-from-pool": "default"}},
         "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
         "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}}}
        """)
    ]
    snapshot.cluster = .known(cluster, at: .distantPast)
    var metallb = NamespaceObjects()
    metallb.deployments = [
      try decode(
        """
        {"metadata": {"name": "controller", "labels": {"app": "metallb", "component": "controller"}},
         "spec": {"template": {"spec": {"containers": [
           {"name": "controller", "image": "quay.io/metallb/controller:v\(version)"}]}}}}
        """)
    ]
    snapshot.metallb = .known(metallb, at: .distantPast)
    let release = Release(
      name: "metallb", namespace: "metallb-system", revision: "1", status: "deployed",
      chart: "metallb-\(version)", appVersion: version)
    snapshot.releases = .known(hasRelease ? [release] : [], at: .distantPast)
    snapshot.metallbMetrics = metrics.map { .known($0, at: .distantPast) } ?? .notRead
    return snapshot
  }

  private func decode<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  @Test func anEditIsAPatchOfTheAddressesUnderGuard() throws {
    let plan = try PoolEdit.plan(
      try snapshot(), settings, entries: ["203.0.113.0/30", "203.0.113.8/30"])
    guard case .command(let command) = plan.actions.first else {
      Issue.record("the first action is no command")
      return
    }
    #expect(
      command.shellText
        == "kubectl -n metallb-system patch ipaddresspools.metallb.io default --type=json "
        + "--patch-file=/dev/stdin")
    #expect(
      command.standardInput == """
        [{"op":"test","path":"/metadata/resourceVersion","value":"77"},\
        {"op":"test","path":"/spec/addresses","value":["203.0.113.0/30"]},\
        {"op":"replace","path":"/spec/addresses","value":["203.0.113.0/30","203.0.113.8/30"]}]
        """)
    #expect(command.dryRun?.arguments.last == "--dry-run=server")
    guard case .command(let back) = plan.undo.first else {
      Issue.record("the way back begins with no command")
      return
    }
    #expect(
      back.standardInput == """
        [{"op":"test","path":"/spec/addresses","value":["203.0.113.0/30","203.0.113.8/30"]},\
        {"op":"replace","path":"/spec/addresses","value":["203.0.113.0/30"]}]
        """)
    #expect(plan.touchedServices == 0)
    #expect(plan.cannotUndo == nil)
    #expect(plan.diff.contains("\n+  - 203.0.113.8/30\n"))
    #expect(plan.notes.contains { $0.line().contains("within 10 minutes") })
  }

  @Test func theCountOfMetalLBIsWaitedFor() throws {
    let plan = try PoolEdit.plan(try snapshot(), settings, entries: ["203.0.113.0/29"])
    let waits = plan.actions.compactMap { action in
      if case .wait(let wait) = action { wait } else { nil }
    }
    #expect(
      waits.map(\.until) == [
        "the pool reads back as written", "MetalLB counts 8 addresses",
      ])
    #expect(waits.last?.limit == .seconds(60))
    let text = "x{pool=\"default\"} 8\nmetallb_allocator_addresses_total{pool=\"default\"} 8\n"
    #expect(waits.last?.isMet(by: Self.printing(text)) == true)
    #expect(waits.last?.isMet(by: Self.printing(text.replacing("} 8", with: "} 80"))) == false)
    #expect(waits.first?.isMet(by: Self.printing("[\"203.0.113.0/29\"]")) == true)
  }

  @Test func aLargeCountIsReadAsGoWritesIt() {
    let wait = Wait(
      until: "x", probe: Command(.kubectl, [], purpose: "x"),
      passes: .sample(series: "a{pool=\"default\"}", equals: 1 << 20), limit: .seconds(1))
    #expect(wait.isMet(by: Self.printing("a{pool=\"default\"} 1.048576e+06\n")))
    #expect(!wait.isMet(by: Self.printing("a{pool=\"default\"} 1.048577e+06\n")))
  }

  private static func printing(_ text: String) -> CommandResult {
    CommandResult(exit: .code(0), standardOutput: Data(text.utf8))
  }

  @Test func withoutMetricsNothingIsWaitedForAndThatIsSaid() throws {
    let plan = try PoolEdit.plan(
      try snapshot(metrics: nil), settings, entries: ["203.0.113.0/29"])
    #expect(plan.actions.count == 2)
    #expect(plan.notes.contains { $0.line().contains("cannot be read") })
  }

  @Test func whoLosesTheAddressIsNamed() throws {
    let plan = try PoolEdit.plan(try snapshot(), settings, entries: ["203.0.113.2/31"])
    #expect(plan.touchedServices == 1)
    #expect(plan.confirmationWord == "move 1")
    #expect(
      plan.touches == [
        "lease akash1x/9, Service tenant/web-ip-80-tcp loses 203.0.113.1 (port 80/TCP)"
      ])
    #expect(plan.cannotUndo != nil)
    #expect(plan.notes.contains { $0.line().contains("1 needed, 2 free") })
  }

  @Test func tooFewFreeAddressesAreAWarning() throws {
    var world = try snapshot(addresses: ["203.0.113.0/30"])
    guard var cluster = world.cluster.value else { return }
    cluster.services.append(contentsOf: cluster.services)
    cluster.services[1].metadata.name = "other"
    cluster.services[1].status?.loadBalancer?.ingress?[0].ip = "203.0.113.2"
    world.cluster = .known(cluster, at: .distantPast)
    let plan = try PoolEdit.plan(world, settings, entries: ["203.0.113.0/32"])
    #expect(plan.touchedServices == 2)
    #expect(plan.notes.contains { $0.line().contains("too few free addresses") })
  }

  @Test func anOldMetalLBWouldBeStuckAndThatIsRefused() throws {
    let world = try snapshot(version: "0.13.12")
    let message = #expect(throws: UserMessage.self) {
      try PoolEdit.plan(world, settings, entries: ["203.0.113.2/31"])
    }
    #expect(message?.what.contains("MetalLB 0.13.12 would not take this edit") == true)
    #expect(message?.reason?.contains("tenant/web-ip-80-tcp (203.0.113.1)") == true)
    #expect(try !PoolEdit.plan(world, settings, entries: ["203.0.113.0/29"]).isEmpty)
  }

  @Test func errorsRefuseThePlanAndWarningsStandInIt() throws {
    let world = try snapshot()
    let message = #expect(throws: UserMessage.self) {
      try PoolEdit.plan(world, settings, entries: ["203.0.113.1"])
    }
    #expect(message?.advice == "did you mean 203.0.113.1/32?")
    let plan = try PoolEdit.plan(world, settings, entries: ["203.0.113.1/30"])
    #expect(plan.notes.contains { $0.line().hasPrefix("warning: 203.0.113.1/30 does not begin") })
  }

  @Test func theSamePoolNeedsNothing() throws {
    #expect(try PoolEdit.plan(try snapshot(), settings, entries: ["203.0.113.0/30"]).isEmpty)
  }

  @Test func flagsAreSetOnlyWhereTheyChange() throws {
    let plan = try PoolEdit.plan(
      try snapshot(), settings, entries: ["203.0.113.0/30"],
      options: PoolOptions(autoAssign: true, avoidBuggyIPs: true))
    guard case .command(let command) = plan.actions.first,
      case .command(let back) = plan.undo.first
    else {
      Issue.record("no command")
      return
    }
    #expect(
      command.standardInput?.hasSuffix(
        ",{\"op\":\"add\",\"path\":\"/spec/avoidBuggyIPs\",\"value\":true}]") == true)
    #expect(command.standardInput?.contains("autoAssign") == false)
    #expect(
      back.standardInput?.hasSuffix(
        ",{\"op\":\"add\",\"path\":\"/spec/avoidBuggyIPs\",\"value\":false}]") == true)
  }

  @Test func aMetalLBOfKubesprayNeedsItsInventoryChangedToo() throws {
    let plan = try PoolEdit.plan(
      try snapshot(hasRelease: false), settings, entries: ["203.0.113.0/29"])
    #expect(plan.notes.contains { $0.line().contains("change the inventory too") })
    let byHelm = try PoolEdit.plan(try snapshot(), settings, entries: ["203.0.113.0/29"])
    #expect(!byHelm.notes.contains { $0.line().contains("inventory") })
  }

  @Test func theInventoryOfKubesprayFollowsThePool() throws {
    let text = """
      # ours
      metallb_enabled: true
      metallb_config:
        address_pools:
          default:
            ip_range:
              - 203.0.113.0/30   # rented
      """
    let inventory = KubesprayInventory(
      path: "/k/inventory",
      files: [
        InventoryFile(path: "/k/addons.yml", text: SecretText(text + "\n"), kind: .variables)
      ])
    let world = try snapshot(hasRelease: false)
    let entries: [PoolEntry] = ["203.0.113.0/30", "203.0.113.8/30"]
    let plan = try PoolEdit.plan(world, settings, entries: entries, inventory: inventory)
    guard case .file(let file) = plan.actions.first, case .command = plan.actions[1] else {
      Issue.record("the file is not changed first: \(plan.actions)")
      return
    }
    #expect(file.contents.reveal().hasPrefix("# ours\n"))
    #expect(file.contents.reveal().contains("- \"203.0.113.8/30\""))
    #expect(file.expected?.reveal() == text + "\n")
    #expect(plan.cannotUndo == nil)
    guard case .file(let back) = plan.undo.first else {
      Issue.record("the way back does not begin with the file: \(plan.undo)")
      return
    }
    #expect(back.contents == file.expected && back.expected == file.contents)
    // Cut off after the patch, or changed by hand in the cluster: the file alone.
    let grown = try snapshot(addresses: entries, hasRelease: false)
    let rest = try PoolEdit.plan(grown, settings, entries: entries, inventory: inventory)
    #expect(rest.actions == [.file(file)])
    #expect(try PoolEdit.rollback([record(rest, at: 1)], grown) == nil)
    let done = KubesprayInventory(
      path: inventory.path,
      files: [InventoryFile(path: file.path, text: file.contents, kind: .variables)])
    #expect(try PoolEdit.plan(grown, settings, entries: entries, inventory: done).isEmpty)
    let byHelm = try PoolEdit.plan(
      try snapshot(), settings, entries: entries, inventory: inventory)
    #expect(!byHelm.actions.contains { if case .file = $0 { true } else { false } })
  }

  @Test func theWayBackTakesTheInventoryBackOnlyAsItWasLeft() throws {
    let folder = NSTemporaryDirectory() + "ip-leases-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/addons.yml"
    let text =
      "# ours\nmetallb_config:\n  address_pools:\n    default:\n"
      + "      ip_range: [203.0.113.0/30]\n      auto_assign: true\n  layer2: [default]\n"
    let inventory = KubesprayInventory(
      path: folder,
      files: [InventoryFile(path: path, text: SecretText(text), kind: .variables)])
    let entries: [PoolEntry] = ["203.0.113.0/30", "203.0.113.8/30"]
    let plan = try PoolEdit.plan(
      try snapshot(hasRelease: false), settings, entries: entries, inventory: inventory)
    guard case .file(let file) = plan.actions.first else {
      Issue.record("the inventory is not changed: \(plan.actions)")
      return
    }
    let store = UndoStore(folder: StateFolder(root: folder, cluster: "t"), context: "c")
    try store.save(plan)
    let grown = try snapshot(addresses: entries, hasRelease: false)
    try file.contents.reveal().write(toFile: path, atomically: true, encoding: .utf8)
    let back = try #require(try PoolEdit.rollback(store.all(), grown))
    guard case .file(let undone) = back.actions.first else {
      Issue.record("the inventory is not taken back: \(back.actions)")
      return
    }
    #expect(undone.contents.reveal() == text)
    #expect(undone.expected == file.contents)
    #expect(back.notes.map { $0.line() }.contains("The inventory is taken back too."))
    let foreign = file.contents.reveal().replacing("203.0.113.8/30", with: "203.0.113.16/30")
    try foreign.write(toFile: path, atomically: true, encoding: .utf8)
    let rest = try #require(try PoolEdit.rollback(store.all(), grown))
    #expect(!rest.actions.contains { if case .file = $0 { true } else { false } })
    #expect(
      rest.notes.contains {
        $0.line().contains("is not as the change left it") && $0.line().contains("by hand")
      })
  }

  @Test func whatCouldNotBeReadIsNoPlan() throws {
    var world = try snapshot()
    world.cluster = .unreadable(UserMessage("no answer"), at: .distantPast)
    #expect(throws: UserMessage("no answer")) {
      try PoolEdit.plan(world, settings, entries: ["203.0.113.0/29"])
    }
    world.pools = .absent(at: .distantPast)
    #expect(throws: UserMessage.self) {
      try PoolEdit.plan(world, settings, entries: ["203.0.113.0/29"])
    }
  }

  @Test func removingCutsEntriesAndLeavesTheOthersAsWritten() throws {
    let entries: [PoolEntry] = ["203.0.113.0/28", "198.51.100.1 - 198.51.100.2", "oops"]
    let removed = try [
      AddressRange(parsing: "203.0.113.4/32"), AddressRange(parsing: "203.0.113.8-203.0.113.200"),
    ]
    #expect(
      try PoolShape.entries(entries, without: removed)
        == ["203.0.113.0/30", "203.0.113.5-203.0.113.7", "198.51.100.1 - 198.51.100.2", "oops"])
    let foreign = [try AddressRange(parsing: "192.0.2.0/24")]
    #expect(throws: UserMessage.self) { try PoolShape.entries(entries, without: foreign) }
  }

  // MARK: The way back

  private func record(_ plan: Plan, at seconds: Double) -> UndoRecord {
    UndoRecord(
      id: plan.recordID, title: plan.title, time: Date(timeIntervalSince1970: seconds),
      context: "c", actions: plan.undo)
  }

  @Test func theWayBackThatFitsThePoolIsTaken() throws {
    let first = try PoolEdit.plan(try snapshot(), settings, entries: ["203.0.113.0/29"])
    let grown = try snapshot(addresses: ["203.0.113.0/29"])
    let second = try PoolEdit.plan(grown, settings, entries: ["203.0.113.0/28"])
    let records = [record(second, at: 20), record(first, at: 10)]
    #expect(first.recordID != second.recordID)
    let last = try snapshot(addresses: ["203.0.113.0/28"])
    #expect(try PoolEdit.rollback(records, last)?.recordID == second.recordID)
    #expect(try PoolEdit.rollback(records, grown)?.recordID == first.recordID)
    let foreign = try snapshot(addresses: ["192.0.2.0/24"])
    #expect(throws: UserMessage.self) { try PoolEdit.rollback(records, foreign) }
    // An edit the server refused left nothing to take back.
    #expect(try PoolEdit.rollback([record(first, at: 10)], try snapshot()) == nil)
    #expect(try PoolEdit.rollback([], try snapshot()) == nil)
  }

  @Test func theWayBackNamesWhomItMovesToo() throws {
    let plan = try PoolEdit.plan(
      try snapshot(addresses: ["203.0.113.2/31"]), settings, entries: ["203.0.113.0/30"])
    let back = try PoolEdit.rollback([record(plan, at: 1)], try snapshot())
    #expect(back?.touchedServices == 1)
    #expect(back?.touches.first?.contains("loses 203.0.113.1") == true)
  }

  // MARK: Findings

  @Test func leasesWithoutServiceOrAddressAreFindings() throws {
    var world = try snapshot()
    let leased: [ProviderLeasedIP] = try ["web", "api"].map { name in
      try decode(
        """
        {"metadata": {"name": "key-tcp-80"}, "spec": {
          "lease_id": {"owner": "akash1x", "dseq": "9", "gseq": 1, "oseq": 1},
          "service_name": "\(name)", "port": 8080, "external_port": 80, "protocol": "TCP"}}
        """)
    }
    world.leasedIPs = .known(leased, at: .distantPast)
    #expect(LeaseFinding.find(in: world).map(\.kind) == [.leaseWithoutService])
    #expect(LeaseFinding.find(in: world)[0].message.contains("api-ip-80-tcp"))
    guard var cluster = world.cluster.value else { return }
    cluster.services[0].status = nil
    world.cluster = .known(cluster, at: .distantPast)
    #expect(
      LeaseFinding.find(in: world).map(\.kind) == [.leaseWithoutService, .serviceWithoutAddress])
  }
}
