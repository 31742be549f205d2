import Testing

@testable import Addresses
@testable import Basics
@testable import IPLeasesCore

struct PoolProblemsTests {
  private func errors(_ entries: [PoolEntry], _ context: PoolContext = PoolContext()) -> [String] {
    PoolProblems.find(in: entries, context: context).filter { $0.severity == .error }
      .map(\.message)
  }

  private func warnings(_ entries: [PoolEntry], _ context: PoolContext = PoolContext()) -> [String]
  {
    PoolProblems.find(in: entries, context: context).filter { $0.severity == .warning }
      .map(\.message)
  }

  private func known(_ address: String, _ owner: String) throws -> PoolContext.KnownAddress {
    try #require(PoolContext.KnownAddress(address, owner: owner))
  }

  @Test(arguments: [
    ["194.28.98.216/29"], ["203.0.113.5/32"], ["198.51.100.0/28", "192.0.2.7-192.0.2.9"],
    ["194.28.98.219-194.28.98.222", "144.217.30.192/28", "194.28.98.217/32"],
  ])
  func aGoodPoolHasNoProblems(entries: [PoolEntry]) {
    #expect(PoolProblems.find(in: entries) == [])
  }

  @Test func anEmptyPoolIsAnError() {
    #expect(errors([]).count == 1)
  }

  @Test func everyBadEntryIsNamedWithAFix() {
    let problems = PoolProblems.find(in: ["194.28.98.217", "194.28.98.219/32", "x"])
    #expect(problems.map(\.entry) == ["194.28.98.217", "x"])
    #expect(problems.allSatisfy { $0.severity == .error })
    #expect(problems[0].message == "A single address needs its prefix length.")
    #expect(problems[0].fix == "did you mean 194.28.98.217/32?")
  }

  @Test func anEntryTwiceIsAnError() {
    let problems = PoolProblems.find(in: ["194.28.98.217/32", "194.28.98.217/32"])
    #expect(problems.count == 1)
    #expect(
      problems.first?.message
        == "194.28.98.217/32 stands twice in the pool; MetalLB refuses that.")
  }

  @Test func overlapsSayWhatToWriteInstead() {
    let part = PoolProblems.find(in: ["194.28.98.0/28", "194.28.98.4/32"])
    #expect(part.first?.fix == "remove 194.28.98.4/32, it is part of the other")
    let both = PoolProblems.find(in: ["194.28.98.1-194.28.98.5", "194.28.98.4-194.28.98.9"])
    #expect(both.first?.fix == "write 194.28.98.1-194.28.98.9 instead of the two")
    #expect(both.first?.entry == "194.28.98.4-194.28.98.9")
  }

  @Test func anOverlapWithAnotherPoolIsAnError() {
    let context = PoolContext(
      otherPools: [
        PoolShape(name: "lan", entries: ["194.28.98.4/30", "bad"], autoAssign: false)
      ])
    let problems = PoolProblems.find(in: ["194.28.98.0/29"], context: context)
    #expect(problems.count == 1)
    #expect(problems.first?.severity == .error)
    #expect(
      problems.first?.message
        == "194.28.98.0/29 overlaps 194.28.98.4/30 of pool lan; MetalLB refuses that.")
    #expect(problems.first?.fix == "write 194.28.98.0/30 here")
  }

  @Test func aMixedRangeIsAnErrorAlthoughMetalLBTakesIt() {
    #expect(errors(["194.28.98.1-2001:db8::1"]).count == 1)
  }

  @Test func familiesDoNotOverlap() {
    #expect(errors(["0.0.0.0/0", "::/0"]) == [])
  }

  @Test func aNodeAddressIsAnErrorAndAGatewayAWarning() throws {
    let context = PoolContext(
      nodes: [try known("194.28.98.3", "node akash-node-1")],
      gateways: [try known("194.28.98.1", "the default gateway of akash-node-1")])
    let problems = PoolProblems.find(in: ["194.28.98.0/29"], context: context)
    #expect(problems.map(\.severity) == [.error, .warning])
    #expect(problems[0].message.contains("194.28.98.3, the address of node akash-node-1"))
    #expect(
      problems[0].fix == "write 194.28.98.0-194.28.98.2 and 194.28.98.4/30 instead")
    #expect(problems[1].message.contains("194.28.98.1, the default gateway of akash-node-1"))
  }

  @Test func hostBitsAreAWarningThatSaysTheWidth() {
    let problems = PoolProblems.find(in: ["194.28.98.217/29"])
    #expect(problems.map(\.severity) == [.warning])
    #expect(problems.first?.message.contains("widens it to 194.28.98.216/29, 8 addresses") == true)
  }

  private static let special: [(PoolEntry, String)] = [
    ("10.1.2.3/32", "private"), ("172.31.0.1/32", "private"), ("192.168.1.240/32", "private"),
    ("100.64.0.1/32", "carrier"), ("127.0.0.1/32", "loopback"), ("169.254.1.1/32", "link-local"),
    ("224.0.0.1/32", "multicast"), ("0.0.0.1/32", "this network"),
    ("255.255.255.255/32", "reserved"), ("240.0.0.1/32", "reserved"),
    ("fd00::1/128", "private"), ("fe80::1/128", "link-local"), ("ff02::1/128", "multicast"),
  ]

  @Test(arguments: special)
  func addressesNobodyCanLeaseAreAWarning(entry: PoolEntry, word: String) {
    let found = warnings([entry])
    #expect(found.contains { $0.contains(word) })
    #expect(errors([entry]) == [])
  }

  @Test func clusterNetworksAndUsedAddressesAreWarnings() throws {
    let context = PoolContext(
      serviceNetworks: [try #require(CIDR(parsing: "194.28.0.0/18"))],
      podNetworks: [try #require(CIDR(parsing: "194.28.98.0/24"))],
      used: [try known("194.28.98.217", "Service ingress-nginx/controller")])
    let found = warnings(["194.28.98.216/29"], context)
    #expect(found.count == 2)
    #expect(found.contains { $0.contains("pod network 194.28.98.0/24") })
    #expect(found.contains { $0.contains("which Service ingress-nginx/controller uses") })
  }

  @Test func ipv6IsOneWarningAndTheCountAnother() {
    let found = warnings(["2001:470::/64", "2001:470:1::/120"])
    #expect(found.count == 2)
    #expect(found[0].contains("IPv6"))
    #expect(found[1].contains("MetalLB counts \(Int.min + 255)"))
  }

  @Test func buggyAddressesAreCounted() {
    let context = PoolContext(avoidBuggyIPs: true)
    let found = PoolProblems.find(in: ["194.28.98.0/32"], context: context)
    #expect(found.map(\.severity) == [.warning, .warning])
    #expect(found[0].message.contains("counts this entry as -1"))
    #expect(found[1].message.contains("has 1 address, but MetalLB counts -1"))
  }

  @Test func oldVersionsIgnoreBuggyAddresses() {
    let context = PoolContext(avoidBuggyIPs: true, metallb: Version(0, 13, 2))
    #expect(warnings(["194.28.98.7/32"], context).count == 1)
  }

  @Test func aWholeNetworkGetsOneQuietWarning() {
    #expect(warnings(["194.28.98.0/24", "194.28.96.0/24"]).count == 1)
    #expect(warnings(["194.28.98.0/25"]) == [])
  }

  @Test func autoAssignMustBeOnHereAndOffElsewhere() {
    #expect(errors(["194.28.98.216/29"], PoolContext(autoAssign: false)).count == 1)
    let other = PoolShape(name: "lan", entries: ["192.0.2.0/28"])
    #expect(warnings(["194.28.98.216/29"], PoolContext(otherPools: [other])).count == 1)
  }

  @Test func whatWasNotLookedAtIsNamed() {
    #expect(PoolContext().unseen.count == 6)
    #expect(PoolContext(nodes: []).unseen.contains("node addresses") == false)
  }

  @Test func veryManyProblemsOfOneKindAreCut() {
    let entries: [PoolEntry] = (0..<200).map { "10.0.0.\($0)/32" }
    let found = warnings(entries)
    #expect(found.count == PoolProblems.mostOfOneKind + 1)
    #expect(found.last == "The same holds for 150 more.")
  }

  @Test func hostileTextIsMadeHarmless() {
    for problem in PoolProblems.find(in: ["\u{1B}[2J10.0.0.1", "10.0.0.1-\u{202E}7"]) {
      #expect(!problem.message.contains("\u{1B}"))
      #expect(!problem.message.contains("\u{202E}"))
      #expect(problem.fix?.text().contains("\u{1B}") != true)
    }
  }
}
