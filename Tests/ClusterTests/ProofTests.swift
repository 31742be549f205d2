import Cluster
import Foundation
import IPLeasesCore
import Rehearsal
import Synchronization
import TestSupport
import Testing

/// The proof borrows an address and gives it back, whatever becomes of the program.
@Suite(.inTurn)
struct ProofTests {
  @Test func aProofSaysWhoAnnouncesAndLeavesNothing() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    let outcome = try await site.run("verify", "--proof", "--yes", "-o", "json")
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    #expect(outcome.errors == "")
    let checks = try #require(outcome.object()["checks"] as? [[String: Any]])
    let proof = try #require(checks.first { $0["code"] as? String == "IPL-0951" })
    #expect(proof["verdict"] as? String == "pass")
    #expect((proof["got"] as? String)?.hasSuffix("announced by node1") == true, "\(proof)")
    #expect(try await canaries(site) == [])
    let changes = try await site.activity().filter(\.changes).map {
      $0.argv[1...3].joined(separator: " ")
    }
    #expect(changes.count == 2, "\(changes)")
  }

  @Test func withoutAnAnswerNothingIsRun() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    let outcome = try await site.run("verify", "--proof")
    #expect(outcome.ending == .exited(2), "\(outcome.transcript)")
    #expect(outcome.errors.contains("Give --yes to run without questions."))
    #expect(outcome.output.contains("ip-leases/proof: "))
    #expect(try await site.activity().filter(\.changes).isEmpty)
  }

  /// Killed while it reads, plans, creates, waits and removes; some by time, some by what it says.
  @Test(.seeded) func killedAtAnyMomentItLeavesNothingAfterTheNextStart() async throws {
    let kills = Amount(8, large: 200).count
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    var random = SeededRandom(stream: 41)
    var left = 0
    for number in 1...kills {
      // A step of the proof takes a few milliseconds.
      let pause = Double.random(in: 0...0.004, using: &random)
      // Lines after the first change is announced; nil until then.
      let linesSince = Mutex(Int?.none)
      let wanted = Int.random(in: 0...6, using: &random)
      let isByOutput = number % 4 != 0
      let moment = Duration.milliseconds(Int.random(in: 1...400, using: &random))
      let arguments = [
        "verify", "leases", "--proof", "--outside", "1s", "--yes", "--rehearse",
        site.scenario.rawValue,
      ]
      _ = try await Program(environment: site.environment).run(
        arguments, limit: isByOutput ? patience : moment
      ) { line, process in
        let isNow = linesSince.withLock { count in
          if line.hasPrefix("$ kubectl create") { count = 0 } else if count != nil { count! += 1 }
          return count == wanted
        }
        guard isByOutput, isNow else { return }
        Thread.sleep(forTimeInterval: pause)
        kill(process, SIGKILL)
      }
      if try await !canaries(site).isEmpty { left += 1 }
      try await nextStart(site)
      let found = try await canaries(site)
      #expect(found == [], "after \(number): \(found)")
      guard found.isEmpty else { return }
    }
    // Else nothing was tried.
    #expect(left > kills / 4, "\(left) of \(kills)")
    let last = try await site.run("verify")
    #expect(last.ending == .exited(0), "\(last.transcript)")
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func aProgramThatIsToldToEndTakesItsServiceAway(signal: Int32) async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    let outcome = try await Program(environment: site.environment).run(
      ["verify", "--proof", "--yes", "--outside", "60s", "--rehearse", "enabled"]
    ) { line, process in
      if line.hasPrefix("wait until you have tried it") { kill(process, signal) }
    }
    #expect(outcome.ending == .exited(130), "\(outcome.transcript)")
    #expect(try await canaries(site) == [])
  }

  @Test func theNextCommandThatTakesTheLockCleansUp() async throws {
    let site = try await ClusterSite(.rehearsal, scenario: .enabled)
    _ = try await Program(environment: site.environment).run(
      ["verify", "--proof", "--yes", "--outside", "60s", "--rehearse", "enabled"]
    ) { line, process in
      if line.hasPrefix("wait until you have tried it") { kill(process, SIGKILL) }
    }
    #expect(try await canaries(site).count == 1)
    let seen = try await site.run("verify", "--fail-on", "warn")
    #expect(seen.ending == .exited(1), "\(seen.transcript)")
    #expect(seen.output.contains("test Service akash-services/ip-leases-proof-"))
    let next = try await site.run("apply", "--yes", "preflight")
    #expect(next.ending == .exited(0), "\(next.transcript)")
    #expect(try await canaries(site) == [])
  }

  /// What every command that takes the lock does first.
  private func nextStart(_ site: ClusterSite) async throws {
    var settings = ConsoleSettings(
      providerFile: site.providerFile, stateDirectory: "\(site.state)/ip-leases")
    settings.rehearsal = site.scenario.rawValue
    let identity = await ClusterIdentity.read(site.executor, settings)
    let session = Session(settings: settings, identity: identity, executor: site.executor)
    let runner = await session.runner(.perRun())
    let problem = await session.giveBackBorrowed(runner)
    #expect(problem == nil, "\(problem?.text() ?? "")")
    #expect(!session.owesSomething)
  }
}

/// Names of the test Services that are there.
private func canaries(_ site: ClusterSite) async throws -> [String] {
  let result = try await site.read(
    .kubectl, "get", "services", "--all-namespaces", "-l", CanaryProof.label, "-o", "json")
  #expect(result.exit.isSuccess, "\(result.errorText)")
  let object = try JSONSerialization.jsonObject(with: result.standardOutput) as? [String: Any]
  let items = object?["items"] as? [[String: Any]] ?? []
  return items.compactMap { ($0["metadata"] as? [String: Any])?["name"] as? String }
}

extension RealClusterTests {
  /// A user who may only read: no step of `verify` asks for more, and what is refused is named.
  @Test(arguments: [true, false])
  func verifyReadsOnly(mayReadSecrets: Bool) async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    try #require(enabled.ending == .exited(0), "\(enabled.transcript)")
    let reader = try await Reader(in: site, mayReadSecrets: mayReadSecrets)
    let refused = try await site.run(
      "remedy", "bounce-operator", "--yes", environment: reader.environment)
    #expect(refused.ending == .exited(1), "\(refused.transcript)")
    let outcome = try await site.run("verify", "-o", "json", environment: reader.environment)
    let document = try outcome.object()
    let summary = try #require(document["summary"] as? [String: Int])
    #expect(summary["fail"] == 0, "\(outcome.output)")
    if mayReadSecrets {
      #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
      #expect(summary["pass"].map { $0 >= 70 } == true, "\(summary)")
    } else {
      #expect(outcome.ending == .exited(2), "\(outcome.transcript)")
      #expect(outcome.output.contains("cannot list resource \\\"secrets\\\""))
      #expect(summary["pass"].map { $0 >= 30 } == true, "\(summary)")
    }
    for verb in ["create", "update", "patch", "delete"] {
      #expect(!outcome.transcript.contains("cannot \(verb) resource"), "\(outcome.transcript)")
    }
    let proof = try await site.run(
      "verify", "--proof", "--yes", environment: reader.environment)
    #expect(proof.ending != .exited(0))
    #expect(try await canaries(site) == [])
  }

  @Test func theProofWorksOnARealControlPlane() async throws {
    let site = try await ClusterSite(.real)
    try await RealCluster(site).restore()
    let enabled = try await site.apply()
    try #require(enabled.ending == .exited(0), "\(enabled.transcript)")
    let outcome = try await site.run("verify", "--proof", "--yes")
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    #expect(outcome.output.contains("announced by node1"), "\(outcome.output)")
    #expect(try await canaries(site) == [])
    _ = try await Program(environment: site.environment).run(
      ["verify", "--proof", "--yes", "--outside", "60s"]
    ) { line, process in
      if line.hasPrefix("wait until a node announces it") { kill(process, SIGKILL) }
    }
    // The killed program has left it to another process.
    #expect(try await eventually { try await canaries(site) == [] })
    let next = try await site.run("apply", "--yes", "preflight")
    #expect(next.ending == .exited(0), "\(next.transcript)")
    #expect(try await canaries(site) == [])
  }
}

/// A service account that may get, list and watch, and a kubeconfig of its own.
private struct Reader {
  let environment: [String: String]

  init(in site: ClusterSite, mayReadSecrets: Bool) async throws {
    let rules =
      mayReadSecrets
      ? #"[{apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}]"#
      : """
      [{apiGroups: ["*"], verbs: [get, list, watch], resources: [nodes, namespaces, services, \
      services/proxy, pods, pods/log, configmaps, events, deployments, daemonsets, statefulsets, \
      endpointslices, networkpolicies, ipaddresspools, l2advertisements, servicel2statuses, \
      providerleasedips, customresourcedefinitions, validatingwebhookconfigurations]}]
      """
    try await site.succeed(
      .kubectl, "apply", "-f", "-",
      input: """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: reader, namespace: default}
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: reader-token
          namespace: default
          annotations: {kubernetes.io/service-account.name: reader}
        type: kubernetes.io/service-account-token
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: reader}
        rules: \(rules)
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: reader}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
        subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
        """)
    var token = Data()
    _ = try await eventually {
      let answer = try await site.read(
        .kubectl, "-n", "default", "get", "secret", "reader-token", "-o", "jsonpath={.data.token}")
      token = Data(base64Encoded: answer.outputText) ?? Data()
      return !token.isEmpty
    }
    let view = try await site.read(
      .kubectl, "config", "view", "--minify", "--raw", "--flatten", "-o", "json")
    var config =
      try JSONSerialization.jsonObject(with: view.standardOutput) as? [String: Any] ?? [:]
    var users = config["users"] as? [[String: Any]] ?? []
    for index in users.indices {
      users[index]["user"] = ["token": String(decoding: token, as: UTF8.self)]
    }
    config["users"] = users
    let path = "\(site.folder)/reader.json"
    // kubectl reads it as YAML, which knows no escaped slash.
    try JSONSerialization.data(withJSONObject: config, options: .withoutEscapingSlashes)
      .write(to: URL(filePath: path))
    environment = ["KUBECONFIG": path]
  }
}
