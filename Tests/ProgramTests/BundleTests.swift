import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import TestSupport
import Testing

@testable import ip_leases

/// `bundle` and `--from`: somebody else sees the same, and does not learn whose it is.
@Suite(.inTurn)
struct BundleTests {
  private let program = ProgramCall()
  private var file: String { "\(program.folder)/b.tar.gz" }

  private func bundle(_ scenario: String, _ more: [String] = []) async throws -> EvidenceBundle {
    let made = await program.run(
      ["bundle", "--yes", "-f", file, "--rehearse", scenario] + more)
    #expect(made.exit == .code(0), "\(made.transcript)")
    return try EvidenceBundle(contentsOf: file)
  }

  /// Everything in it as one text.
  private func text() throws -> String {
    let packed = try Data(contentsOf: URL(filePath: file))
    let archive = try #require(Gzip.unpacked(packed, limit: 1 << 30))
    return try TarArchive.entries(in: archive).map {
      $0.name + "\n" + String(decoding: $0.contents, as: UTF8.self)
    }.joined(separator: "\n")
  }

  @Test func nobodyElseMayReadItAndItIsListedFirst() async throws {
    let asked = await program.run(["bundle", "-f", file, "--rehearse", "enabled"])
    #expect(asked.exit == .code(2), "\(asked.transcript)")
    #expect(asked.outputText.contains("README.txt"))
    #expect(!FileManager.default.fileExists(atPath: file))
    let no = await program.run(
      ["bundle", "-f", file, "--rehearse", "enabled"],
      RecordedStreams(input: "y\n", terminals: [.input]))
    #expect(no.exit == .code(1))
    #expect(!FileManager.default.fileExists(atPath: file))
    let yes = await program.run(
      ["bundle", "-f", file, "--rehearse", "enabled"],
      RecordedStreams(input: "yes\n", terminals: [.input]))
    #expect(yes.exit == .code(0), "\(yes.transcript)")
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  /// What the built-in cluster has of names: its wallets, its domain, the pool's addresses, tenants.
  @Test func noNameOfTheClusterIsInIt() async throws {
    let live = await program.run(["pools", "usage", "-o", "json", "--rehearse", "enabled"])
    _ = try await bundle("enabled")
    let text = try text()
    // The provider's secrets say of themselves what they are.
    let values = try await program.cluster(.enabled).run(
      Helm(Connection()).values(of: "akash-provider", namespace: "akash-services"))
    let secrets = values.outputText.split(separator: "\n").filter {
      ["key: ", "keysecret: ", "bidpricescript: "].contains(where: $0.hasPrefix)
    }
    #expect(secrets.count == 3)
    for secret in secrets {
      #expect(!text.contains(secret.drop { $0 != " " }.dropFirst()), "\(secret)")
    }
    #expect(!text.contains("CANARY"))
    let pools = try JSONText.parse(live.outputText)["pools"].items
    let ranges = pools.flatMap { $0["ranges"].items }
    let services = ranges.flatMap { $0["services"].items }
    #expect(services.count > 1)
    for service in services {
      for key in ["address", "namespace", "owner", "dseq"] {
        let name = try #require(service[key].text)
        #expect(!text.contains(name), "\(key) \(name)")
      }
    }
    let wallets = Set(text.matches(of: #/akash1[a-z0-9]{38}/#).map { String($0.0) })
    #expect(!wallets.isEmpty)
    for wallet in wallets {
      #expect(wallet.hasPrefix("akash1qqqqqqqqqqqqqqqq"), "\(wallet)")
      #expect((try? AkashAddress(parsing: wallet)) != nil)
    }
    for range in ranges {
      for key in ["first", "last"] {
        let address = try #require(range[key].text)
        #expect(!text.contains(address), "\(address)")
      }
    }
  }

  @Test(arguments: ["enabled", "fresh", "barrier"])
  func itSaysWhatTheClusterSaid(_ scenario: String) async throws {
    let kept = Pseudonyms.Kind.allCases.flatMap { ["--keep", $0.rawValue] }
    _ = try await bundle(scenario, kept)
    for arguments in [
      ["status"], ["steps"], ["verify", "--read-only"], ["pools", "show"], ["pools", "usage"],
      ["plan"],
    ] {
      let live = await program.run(arguments + ["-o", "json", "--rehearse", scenario])
      let opened = await program.run(arguments + ["-o", "json", "--from", file])
      #expect(opened.exit == live.exit, "\(arguments) \(opened.errorText)")
      let (lines, others) = (Self.lines(opened.outputText), Self.lines(live.outputText))
      #expect(lines.difference(from: others).isEmpty, "\(arguments)")
    }
  }

  /// The logs go on while they are read: all but the first and last lines are the same.
  @Test func itHoldsTheLogs() async throws {
    let kept = Pseudonyms.Kind.allCases.flatMap { ["--keep", $0.rawValue] }
    _ = try await bundle("enabled", kept)
    let live = await program.run(["logs", "-o", "json", "--rehearse", "enabled"])
    let opened = await program.run(["logs", "-o", "json", "--from", file])
    #expect(opened.exit == .code(0), "\(opened.errorText)")
    let (lines, others) = (Self.lines(opened.outputText), Self.lines(live.outputText))
    let same = Set(lines).intersection(others).count
    #expect(lines.count > 500 && same * 100 >= lines.count * 95, "\(same) of \(lines.count)")
    let few = await program.run(["logs", "operator", "--max-lines", "5", "--from", file])
    #expect(few.outputText.split(separator: "\n").count >= 5, "\(few.transcript)")
  }

  /// What belongs together by its name still does.
  @Test(arguments: ["enabled", "enabled+orphan-service", "barrier"])
  func everyVerdictStaysUnderOtherNames(_ scenario: String) async throws {
    func verdicts(_ source: [String]) async throws -> [String] {
      let words = ["verify", "--read-only", "-o", "json"]
      let checks = try JSONText.parse(await program.run(words + source).outputText)["checks"]
      return checks.items.map { "\($0["code"].text ?? "") \($0["verdict"].text ?? "")" }
    }
    let live = try await verdicts(["--rehearse", scenario])
    _ = try await bundle(scenario)
    #expect(live.count > 80)
    #expect(try await verdicts(["--from", file]).difference(from: live).isEmpty)
  }

  @Test func countsAddUpUnderOtherNames() async throws {
    let live = await program.run(["pools", "usage", "-o", "json", "--rehearse", "enabled"])
    _ = try await bundle("enabled")
    let opened = await program.run(["pools", "usage", "-o", "json", "--from", file])
    let one = try JSONText.parse(live.outputText)["pools"].items
    let other = try JSONText.parse(opened.outputText)["pools"].items
    #expect(one.count == other.count && !one.isEmpty)
    for (pool, same) in zip(one, other) {
      for key in ["name", "size", "inUse", "free", "autoAssign"] { #expect(pool[key] == same[key]) }
      #expect(pool["problems"].items.count == same["problems"].items.count)
      for (range, own) in zip(pool["ranges"].items, same["ranges"].items) {
        for key in ["count", "used", "free"] { #expect(range[key] == own[key]) }
      }
    }
  }

  @Test(arguments: [
    ["apply"], ["rollback", "namespace"], ["pools", "apply", "--add", "203.0.113.64/28"],
    ["remedy", "bounce-operator"], ["watch"], ["verify", "--proof"], ["logs", "-f"],
    ["status", "-w"], ["bundle"], ["status", "--rehearse", "enabled"],
    ["status", "--context", "a"],
    ["status", "--all-contexts"],
  ])
  func nothingIsChangedOrFollowed(_ arguments: [String]) async throws {
    let answer = await program.run(arguments + ["--from", file])
    #expect(answer.exit == .code(64), "\(answer.transcript)")
  }

  @Test func whatIsNoBundleCannotBeTold() async throws {
    try Data("no".utf8).write(to: URL(filePath: file))
    let damaged = await program.run(["status", "--from", file])
    #expect(damaged.exit == .code(2))
    #expect(damaged.errorText.hasPrefix("The bundle cannot be opened"), "\(damaged.transcript)")
    let missing = await program.run(["status", "--from", "\(file).none"])
    #expect(missing.exit == .code(2))
  }

  @Test func whatWasRunIsInIt() async throws {
    _ = await program.run(["apply", "--yes", "namespace", "--rehearse", "fresh"])
    let live = await program.run(["activity", "-o", "json", "--rehearse", "fresh"])
    _ = try await bundle("fresh")
    let opened = await program.run(["activity", "-o", "json", "--from", file])
    #expect(live.outputText.split(separator: "\n").count > 1)
    let told = live.outputText.replacing("rehearsal-fresh", with: "bundle")
    #expect(opened.outputText == told, "\(opened.transcript)")
  }

  /// Without what differs between two moments, and where it was read; in any order, as lines of one
  /// moment may stand.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).map { line in
      line.replacing(#/"context" ?: ?"[^"]*"/#, with: "context")
        .replacing(#/"ageSeconds" ?: ?\d+/#, with: "age")
        .replacing(#/"since" ?: ?"[^"]*"/#, with: "since")
        .replacing(#/\/[^" ]*\/(provider\.yaml|hosts\.yaml)/#) { "FILE/\($0.1)" }
    }
    // No file of this machine goes with a bundle, and so no inventory.
    .filter { !$0.contains("in the inventory") && !$0.trimmingCharacters(in: .whitespaces).isEmpty }
    .sorted()
  }
}

/// Two bundles of one state.
@Suite(.inTurn)
struct BundleBytesTests {
  @Test func theSameStateGivesTheSameBytes() async throws {
    let folder = TemporaryFolder()
    let date = Date(timeIntervalSince1970: 1_800_000_000)
    let cluster = try RehearsalExecutor(
      scenario: .enabled, directory: "\(folder.path)/cluster", pace: 0, clock: { date })
    let recorder = ReadRecorder(cluster)
    var settings = ConsoleSettings(
      providerFile: "\(folder.path)/provider.yaml", stateDirectory: "\(folder.path)/state")
    settings.rehearsal = "enabled"
    let session = Session(
      settings: settings, identity: await ClusterIdentity.read(recorder, settings),
      executor: recorder)
    _ = await session.survey(Observation.needs)
    let redaction = await session.secrets().redaction
    func made() async throws -> Data {
      let bundle = try session.bundle(
        of: recorder.reads, keeping: [], hiding: redaction, program: "1", home: folder.path)
      return try EvidenceBundle.file(
        bundle.entries(with: try await BundleDocuments.make(bundle)))
    }
    let first = try await made()
    #expect(first.count > 10_000)
    #expect(try await made() == first)
  }
}
