import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// MetalLB's objects as they are saved before an upgrade.
struct SavedConfigurationTests {
  private static let listed = """
    apiVersion: v1
    items:
    - apiVersion: metallb.io/v1beta1
      kind: L2Advertisement
      metadata:
        creationTimestamp: "2026-11-22T10:00:00Z"
        generation: 3
        name: l2
        namespace: metallb-system
        resourceVersion: "77"
        uid: 5f
      spec:
        interfaces:
        - eth0
        ipAddressPools:
        - default
        nodeSelectors:
        - matchLabels:
            zone: "1"
    - apiVersion: metallb.io/v1beta2
      kind: BGPPeer
      metadata:
        name: open
        namespace: metallb-system
      spec:
        myASN: 64512
        peerASN: 64513
        peerAddress: 192.0.2.1
    - apiVersion: metallb.io/v1beta2
      kind: BGPPeer
      metadata:
        name: closed
        namespace: metallb-system
      spec:
        myASN: 64512
        password: CANARY-BGP-password
        peerAddress: 192.0.2.2
    - apiVersion: metallb.io/v1beta1
      kind: IPAddressPool
      metadata:
        annotations:
          kubectl.kubernetes.io/last-applied-configuration: "{}"
          note: "yes"
        labels:
          tier: gold
        name: default
        namespace: metallb-system
      spec:
        addresses:
        - 203.0.113.8/29
        autoAssign: true
        avoidBuggyIPs: false
      status:
        assignedIPv4: 3
    kind: List

    """

  private func saved(_ text: String = listed) throws -> SavedConfiguration {
    try SavedConfiguration(SecretText(text))
  }

  @Test func objectsAreWrittenWholeWithoutWhatTheServerKeeps() throws {
    #expect(
      try saved().text == """
        # MetalLB's pools and what goes with them, as they were before an upgrade.
        # kubectl apply -f THIS-FILE brings them back.
        # Not in here, as it has a password: BGPPeer closed
        ---
        apiVersion: metallb.io/v1beta2
        kind: BGPPeer
        metadata:
          name: open
          namespace: metallb-system
        spec:
          myASN: 64512
          peerASN: 64513
          peerAddress: 192.0.2.1
        ---
        apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata:
          name: default
          namespace: metallb-system
          labels:
            tier: gold
          annotations:
            note: "yes"
        spec:
          addresses:
          - 203.0.113.8/29
          autoAssign: true
          avoidBuggyIPs: false
        ---
        apiVersion: metallb.io/v1beta1
        kind: L2Advertisement
        metadata:
          name: l2
          namespace: metallb-system
        spec:
          interfaces:
          - eth0
          ipAddressPools:
          - default
          nodeSelectors:
          - matchLabels:
              zone: "1"

        """)
  }

  @Test func noPasswordIsSavedOrShown() throws {
    let saved = try saved()
    let change = saved.change(
      from: Version(0, 14, 8), ConsoleSettings(providerFile: "/x", stateDirectory: "/s"))
    #expect(saved.peersLeftOut == ["closed"] && saved.count == 3)
    #expect(!change.contents.reveal().contains("CANARY") && !change.diff.contains("CANARY"))
  }

  @Test func thePoolComesBackFromTheFileAsItWas() throws {
    let pool = try PoolImport.pool(in: saved().text, name: "saved")
    #expect(pool.entries == ["203.0.113.8/29"])
    #expect(pool.autoAssign == true && pool.avoidBuggyIPs == false)
  }

  @Test func oneTextHasOneNameAndAnotherAnother() throws {
    let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/s")
    func path(_ text: String) throws -> String {
      try saved(text).change(from: Version(0, 14, 8), settings).path
    }
    let other = Self.listed.replacing("203.0.113.8/29", with: "203.0.113.0/28")
    let later = Self.listed.replacing("resourceVersion: \"77\"", with: "resourceVersion: \"78\"")
    #expect(try path(Self.listed) == path(later))
    #expect(try path(Self.listed) != path(other))
  }

  @Test(arguments: [
    "", "no list", "items: {}", "items: [{kind: Secret, metadata: {name: a}}]",
    "items: [{kind: IPAddressPool}]", "items: [", "a: *b",
  ])
  func whatCannotBeSavedStopsTheUpgrade(text: String) {
    let problem = #expect(throws: UserMessage.self) { try saved(text) }
    #expect(problem?.what == "MetalLB's objects cannot be saved, so it is not upgraded.")
  }

  @Test func anEmptyListHasNothingToSave() throws {
    #expect(try saved("apiVersion: v1\nitems: []\nkind: List\n").count == 0)
  }
}
