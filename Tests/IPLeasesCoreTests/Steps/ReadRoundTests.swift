import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// A cluster that keeps silent, and tools that lie: a verdict in time, and nothing crashes.
@Suite(.inTurn)
struct ReadRoundTests {
  @Test func aSilentClusterIsToldByOneQuestionAndNotByEachRead() async {
    let tools = SilentTools(silent: { _ in true }, share: 1)
    let snapshot = await tools.read(StatusReport.needs)
    // Nobody waited for a read to its own end.
    #expect(tools.overdue.allSatisfy { $0.contains("/version") })
    #expect(snapshot.cluster.problem?.what == "The cluster does not answer.")
    #expect(snapshot.providerStatus.problem?.what == "The cluster does not answer.")
    let report = CheckReport(results: Checks.run(snapshot), context: "", duration: .zero)
    #expect(report.exitCode(failOn: .fail) == 2)
    #expect(report.count(.fail) == 0)
    // Four reads side by side and the question, none of them again.
    #expect(tools.count == 5)
  }

  @Test func aReadThatHangsAloneIsWaitedForWhileTheClusterLives() async {
    let tools = SilentTools(silent: { $0.contains("8443") })
    let snapshot = await tools.read([.cluster, .kubeProxy, .providerStatus])
    #expect(snapshot.cluster.value != nil)
    #expect(snapshot.kubeProxy.value != nil)
    #expect(snapshot.providerStatus.problem?.reason?.contains("did not end within") == true)
  }

  @Test func whatIsKnownIsToldWhileAReadHangs() async {
    let tools = SilentTools(silent: { $0.contains("8443") })
    let early = Mutex<[ClusterSnapshot]>([])
    let overdue = Mutex<[String]>([])
    let names: Set<FactName> = [.cluster, .kubeProxy, .providerStatus]
    let snapshot = await tools.read(names) { snapshot in
      overdue.withLock { $0 += tools.overdue }
      early.withLock { $0.append(snapshot) }
    }
    let told = early.withLock(\.self)
    // The last word is the reading's own.
    #expect(!told.isEmpty)
    for look in told {
      #expect(look.cluster == snapshot.cluster)
      #expect(look.kubeProxy == snapshot.kubeProxy)
      #expect(look.providerStatus.problem?.what == "There is no answer yet.")
    }
    #expect(overdue.withLock(\.self) == [])
  }

  @Test func aReadingThatIsSoonDoneTellsNothingBefore() async {
    let early = Mutex(0)
    var patience = ReadRound.Patience()
    patience.early = .seconds(3_000)
    let tools = SilentTools(silent: { _ in false }, patience: patience)
    _ = await tools.read([.cluster, .kubeProxy]) { _ in
      early.withLock { $0 += 1 }
    }
    #expect(early.withLock(\.self) == 0)
  }

  @Test func aRefusedConnectionEndsTheRoundAtOnce() async {
    let text = "The connection to the server 192.0.2.1:6443 was refused - did you specify the "
    let answers = RecordedAnswers([
      RecordedAnswers.Answer(" ", exit: 1, complains: text + "right host or port?\n")
    ])
    let snapshot = await answers.read(Checks.needs())
    #expect(snapshot.cluster.problem?.what == "The cluster does not answer.")
    #expect(snapshot.operatorLog.problem?.reason?.contains("was refused") == true)
  }

  /// The provider's silence is not the cluster's.
  @Test func aProviderThatHangsIsNotAClusterThatHangs() async {
    let text = "Unable to connect to the server: context deadline exceeded\n"
    let snapshot = await RecordedAnswers([
      RecordedAnswers.Answer("8443/proxy/status", exit: 1, complains: text)
    ]).read([.cluster, .providerStatus])
    #expect(snapshot.cluster.value != nil)
    #expect(snapshot.providerStatus.problem?.what == "ask the provider for its status failed")
  }

  private static let lies = [
    "<html><head><title>502 Bad Gateway</title></head></html>", "{\"items\":[{\"kind\":", "",
    "null",
    "[[[[", "\u{1B}]0;x\u{07}\u{1B}[2J", "{\"kind\":\"Status\",\"code\":200}", "yes", "-1",
    String(repeating: "[", count: 200_000), String(repeating: "x", count: 5_000_000),
  ]

  @Test(arguments: lies.indices) func whateverTheToolsPrintNoCheckFailsForIt(number: Int) async {
    let answers = RecordedAnswers([RecordedAnswers.Answer(" ", prints: Self.lies[number])])
    let snapshot = await answers.read(Checks.needs())
    let report = CheckReport(results: Checks.run(snapshot), context: "", duration: .zero)
    #expect(report.exitCode(failOn: .fail) == 2)
    #expect(report.results.filter { $0.verdict.kind == .fail }.map(\.code) == [])
    let text = report.text()
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    #expect(text.utf8.count < 100_000)
  }
}

/// Tools of which some never answer.
private final class SilentTools: CommandExecutor {
  private let isSilent: @Sendable (String) -> Bool
  private let patience: ReadRound.Patience
  private let share: Int
  private let counter = Mutex(0)
  private let ended = Mutex<[String]>([])

  /// Real patience, in a twentieth of the time.
  ///
  /// - Parameter share: of their real limits it takes until they end by themselves, a twentieth as well;
  ///   1 where nobody is to wait for that.
  init(
    silent isSilent: @escaping @Sendable (String) -> Bool, share: Int = 20,
    patience: ReadRound.Patience = ReadRound.Patience(
      early: .milliseconds(45), quiet: .milliseconds(100), answer: .milliseconds(100))
  ) {
    self.isSilent = isSilent
    self.patience = patience
    self.share = share
  }

  var count: Int { counter.withLock { $0 } }
  /// Those whose own time limit ended them.
  var overdue: [String] { ended.withLock { $0 } }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    counter.withLock { $0 += 1 }
    guard isSilent(command.shellText) else {
      return CommandResult(exit: .code(0), standardOutput: Data(#"{"items":[]}"#.utf8))
    }
    try await Task.sleep(for: command.timeLimit / share)
    ended.withLock { $0.append(command.shellText) }
    return CommandResult(exit: .timedOut)
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit { .timedOut }

  func stop() async {}

  func read(
    _ names: Set<FactName>, onEarly: (@Sendable (ClusterSnapshot) -> Void)? = nil
  ) async -> ClusterSnapshot {
    await ClusterReader(
      executor: self, settings: Sample.settings, now: { Sample.now }, patience: patience
    ).read(names, onEarly: onEarly)
  }
}
