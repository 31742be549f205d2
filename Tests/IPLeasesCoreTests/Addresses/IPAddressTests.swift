import Testing

@testable import Addresses
@testable import IPLeasesCore

struct IPAddressTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ("194.28.98.217", "194.28.98.217"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
    ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"),
    ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
    ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:0:8", "1:2:3:4:5:6:0:8"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("::ffff:10.0.0.1", "10.0.0.1"), ("::ffff:a00:1", "10.0.0.1"),
    ("::10.0.0.1", "::a00:1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
  ])
  func anAddressHasOneCanonicalText(given: String, canonical: String) {
    #expect(IPAddress(parsing: given)?.description == canonical)
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..3.4", "256.1.1.1",
    "01.2.3.4", "1.2.3.00", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.-4", "1.2.3.+4",
    ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3",
    "12345::", "::g", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "fe80::1%eth0", "::1.2.3",
    "::01.2.3.4", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:1.2.3.4", "::1.2.3.4:5", "１.2.3.4",
  ])
  func whatIsNoCompleteAddressIsRefused(text: String) {
    #expect(IPAddress(parsing: text) == nil)
  }

  @Test func familiesAreOrderedAndThenNumbers() throws {
    let texts = ["::1", "10.0.0.2", "9.0.0.1", "::"]
    let sorted = try texts.map { try #require(IPAddress(parsing: $0)) }.sorted()
    #expect(sorted.map(\.description) == ["9.0.0.1", "10.0.0.2", "::", "::1"])
  }

  @Test func aSubstringIsReadLikeAString() {
    let text = "x10.0.0.1y"
    #expect(IPAddress(parsing: text.dropFirst().dropLast())?.description == "10.0.0.1")
  }

  @Test func aBlockClearsHostBits() {
    #expect(CIDR(parsing: "10.1.2.3/8")?.description == "10.0.0.0/8")
    #expect(CIDR(parsing: "::ffff:10.1.2.3/104")?.description == "10.0.0.0/8")
    #expect(CIDR(parsing: "2001:db8::5/0")?.description == "::/0")
    #expect(CIDR(parsing: "10.0.0.0") == nil)
    #expect(CIDR(parsing: "10.0.0.0/8/9") == nil)
  }

  @Test func countsReachBeyond128Bits() {
    let all = AddressInterval(family: .v6, lower: 0, upper: .max).count
    #expect(all.description == "340282366920938463463374607431768211456")
    #expect((all + all).description == "680564733841876926926749214863536422912")
    #expect((all + 1_000_000_000_000_000_000).description.hasSuffix("607431768211456") == true)
    #expect(AddressCount(.max).description == "340282366920938463463374607431768211455")
    #expect(AddressCount(0).description == "0")
    #expect(all.int == nil)
    #expect(AddressCount(36).int == 36)
    #expect(AddressCount(36) < all)
  }
}
