import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

/// Selectors as kubectl's `-l` takes them.
struct LabelSelectorTests {
  @Test(arguments: [
    ("a=1", "a=1"), ("a==1", "a=1"), (" b = 2 , a=1", "a=1,b=2"), ("a", "a"), ("!a", "!a"),
    ("a!=1", "a notin (1)"), ("rack in (x, y)", "rack in (x,y)"),
    ("rack notin (x)", "rack notin (x)"),
    ("kubernetes.io/hostname=node-1,edge", "kubernetes.io/hostname=node-1,edge"), ("a=", "a="),
    ("a=1,a=2", "a=1,a in (2)"),
  ])
  func whatKubectlTakesIsReadAndWrittenBack(text: String, written: String) throws {
    let selector = try LabelSelector(parsing: text)
    #expect(selector.written == written)
    #expect(try LabelSelector(parsing: selector.written) == selector)
  }

  @Test(arguments: [
    ("", "a key is missing"), (",", "a key is missing"), ("a=1,", "a key is missing"),
    ("=1", "a key is missing"), ("a b", "a b is no key"), ("-a=1", "-a is no key"),
    ("x/y/z=1", "x/y/z is no key"), ("a=b c", "b c is no value of a label"),
    ("a in x", "a in x is no key"), ("a near (x)", "brackets belong to"),
    ("a in (x", "brackets belong to"), ("a>1", "a>1 is no key"),
    ("a=\(String(repeating: "x", count: 64))", "is no value of a label"),
    ("a=\u{1B}[31m", "is no value of a label"),
  ])
  func whatKubectlRefusesIsRefusedWithTheReason(text: String, reason: String) {
    let message = #expect(throws: UserMessage.self) { try LabelSelector(parsing: text) }
    #expect(message?.what.contains(reason) == true, "\(message?.what ?? "")")
    #expect(message?.what.contains("\u{1B}") == false)
  }

  @Test func aListIsTypedInOneLine() {
    typealias Reach = AnnouncementReach
    #expect(
      Reach.list(" rack in (a,b) or edge ; x=1 ", .nodes) == ["rack in (a,b)", "edge", "x=1"])
    #expect(Reach.list("eth0, eth1 or bond0.10", .interfaces) == ["eth0", "eth1", "bond0.10"])
    #expect(Reach.list("  ", .nodes) == [])
    let nodes = ["kubernetes.io/hostname=n1", "rack in (a,b),!edge"]
    #expect(Reach.list(Reach.text(nodes, .nodes), .nodes) == nodes)
  }
}
