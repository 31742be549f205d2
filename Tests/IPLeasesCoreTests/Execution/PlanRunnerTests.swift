import Foundation
import IPLeasesCore
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

struct PlanRunnerTests {
  private typealias Answer = ScriptedExecutor.Answer

  private let folder = TemporaryFolder()
  private var journal: Journal { Journal(folder: folder.state, context: "prod") }
  private var store: UndoStore { UndoStore(folder: folder.state, context: "prod") }

  private func runner(
    _ executor: any CommandExecutor, lock: PlanRunner.LockUse = .perRun(),
    redaction: Redaction = Redaction()
  ) -> PlanRunner {
    // A clock that jumps instead of waiting.
    let time = Shared(Duration.zero)
    let clock = RunClock(
      now: { time.value }, sleep: { pause in time.add(pause) },
      date: { Date(timeIntervalSince1970: 1_700_000_000) })
    return PlanRunner(
      executor: executor, journal: journal, undoStore: store, lock: lock, redaction: redaction,
      clock: clock)
  }

  private let create = Kubectl(Connection()).createNamespace("metallb-system")
  private let restart = Kubectl(Connection()).rolloutRestart(
    "daemonset/x", namespace: "kube-system")
  private let undo = Action.command(Kubectl(Connection()).deleteNamespace("metallb-system"))
  private let createText = "kubectl create namespace metallb-system"
  private var createDry: String { "\(createText) --dry-run=server" }
  private let webhook = "Internal error occurred: failed calling webhook \"x\": connection refused"

  private func plan(_ actions: [Action], undo: [Action] = []) -> Plan {
    Plan(id: "namespace", title: "Namespace", actions: actions, undo: undo)
  }

  // MARK: What was looked at without the lock

  @Test func aPlanThatDoesNotHoldAnyMoreIsNotRun() async throws {
    let state = folder.state
    let reason = UserMessage("the cluster has changed")
    let outcome = await runner(ScriptedExecutor([])).run(
      plan([.command(create)], undo: [undo]),
      ifStill: {
        // Nobody changes it between this look and the run.
        #expect(Lock.holder(in: state)?.doing == "namespace: Namespace")
        return .void(reason)
      }, onEvent: { _ in })
    #expect(outcome == .failed(reason))
    #expect(Lock.holder(in: state) == nil)
    #expect(try store.load("namespace") == nil)
    #expect(journal.entries().isEmpty)
  }

  @Test func aPlanThatIsReachedByNowIsNotRun() async throws {
    let outcome = await runner(ScriptedExecutor([])).run(
      plan([.command(create)], undo: [undo]), ifStill: { .reached }, onEvent: { _ in })
    #expect(outcome == .reached)
    #expect(try store.load("namespace") == nil)
  }

  @Test func aPlanMadeUnderTheLockIsNotMadeTwice() async throws {
    let lock = try Lock.acquire(in: folder.state, doing: "apply")
    let executor = ScriptedExecutor([Answer(createDry), Answer(createText)])
    let outcome = await runner(executor, lock: .held(lock)).run(
      plan([.command(create)], undo: [undo]),
      ifStill: {
        Issue.record("asked")
        return .reached
      }, onEvent: { _ in })
    #expect(outcome == .done)
    #expect(lock.isInForce)
  }

  @Test func stoppedWhileThePlanIsLookedAtItLeavesTheEarlierWayBack() async throws {
    let earlier = plan([], undo: [undo])
    try store.save(earlier)
    let record = try store.load("namespace")
    let runner = runner(ScriptedExecutor([]))
    let outcome = await runner.run(
      plan([.command(create)], undo: [.command(restart)]),
      ifStill: {
        await runner.stop()
        return .holds
      }, onEvent: { _ in })
    #expect(outcome == .stopped)
    #expect(try store.load("namespace") == record)
    #expect(store.unfinishedSince("namespace") == nil)
  }

  /// What the server refuses, or a chart that cannot be fetched, changes nothing.
  @Test func aRunThatChangesNothingLeavesTheEarlierWayBack() async throws {
    try store.save(plan([], undo: [undo]))
    let record = try store.load("namespace")
    let fetch = Helm(Connection()).updateRepository("metallb")
    let executor = ScriptedExecutor([
      Answer(fetch.shellText), Answer(createDry, exit: .code(1), complains: "Forbidden\n"),
    ])
    let outcome = await runner(executor).run(
      plan([.command(fetch), .command(create)], undo: [.command(restart)]), onEvent: { _ in })
    guard case .failed = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try store.load("namespace") == record)
    #expect(store.unfinishedSince("namespace") == nil)
  }

  /// The server may take its time over the try, and the cluster is not still meanwhile.
  @Test func aPlanIsLookedAtOnceMoreWhereTheTryTookLong() async throws {
    let time = Shared(Duration.zero)
    let clock = RunClock(
      now: { time.value }, sleep: { pause in time.add(pause) },
      date: { Date(timeIntervalSince1970: 1_700_000_000) })
    let lock = try Lock.acquire(in: folder.state, doing: "apply")
    for (seconds, isAsked) in [(1, false), (5, true)] {
      let reason = UserMessage("another Service holds it by now")
      let answers = [Answer(createDry) { time.add(.seconds(seconds)) }]
      let executor = ScriptedExecutor(answers + (isAsked ? [] : [Answer(createText)]))
      let runner = PlanRunner(
        executor: executor, journal: journal, undoStore: store, lock: .held(lock), clock: clock)
      let outcome = await runner.run(
        plan([.command(create)], undo: [undo]), ifStill: { .void(reason) }, onEvent: { _ in })
      #expect(outcome == (isAsked ? .failed(reason) : .done))
    }
  }

  @Test func aLockThatIsGoneStopsTheNextChange() async throws {
    let path = folder.state.lock
    let executor = ScriptedExecutor([
      Answer(createDry),
      Answer(createText) { try FileManager.default.removeItem(atPath: path) },
    ])
    let outcome = await runner(executor).run(
      plan([.command(create), .command(restart)]), onEvent: { _ in })
    guard case .failed(let problem) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(problem.what.contains("was removed or moved"))
  }

  @Test func whatIsKeptOfARunIsKeptUnderItsLock() async throws {
    let state = folder.state
    let executor = ScriptedExecutor([Answer(createDry), Answer(createText)])
    let failure = UserMessage("not written down")
    let events = Events()
    let outcome = await runner(executor).run(
      plan([.command(create)], undo: [undo]),
      keeping: { outcome in
        #expect(outcome == .done)
        #expect(Lock.holder(in: state)?.doing == "namespace: Namespace")
        #expect(events.all.last != .ended(.done))
        return .failed(failure)
      }, onEvent: events.take)
    #expect(outcome == .failed(failure))
    #expect(events.all.last == .ended(.failed(failure)))
    #expect(Lock.holder(in: state) == nil)
  }

  @Test func aPlanThatTouchesOthersIsAnotherPlan() {
    var shown = plan([.command(create)])
    shown.touchedServices = 1
    shown.moved = [MovedService(title: "a/web", words: "lease a", addresses: ["203.0.113.1"])]
    shown.touches = ["lease a loses 203.0.113.1"]
    var anew = shown
    #expect(anew.does(theSameAs: shown))
    anew.moved = [MovedService(title: "b/web", words: "lease b", addresses: ["203.0.113.2"])]
    #expect(!anew.does(theSameAs: shown))
    anew = shown
    anew.touches = ["lease b loses 203.0.113.2"]
    #expect(!anew.does(theSameAs: shown))
  }

  @Test func everythingHappensInItsOrder() async throws {
    let (journal, store, state, undo) = (journal, store, folder.state, undo)
    let executor = ScriptedExecutor([
      Answer(createDry) {
        #expect(Lock.holder(in: state)?.doing == "namespace: Namespace")
        // Nothing is changed by it, so there is nothing to take back.
        let early = try store.load("namespace")
        #expect(early == nil)
        #expect(
          journal.entries().map { [$0.argv.last, $0.exit?.description] } == [
            ["--dry-run=server", nil]
          ])
      },
      Answer(createText, prints: "created\n") {
        let saved = try store.load("namespace")
        #expect(saved?.actions == [undo])
        #expect(journal.entries().map(\.exit) == [0, nil])
        #expect(journal.entries().map(\.changes) == [false, true])
      },
    ])
    let events = Events()
    let outcome = await runner(executor).run(
      plan([.command(create)], undo: [undo]), onEvent: events.take)
    #expect(outcome == .done)
    #expect(journal.entries().map(\.exit) == [0, 0])
    #expect(journal.entries().map(\.step) == ["namespace", "namespace"])
    #expect(Lock.holder(in: state) == nil)
    let output = OutputChunk(bytes: Array("created\n".utf8), isError: false)
    #expect(
      events.all == [
        .started(index: 0, .command(create)), .output(index: 0, output),
        .finished(index: 0, elapsed: .zero), .ended(.done),
      ])
  }

  @Test func aFailureSaysWhatWhyAndWhatToTryAndEndsTheRun() async {
    let executor = ScriptedExecutor([
      Answer(
        createDry, exit: .code(1),
        complains: "Error from server (AlreadyExists): namespaces \"hunter22\" already exists\n")
    ])
    let outcome = await runner(executor, redaction: Redaction(secrets: ["hunter22"])).run(
      plan([.command(create), .command(restart)])
    ) { _ in }
    #expect(
      outcome
        == .failed(
          UserMessage(
            "dry run: create the namespace failed",
            reason:
              "kubectl: Error from server (AlreadyExists): namespaces \"(hidden)\" already exists",
            advice: "it is there already: read the cluster again and make the plan anew")))
  }

  @Test func aWebhookThatIsNotReadyIsAskedAgain() async {
    let executor = ScriptedExecutor([
      Answer(createDry, exit: .code(1), complains: webhook),
      Answer(createDry, exit: .code(1), complains: webhook),
      Answer(createDry), Answer(createText),
    ])
    let events = Events()
    #expect(await runner(executor).run(plan([.command(create)]), onEvent: events.take) == .done)
    #expect(events.all.contains(.stillWaiting(index: 0, elapsed: .seconds(1))))
  }

  @Test func aWebhookThatNeverAnswersEndsAfterTwoMinutes() async {
    // 1, 2, 4, 8 s, then every 15 s: the last try is at 120 s.
    let tries = Array(repeating: Answer(createDry, exit: .code(1), complains: webhook), count: 12)
    let outcome = await runner(ScriptedExecutor(tries)).run(plan([.command(create)])) { _ in }
    guard case .failed(let message) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(message.advice?.text().contains("controller") == true)
  }

  @Test func helmIsNotAskedTwice() async {
    let uninstall = Helm(Connection()).uninstall("metallb", namespace: "metallb-system")
    let executor = ScriptedExecutor([
      Answer(uninstall.argv.joined(separator: " "), exit: .code(1), complains: webhook)
    ])
    let outcome = await runner(executor).run(plan([.command(uninstall)])) { _ in }
    #expect(outcome != .done)
  }

  @Test func aWaitLooksUntilItIsSo() async {
    let wait = Wait(
      until: "ready", probe: Kubectl(Connection()).raw("/readyz", purpose: "look"),
      passes: .prints("ok"), limit: .seconds(10))
    let text = "kubectl get --raw /readyz --request-timeout=5s"
    let executor = ScriptedExecutor([
      Answer(text, exit: .code(1), complains: "dial tcp: connect: connection refused"),
      Answer(text, prints: "not yet"), Answer(text, prints: "ok"),
    ])
    let events = Events()
    #expect(await runner(executor).run(plan([.wait(wait)]), onEvent: events.take) == .done)
    #expect(events.all.filter { if case .stillWaiting = $0 { true } else { false } }.count == 2)
    #expect(journal.entries().map(\.exit) == [0])
    #expect(journal.entries().map(\.seconds) == [4])
  }

  @Test func aWaitEndsAtItsLimitWithWhatWasSaidLast() async {
    let wait = Wait(
      until: "the operator answers", probe: Kubectl(Connection()).raw("/x", purpose: "look"),
      passes: .succeeds, limit: .seconds(4))
    let text = "kubectl get --raw /x --request-timeout=5s"
    let tries = (0..<3).map { _ in Answer(text, exit: .code(1), complains: "error: 503\n") }
    let outcome = await runner(ScriptedExecutor(tries)).run(plan([.wait(wait)])) { _ in }
    #expect(
      outcome
        == .failed(
          UserMessage(
            "waited 4 s in vain: the operator answers", reason: "kubectl said last: error: 503",
            advice: "what was done before stays; see what holds it up and apply again")))
  }

  @Test func aHeldClusterIsNotChanged() async throws {
    let lock = try Lock.acquire(in: folder.state, doing: "another")
    let outcome = await runner(ScriptedExecutor([])).run(plan([.command(restart)])) { _ in }
    guard case .failed(let message) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(message.reason?.contains("another") == true)
    #expect(journal.entries().isEmpty)
    let executor = ScriptedExecutor([
      Answer("kubectl -n kube-system rollout restart daemonset/x")
    ])
    let held = runner(executor, lock: .held(lock))
    #expect(await held.run(plan([.command(restart)])) { _ in } == .done)
    #expect(Lock.holder(in: folder.state) != nil)
  }

  @Test func aFileIsWrittenOnlyOverTheTextThePlanKnows() async throws {
    let path = folder.file("provider.yaml")
    func change(from old: String?, to new: String) -> Action {
      .file(
        FileChange(
          path: path, contents: SecretText(new), diff: "", expected: old.map { SecretText($0) }))
    }
    let two = plan([change(from: nil, to: "one"), change(from: "one", to: "two")])
    #expect(await runner(ScriptedExecutor([])).run(two) { _ in } == .done)
    #expect(try AtomicFile.read(path) == Data("two".utf8))
    // Nothing at all is done when a file is not what the plan was made for.
    let stale = plan([.command(restart), change(from: nil, to: "three")], undo: [undo])
    let outcome = await runner(ScriptedExecutor([])).run(stale) { _ in }
    #expect(
      outcome
        == .failed(
          UserMessage(
            "\(path) is not what the plan was made for", reason: "it exists already",
            advice: "move it aside, or name another file")))
    #expect(try AtomicFile.read(path) == Data("two".utf8))
    #expect(try store.load("namespace") == nil)
  }

  @Test func stopEndsTheRunAfterTheCommandThatRuns() async {
    let box = Shared<PlanRunner?>(nil)
    let executor = ScriptedExecutor([
      Answer("kubectl -n kube-system rollout restart daemonset/x", exit: .signal(2)) {
        await box.value?.stop()
      }
    ])
    let runner = runner(executor)
    box.set(runner)
    let outcome = await runner.run(plan([.command(restart), .command(create)])) { _ in }
    #expect(outcome == .stopped)
    #expect(executor.stopCount == 1)
    #expect(journal.entries().map(\.exit) == [130])
    box.set(nil)
  }

  @Test func stopEndsAPauseAtOnce() async {
    let box = Shared<PlanRunner?>(nil)
    let wait = Wait(
      until: "ready", probe: Kubectl(Connection()).raw("/x", purpose: "look"), passes: .succeeds,
      limit: .seconds(100))
    let executor = ScriptedExecutor([
      Answer("kubectl get --raw /x --request-timeout=5s", exit: .code(1)) {
        await box.value?.stop()
        try Task.checkCancellation()
      }
    ])
    let runner = runner(executor)
    box.set(runner)
    #expect(await runner.run(plan([.wait(wait)])) { _ in } == .stopped)
    box.set(nil)
  }

  @Test func aCancelledRunStartsNothingNew() async {
    let executor = ScriptedExecutor([
      Answer("kubectl -n kube-system rollout restart daemonset/x") {
        withUnsafeCurrentTask { $0?.cancel() }
      }
    ])
    let runner = runner(executor)
    let plan = plan([.command(restart), .command(create)])
    let outcome = await Task { await runner.run(plan) { _ in } }.value
    #expect(outcome == .stopped)
    #expect(journal.entries().map(\.exit) == [0])
  }

  @Test func aJournalThatCannotBeWrittenKeepsTheClusterUntouched() async throws {
    try AtomicFile.createFolder(folder.state.journal)
    let outcome = await runner(ScriptedExecutor([])).run(plan([.command(restart)])) { _ in }
    guard case .failed(let message) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(message.what.contains("journal"))
  }

  @Test func aDryRunChangesNothingAndPassesOverWhatCannotBeAskedYet() async throws {
    let label = Kubectl(Connection()).labelNamespace("metallb-system", labels: [("a", "b")])
    let executor = ScriptedExecutor([
      Answer(createDry),
      Answer(
        "kubectl label namespace metallb-system a=b --overwrite --dry-run=server", exit: .code(1),
        complains: "Error from server (NotFound): namespaces \"metallb-system\" not found"),
    ])
    let all = plan([.command(create), .command(label), .command(restart)], undo: [undo])
    #expect(await runner(executor).dryRun(all) { _ in } == .done)
    #expect(journal.entries().allSatisfy { !$0.changes })
    #expect(try store.load("namespace") == nil)
  }

  @Test(arguments: [
    ("See 'kubectl --help'\n\nError: release: not found\n", "Error: release: not found"),
    (
      "Error from server (Forbidden): error when applying patch:\n{}\nto:\nfor: \"STDIN\": denied\n",
      "Error from server (Forbidden): error when applying patch: for: \"STDIN\": denied"
    ),
    ("WARNING: file is readable\n\u{1B}[31mboom\n", "boom"),
  ])
  func theReasonIsWhatTheToolSaidLast(errors: String, reason: String) {
    let result = CommandResult(exit: .code(1), standardError: Data(errors.utf8))
    #expect(ToolFailure.reason(in: result, redaction: Redaction()) == reason)
  }

  /// Up to 2.18 a task's failure stands on standard output, later beside it, warnings after it.
  @Test(arguments: [
    (
      "TASK [metallb] ***\nfatal: [node1]: FAILED! => {\"msg\": \"no kubectl\"}\n\nPLAY RECAP ***\n"
        + "node1  : ok=0  failed=1\n",
      "[DEPRECATION WARNING]: old\n", "fatal: [node1]: FAILED! => {\"msg\": \"no kubectl\"}"
    ),
    (
      "failed: [node1] (item=a) => {\"rc\": 127}\nPLAY RECAP ***\nnode1  : failed=1\n",
      "[ERROR]: Task failed: no start\nOrigin: main.yml:1:3\n[WARNING]: Host 'node1'\n",
      "[ERROR]: Task failed: no start"
    ),
  ])
  func aPlaybooksReasonIsTheTaskThatFailed(output: String, errors: String, reason: String) {
    let result = CommandResult(
      exit: .code(2), standardOutput: Data(output.utf8), standardError: Data(errors.utf8))
    #expect(ToolFailure.reason(in: result, redaction: Redaction()) == reason)
  }
}

/// The events of a run, in their order.
private final class Events: Sendable {
  private let events = Mutex<[RunEvent]>([])

  var all: [RunEvent] { events.withLock { $0 } }

  @Sendable func take(_ event: RunEvent) { events.withLock { $0.append(event) } }
}

/// A value shared by closures.
private final class Shared<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  init(_ value: Value) { mutex = Mutex(value) }

  var value: Value { mutex.withLock { $0 } }

  func set(_ value: Value) { mutex.withLock { $0 = value } }
}

extension Shared<Duration> {
  func add(_ duration: Duration) { mutex.withLock { $0 += duration } }
}
