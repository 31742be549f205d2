import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore
@testable import Rehearsal

/// Clusters one after the other, or by two names: what is kept belongs to the cluster.
@Suite struct TwoClustersTests {
  /// A machine with one state folder; the clusters come and go behind one context and server.
  private final class Machine: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/machine-\(UUID().uuidString)"
    var state: String { "\(path)/state" }

    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func cluster(_ name: String) throws -> RehearsalExecutor {
      try RehearsalExecutor(scenario: .fresh, directory: "\(path)/\(name)", pace: 0)
    }

    var settings: ConsoleSettings {
      var settings = ConsoleSettings(
        providerFile: "\(path)/provider.yaml", stateDirectory: state)
      settings.poolRanges = ["203.0.113.0/28"]
      return settings
    }

    /// As the program makes it.
    func session(_ executor: RehearsalExecutor, isReadOnly: Bool = false) async -> Session {
      let identity = await ClusterIdentity.read(executor, settings)
      let settled = KeptClusters(root: state).settle(identity, isReadOnly: isReadOnly)
      var session = Session(
        settings: settings, identity: settled.identity, executor: executor)
      session.notices = settled.notices
      return session
    }

    /// As an earlier version kept things: by the names alone.
    func oldSession(_ executor: RehearsalExecutor) async -> Session {
      let name = await ClusterIdentity.name(executor, settings)
      let identity = ClusterIdentity(context: name.context, server: name.server)
      return Session(settings: settings, identity: identity, executor: executor)
    }
  }

  private func enable(_ session: Session) async throws {
    let runner = await session.runner(.perRun())
    let enablement = Enablement(
      session: session, runner: runner, isDryRun: false, consent: { _ in nil }, onEvent: { _ in })
    let results = await enablement.apply(StepID.allCases)
    try #require(results.allSatisfy { $0.kind == .done || $0.kind == .unchanged }, "\(results)")
  }

  /// Everything an admin leaves behind: ways back of all kinds, a draft, what is set aside.
  private func leaveThings(_ session: Session) async throws {
    try await enable(session)
    let snapshot = await session.survey(PoolEdit.needs).snapshot
    let edit = try PoolEdit.plan(
      snapshot, session.settings, entries: ["203.0.113.0/28", "192.0.2.32/29"])
    #expect(await session.runner(.perRun()).run(edit) { _ in } == .done)
    try session.setAside(.strictARP, reason: "not here")
    let aside = try FindingAside(
      code: "IPL-0704", reason: "known", until: #require(CalendarDay("2999-01-01")), now: Date())
    try session.findings.setAside(aside)
    let live = LivePool(name: "default", entries: ["203.0.113.0/28"])
    try DraftStore(folder: session.folder).save([
      "default": KeptDraft(PoolDraft(), over: live, at: Date())
    ])
  }

  private func releases(_ executor: RehearsalExecutor) async throws -> String {
    try await executor.run(Helm(Connection()).list()).outputText
  }

  private func contents(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  @Test func nothingOfTheFirstClusterIsUsedOnTheSecondBehindTheSameName() async throws {
    let machine = try Machine()
    let (one, two) = (try machine.cluster("one"), try machine.cluster("two"))
    let first = await machine.session(one)
    #expect(first.notices.isEmpty)
    try await leaveThings(first)
    let kept = try contents(first.folder.path)
    let ways = first.waysBack
    #expect(ways.isSuperset(of: [.namespace, .metallb, .pools, .ipOperator, .provider]))

    let second = await machine.session(two)
    #expect(second.identity.name == first.identity.name)
    #expect(second.folder != first.folder)
    let notice = try #require(second.notices.first)
    #expect(notice.what.hasPrefix("Another cluster stood behind the context rehearsal-fresh"))
    for word in ["saved ways back", "1 draft", "1 step set aside", "1 finding set aside"] {
      #expect(notice.reason?.contains(word) == true, "\(notice.reason ?? "")")
    }
    let before = try await releases(two)
    #expect(second.waysBack.isEmpty)
    for id in ways {
      let refusal = await #expect(throws: UserMessage.self) {
        try await second.wayBack(of: id).make()
      }
      #expect(
        refusal?.what == "There is no way back saved for step \(id.rawValue) of this cluster.")
      #expect(refusal?.reason?.contains("of another cluster") == true)
      #expect(refusal?.reason?.hasSuffix("stays in \(first.folder.path)") == true)
    }
    #expect(DraftStore(folder: second.folder).all().isEmpty)
    #expect(second.findings.aside(at: Date()).isEmpty)
    #expect(await second.survey().checklist.reports.allSatisfy { $0.state != .setAside })
    #expect(second.journal.entries().isEmpty)
    #expect(try await releases(two) == before)
    // Said once, and nothing of the first one's was touched.
    #expect(await machine.session(two).notices.isEmpty)
    #expect(try contents(first.folder.path) == kept)

    let again = await machine.session(one)
    #expect(again.folder == first.folder)
    #expect(again.waysBack == ways)
    #expect(try await again.wayBack(of: .pools).make().actions.count > 0)
  }

  @Test func anOpenSessionTakesNothingBackOfTheClusterThatCameInItsPlace() async throws {
    let machine = try Machine()
    let (one, two) = (try machine.cluster("one"), try machine.cluster("two"))
    let first = await machine.session(one)
    try await enable(first)
    let moved = Session(
      settings: first.settings, identity: first.identity, executor: two)
    #expect(await moved.survey().snapshot.cluster.problem == ClusterIdentity.replaced)
    for id in [StepID.provider, .metallb, .namespace] {
      let refusal = await #expect(throws: UserMessage.self) {
        try await moved.wayBack(of: id).make()
      }
      #expect(refusal == ClusterIdentity.replaced)
      await #expect(throws: UserMessage.self) { try await moved.plan(id) }
    }
    // A plan that was shown before is void, also one that reads nothing that would show it.
    let shown = Plan(
      id: "test", title: "", actions: [.command(Kubectl(Connection()).createNamespace("x"))])
    func run(_ session: Session) async -> RunOutcome {
      let flow = ChangeFlow(session) { () throws(UserMessage) in shown }
      return await flow.run(shown, await session.runner(.perRun())) { _ in }
    }
    #expect(await run(moved) == .failed(ClusterIdentity.replaced))
    #expect(await run(first) == .done)
  }

  @Test func twoNamesOfOneClusterShareItsLock() async throws {
    let machine = try Machine()
    let cluster = try machine.cluster("one")
    let first = await machine.session(cluster)
    let other = ClusterIdentity.Name(context: "admin@home", server: "https://localhost:6443")
    let settled = KeptClusters(root: machine.state)
      .settle(ClusterIdentity(other, first.identity.mark), isReadOnly: false)
    let second = Session(
      settings: machine.settings, identity: settled.identity, executor: cluster)
    let lock = try Lock.acquire(in: first.folder, doing: "apply")
    await #expect(throws: UserMessage.self) { _ = try await second.lock(doing: "apply") }
    lock.release()
    _ = try await second.lock(doing: "apply")
  }

  @Test func whereItIsNotKnownWhichClusterItIsNothingIsChanged() async throws {
    let machine = try Machine()
    let cluster = try machine.cluster("one")
    let known = await machine.session(cluster)
    try known.setAside(.strictARP, reason: "not here")
    let problem = UserMessage("Which cluster this is could not be read.", reason: "Forbidden")
    let settled = KeptClusters(root: machine.state)
      .settle(ClusterIdentity(known.identity.name, .unknown(problem)), isReadOnly: false)
    let session = Session(
      settings: machine.settings, identity: settled.identity, executor: cluster)
    // What was done with the one that was met last under the name is shown; nothing else of it is
    // taken for this one's.
    #expect(session.journal.folder == known.folder)
    #expect(session.folder != known.folder)
    #expect(await session.survey().checklist[.strictARP]?.state != .setAside)
    let refusal = await #expect(throws: UserMessage.self) {
      _ = try await session.lock(doing: "apply")
    }
    #expect(refusal?.what.hasPrefix("Nothing was changed. Which cluster") == true)
    #expect(refusal?.isUntold == true)
    let runs = known.findings.history.runs
    _ = session.report(await session.survey(), duration: .zero)
    #expect(known.findings.history.runs == runs)
    // A name that was never met has nothing, and nothing is made for it.
    let strange = ClusterIdentity(.init(context: "x", server: "y"), .unknown(problem))
    let nothing = KeptClusters(root: machine.state).settle(strange, isReadOnly: false).identity
    let folder = StateFolder(root: machine.state, cluster: nothing.key)
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  /// The uid of a plan that was looked at for long, and of `--yes`, which looks at nothing.
  @Test func aPlanIsNotRunOnAnotherClusterThanItWasMadeFor() async throws {
    let machine = try Machine()
    let first = await machine.session(try machine.cluster("one"))
    let plan = try await first.plan(.namespace).plan
    let other = try machine.cluster("two")
    let moved = Session(settings: machine.settings, identity: first.identity, executor: other)
    let outcome = await moved.runner(.perRun()).run(plan) { _ in }
    #expect(outcome == .failed(ClusterIdentity.replaced))
    #expect(moved.journal.entries().isEmpty)
    // Nothing that was read of it is assessed either.
    let snapshot = await moved.survey().snapshot
    #expect(snapshot.metallb.problem == ClusterIdentity.replaced)
    #expect(snapshot.releases.problem == ClusterIdentity.replaced)
  }

  /// Each try of a way back that does not come to its end makes a revision of its own.
  @Test func triesOfAWayBackThatFailedDoNotStandInItsWay() async throws {
    let machine = try Machine()
    let cluster = try machine.cluster("one")
    let session = await machine.session(cluster)
    try await enable(session)
    let plan = try await session.wayBack(of: .provider).make()
    let back = try #require(
      plan.actions.compactMap { action -> Command? in
        if case .command(let command) = action, command.tool == .helm { command } else { nil }
      }.first)
    // helm made the revision; what it waited for then is not looked at here.
    for _ in 0..<2 { #expect(try await cluster.run(back).exit.isSuccess) }
    let again = try await session.wayBack(of: .provider).make()
    #expect(again.does(theSameAs: plan))
    // A change of somebody else's would be taken back with it.
    var upgrade = back
    upgrade.arguments = [
      "upgrade", "akash-provider", "akash/provider", "--reuse-values", "-n", "akash-services",
    ]
    for _ in 0..<2 { #expect(try await cluster.run(upgrade).exit.isSuccess) }
    let refusal = await #expect(throws: UserMessage.self) {
      _ = try await session.wayBack(of: .provider).make()
    }
    #expect(refusal?.what.contains("was changed after the change") == true)
  }

  // MARK: What an earlier version kept

  @Test func whatAnEarlierVersionKeptIsTakenOverOnce() async throws {
    let machine = try Machine()
    let cluster = try machine.cluster("one")
    let old = await machine.oldSession(cluster)
    try await leaveThings(old)
    let (kept, ways) = (try contents(old.folder.path), old.waysBack)
    // Looking only moves nothing.
    let looking = await machine.session(cluster, isReadOnly: true)
    #expect(looking.folder == old.folder)
    let session = await machine.session(cluster)
    #expect(session.notices.map(\.what).first?.contains("is this cluster's from now on") == true)
    #expect(!FileManager.default.fileExists(atPath: old.folder.path))
    #expect(try Set(contents(session.folder.path)) == Set(kept + ["cluster.json"]))
    #expect(session.waysBack == ways)
    #expect(session.findings.aside(at: Date()).count == 1)
    // helm shows the changes that they take back.
    let plan = try await session.wayBack(of: .provider).make()
    #expect(plan.actions.count > 0)
    #expect(await machine.session(cluster).notices.isEmpty)
  }

  @Test func aWayBackThatHelmDoesNotShowIsRefused() async throws {
    let machine = try Machine()
    let (one, two) = (try machine.cluster("one"), try machine.cluster("two"))
    let old = await machine.oldSession(one)
    try await enable(old)
    // Both clusters are older than what was kept, so the folder alone does not tell whose it is.
    let second = await machine.session(two)
    let refusal = await #expect(throws: UserMessage.self) {
      try await second.wayBack(of: .provider).make()
    }
    #expect(refusal?.what.contains("does not show that it is its own") == true)
    #expect(refusal?.advice?.text().contains("helm rollback akash-provider 1") == true)
  }

  @Test func whatIsOlderThanTheClusterStaysWhereItIs() async throws {
    let machine = try Machine()
    let old = await machine.oldSession(try machine.cluster("one"))
    try await enable(old)
    let kept = try contents(old.folder.path)
    let later = Date().addingTimeInterval(90 * 86_400)
    let two = try RehearsalExecutor(
      scenario: .fresh, directory: "\(machine.path)/two", pace: 0, clock: { later })
    let second = await machine.session(two)
    #expect(second.folder != old.folder)
    let notice = try #require(second.notices.first)
    #expect(notice.what.contains("is of another cluster and is not used"))
    #expect(notice.what.contains("saved ways back"))
    for id in old.waysBack {
      let refusal = await #expect(throws: UserMessage.self) {
        try await second.wayBack(of: id).make()
      }
      #expect(refusal?.reason?.hasSuffix("stays in \(old.folder.path)") == true)
    }
    #expect(try contents(old.folder.path) == kept)
    #expect(await machine.session(two).notices.isEmpty)
  }

  @Test func aFolderThatIsMarkedAsTakenIsNobodyElses() async throws {
    let machine = try Machine()
    let (one, two) = (try machine.cluster("one"), try machine.cluster("two"))
    let old = await machine.oldSession(one)
    try await enable(old)
    let ways = old.waysBack
    // Killed between the mark and the rename.
    let first = await machine.session(one)
    try FileManager.default.moveItem(atPath: first.folder.path, toPath: old.folder.path)
    let second = await machine.session(two)
    #expect(second.waysBack.isEmpty)
    #expect(FileManager.default.fileExists(atPath: old.folder.path))
    let again = await machine.session(one)
    #expect(again.folder == first.folder)
    #expect(again.waysBack == ways)
  }

  @Test func whatWasKeptByANameThatCameLaterIsToldOnce() async throws {
    let machine = try Machine()
    let cluster = try machine.cluster("one")
    let old = await machine.oldSession(cluster)
    try await leaveThings(old)
    let new = await machine.session(cluster).folder
    // The cluster was met by another name first.
    try FileManager.default.moveItem(atPath: new.path, toPath: old.folder.path)
    try FileManager.default.removeItem(atPath: "\(old.folder.path)/cluster.json")
    try FileManager.default.removeItem(atPath: "\(machine.state)/clusters.json")
    try new.create()
    let session = await machine.session(cluster)
    #expect(session.folder == new)
    let notice = try #require(session.notices.first)
    #expect(notice.what.contains("saved ways back"), "\(notice.what)")
    #expect(notice.reason?.contains(new.path) == true)
    #expect(await machine.session(cluster).notices.isEmpty)
  }

  @Test func anEarlierVersionThatIsAtWorkKeepsItsFolder() async throws {
    let machine = try Machine()
    let cluster = try machine.cluster("one")
    let old = await machine.oldSession(cluster)
    let lock = try Lock.acquire(in: old.folder, doing: "apply")
    let session = await machine.session(cluster)
    #expect(session.folder == old.folder)
    await #expect(throws: UserMessage.self) { _ = try await session.lock(doing: "apply") }
    lock.release()
    #expect(await machine.session(cluster).folder != old.folder)
  }
}
