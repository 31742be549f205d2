import Addresses
import Basics
import Foundation
import Testing

@testable import IPLeasesCore

/// Other names for what tells who somebody is.
struct PseudonymTests {
  private static let owner = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"

  private func renamed(
    _ text: String, tenants: [String: String] = [:], beside texts: [String] = [],
    keeping: Set<Pseudonyms.Kind> = []
  ) throws -> String {
    try Pseudonyms(texts: [text] + texts, tenants: tenants, keeping: keeping).replacing(in: text)
  }

  @Test func rangesStillAddUp() throws {
    let text = """
      addresses: [194.28.98.0/28, 194.28.98.40-194.28.98.59, 185.10.0.0/22]
      used 194.28.98.3 and 185.10.3.255, not 194.28.99.1; the node is 10.0.0.5
      """
    let other = try renamed(text)
    #expect(!other.contains("194.28.") && !other.contains("185.10."), "\(other)")
    #expect(other.contains("10.0.0.5"))
    let old = text.matches(of: #/\d+\.\d+\.\d+\.\d+/#).compactMap { IPAddress(parsing: $0.0) }
    let new = other.matches(of: #/\d+\.\d+\.\d+\.\d+/#).compactMap { IPAddress(parsing: $0.0) }
    #expect(old.count == new.count)
    for (a, b) in zip(old, new) {
      for (c, d) in zip(old, new) where a < c {
        #expect(b < d)
        // Within a range, and next to each other.
        if c.value - a.value < 512 { #expect(d.value - b.value == c.value - a.value) }
      }
    }
    // A block begins where a block may begin.
    let block = try #require(other.firstMatch(of: #/(\d+\.\d+\.\d+\.\d+)/22/#))
    let start = try #require(IPAddress(parsing: block.1))
    #expect(start.value % 1024 == 0)
  }

  @Test func rangesAcrossBlocksStayInOnePiece() throws {
    let text = "93.184.219.250-93.184.221.5 93.184.220.7 93.184.222.9"
    let new = try renamed(text).matches(of: #/\d+\.\d+\.\d+\.\d+/#)
      .compactMap { IPAddress(parsing: $0.0)?.value }
    #expect(new.map { $0 - new[0] } == [0, 267, 13, 527])
  }

  @Test func sixIsRenamedAsFourIs() throws {
    let text =
      "pool 2a01:4f8:10:20::/64 with 2a01:4f8:10:20::5, fe80::1, ::1, [2a01:4f8:10:20::5]:443"
    let other = try renamed(text)
    #expect(!other.contains("2a01"))
    #expect(other.contains("fe80::1, ::1, "))
    let prefix = try #require(other.firstMatch(of: #/pool (\S+)::\/64/#)).1
    #expect(other.contains("with \(prefix)::5,"))
    #expect(other.contains("[\(prefix)::5]:443"))
  }

  @Test func aWalletIsAnotherOneThatIsValid() throws {
    let other = try renamed("owner=\(Self.owner) uakt")
    let wallet = try #require(other.firstMatch(of: #/owner=(akash1\w+) uakt/#)).1
    #expect(wallet != Self.owner[...] && wallet.count == Self.owner.count)
    #expect((try? AkashAddress(parsing: String(wallet))) != nil)
  }

  @Test(arguments: [
    ("host: provider.bob-hosting.co.uk", "host: provider.domain1.example"),
    ("*.ingress.europlots.com:443", "*.ingress.domain1.example:443"),
    ("mail bob.smith@europlots.com now", "mail someone@domain1.example now"),
    ("at 5gq3.ingress.europlots.com.", "at h1.ingress.domain1.example."),
    ("image ghcr.io/akash-network/provider:0.16.2", nil),
    ("app.kubernetes.io/name metallb.io v1.31.4 controller.go:412 values.yaml", nil),
    ("akash-provider.akash-services.svc.cluster.local", nil),
  ])
  func hostsAreRenamedAndSoftwareIsNot(_ text: String, _ wanted: String?) throws {
    #expect(try renamed(text) == wanted ?? text)
  }

  @Test(arguments: [
    "ns canary-tenant here", #"{"a":"x\ncanary-tenant"}"#, #"{\"a\":\"x\\ncanary-tenant\"}"#,
    "canary-tenant/web", "web-canary-tenant-5d7f9", "canary-tenant.svc.cluster.local",
    "a_canary-tenant_b", "(canary-tenant)", "canary-tenant:80", "canary-tenant.",
    #"\canary-tenant"#,
    "\\u001bcanary-tenant", "path/canary-tenant", "akash=canary-tenant;",
  ])
  func aTenantIsRenamedWhereverItStands(_ text: String) throws {
    let other = try renamed(text, tenants: ["canary-tenant": "tenant1"])
    #expect(other == text.replacing("canary-tenant", with: "tenant1"))
  }

  @Test func aKindThatIsKeptStays() throws {
    let text = "\(Self.owner) europlots.com 194.28.98.3 shop"
    let tenants = ["shop": "svc1"]
    for kind in Pseudonyms.Kind.allCases {
      let other = try renamed(text, tenants: tenants, keeping: [kind])
      let kept = zip(text.split(separator: " "), other.split(separator: " ")).count { $0 == $1 }
      #expect(kept == 1, "\(kind): \(other)")
    }
  }

  @Test func anIPInANameIsOneToo() throws {
    let other = try renamed("node ip-194-28-98-3 is 194.28.98.3")
    #expect(!other.contains("194-28") && !other.contains("194.28"), "\(other)")
  }
}
