import Testing

@testable import Addresses
@testable import IPLeasesCore

/// The grammar of one entry, as MetalLB's parser and counter answer it.
struct AddressRangeTests {
  @Test(arguments: [
    ("144.217.30.192/28", "144.217.30.192", "144.217.30.207", "16"),
    ("194.28.98.217/32", "194.28.98.217", "194.28.98.217", "1"),
    ("194.28.98.219-194.28.98.222", "194.28.98.219", "194.28.98.222", "4"),
    ("10.0.0.1 - 10.0.0.3", "10.0.0.1", "10.0.0.3", "3"),
    ("\t10.0.0.1\t-\t10.0.0.3\n", "10.0.0.1", "10.0.0.3", "3"),
    ("194.28.98.217/29", "194.28.98.216", "194.28.98.223", "8"),
    ("10.0.0.5-10.0.0.5", "10.0.0.5", "10.0.0.5", "1"),
    ("10.0.0.0/024", "10.0.0.0", "10.0.0.255", "256"),
    ("2001:db8::/120", "2001:db8::", "2001:db8::ff", "256"),
    ("2001:db8::/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "18446744073709551616"),
    ("::ffff:10.0.0.1-::ffff:10.0.0.4", "10.0.0.1", "10.0.0.4", "4"),
    ("::ffff:10.0.0.1-10.0.0.4", "10.0.0.1", "10.0.0.4", "4"),
    ("::ffff:10.0.0.0/120", "10.0.0.0", "10.0.0.255", "256"),
    ("127.0.0.0/8", "127.0.0.0", "127.255.255.255", "16777216"),
    ("224.0.0.0/4", "224.0.0.0", "239.255.255.255", "268435456"),
    ("0.0.0.0/0", "0.0.0.0", "255.255.255.255", "4294967296"),
    (
      "::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
      "340282366920938463463374607431768211456"
    ),
  ])
  func anEntryOfMetalLBIsCountedTheSame(
    entry: String, first: String, last: String, count: String
  ) throws {
    let range = try AddressRange(parsing: entry)
    #expect(range.text == entry)
    #expect(range.first.description == first)
    #expect(range.last.description == last)
    #expect(range.count.description == count)
  }

  @Test(arguments: [
    (" 10.0.0.0/29", "did you mean 10.0.0.0/29?"),
    ("10.0.0.0/29 ", "did you mean 10.0.0.0/29?"),
    ("10.0.0.0 /29", "did you mean 10.0.0.0/29?"),
    ("194.28.98.217", "did you mean 194.28.98.217/32?"),
    ("2001:db8::1", "did you mean 2001:db8::1/128?"),
    ("10.0.0.5-7", "did you mean 10.0.0.5-10.0.0.7?"),
    ("10.0.0.5-1.7", "did you mean 10.0.0.5-10.0.1.7?"),
    ("203.0.113.10-203.0.253", "did you mean 203.0.113.10-203.0.113.253?"),
    ("203.0.113.10-203.253", nil), ("203.0.113.10-203.0.113", nil),
    ("203.0.113.10-113.253", "did you mean 203.0.113.10-203.0.113.253?"),
    ("203.0.113.16/28.", "did you mean 203.0.113.16/28?"),
    ("203.0.113.16-203.0.113.20.", "did you mean 203.0.113.16-203.0.113.20?"),
    ("10.0.0.5-", "did you mean 10.0.0.5/32?"),
    ("-10.0.0.5", nil),
    ("-", nil), ("", "remove it"), ("   ", "remove it"),
    ("10.0.0.5-10.0.0.1", "did you mean 10.0.0.1-10.0.0.5?"),
    ("10.0.0.1-10.0.0.2-10.0.0.3", nil),
    ("10.0.0.1/24-10.0.0.9", "did you mean 10.0.0.1-10.0.0.9?"),
    ("10.0.0.1–10.0.0.9", "did you mean 10.0.0.1-10.0.0.9?"),
    ("10.0.0.1/32,10.0.0.2", "did you mean 10.0.0.1/32 and 10.0.0.2/32? (one entry each)"),
    ("10.0.0.0/255.255.255.0", "did you mean 10.0.0.0/24?"),
    ("10.0.0.0/255.0.255.0", nil),
    ("0x0a.0.0.0/24", nil),
    ("10.1/16", "did you mean 10.1.0.0/16?"),
    ("010.0.0.0/24", "did you mean 10.0.0.0/24?"),
    ("10.0.00.0/24", "did you mean 10.0.0.0/24?"),
    ("10.0.0.0/33", nil), ("10.0.0.0/-1", "did you mean 10.0.0.0-10.0.0.1?"),
    ("10.0.0.0/", nil), ("/24", nil), ("2001:db8::/129", nil),
    ("fe80::1%eth0/64", "did you mean fe80::1/64?"),
    ("10.0.0.1-2001:db8::1", "write one range for each family"),
    ("::1-10.0.0.1", "write one range for each family"),
    ("example.com", nil), ("\u{1B}[31m/24", nil),
  ])
  func whatIsRefusedSaysWhatWasMeant(entry: String, fix: String?) {
    #expect {
      try AddressRange(parsing: entry)
    } throws: { error in
      guard let refusal = error as? AddressRange.Refusal else { return false }
      #expect(!refusal.reason.isEmpty)
      #expect(!refusal.reason.contains("\u{1B}"))
      #expect(refusal.fix == fix)
      return true
    }
  }

  /// Nothing of what was typed is changed where it is told again.
  @Test(arguments: [
    ("x.x.x.x/29", "\"x.x.x.x\" is not a complete IP address"),
    ("pool", "\"pool\" is neither address/length nor first-last"),
    ("203.0.113.16/28.", "a full stop stands behind it"),
    ("203.0.113.16/2.8", "the prefix length must be 0 to 32"),
    ("203.0.113.16/255.255.255.0", "a netmask is not read; write the prefix length"),
  ])
  func whatIsRefusedIsToldAsItWasTyped(entry: String, reason: String) {
    #expect(RangeHint.refusal(of: entry).reason == reason)
  }

  @Test func aRangeIsBrokenIntoTheFewestBlocks() throws {
    let range = try AddressRange(parsing: "194.28.98.219-194.28.98.222")
    let blocks = range.interval.blocks.map(\.description)
    #expect(blocks == ["194.28.98.219/32", "194.28.98.220/31", "194.28.98.222/32"])
    let all = AddressInterval(family: .v6, lower: 0, upper: .max)
    #expect(all.blocks.map(\.description) == ["::/0"])
    let most = AddressInterval(family: .v6, lower: 1, upper: .max)
    #expect(most.blocks.count == 128)
    let least = AddressInterval(family: .v6, lower: 0, upper: .max - 1)
    #expect(least.blocks.count == 128)
    let four = AddressInterval(family: .v4, lower: 0, upper: 0xFFFF_FFFF)
    #expect(four.blocks.map(\.description) == ["0.0.0.0/0"])
  }

  @Test(arguments: [
    (["10.0.0.0/24"], false, 256), (["10.0.0.0/24"], true, 254), (["10.0.0.0/23"], true, 508),
    (["10.0.0.0/25"], true, 127), (["10.0.0.255/32"], true, -1), (["10.0.0.7/32"], true, 1),
    (["2001:db8::/120"], true, 256), (["2001:db8::/66"], false, Int.max),
    (["2001:db8::/67"], false, 1 << 61), (["10.0.0.0/24", "2001:db8::/64"], false, Int.max),
    (["2001:db8::/64", "10.0.0.0/24"], false, Int.min + 255),
    (["194.28.98.219-194.28.98.222"], false, 4), (["10.0.0.0-10.0.1.0"], true, 253),
    (["::ffff:10.0.0.0/120"], true, 254), (["::ffff:10.0.0.0/119"], true, 510),
  ])
  func theGaugeOfMetalLBIsCountedWithItsFaults(
    entries: [String], avoidBuggyIPs: Bool, gauge: Int
  ) throws {
    let ranges = try entries.map { try AddressRange(parsing: $0) }
    #expect(PoolSize(of: ranges, avoidBuggyIPs: avoidBuggyIPs).metallb == gauge)
  }

  @Test func theExactSizeCountsEachAddressOnce() throws {
    let ranges = try ["10.0.0.0/24", "10.0.0.128/25", "::/0"].map {
      try AddressRange(parsing: $0)
    }
    #expect(PoolSize(of: ranges).text == "340282366920938463463374607431768211712")
  }
}
