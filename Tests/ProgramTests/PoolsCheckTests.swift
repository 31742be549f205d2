import Execution
import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// `ip-leases pools`: what is given to it, and what it answers.
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

  private let program = ProgramCall()

  private func run(_ arguments: [String]) async -> CommandResult {
    await program.run(arguments)
  }

  private func check(_ arguments: [String]) async throws -> (Document, CommandExit) {
    let result = await run(["pools", "check", "-o", "json"] + arguments)
    return (try JSONDecoder().decode(Document.self, from: result.standardOutput), result.exit)
  }

  /// The verdict on each kind of entry is told by VerdictTests of the core.
  @Test(arguments: [
    (["194.28.98.0/28"], "16", [String](), Int32(0)),
    (["194.28.98.0/28", "2001:db8::/124"], "32", ["warning"], 0),
    (["194.28.98.0/28", "194.28.98.8/30"], "16", ["error"], 1),
    (["-194.28.98.5"], "0", ["error"], 1),
  ])
  func whatIsGivenIsJudged(
    entries: [String], size: String, severities: [String], exit: Int32
  ) async throws {
    let (document, end) = try await check(["--"] + entries)
    let pool = try #require(document.pools.first)
    #expect(document.schema == "ip-leases/pools/v1")
    #expect(pool.name == "default")
    #expect(pool.addresses == entries)
    #expect(pool.size == size)
    #expect(pool.problems.map(\.severity) == severities)
    #expect(end == .code(exit))
    // There is no cluster: what it alone could tell is named, and not made up.
    #expect(document.unseen.contains("node addresses"))
    #expect(pool.inUse == nil)
  }

  @Test func theProcessJudgesTheSame() async throws {
    let arguments = ["pools", "check", "--", "194.28.98.0/28", "-194.28.98.5"]
    let result = try await program.start(arguments)
    #expect(result.exit == .code(1))
    let same = await run(arguments)
    #expect(result.told == same.told)
  }

  @Test func aBareAddressGetsItsFix() async throws {
    let (document, _) = try await check(["194.28.98.217"])
    #expect(document.pools[0].problems.map(\.fix) == ["did you mean 194.28.98.217/32?"])
    #expect(document.pools[0].problems.map(\.entry) == ["194.28.98.217"])
  }

  @Test func aPoolWithoutAddressesIsAnError() async throws {
    let file = program.folder + "/pool.yaml"
    try Data("addresses: []\n".utf8).write(to: URL(filePath: file))
    let (document, exit) = try await check(["-f", file])
    #expect(document.pools[0].problems.map(\.severity) == ["error"])
    #expect(exit == .code(1))
  }

  @Test func countsThatDifferAreSaid() async throws {
    let (document, exit) = try await check(["2001:db8::/66"])
    #expect(
      document.pools[0].problems.contains { $0.message.contains("counts 9223372036854775807") })
    #expect(exit == .code(0))
  }

  @Test func aFileThatIsNotThereCannotBeJudged() async throws {
    let result = await run(["pools", "check", "-f", "/nowhere/pool.csv"])
    #expect(result.exit == .code(2))
    #expect(result.errorText.contains("/nowhere/pool.csv"))
  }

  @Test func withoutAClusterItsPoolsCannotBeTold() async throws {
    #expect(await run(["pools", "show"]).exit == .code(2))
    #expect(await run(["pools", "check"]).exit == .code(2))
    #expect(await run(["pools", "plan", "--add", "192.0.2.0/28"]).exit == .code(2))
  }

  @Test(arguments: [
    ["plan"], ["apply"], ["plan", "--add", "192.0.2.0/28", "-f", "x"], ["plan", "--remove", "1.2"],
    ["export", "-o", "xml"], ["apply", "--add", "192.0.2.0/28", "--accept-touch", "-1"],
  ])
  func wrongUsageIsToldApart(arguments: [String]) async throws {
    #expect(await run(["pools"] + arguments).exit == .code(64))
  }

  @Test func optionsMayStandBeforeTheWordsOfTheCommand() async throws {
    let before = await run(["--rehearse", "enabled", "pools", "--ascii", "export", "-o", "csv"])
    #expect(before.exit == .code(0), "\(before.errorText)")
    #expect(before.outputText.hasPrefix("pool,address,"))
  }

  @Test func veryManyArgumentsAreRefusedAtOnce() async throws {
    let ranges = (0..<1_500).flatMap { ["--add", "10.\($0 / 250).\($0 % 250).0/28"] }
    let result = await run(["pools", "plan"] + ranges)
    #expect(result.exit == .code(64))
    #expect(result.errorText.contains("take -f FILE"))
  }

  @Test func flagsAndAdvertisementsAreChangedToo() async throws {
    let edit = ["pools", "apply", "--rehearse", "enabled", "--yes", "--avoid-buggy-ips", "true"]
    let done = await run(edit)
    #expect(done.exit == .code(0), "\(done.errorText)")
    let export = await run(["pools", "export", "--rehearse", "enabled"])
    #expect(export.outputText.contains("  avoidBuggyIPs: true\n"))
    let silent = await run(
      ["pools", "plan", "--rehearse", "enabled", "--unadvertise", "l2advertisement1"])
    #expect(silent.exit == .code(1))
    #expect(silent.errorText.contains("it would announce every pool"))
    let twice = await run(
      ["pools", "plan", "--rehearse", "enabled", "--advertise", "a", "--unadvertise", "a"])
    #expect(twice.exit == .code(64))
  }

  @Test func movingLeasesTakesTheRightNumber() async throws {
    let edit = ["--rehearse", "enabled", "--yes", "--remove", "194.28.98.216/31", "-o", "json"]
    #expect(await run(["pools", "apply"] + edit).exit == .code(1))
    #expect(await run(["pools", "apply"] + edit + ["--accept-touch", "1"]).exit == .code(1))
    let done = await run(["pools", "apply"] + edit + ["--accept-touch", "2"])
    #expect(done.exit == .code(0), "\(done.errorText)")
    #expect(done.outputText.contains("\"result\" : \"done\""))
    let back = await run(["rollback", "pools", "--rehearse", "enabled", "--yes"])
    #expect(back.exit == .code(0), "\(back.errorText)")
    let export = await run(["pools", "export", "--rehearse", "enabled"])
    #expect(export.outputText.contains("  - \"194.28.98.216/29\"\n"))
    let (live, exit) = try await check(["--rehearse", "enabled"])
    #expect(exit == .code(0))
    #expect(live.pools.map(\.inUse) == ["3"])
  }

  @Test func rangesThatAreGivenAreSaidToBeTheWholePool() async throws {
    let text = await run(["pools", "check", "--rehearse", "enabled", "203.0.113.0/29"])
    #expect(
      text.outputText.hasPrefix(
        "judged as the whole pool default, instead of the 13 addresses it has now; "
          + "ip-leases --rehearse enabled pools plan --add judges an addition\n"
          + "pool default: 8 addresses"),
      "\(text.outputText)")
    let json = await run(
      ["pools", "check", "--rehearse", "enabled", "203.0.113.0/29", "-o", "json"])
    #expect(json.outputText.contains("\"judged as the whole pool default, instead of"))
    let alone = await run(["pools", "check", "203.0.113.0/29"])
    #expect(!alone.outputText.contains("judged as"))
  }

  @Test func anAdditionAskedForOnceMoreIsThereAlready() async throws {
    let edit = [
      "pools", "apply", "--rehearse", "enabled", "--yes", "--add", "203.0.113.64/30",
    ]
    #expect(await run(edit).exit.isSuccess)
    let again = await run(edit)
    #expect(again.exit.isSuccess, "\(again.errorText)")
    #expect(again.outputText.contains("the pool is like that already"))
  }

  @Test func whoWaitsForTheWebhookIsToldOnce() async throws {
    let done = await run([
      "pools", "apply", "--rehearse", "enabled+webhook-down", "--yes", "--add", "203.0.113.64/30",
    ])
    #expect(done.exit == .code(1))
    let told = done.outputText.split(separator: "\n").filter { $0.contains("It is tried again") }
    #expect(told.count == 1, "\(done.outputText)")
  }

  @Test func nodesAndInterfacesAreChangedAndTakenBack() async throws {
    let edit = ["pools", "apply", "--rehearse", "enabled", "--yes", "--interface", "eth0"]
    let done = await run(edit + ["--node-selector", "kubernetes.io/hostname"])
    #expect(done.exit.isSuccess, "\(done.errorText)")
    let again = await run(edit + ["--node-selector", "kubernetes.io/hostname"])
    #expect(again.outputText.contains("the pool is like that already"))
    let back = await run(["rollback", "pools", "--rehearse", "enabled", "--yes"])
    #expect(back.exit.isSuccess, "\(back.errorText)")
    let every = await run(["pools", "plan", "--rehearse", "enabled", "--all-interfaces"])
    #expect(every.outputText == "Nothing to do.\n")
    let none = await run(["pools", "plan", "--rehearse", "enabled", "--node-selector", "a=b"])
    #expect(none.exit == .code(1))
    #expect(none.errorText.contains("No node of the cluster matches a=b"))
  }

  @Test(arguments: [
    ["--node-selector", "a near (b)"], ["--interface", "a/b"], ["--l2advertisement", "x"],
    ["--all-nodes", "--node-selector", "a"], ["--all-interfaces", "--interface", "eth0"],
  ])
  func aReachThatCannotBeIsRefusedBeforeAnythingIsRead(arguments: [String]) async throws {
    let result = await run(["pools", "plan"] + arguments)
    #expect(result.exit == .code(64))
  }

  @Test func aPoolGivenBesideAnotherIsToldAndNothingIsChanged() async throws {
    let sentence =
      "the pool has 194.28.98.216/29, 198.51.100.10-198.51.100.14 and --pool says 203.0.113.0/29: "
      + "nothing is changed here, pools plan is for that"
    let given = ["--rehearse", "enabled", "--pool", "203.0.113.0/29", "pools"]
    let plan = await run(["plan"] + given)
    #expect(plan.errorText == "Pools: \(sentence).\n")
    #expect(plan.outputText == "Nothing to do.\n")
    for words in [["plan"], ["apply", "--yes"]] {
      let json = await run(words + given + ["-o", "json"])
      #expect(json.exit.isSuccess)
      #expect(json.outputText.contains(sentence), "\(json.outputText)")
    }
    let apply = await run(["apply", "--yes"] + given)
    #expect(apply.outputText.contains(sentence))
    let same = ["194.28.98.216/29", "198.51.100.10-198.51.100.14"].flatMap { ["--pool", $0] }
    let quiet = await run(["plan", "--rehearse", "enabled", "pools"] + same)
    #expect(quiet.errorText == "")
  }
}
