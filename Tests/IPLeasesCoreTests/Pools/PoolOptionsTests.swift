import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// What of a pool is not its ranges: flags, and who announces it.
struct PoolOptionsTests {
  private let settings = ConsoleSettings(providerFile: "/p", stateDirectory: "/s")
  private let entries = ["203.0.113.0/30"]

  private func decode<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  /// Pools `default` and `lan`, and the advertisements given as name and spec.
  private func snapshot(
    _ advertisements: [(String, String)] = [("l2", #"{"ipAddressPools": ["default", "lan"]}"#)],
    flags: String = #""autoAssign": true"#
  ) throws -> ClusterSnapshot {
    var objects = PoolObjects()
    objects.pools = [
      try decode(
        """
        {"metadata": {"name": "default", "resourceVersion": "7", "labels": {"for": "tenants"}},
         "spec": {"addresses": ["203.0.113.0/30"], \(flags)}}
        """),
      try decode(
        """
        {"metadata": {"name": "lan", "resourceVersion": "8"},
         "spec": {"addresses": ["10.9.0.0/24"], "autoAssign": false}}
        """),
    ]
    objects.advertisements = try advertisements.map { name, spec in
      try decode(#"{"metadata": {"name": "\#(name)", "resourceVersion": "9"}, "spec": \#(spec)}"#)
    }
    var snapshot = ClusterSnapshot()
    snapshot.pools = .known(objects, at: .distantPast)
    snapshot.cluster = .known(ClusterObjects(), at: .distantPast)
    return snapshot
  }

  private func inputs(_ actions: [Action]) -> [String] {
    actions.compactMap { action in
      if case .command(let command) = action { command.standardInput } else { nil }
    }
  }

  private func plan(
    _ options: PoolOptions, _ snapshot: ClusterSnapshot, pool: String = "default"
  ) throws -> Plan {
    let entries = snapshot.pools.value?.pool(pool)?.spec.addresses ?? []
    return try PoolEdit.plan(snapshot, settings, entries: entries, options: options, pool: pool)
  }

  @Test func aFlagAloneIsAPatchOfThatFlag() throws {
    let plan = try plan(PoolOptions(avoidBuggyIPs: true), snapshot())
    #expect(
      inputs(plan.actions) == [
        """
        [{"op":"test","path":"/metadata/resourceVersion","value":"7"},\
        {"op":"add","path":"/spec/avoidBuggyIPs","value":true}]
        """
      ])
    #expect(
      inputs(plan.undo) == [
        """
        [{"op":"test","path":"/spec/avoidBuggyIPs","value":true},\
        {"op":"add","path":"/spec/avoidBuggyIPs","value":false}]
        """
      ])
    #expect(plan.diff.contains("\n-  avoidBuggyIPs: false\n+  avoidBuggyIPs: true\n"))
  }

  @Test func anAdvertisementLosesTheNameOfThePoolOnly() throws {
    let plan = try plan(PoolOptions(announcements: ["l2": false]), snapshot(), pool: "lan")
    #expect(
      inputs(plan.actions) == [
        """
        [{"op":"test","path":"/metadata/resourceVersion","value":"9"},\
        {"op":"test","path":"/spec/ipAddressPools","value":["default","lan"]},\
        {"op":"add","path":"/spec/ipAddressPools","value":["default"]}]
        """
      ])
    #expect(
      inputs(plan.undo) == [
        """
        [{"op":"test","path":"/spec/ipAddressPools","value":["default"]},\
        {"op":"add","path":"/spec/ipAddressPools","value":["default","lan"]}]
        """
      ])
    #expect(plan.title == "Change who announces the pool lan")
  }

  @Test func anAdvertisementWithASelectorOnlyGetsAList() throws {
    let world = try snapshot([
      ("l2", #"{"ipAddressPools": ["default"]}"#),
      ("by-label", #"{"ipAddressPoolSelectors": [{"matchLabels": {"for": "tenants"}}]}"#),
    ])
    let plan = try plan(PoolOptions(announcements: ["by-label": true]), world, pool: "lan")
    #expect(
      inputs(plan.actions).first?.hasSuffix(
        #"{"op":"add","path":"/spec/ipAddressPools","value":["lan"]}]"#) == true)
    #expect(
      inputs(plan.undo).first?.hasSuffix(
        #"{"op":"remove","path":"/spec/ipAddressPools"}]"#) == true)
    // The label announces it already: nothing to add, and nothing a list could take away.
    #expect(try self.plan(PoolOptions(announcements: ["by-label": true]), world).isEmpty)
    let message = #expect(throws: UserMessage.self) {
      try self.plan(PoolOptions(announcements: ["by-label": false]), world)
    }
    #expect(message?.what.contains("chooses pools by label") == true)
  }

  @Test func theLastNameIsNotTakenOutOfAnAdvertisement() throws {
    let world = try snapshot([
      ("l2", #"{"ipAddressPools": ["default"]}"#), ("all", "{}"),
    ])
    let last = #expect(throws: UserMessage.self) {
      try plan(PoolOptions(announcements: ["l2": false]), world)
    }
    #expect(last?.what.contains("it would announce every pool") == true)
    let every = #expect(throws: UserMessage.self) {
      try plan(PoolOptions(announcements: ["all": false]), world)
    }
    #expect(every?.what == "all announces every pool, because it names none.")
    let unknown = #expect(throws: UserMessage.self) {
      try plan(PoolOptions(announcements: ["nosuch": true]), world)
    }
    #expect(unknown?.advice == "There are: l2, all.")
  }

  @Test func thePoolOfTheTenantsDoesNotFallSilent() throws {
    let message = #expect(throws: UserMessage.self) {
      try plan(PoolOptions(announcements: ["l2": false]), snapshot())
    }
    #expect(message?.what.hasPrefix("No L2Advertisement would announce the pool") == true)
    #expect(
      try !plan(PoolOptions(announcements: ["l2": false]), snapshot(), pool: "lan").isEmpty)
  }

  @Test func anotherPoolMayKeepItsAddressesBackAndBePrivate() throws {
    let lan = try plan(PoolOptions(avoidBuggyIPs: true), snapshot(), pool: "lan")
    #expect(
      !lan.notes.contains { $0.line().contains("private") || $0.line().contains("autoAssign") })
    let message = #expect(throws: UserMessage.self) {
      try plan(PoolOptions(autoAssign: false), snapshot())
    }
    #expect(message?.what.contains("autoAssign is off") == true)
    let on = try plan(PoolOptions(autoAssign: true), snapshot(), pool: "lan")
    #expect(on.notes.contains { $0.line().contains("Akash counts pool default only") })
  }

  // MARK: The way back

  private func record(_ plan: Plan) -> UndoRecord {
    UndoRecord(
      id: plan.recordID, title: plan.title, time: .distantPast, context: "c", actions: plan.undo)
  }

  @Test func theWayBackOfAFlagFitsThePoolThatHasIt() throws {
    let plan = try plan(PoolOptions(avoidBuggyIPs: true), snapshot())
    let after = try snapshot(flags: #""autoAssign": true, "avoidBuggyIPs": true"#)
    #expect(try PoolEdit.rollback([record(plan)], after)?.actions == plan.undo)
    #expect(try PoolEdit.rollback([record(plan)], snapshot()) == nil)
  }

  @Test func theWayBackOfAnAnnouncementFitsTheListThatHasIt() throws {
    let plan = try plan(PoolOptions(announcements: ["l2": false]), snapshot(), pool: "lan")
    let after = try snapshot([("l2", #"{"ipAddressPools": ["default"]}"#)])
    #expect(try PoolEdit.rollback([record(plan)], after)?.actions == plan.undo)
    #expect(try PoolEdit.rollback([record(plan)], snapshot()) == nil)
    let foreign = try snapshot([("l2", #"{"ipAddressPools": ["default", "x"]}"#)])
    #expect(throws: UserMessage.self) { try PoolEdit.rollback([record(plan)], foreign) }
  }

  // MARK: Selectors and networks

  @Test(arguments: [
    (#"{}"#, true), (#"{"matchLabels": {"a": "1"}}"#, true),
    (#"{"matchLabels": {"a": "2"}}"#, false),
    (#"{"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}"#, true),
    (#"{"matchExpressions": [{"key": "b", "operator": "In", "values": ["1"]}]}"#, false),
    (#"{"matchExpressions": [{"key": "b", "operator": "NotIn", "values": ["1"]}]}"#, true),
    (#"{"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}"#, false),
    (#"{"matchExpressions": [{"key": "a", "operator": "Exists"}]}"#, true),
    (#"{"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}"#, false),
    (#"{"matchExpressions": [{"key": "a", "operator": "Near"}]}"#, false),
  ])
  func aSelectorMatchesAsKubernetesDoes(json: String, matches: Bool) throws {
    let selector: LabelSelector = try decode(json)
    #expect(selector.matches(["a": "1"]) == matches)
  }

  @Test func theServiceNetworkIsKnownFromKubeadm() throws {
    var objects = NamespaceObjects()
    objects.configMaps = [
      try decode(
        """
        {"metadata": {"name": "kubeadm-config"}, "data": {"ClusterConfiguration":
         "networking:\\n  podSubnet: 10.233.64.0/18\\n  serviceSubnet: \\"10.233.0.0/18,fd00::/108\\"\\n"}}
        """)
    ]
    var snapshot = ClusterSnapshot()
    snapshot.kubeProxy = .known(objects, at: .distantPast)
    let networks = ClusterNetworks(snapshot)
    #expect(networks.services?.map(\.description) == ["10.233.0.0/18", "fd00::/108"])
    #expect(networks.pods?.map(\.description) == ["10.233.64.0/18"])
  }

  @Test func theServiceNetworkIsKnownFromTheAPIServersArguments() throws {
    var objects = NamespaceObjects()
    objects.pods = [
      try decode(
        """
        {"metadata": {"name": "kube-apiserver-node1"}, "spec": {"containers": [
          {"name": "kube-apiserver", "command": ["kube-apiserver", "--service-cluster-ip-range=10.96.0.0/12", "--v", "2"]}]}}
        """)
    ]
    var snapshot = ClusterSnapshot()
    snapshot.kubeProxy = .known(objects, at: .distantPast)
    #expect(ClusterNetworks(snapshot).services?.map(\.description) == ["10.96.0.0/12"])
    #expect(ClusterNetworks(snapshot).pods == nil)
  }

  @Test(arguments: [
    (#"["server","--disable","servicelb"]"#, "10.43.0.0/16"),
    (#"["server","--service-cidr","10.50.0.0/16"]"#, "10.50.0.0/16"),
  ])
  func k3sSaysItOnTheNode(arguments: String, network: String) throws {
    let quoted = arguments.replacing("\"", with: "\\\"")
    let node: Node = try decode(
      #"{"metadata": {"name": "n", "annotations": {"k3s.io/node-args": "\#(quoted)"}}}"#)
    var cluster = ClusterObjects()
    cluster.nodes = [node]
    var snapshot = ClusterSnapshot()
    snapshot.cluster = .known(cluster, at: .distantPast)
    #expect(ClusterNetworks(snapshot).services?.map(\.description) == [network])
  }
}
