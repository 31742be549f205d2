import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// `ip-leases pools` as a program.
@Suite(.inTurn)
struct PoolsCheckTests {
  struct Document: Decodable {
    struct Pool: Decodable {
      var name: String
      var addresses: [String]
      var size: String
      var inUse: String?
      var problems: [Problem]
    }
    struct Problem: Decodable {
      var severity: String
      var entry: String?
      var message: String
      var fix: String?
    }
    var schema: String
    var pools: [Pool]
    var unseen: [String]
  }

  enum Verdict: Sendable { case right, warned, refused }

  /// What is given to the program, its verdict, and how many addresses it counts.
  struct Row: Sendable, CustomTestStringConvertible {
    var entries: [String]
    var verdict: Verdict
    var size: String

    init(_ entries: String..., is verdict: Verdict, size: String) {
      self.entries = entries
      self.verdict = verdict
      self.size = size
    }

    var testDescription: String { entries.joined(separator: ", ") }
  }

  private let program = ProgramCall()

  private func run(_ arguments: [String]) async throws -> CommandResult {
    try await program.run(arguments)
  }

  private func check(_ arguments: [String]) async throws -> (Document, CommandExit) {
    let result = try await run(["pools", "check", "-o", "json"] + arguments)
    return (try JSONDecoder().decode(Document.self, from: result.standardOutput), result.exit)
  }

  /// The tables of what MetalLB takes, one row each; private networks are a warning of ours.
  private static let rows = [
    Row("144.217.30.192/28", is: .right, size: "16"),
    Row("194.28.98.217/32", is: .right, size: "1"),
    Row("194.28.98.219-194.28.98.222", is: .right, size: "4"),
    Row("194.28.98.219 - 194.28.98.222", is: .right, size: "4"),
    Row("194.28.98.219\t-\t194.28.98.222", is: .right, size: "4"),
    Row(" 194.28.98.216/29", is: .refused, size: "0"),
    Row("194.28.98.216/29 ", is: .refused, size: "0"),
    Row("194.28.98.216 /29", is: .refused, size: "0"),
    Row("194.28.98.217/29", is: .warned, size: "8"),
    Row("194.28.98.217", is: .refused, size: "0"),
    Row("194.28.98.5-7", is: .refused, size: "0"),
    Row("194.28.98.5-", is: .refused, size: "0"),
    Row("-194.28.98.5", is: .refused, size: "0"),
    Row("194.28.98.5-194.28.98.1", is: .refused, size: "0"),
    Row("194.28.98.5-194.28.98.5", is: .right, size: "1"),
    Row("194.28.98.1-194.28.98.2-194.28.98.3", is: .refused, size: "0"),
    Row("194.28.98.0/24-194.28.99.0", is: .refused, size: "0"),
    Row("194.28.98.1–194.28.98.3", is: .refused, size: "0"),
    Row("194.28.98.1/32,194.28.98.3/32", is: .refused, size: "0"),
    Row("194.28.98.0/255.255.255.0", is: .refused, size: "0"),
    Row("0xc2.28.98.0/24", is: .refused, size: "0"),
    Row("194.1/16", is: .refused, size: "0"),
    Row("010.0.0.0/24", is: .refused, size: "0"),
    Row("10.0.00.0/24", is: .refused, size: "0"),
    Row("194.28.98.0/028", is: .right, size: "16"),
    Row("194.28.98.0/33", is: .refused, size: "0"),
    Row("194.28.98.0/-1", is: .refused, size: "0"),
    Row("2001:db8::/120", is: .warned, size: "256"),
    Row("2001:db8::/64", is: .warned, size: "18446744073709551616"),
    Row("2001:db8::/66", is: .warned, size: "4611686018427387904"),
    Row("::ffff:194.28.98.1-::ffff:194.28.98.4", is: .right, size: "4"),
    Row("fe80::1%eth0/64", is: .refused, size: "0"),
    Row("194.28.98.1-2001:db8::1", is: .refused, size: "0"),
    Row("127.0.0.0/8", is: .warned, size: "16777216"),
    Row("224.0.0.0/4", is: .warned, size: "268435456"),
    Row("0.0.0.0/0", is: .warned, size: "4294967296"),
    Row("194.28.98.0/28", "194.28.98.8/30", is: .refused, size: "16"),
    Row("194.28.98.0/28", "194.28.98.0/28", is: .refused, size: "16"),
    Row("194.28.98.0/28", "2001:db8::/124", is: .warned, size: "32"),
  ]

  @Test(arguments: rows) func everyRowOfTheTablesGetsItsVerdict(row: Row) async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let (document, exit) = try await check(["--"] + row.entries)
    let pool = try #require(document.pools.first)
    #expect(document.schema == "ip-leases/pools/v1")
    #expect(pool.name == "default")
    #expect(pool.addresses == row.entries)
    #expect(pool.size == row.size)
    let severities = Set(pool.problems.map(\.severity))
    switch row.verdict {
    case .right: #expect(severities.isEmpty)
    case .warned: #expect(severities == ["warning"])
    case .refused: #expect(severities.contains("error"))
    }
    #expect(exit == .code(row.verdict == .refused ? 1 : 0))
    // There is no cluster: what it alone could tell is named, and not made up.
    #expect(document.unseen.contains("node addresses"))
    #expect(pool.inUse == nil)
  }

  @Test func aBareAddressGetsItsFix() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let (document, _) = try await check(["194.28.98.217"])
    #expect(document.pools[0].problems.map(\.fix) == ["did you mean 194.28.98.217/32?"])
    #expect(document.pools[0].problems.map(\.entry) == ["194.28.98.217"])
  }

  @Test func aPoolWithoutAddressesIsAnError() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    try FileManager.default.createDirectory(
      atPath: program.folder, withIntermediateDirectories: true)
    let file = program.folder + "/pool.yaml"
    try Data("addresses: []\n".utf8).write(to: URL(filePath: file))
    let (document, exit) = try await check(["-f", file])
    #expect(document.pools[0].problems.map(\.severity) == ["error"])
    #expect(exit == .code(1))
  }

  @Test func countsThatDifferAreSaid() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let (document, exit) = try await check(["2001:db8::/66"])
    #expect(
      document.pools[0].problems.contains { $0.message.contains("counts 9223372036854775807") })
    #expect(exit == .code(0))
  }

  @Test func aFileThatIsNotThereCannotBeJudged() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let result = try await run(["pools", "check", "-f", "/nowhere/pool.csv"])
    #expect(result.exit == .code(2))
    #expect(result.errorText.contains("/nowhere/pool.csv"))
  }

  @Test func withoutAClusterItsPoolsCannotBeTold() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    #expect(try await run(["pools", "show"]).exit == .code(2))
    #expect(try await run(["pools", "check"]).exit == .code(2))
    #expect(try await run(["pools", "plan", "--add", "192.0.2.0/28"]).exit == .code(2))
  }

  @Test(arguments: [
    ["plan"], ["apply"], ["plan", "--add", "192.0.2.0/28", "-f", "x"], ["plan", "--remove", "1.2"],
    ["export", "-o", "xml"], ["apply", "--add", "192.0.2.0/28", "--accept-touch", "-1"],
  ])
  func wrongUsageIsToldApart(arguments: [String]) async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    #expect(try await run(["pools"] + arguments).exit == .code(64))
  }

  @Test func optionsMayStandBeforeTheWordsOfTheCommand() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let before = try await run(["--rehearse", "enabled", "pools", "--ascii", "export", "-o", "csv"])
    #expect(before.exit == .code(0), "\(before.errorText)")
    #expect(before.outputText.hasPrefix("pool,address,"))
  }

  @Test func veryManyArgumentsAreRefusedAtOnce() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let ranges = (0..<1_500).flatMap { ["--add", "10.\($0 / 250).\($0 % 250).0/28"] }
    let result = try await run(["pools", "plan"] + ranges)
    #expect(result.exit == .code(64))
    #expect(result.errorText.contains("take -f FILE"))
  }

  @Test func flagsAndAdvertisementsAreChangedToo() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let edit = ["pools", "apply", "--rehearse", "enabled", "--yes", "--avoid-buggy-ips", "true"]
    let done = try await run(edit)
    #expect(done.exit == .code(0), "\(done.errorText)")
    let export = try await run(["pools", "export", "--rehearse", "enabled"])
    #expect(export.outputText.contains("  avoidBuggyIPs: true\n"))
    let silent = try await run(
      ["pools", "plan", "--rehearse", "enabled", "--unadvertise", "l2advertisement1"])
    #expect(silent.exit == .code(1))
    #expect(silent.errorText.contains("it would announce every pool"))
    let twice = try await run(
      ["pools", "plan", "--rehearse", "enabled", "--advertise", "a", "--unadvertise", "a"])
    #expect(twice.exit == .code(64))
  }

  @Test func movingLeasesTakesTheRightNumber() async throws {
    defer { try? FileManager.default.removeItem(atPath: program.folder) }
    let edit = ["--rehearse", "enabled", "--yes", "--remove", "194.28.98.216/31", "-o", "json"]
    #expect(try await run(["pools", "apply"] + edit).exit == .code(1))
    #expect(try await run(["pools", "apply"] + edit + ["--accept-touch", "1"]).exit == .code(1))
    let done = try await run(["pools", "apply"] + edit + ["--accept-touch", "2"])
    #expect(done.exit == .code(0), "\(done.errorText)")
    #expect(done.outputText.contains("\"result\" : \"done\""))
    let back = try await run(["rollback", "pools", "--rehearse", "enabled", "--yes"])
    #expect(back.exit == .code(0), "\(back.errorText)")
    let export = try await run(["pools", "export", "--rehearse", "enabled"])
    #expect(export.outputText.contains("  - \"194.28.98.216/29\"\n"))
    let (live, exit) = try await check(["--rehearse", "enabled"])
    #expect(exit == .code(0))
    #expect(live.pools.map(\.inUse) == ["3"])
  }

  @Test func rangesThatAreGivenAreSaidToBeTheWholePool() async throws {
    let text = try await run(["pools", "check", "--rehearse", "enabled", "203.0.113.0/29"])
    #expect(
      text.outputText.hasPrefix(
        "judged as the whole pool default, instead of the 13 addresses it has now; "
          + "ip-leases --rehearse enabled pools plan --add judges an addition\n"
          + "pool default: 8 addresses"),
      "\(text.outputText)")
    let json = try await run(
      ["pools", "check", "--rehearse", "enabled", "203.0.113.0/29", "-o", "json"])
    #expect(json.outputText.contains("\"judged as the whole pool default, instead of"))
    let alone = try await run(["pools", "check", "203.0.113.0/29"])
    #expect(!alone.outputText.contains("judged as"))
  }

  @Test func nodesAndInterfacesAreChangedAndTakenBack() async throws {
    let edit = ["pools", "apply", "--rehearse", "enabled", "--yes", "--interface", "eth0"]
    let done = try await run(edit + ["--node-selector", "kubernetes.io/hostname"])
    #expect(done.exit.isSuccess, "\(done.errorText)")
    let again = try await run(edit + ["--node-selector", "kubernetes.io/hostname"])
    #expect(again.outputText.contains("the pool is like that already"))
    let back = try await run(["rollback", "pools", "--rehearse", "enabled", "--yes"])
    #expect(back.exit.isSuccess, "\(back.errorText)")
    let every = try await run(["pools", "plan", "--rehearse", "enabled", "--all-interfaces"])
    #expect(every.outputText == "Nothing to do.\n")
    let none = try await run(["pools", "plan", "--rehearse", "enabled", "--node-selector", "a=b"])
    #expect(none.exit == .code(1))
    #expect(none.errorText.contains("No node of the cluster matches a=b"))
  }

  @Test(arguments: [
    ["--node-selector", "a near (b)"], ["--interface", "a/b"], ["--l2advertisement", "x"],
    ["--all-nodes", "--node-selector", "a"], ["--all-interfaces", "--interface", "eth0"],
  ])
  func aReachThatCannotBeIsRefusedBeforeAnythingIsRead(arguments: [String]) async throws {
    let result = try await run(["pools", "plan"] + arguments)
    #expect(result.exit == .code(64))
  }

  @Test func aPoolGivenBesideAnotherIsToldAndNothingIsChanged() async throws {
    let sentence =
      "the pool has 194.28.98.216/29, 198.51.100.10-198.51.100.14 and --pool says 203.0.113.0/29: "
      + "nothing is changed here, see ip-leases pools plan"
    let given = ["--rehearse", "enabled", "--pool", "203.0.113.0/29", "pools"]
    let plan = try await run(["plan"] + given)
    #expect(plan.errorText == "Pools: \(sentence).\n")
    #expect(plan.outputText == "Nothing to do.\n")
    for words in [["plan"], ["apply", "--yes"]] {
      let json = try await run(words + given + ["-o", "json"])
      #expect(json.exit.isSuccess)
      #expect(json.outputText.contains(sentence), "\(json.outputText)")
    }
    let apply = try await run(["apply", "--yes"] + given)
    #expect(apply.outputText.contains(sentence))
    let same = ["194.28.98.216/29", "198.51.100.10-198.51.100.14"].flatMap { ["--pool", $0] }
    let quiet = try await run(["plan", "--rehearse", "enabled", "pools"] + same)
    #expect(quiet.errorText == "")
  }
}
