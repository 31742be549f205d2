import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// The plan of a proof, and that what it borrows is given back however it goes.
struct CanaryProofTests {
  private typealias Answer = ScriptedExecutor.Answer

  private let folder = TemporaryFolder()
  private let settings = ConsoleSettings(providerFile: "/p", stateDirectory: "/s")
  private let name = "ip-leases-proof-8a"

  private func plan(
    hold: Duration? = nil, _ breaking: (inout ClusterSnapshot) throws -> Void = { _ in }
  ) throws -> Plan {
    var snapshot = try HealthyCluster.snapshot()
    try breaking(&snapshot)
    return try CanaryProof.plan(snapshot, settings, token: "8a", hold: hold)
  }

  private func refusal(_ breaking: (inout ClusterSnapshot) throws -> Void) throws -> String {
    do {
      _ = try plan(breaking)
      return "none"
    } catch let message as UserMessage {
      return message.text()
    }
  }

  private func runner(_ executor: any CommandExecutor) -> PlanRunner {
    let shared = TimeHolder(time: .zero)
    let clock = RunClock(
      now: { shared.now }, sleep: { shared.advance($0) },
      date: { Date(timeIntervalSince1970: 1_700_000_000) })
    return PlanRunner(
      executor: executor, journal: Journal(folder: folder.state, context: "prod"),
      undoStore: UndoStore(folder: folder.state, context: "prod"), clock: clock)
  }

  private var store: UndoStore { UndoStore(folder: folder.state, context: "prod") }

  // MARK: The plan

  @Test func itBorrowsTheLastFreeAddressAndGivesItBack() throws {
    let plan = try plan(hold: .seconds(60))
    #expect(CanaryProof.address(of: plan) == "203.0.113.15")
    #expect(plan.closingCount == 1)
    #expect(plan.undo == [try #require(plan.actions.last)])
    #expect(plan.touchedServices == 0)
    #expect(plan.confirmationWord == "yes")
    let waits = plan.actions.compactMap { action -> String? in
      if case .wait(let wait) = action { wait.until } else { nil }
    }
    #expect(
      waits == [
        "it has the address 203.0.113.15", "a node announces it", "its ServiceL2Status is there",
        "you have tried it from a second machine:  curl -k https://203.0.113.15:8443/version",
      ])
  }

  @Test func theServiceIsOfThisConsoleAndOfNoLease() throws {
    guard case .command(let create)? = try plan().actions.first else {
      Issue.record("the first action is no command")
      return
    }
    let manifest = try #require(create.standardInput)
    #expect(manifest.contains("  name: \(name)\n"))
    #expect(manifest.contains("ip-leases/proof: \"8a\""))
    #expect(manifest.contains("metallb.universe.tf/loadBalancerIPs: 203.0.113.15"))
    // The IP operator would take a Service with its label for a lease, and stop at it.
    #expect(!manifest.contains("akash.network/"))
    #expect(create.dryRunArguments != nil)
  }

  @Test func anAddressInUseIsNotBorrowed() throws {
    let plan = try plan { snapshot in
      snapshot.cluster.edit { objects in
        var other = objects.services[0]
        other.metadata.name = "other"
        other.spec?.externalIPs = ["203.0.113.15"]
        other.spec?.loadBalancerIP = "203.0.113.14"
        objects.services.append(other)
      }
    }
    #expect(CanaryProof.address(of: plan) == "203.0.113.13")
  }

  @Test func itIsRefusedWithoutAFreeAddress() throws {
    let text = try refusal {
      $0.metallbMetrics = .known(MetalLBMetrics(total: 8, inUse: 8), at: HealthyCluster.now)
    }
    #expect(text.contains("The proof waits for IPL-0758."), "\(text)")
    #expect(text.contains("8 of 8 in use"))
  }

  @Test func itIsRefusedWhereWhatItNeedsFails() throws {
    let text = try refusal { $0.pools.edit { $0.advertisements = [] } }
    #expect(text.contains("IPL-0309"), "\(text)")
    let unread = try refusal {
      $0.cluster = .unreadable(UserMessage("not read", reason: "timeout"), at: HealthyCluster.now)
    }
    #expect(unread.contains("IPL-0001"), "\(unread)")
  }

  @Test func itIsRefusedWhereNothingIsBehindTheAddress() throws {
    let text = try refusal { snapshot in
      snapshot.akash.edit { objects in
        objects.pods.removeAll { $0.metadata.name.hasPrefix("akash-provider") }
      }
    }
    #expect(text.contains("only for a ready pod"), "\(text)")
  }

  @Test func madeAnewItIsTheSamePlan() throws {
    #expect(try plan().does(theSameAs: plan()))
  }

  @Test func theNodeIsReadFromTheEvent() {
    func node(_ message: String) -> String {
      CanaryProof.node(
        inEvents: Data(
          """
          {"items":[{"metadata":{"name":"x"},"reason":"nodeAssigned","message":\(message)}]}
          """.utf8))
    }
    #expect(node(#""announcing from node \"node1\" with protocol \"layer2\"""#) == "node1")
    #expect(node(#""announcing from node \"\u001b[31m\" x""#).contains("\u{1B}") == false)
    #expect(node("\"no quotes\"") == "")
    #expect(CanaryProof.node(inEvents: Data("no JSON".utf8)) == "")
  }

  // MARK: The run

  private var create: String { "kubectl create -f -" }
  private var delete: String {
    "kubectl -n akash-services delete service \(name) --ignore-not-found --wait=true"
  }
  private var address: String {
    "kubectl -n akash-services get service \(name) -o jsonpath={.status.loadBalancer}"
  }
  private var events: String {
    "kubectl -n akash-services get events "
      + "--field-selector=involvedObject.name=\(name),reason=nodeAssigned -o json"
  }
  private var status: String {
    "kubectl get servicel2statuses --all-namespaces -o json"
  }

  @Test func afterItsEndNothingIsOwed() async throws {
    let store = store
    let executor = ScriptedExecutor([
      Answer("\(create) --dry-run=server"),
      Answer(create) {
        let saved = try store.load("proof")
        #expect(saved?.actions.count == 1)
      },
      Answer(address, prints: #"{"ingress":[{"ip":"203.0.113.15"}]}"#),
      Answer(events, prints: "announcing from node \"node1\""),
      Answer(status, prints: "\"serviceName\": \"\(name)\""), Answer(delete),
    ])
    #expect(await runner(executor).run(try plan()) { _ in } == .done)
    #expect(try store.load("proof") == nil)
    #expect(store.unfinishedSince("proof") == nil)
  }

  @Test func anAddressThatNeverComesIsGivenBackAllTheSame() async throws {
    let tries = Array(repeating: Answer(address), count: 31)
    let executor = ScriptedExecutor(
      [Answer("\(create) --dry-run=server"), Answer(create)] + tries + [Answer(delete)])
    let outcome = await runner(executor).run(try plan()) { _ in }
    guard case .failed(let problem) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(problem.what.contains("waited 30 s in vain"))
    #expect(try store.load("proof") == nil)
  }

  @Test func whatIsStoppedIsGivenBackToo() async throws {
    let box = RunnerBox()
    let executor = ScriptedExecutor([
      Answer("\(create) --dry-run=server"),
      Answer(create) { await box.runner?.stop() }, Answer(delete),
    ])
    let runner = runner(executor)
    box.runner = runner
    #expect(await runner.run(try plan()) { _ in } == .stopped)
    #expect(try store.load("proof") == nil)
  }

  /// SIGTERM or a cut line cancels the task while the Service is being created.
  @Test func aProgramThatIsToldToEndGivesBackWhatItBorrowed() async throws {
    let box = TaskBox()
    let executor = ScriptedExecutor([
      Answer("\(create) --dry-run=server"), Answer(create) { box.task?.cancel() }, Answer(delete),
    ])
    let (runner, plan) = (runner(executor), try plan())
    let start = AsyncStream<Void>.makeStream()
    box.task = Task {
      for await _ in start.stream { break }
      return await runner.run(plan) { _ in }
    }
    start.continuation.yield()
    #expect(await box.task?.value == .stopped)
    #expect(try store.load("proof") == nil)
  }

  @Test func whatCannotBeRemovedStaysOwed() async throws {
    let executor = ScriptedExecutor([
      Answer("\(create) --dry-run=server"), Answer(create, exit: .code(1), complains: "timeout"),
      Answer(delete, exit: .code(1), complains: "Unable to connect to the server"),
    ])
    let outcome = await runner(executor).run(try plan()) { _ in }
    guard case .failed = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try store.load("proof") != nil)
  }

  @Test func whatWasNeverCreatedIsNotOwed() async throws {
    let executor = ScriptedExecutor([
      Answer("\(create) --dry-run=server", exit: .code(1), complains: "is forbidden")
    ])
    _ = await runner(executor).run(try plan()) { _ in }
    #expect(try store.load("proof") == nil)
    #expect(store.unfinishedSince("proof") == nil)
  }

  // MARK: What is shown of it

  @Test func theRowsTellWhatTheLastProofShowed() {
    let now = HealthyCluster.now
    func got(_ record: ProofRecord?, _ refusal: UserMessage? = nil) -> [Verdict] {
      ProofResults.rows(record, refusal: refusal, canaries: [], at: now).map(\.verdict)
    }
    #expect(got(nil).map(\.kind) == [.notRun, .notRun])
    let done = ProofRecord(
      time: now, address: "203.0.113.15", ending: .done, node: "node1", heldSeconds: 60)
    #expect(got(done).map(\.kind) == [.pass, .notRun])
    #expect(got(done)[0].got.hasSuffix("announced by node1"))
    let failed = ProofRecord(
      time: now, address: "203.0.113.15", ending: .failed, problem: "waited in vain")
    #expect(got(failed).map(\.kind) == [.fail, .notRun])
    var old = done
    old.time = now.addingTimeInterval(-8 * 86_400)
    #expect(got(old).map(\.kind) == [.notRun, .notRun])
    #expect(
      got(nil, UserMessage("The proof waits for IPL-0309."))[0]
        == .notRun(.nothingToTest("the proof waits for IPL-0309")))
  }
}

/// A clock that jumps instead of waiting.
private final class TimeHolder: Sendable {
  private let time: Mutex<Duration>

  init(time: Duration) { self.time = Mutex(time) }

  var now: Duration { time.withLock(\.self) }

  func advance(_ pause: Duration) { time.withLock { $0 += pause } }
}

private final class TaskBox: Sendable {
  private let kept = Mutex<Task<RunOutcome, Never>?>(nil)

  var task: Task<RunOutcome, Never>? {
    get { kept.withLock(\.self) }
    set { kept.withLock { $0 = newValue } }
  }
}

private final class RunnerBox: Sendable {
  private let kept = Mutex<PlanRunner?>(nil)

  var runner: PlanRunner? {
    get { kept.withLock(\.self) }
    set { kept.withLock { $0 = newValue } }
  }
}
