import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// The table of the gate row by row: on both sides of each limit.
struct UpgradeGateTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var rule: String
    /// What the rule has something against.
    var hits: [UpgradeCase]
    /// The other side of its limit.
    var passes: [UpgradeCase]
    var testDescription: String { rule }
  }

  private static func version(_ text: String) -> Version { Version(text) ?? Version(0, 0, 0) }

  private static func upgrade(
    _ part: Upgrade.Part, _ from: String, _ to: String,
    _ change: (inout UpgradeCase) -> Void = { _ in }
  ) -> UpgradeCase {
    var result = UpgradeCase(part: part, from: version(from), to: version(to))
    change(&result)
    return result
  }

  private static func metallb(
    _ from: String, _ to: String, _ change: (inout UpgradeCase) -> Void = { _ in }
  ) -> UpgradeCase {
    upgrade(.metallb, from, to, change)
  }

  private static func provider(
    _ from: String, _ to: String, _ change: (inout UpgradeCase) -> Void = { _ in }
  ) -> UpgradeCase {
    upgrade(.provider, from, to, change)
  }

  static let table: [Row] = [
    Row(
      rule: "release",
      hits: Upgrade.Part.allCases.map { part in
        upgrade(part, "19.0.1", "19.0.2") { $0.broken = ["x is failed"] }
      }, passes: Upgrade.Part.allCases.map { upgrade($0, "19.0.1", "19.0.2") }),
    Row(
      rule: "metallb-too-new", hits: [metallb("0.16.0", "0.16.1"), metallb("0.16.1", "0.15.3")],
      passes: [metallb("0.15.3", "0.15.4"), upgrade(.provider, "19.0.1", "19.0.2")]),
    Row(
      rule: "down",
      hits: Upgrade.Part.allCases.map { upgrade($0, "19.0.2", "19.0.1") }
        + [metallb("0.15.3", "0.15.3-rc1")],
      passes: Upgrade.Part.allCases.map { upgrade($0, "19.0.1", "19.0.2") }),
    Row(
      rule: "metallb-metrics",
      hits: [
        metallb("0.14.8", "0.16.0"), metallb("0.15.3", "0.16.1"), metallb("0.15.3", "0.16.0-beta1"),
        metallb("0.16.0", "0.16.1"),
      ],
      passes: [metallb("0.14.8", "0.15.3"), upgrade(.provider, "0.16.0", "0.16.1")]),
    Row(
      rule: "metallb-objects", hits: [metallb("0.12.1", "0.14.8")],
      passes: [metallb("0.13.2", "0.14.8")]),
    Row(
      rule: "metallb-node-addresses", hits: [metallb("0.14.8", "0.15.0")],
      passes: [metallb("0.14.8", "0.15.1"), metallb("0.14.8", "0.14.9")]),
    Row(
      rule: "metallb-kinds",
      hits: [metallb("0.14.8", "0.15.3") { $0.leavesKindsOut = true }],
      passes: [metallb("0.14.8", "0.15.3")]),
    Row(
      rule: "metallb-excluded-nodes",
      hits: [metallb("0.13.12", "0.14.2") { $0.hasExcludedNodes = true }],
      passes: [
        metallb("0.13.12", "0.14.2"), metallb("0.13.9", "0.13.12") { $0.hasExcludedNodes = true },
        // Nobody announces as it is, so nothing gets worse.
        metallb("0.14.2", "0.14.8") { $0.hasExcludedNodes = true },
      ]),
    Row(
      rule: "metallb-kubespray",
      hits: [metallb("0.13.9", "0.14.8") { $0.isByKubespray = true }],
      passes: [
        metallb("0.13.9", "0.13.12") { $0.isByKubespray = true }, metallb("0.13.9", "0.14.8"),
      ]),
    Row(
      rule: "metallb-kubernetes",
      hits: [metallb("0.13.12", "0.14.2") { $0.kubernetes = Version(1, 20, 15) }],
      passes: [
        metallb("0.13.12", "0.14.2") { $0.kubernetes = Version(1, 21, 0) },
        metallb("0.13.9", "0.13.12") { $0.kubernetes = Version(1, 20, 15) },
        metallb("0.13.12", "0.14.2"),
      ]),
    Row(
      rule: "metallb-old-pools", hits: [metallb("0.13.12", "0.14.8")],
      passes: [metallb("0.14.2", "0.14.8"), metallb("0.13.9", "0.13.12")]),
    Row(
      rule: "metallb-cordoned",
      hits: [metallb("0.14.8", "0.14.9") { $0.hasCordonedNode = true }],
      passes: [
        metallb("0.14.8", "0.14.9"), metallb("0.14.8", "0.15.3") { $0.hasCordonedNode = true },
      ]),
    Row(
      rule: "metallb-pin",
      hits: [metallb("0.13.9", "0.13.12") { $0.isByKubespray = true }],
      passes: [metallb("0.13.9", "0.13.12")]),
    Row(
      rule: "akash-names",
      hits: [provider("8.0.3", "9.0.0"), upgrade(.operator, "8.0.0", "9.1.4")],
      passes: [provider("9.0.0", "9.2.7"), upgrade(.operator, "6.0.5", "8.0.0")]),
    Row(
      rule: "operator-newer",
      hits: [
        upgrade(.operator, "19.0.1", "19.0.2") {
          $0.toApp = Version(0, 16, 2)
          $0.providerApp = Version(0, 16, 1)
        }
      ],
      passes: [
        upgrade(.operator, "19.0.1", "19.0.2") {
          $0.toApp = Version(0, 16, 2)
          $0.providerApp = Version(0, 16, 2)
        }, upgrade(.operator, "19.0.1", "19.0.2"),
      ]),
    Row(
      rule: "provider-volumes",
      hits: [provider("11.6.4", "12.0.0"), provider("11.6.4", "12.0.0-rc0")],
      passes: [provider("11.6.3", "11.6.4"), provider("12.0.0", "12.1.4")]),
    Row(
      rule: "provider-gateway",
      hits: [provider("15.0.2", "16.0.0"), provider("12.1.4", "19.0.2")],
      passes: [provider("15.0.1", "15.0.2"), provider("16.0.0", "19.0.2")]),
    Row(
      rule: "provider-lets-encrypt",
      hits: [provider("15.0.1", "15.0.2") { $0.letsEncrypt = false }],
      passes: [
        provider("15.0.0", "15.0.1") { $0.letsEncrypt = false },
        provider("15.0.1", "15.0.2") { $0.letsEncrypt = true }, provider("15.0.1", "15.0.2"),
      ]),
    Row(
      rule: "provider-lets-encrypt-on", hits: [provider("12.1.2", "12.1.3")],
      passes: [
        provider("12.1.3", "12.1.4"), provider("12.1.0", "12.1.2"),
        provider("12.1.2", "12.1.3") { $0.letsEncrypt = false },
      ]),
    Row(
      rule: "provider-restart",
      hits: [provider("11.3.0", "11.4.0") { $0.providerApp = Version(0, 6, 5) }],
      passes: [
        provider("11.3.0", "11.4.0") { $0.providerApp = Version(0, 6, 6) },
        provider("11.3.0", "11.4.0"),
      ]),
    Row(
      rule: "operator-stays-newer",
      hits: [
        provider("18.0.2", "19.0.1") {
          $0.toApp = Version(0, 16, 1)
          $0.operatorApp = Version(0, 16, 2)
        }
      ],
      passes: [
        provider("18.0.2", "19.0.1") {
          $0.toApp = Version(0, 16, 1)
          $0.operatorApp = Version(0, 16, 1)
        }
      ]),
    Row(
      rule: "provider-monitor-8min", hits: [provider("11.5.0", "11.5.3")],
      passes: [provider("11.5.0", "11.5.5")]),
    Row(
      rule: "provider-monitor-2h",
      hits: [provider("11.5.0", "11.5.5"), provider("16.0.0", "18.0.0")],
      passes: [provider("11.5.0", "11.5.3"), provider("18.0.0", "18.0.2")]),
    Row(
      rule: "provider-monitor-24h", hits: [provider("18.0.0", "18.0.2")],
      passes: [
        provider("16.0.0", "18.0.0"), provider("18.0.0", "18.0.2") { $0.hasOwnMonitor = true },
      ]),
  ]

  @Test(arguments: table) func aRuleHasItsLimitWhereItIsSaidToBe(row: Row) throws {
    let rule = try #require(UpgradeGate.rules.first { $0.id == row.rule })
    func isHit(_ upgrade: UpgradeCase) -> Bool {
      UpgradeGate.objections(to: upgrade, rule.weight).contains { $0.id == rule.id }
    }
    for upgrade in row.hits {
      #expect(isHit(upgrade), "\(upgrade)")
      #expect(UpgradeGate.lets(upgrade) == false || rule.weight == .warns, "\(upgrade)")
    }
    for upgrade in row.passes { #expect(!isHit(upgrade), "\(upgrade)") }
  }

  @Test func everyRuleIsInTheTableOnceAndSaysWhyAndWhere() {
    #expect(UpgradeGate.rules.map(\.id) == Self.table.map(\.rule))
    for rule in UpgradeGate.rules {
      #expect(!rule.subject.isEmpty && !rule.reason.isEmpty && !rule.source.isEmpty, "\(rule.id)")
    }
  }

  @Test func aRefusalSaysTheReasonAndTheNewestThatFits() {
    let problem = #expect(throws: UserMessage.self) {
      try UpgradeGate.check(Self.metallb("0.14.8", "0.16.1"), newest: Version(0, 15, 3))
    }
    #expect(
      problem?.what
        == "MetalLB is not brought from 0.14.8 to 0.16.1: the IP operator cannot read this MetalLB."
    )
    #expect(problem?.reason?.contains("HTTPS") == true)
    #expect(
      problem?.advice
        == "The newest that fits is 0.15.3: ip-leases watch metallb --to 0.15.3.")
  }

  @Test func whatIsThereIsToldBeforeTheVersionAskedFor() {
    let broken = Self.metallb("0.14.8", "0.16.1") { $0.broken = ["metallb is pending-upgrade"] }
    let problem = #expect(throws: UserMessage.self) { try UpgradeGate.checkStanding(broken) }
    #expect(problem?.what == "MetalLB is not upgraded: a release was left half-way by helm.")
    #expect(problem?.reason?.hasPrefix("metallb is pending-upgrade: ") == true)
    #expect(problem?.advice?.text().contains("ip-leases remedy roll-back-release") == true)
  }
}
