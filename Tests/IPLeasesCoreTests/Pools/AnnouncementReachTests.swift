import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// From which nodes and on which interfaces a pool is announced.
struct AnnouncementReachTests {
  private let settings = ConsoleSettings(providerFile: "/p", stateDirectory: "/s")

  private func decode<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  /// Pools `default` and `lan`, two nodes, and the advertisement `l2` with this spec.
  private func snapshot(
    _ spec: String? = #"{"ipAddressPools": ["default"]}"#
  ) throws -> ClusterSnapshot {
    var objects = PoolObjects()
    objects.pools = try [("default", "203.0.113.0/30"), ("lan", "10.9.0.0/24")].map { name, range in
      try decode(
        """
        {"metadata": {"name": "\(name)", "resourceVersion": "7"},
         "spec": {"addresses": ["\(range)"], "autoAssign": \(name == "default")}}
        """)
    }
    let specText = spec.map { #", "spec": \#($0)"# } ?? ""
    objects.advertisements = [
      try decode(#"{"metadata": {"name": "l2", "resourceVersion": "9"}\#(specText)}"#)
    ]
    var cluster = ClusterObjects()
    cluster.nodes = try [("n1", "a"), ("n2", "b")].map { name, rack in
      try decode(
        #"{"metadata": {"name": "\#(name)", "labels": {"rack": "\#(rack)", "edge": ""}}}"#)
    }
    var snapshot = ClusterSnapshot()
    snapshot.pools = .known(objects, at: .distantPast)
    snapshot.cluster = .known(cluster, at: .distantPast)
    return snapshot
  }

  private func plan(
    _ reach: AnnouncementReach, _ snapshot: ClusterSnapshot, pool: String = "default",
    of advertisement: String = "l2"
  ) throws -> Plan {
    let entries = snapshot.pools.value?.pool(pool)?.spec.addresses ?? []
    return try PoolEdit.plan(
      snapshot, settings, entries: entries, options: PoolOptions(reaches: [advertisement: reach]),
      pool: pool)
  }

  /// With a Service at 203.0.113.1, and one whose address is of no pool.
  private func heldSnapshot() throws -> ClusterSnapshot {
    var snapshot = try snapshot()
    var cluster = try #require(snapshot.cluster.value)
    cluster.services = try [("web", "203.0.113.1"), ("far", "198.51.100.1")].map { name, address in
      try decode(
        """
        {"metadata": {"name": "\(name)", "namespace": "t"}, "spec": {"type": "LoadBalancer"},
         "status": {"loadBalancer": {"ingress": [{"ip": "\(address)"}]}}}
        """)
    }
    snapshot.cluster = .known(cluster, at: .distantPast)
    return snapshot
  }

  @Test func whoMayFeelAnotherReachIsNamedAndKeepsItsAddress() throws {
    let nodes = try plan(AnnouncementReach(nodes: ["rack=a"]), heldSnapshot())
    #expect(
      nodes.touches == [
        "Service t/web keeps 203.0.113.1, but another node may have to answer for it, some "
          + "seconds pass till then"
      ])
    let interfaces = try plan(AnnouncementReach(interfaces: ["eth1"]), heldSnapshot())
    #expect(
      interfaces.touches == [
        "Service t/web keeps 203.0.113.1, but nobody answers for it where no chosen node has the "
          + "interface"
      ])
    #expect(nodes.touchedServices + interfaces.touchedServices == 0)
  }

  private func inputs(_ actions: [Action]) -> [String] {
    actions.compactMap { action in
      if case .command(let command) = action { command.standardInput } else { nil }
    }
  }

  private func refusal(_ body: () throws -> Plan) -> UserMessage? {
    do { _ = try body() } catch { return error as? UserMessage }
    return nil
  }

  @Test func nodesAndInterfacesAreOnePatchUnderGuard() throws {
    let reach = AnnouncementReach(nodes: ["rack in (a,c)", "edge,rack=b"], interfaces: ["eth0"])
    let plan = try plan(
      reach, snapshot(#"{"ipAddressPools": ["default"], "interfaces": ["eth1"]}"#))
    let selectors =
      #"[{"matchExpressions":[{"key":"rack","operator":"In","values":["a","c"]}]},"#
      + #"{"matchExpressions":[{"key":"edge","operator":"Exists"}],"matchLabels":{"rack":"b"}}]"#
    #expect(
      inputs(plan.actions) == [
        #"[{"op":"test","path":"/metadata/resourceVersion","value":"9"},"#
          + #"{"op":"add","path":"/spec/nodeSelectors","value":\#(selectors)},"#
          + #"{"op":"test","path":"/spec/interfaces","value":["eth1"]},"#
          + #"{"op":"add","path":"/spec/interfaces","value":["eth0"]}]"#
      ])
    #expect(
      inputs(plan.undo) == [
        #"[{"op":"test","path":"/spec/nodeSelectors","value":\#(selectors)},"#
          + #"{"op":"remove","path":"/spec/nodeSelectors"},"#
          + #"{"op":"test","path":"/spec/interfaces","value":["eth0"]},"#
          + #"{"op":"add","path":"/spec/interfaces","value":["eth1"]}]"#
      ])
    #expect(plan.title == "Change from where the pool default is announced")
    #expect(
      plan.diff.contains(
        """
        +  nodeSelectors:
        +  - matchExpressions:
        +    - key: rack
        +      operator: In
        +      values: [a, c]
        +  - matchLabels:
        +      rack: b
        +    matchExpressions:
        +    - key: edge
        +      operator: Exists
           interfaces:
        -  - eth1
        +  - eth0
        """), "\(plan.diff)")
    let waits = plan.actions.compactMap { if case .wait(let wait) = $0 { wait } else { nil } }
    #expect(
      waits.map(\.until) == [
        "the choice of nodes reads back as written", "the list of interfaces reads back as written",
      ])
    #expect(waits.first?.passes == .prints(selectors))
    #expect(plan.notes.contains { $0.line().contains("does not tell which interfaces") })
  }

  @Test func everyNodeIsAFieldThatLeavesAndReadsBackAsNothing() throws {
    let spec =
      #"{"ipAddressPools": ["default"], "nodeSelectors": [{"matchLabels": {"rack": "a"}}]}"#
    let plan = try plan(AnnouncementReach(nodes: []), snapshot(spec))
    #expect(
      inputs(plan.actions) == [
        #"[{"op":"test","path":"/metadata/resourceVersion","value":"9"},"#
          + #"{"op":"test","path":"/spec/nodeSelectors","value":[{"matchLabels":{"rack":"a"}}]},"#
          + #"{"op":"remove","path":"/spec/nodeSelectors"}]"#
      ])
    #expect(
      plan.actions.contains {
        if case .wait(let wait) = $0 { wait.passes == .printsOnly("") } else { false }
      })
    #expect(try self.plan(AnnouncementReach(nodes: ["rack=a"]), snapshot(spec)).isEmpty)
    #expect(try self.plan(AnnouncementReach(nodes: []), snapshot()).isEmpty)
  }

  @Test func anAdvertisementWithoutASpecGetsOne() throws {
    let plan = try plan(AnnouncementReach(interfaces: ["eth0"]), snapshot(nil))
    #expect(
      inputs(plan.actions).first?.contains(#"{"op":"add","path":"/spec","value":{}}"#) == true)
  }

  @Test func selectorsThatMatchNoNodeAreRefused() throws {
    let none = refusal { try plan(AnnouncementReach(nodes: ["rack=x"]), snapshot()) }
    #expect(
      none?.what.contains("No node of the cluster matches rack=x: nobody would answer") == true)
    #expect(none?.advice?.text().contains("n1, n2") == true)
    let one = try plan(AnnouncementReach(nodes: ["rack=x", "rack=a"]), snapshot())
    #expect(one.notes.map { $0.line() }.contains("warning: No node of the cluster matches rack=x."))
    let twice = refusal { try plan(AnnouncementReach(nodes: ["rack=a", "rack==a"]), snapshot()) }
    #expect(twice?.what.contains("The node selector rack=a stands twice in l2.") == true)
    let broken = refusal { try plan(AnnouncementReach(nodes: ["rack near (a)"]), snapshot()) }
    #expect(broken?.what.contains("is no label selector") == true)
  }

  @Test(arguments: ["", ".", "..", "a/b", "a b", "eth0:1", "a\u{7F}", "sixteen-letters-"])
  func aNameLinuxDoesNotTakeIsRefused(name: String) throws {
    let message = refusal { try plan(AnnouncementReach(interfaces: [name]), snapshot()) }
    #expect(message?.what.contains("is no name Linux gives an interface") == true)
  }

  @Test(arguments: ["eth0", "enp3s0f1np1", "bond0.100", "fifteen-letters", "br-é"])
  func aNameLinuxTakesIsTaken(name: String) throws {
    #expect(try !plan(AnnouncementReach(interfaces: [name]), snapshot()).isEmpty)
  }

  @Test func theOtherPoolsOfTheAdvertisementAreNamed() throws {
    let plan = try plan(AnnouncementReach(nodes: ["rack=a"]), snapshot("{}"))
    #expect(
      plan.notes.map { $0.line() }.contains(
        "warning: l2 announces the pool lan too: it changes there as well."))
    let alone = try self.plan(AnnouncementReach(nodes: ["rack=a"]), snapshot())
    #expect(!alone.notes.contains { $0.line().contains("too") })
  }

  @Test func onlyWhatAnnouncesThePoolIsEdited() throws {
    let reach = AnnouncementReach(nodes: ["rack=a"])
    let other = refusal { try plan(reach, snapshot(), pool: "lan") }
    #expect(other?.what == "l2 does not announce the pool lan.")
    let unknown = refusal { try plan(reach, snapshot(), of: "nosuch") }
    #expect(unknown?.what == "There is no L2Advertisement nosuch.")
  }

  @Test func theWayBackFitsTheAdvertisementThatHasIt() throws {
    let before = try snapshot()
    let plan = try plan(AnnouncementReach(nodes: ["rack=a"], interfaces: ["eth0"]), before)
    let record = UndoRecord(
      id: plan.recordID, title: plan.title, time: .distantPast, context: "c", actions: plan.undo)
    func world(_ rack: String) throws -> ClusterSnapshot {
      try snapshot(
        #"{"ipAddressPools": ["default"], "interfaces": ["eth0"], "#
          + #""nodeSelectors": [{"matchLabels": {"rack": "\#(rack)"}}]}"#)
    }
    #expect(try PoolEdit.rollback([record], world("a"))?.actions == plan.undo)
    #expect(try PoolEdit.rollback([record], before) == nil)
    #expect(throws: UserMessage.self) { try PoolEdit.rollback([record], world("b")) }
  }

  // MARK: The draft

  private func live(_ snapshot: ClusterSnapshot) throws -> LivePool {
    let pools = LivePool.all(
      of: try #require(snapshot.pools.value),
      contexts: ["default": snapshot.poolContext(for: "default")])
    return try #require(pools.first)
  }

  @Test func aDraftSaysWhatIsWrongAndLeavesWhenTheClusterHasIt() throws {
    let world = try snapshot()
    var draft = PoolDraft()
    draft.set { $0.reaches["l2"] = AnnouncementReach(nodes: ["rack=x"], interfaces: ["eth0"]) }
    let problems = draft.problems(over: try live(world))
    #expect(problems.first?.severity == .error)
    #expect(problems.first?.message.contains("No node of the cluster matches rack=x") == true)
    let half = try snapshot(#"{"ipAddressPools": ["default"], "interfaces": ["eth0"]}"#)
    let rebased = draft.rebased(onto: try live(half))
    #expect(rebased.options.reaches == ["l2": AnnouncementReach(nodes: ["rack=x"])])
    #expect(rebased.undoDepth == 1)
  }

  @Test func aDraftKeptBeforeReachesWereKnownIsRead() throws {
    let options: PoolOptions = try decode(#"{"autoAssign": true, "announcements": {"l2": false}}"#)
    #expect(options == PoolOptions(autoAssign: true, announcements: ["l2": false]))
  }

  @Test func aKeptDraftSeesThatTheNodesWereChangedMeanwhile() throws {
    let kept = KeptDraft(PoolDraft(), over: try live(snapshot()), at: .distantPast)
    #expect(kept.fits(try live(snapshot())))
    let other = try snapshot(
      #"{"ipAddressPools": ["default"], "nodeSelectors": [{"matchLabels": {"rack": "a"}}]}"#)
    #expect(!kept.fits(try live(other)))
  }
}
