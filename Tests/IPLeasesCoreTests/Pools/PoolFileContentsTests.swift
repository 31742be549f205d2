import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// A file of pools as a whole: whatever document it is, and what is wrong with it.
struct PoolFileContentsTests {
  private func contents(_ text: String) throws -> PoolFileContents {
    try PoolImport.contents(in: text, name: "pool.yaml")
  }

  private func problems(
    _ text: String, for wanted: String = "default", isWhole: Bool = true,
    _ snapshot: ClusterSnapshot = ClusterSnapshot()
  ) throws -> [PoolProblem] {
    let contents = try contents(text)
    let pool = try contents.pool(called: wanted, name: "pool.yaml")
    return contents.problems(of: pool, for: wanted, isWhole: isWhole, snapshot)
  }

  private func object(
    _ name: String = "default", namespace: String? = "metallb-system",
    _ spec: String = "{addresses: [203.0.113.0/28]}", kind: String = "IPAddressPool"
  ) -> String {
    let place = namespace.map { ", namespace: \($0)" } ?? ""
    return """
      apiVersion: metallb.io/v1beta1
      kind: \(kind)
      metadata: {name: \(name)\(place)}
      spec: \(spec)

      """
  }

  @Test func aPoolOfAnotherNameOrNamespaceIsAnErrorWhereTheFileIsApplied() throws {
    let found = try problems(object("public", namespace: "metallb"))
    #expect(found.map(\.severity) == [.error, .error])
    #expect(found[0].message.contains("is called public"))
    #expect(found[1].message.contains("namespace metallb:"))
    // Where only the ranges are taken it is said, and no error.
    let taken = try problems(object("public", namespace: "metallb"), isWhole: false)
    #expect(taken.map(\.severity) == [.warning, .warning])
    #expect(try problems(object()) == [])
    #expect(try problems(object(namespace: nil)).map(\.severity) == [.warning])
  }

  @Test func serviceAllocationIsAnErrorForTheTenantsPool() throws {
    let text = object(
      "default",
      "{addresses: [203.0.113.0/28], serviceAllocation: {priority: 1, namespaces: [team-a]}}")
    for isWhole in [true, false] {
      let found = try problems(text, isWhole: isWhole)
      #expect(found.map(\.severity) == [.error])
      #expect(found[0].message.contains("only Services of team-a"))
    }
  }

  @Test func whatTheWebhookWouldRefuseAfterTheFirstObjectIsRefusedBefore() throws {
    let two =
      object() + "---\n" + object("other", "{addresses: [203.0.113.8/29], autoAssign: false}")
    #expect(try problems(two).map(\.severity) == [.error])
    #expect(try problems(two)[0].message.contains("overlaps 203.0.113.0/28 of pool default"))
    let twice = object() + "---\n" + object("default", "{addresses: [198.51.100.0/28]}")
    #expect(try problems(twice).first?.message.contains("there twice") == true)
    let invalid = object() + "---\n" + object("other", "{addresses: [x], autoAssign: false}")
    #expect(try problems(invalid).map(\.severity) == [.error])
    let wide =
      object() + """
        ---
        apiVersion: metallb.io/v1beta1
        kind: BGPAdvertisement
        metadata: {name: b, namespace: metallb-system}
        spec: {aggregationLength: 24, ipAddressPools: [default]}

        """
    #expect(try problems(wide).first?.message.contains("networks of /24") == true)
    #expect(try problems(wide.replacing("24", with: "28")) == [])
  }

  @Test func whatOfTheFileIsNotTakenIsNamed() throws {
    let text =
      object() + """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        ---
        """ + "\n" + object("other", "{addresses: [198.51.100.0/28]}") + """
        ---
        kind: L2Advertisement
        metadata: {name: l2}
        spec: {ipAddressPools: [gone]}
        """
    let taken = try problems(text, isWhole: false).map(\.message).joined(separator: "\n")
    for word in ["Service web", "other", "L2Advertisement l2"] { #expect(taken.contains(word)) }
    let whole = try problems(text).map(\.message).joined(separator: "\n")
    for word in ["Service web", "auto-assigned as well", "names a pool gone"] {
      #expect(whole.contains(word))
    }
  }

  private static let inline = """
    address-pools:
    - name: default
      protocol: layer2
      addresses: [203.0.113.0/28]
    """

  private static func indented(_ text: String, _ count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
  }

  @Test(arguments: [
    "controller: {logLevel: info}\nconfigInline:\n" + indented(inline, 2),
    "metallb:\n  configInline:\n" + indented(inline, 4),
    "kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nspec:\n  values:\n"
      + "    configInline:\n" + indented(inline, 6),
    "defaultNamespace: x\nhelm:\n  values:\n    configInline:\n" + indented(inline, 6),
    "kind: HelmChart\nspec:\n  valuesContent: |\n    configInline:\n" + indented(inline, 6),
    "kind: Application\nspec:\n  source:\n    helm:\n      values: |\n        configInline:\n"
      + indented(inline, 10),
    "kind: List\nitems:\n- kind: ConfigMap\n  data:\n    config: |\n" + indented(inline, 6),
    "apiVersion: metallb.io/v1beta1\nkind: AddressPool\nmetadata: {name: default}\n"
      + "spec: {protocol: layer2, addresses: [203.0.113.0/28]}\n",
    "apiVersion: metallb.io/v1beta1\nkind: IPAddressPoolList\nitems:\n- metadata: {name: default}\n"
      + "  spec: {addresses: [203.0.113.0/28]}\n",
    "kind: Namespace\nmetadata: {name: x}\n---\n" + inline,
    "- kind: IPAddressPool\n  metadata: {name: default}\n  spec: {addresses: [203.0.113.0/28]}\n",
    "# nothing\n---\n---\n" + inline,
  ])
  func aPoolIsFoundInAnyDocument(text: String) throws {
    for text in [text, "\u{FEFF}" + text, text.replacing("\n", with: "\r\n")] {
      let pool = try contents(text).pool(called: "default", name: "f")
      #expect(pool.name == "default")
      #expect(pool.entries.texts == ["203.0.113.0/28"])
    }
  }

  @Test func withoutAPoolTheMessageSaysWhatIsThere() {
    let error = #expect(throws: UserMessage.self) { try contents("kind: Service\n") }
    #expect(error?.reason == "there is Service")
  }

  @Test func anEntryIsShownAsItWasGiven() {
    let problem = PoolProblems.find(in: ["x.x.x.x/29"]).first
    #expect(problem?.line.hasPrefix("x.x.x.x/29: \"x.x.x.x\" is not a complete") == true)
  }
}
