import Foundation
import Testing

@testable import IPLeasesCore
@testable import Logs

struct KnownLineTests {
  @Test func everyKnownLineStandsAtItsPlaceAndItsCheckExists() {
    #expect(AllKnownLines.inOrder.map(\.id) == KnownLineID.allCases)
    for id in KnownLineID.allCases {
      for role in LogRole.allCases {
        let line = AllKnownLines.line(id, role)
        #expect(!line.meaning.isEmpty)
        guard let code = line.code else { continue }
        #expect(AllChecks.check(code) != nil, "\(id): \(code)")
      }
    }
  }

  private static let lines: [(LogRole, String, KnownLineID?)] = [
    (.operator, "<nil> ERR observation stopped err=\"context deadline exceeded\"", .lookupAwaited),
    (
      .operator,
      "<nil> ERR observation stopped err=\"Get http://controller:7472/metrics: connection refused\"",
      .metricsUnreachable
    ),
    (
      .operator, "<nil> ERR observation stopped error=\"unexpected response status 400\"",
      .metricsUnreachable
    ),
    (
      .operator,
      "E[2023-06-22|13:11:42.428] observation stopped err=\"providerleasedips is forbidden\"",
      .rightsMissing
    ),
    (
      .operator, "<nil> ERR observation stopped err=\"service web: unexpected type\"",
      .leaseServiceRefused
    ),
    (.operator, "<nil> ERR update failed err=\"barrier can now be passed\"", nil),
    (.operator, "<nil> ERR list failed err=\"pods is forbidden: User x cannot\"", .forbidden),
    (.provider, "3:04PM INF check result status=503", .operatorAnswersLocked),
    (.provider, "3:04PM INF check result status=200", nil),
    (.provider, "3:04PM ERR checking IP addresses err=\"500\"", .addressesUnknown),
    (
      .provider, "3:04PM INF unable to fulfill err=\"insufficient number of IPs\"",
      .addressesExhausted
    ),
    (.provider, "3:04PM INF declined err=\"no leased IPs available\"", .leasesSwitchedOff),
    (.provider, "3:04PM INF all waitables ready", .providerReady),
    (.provider, "panic: runtime error: index out of range", .panicked),
    (.controller, #"{"bug":"true","level":"error","msg":"internal error"}"#, .internalError),
    (
      .controller, #"{"error":"x","level":"error","msg":"applying failed","op":"setConfig"}"#,
      .configurationStale
    ),
    (
      .controller,
      #"{"controller":"PoolReconciler","end reconcile":"a/b","level":"info","ts":"x"}"#, nil
    ),
    (
      .controller, #"{"level":"error","logger":"x","msg":"failed calling webhook y"}"#,
      .webhookUnreachable
    ),
    (
      .events, "WRN AllocationFailed object=service/x message=\"no available IPs\"",
      .allocationFailed
    ),
    (.events, "NRM AllocationFailed", nil),
    (
      .events, "INF Killing object=pod/p message=\"Container provider failed liveness probe\"",
      .livenessRestart
    ),
    (.events, "WRN BackOff object=pod/p message=\"Back-off restarting\"", nil),
  ]

  @Test(arguments: lines.indices) func aLineIsKnownByItsWords(index: Int) {
    let (role, text, known) = Self.lines[index]
    let line = LogParser.line(Array(text.utf8), from: LogSource(role))
    #expect(line.known?.id == known, "\(text)")
  }

  @Test func theSameWordsMeanSomethingElseInTheProvider() {
    #expect(AllKnownLines.line(.lookupFailed, .operator).remedies.contains(.bounceOperator))
    #expect(AllKnownLines.line(.lookupFailed, .provider).remedies == [.restartProvider])
  }
}

struct LogDetectorTests {
  private static let source = LogSource(.operator)
  private static let zero = LogTime(Date(timeIntervalSince1970: 1_795_000_000))

  /// Lines at seconds after the start.
  private func view(_ lines: [(Int64, String)]) -> LogView {
    let store = LogStore(now: { Self.zero })
    for (second, text) in lines {
      let time = Self.zero + .seconds(second)
      store.take([LogEvent(Self.source, .lines(Array("\(time.rfc3339) \(text)\n".utf8)))])
    }
    return store.view()
  }

  private static let locked = "<nil> ERR barrier is locked, can't service request path=/health"

  private func states(_ view: LogView, at second: Int64) -> [KnownLineID: LogFinding.State] {
    let found = view.findings(now: Self.zero + .seconds(second))
    return Dictionary(uniqueKeysWithValues: found.map { ($0.finding.known, $0.state) })
  }

  @Test func aLockedBarrierIsNoAlarmInTheFirstNinetySeconds() {
    let early = view(stride(from: 0, through: 88, by: 2).map { ($0, Self.locked) })
    #expect(early.problemCount == 0)
    #expect(states(early, at: 89) == [.barrierLocked: .waiting])
    #expect(states(early, at: 90) == [.barrierLocked: .problem])
  }

  @Test func aBarrierLockedForLongIsOneProblemAndOneRow() {
    let late = view(stride(from: 0, through: 300, by: 2).map { ($0, Self.locked) })
    #expect(late.problemCount == 1)
    #expect(late.rowCount == 2)
    #expect(late.row(at: 0).repeats == 44)
    #expect(late.row(at: 1).repeats == 105)
    #expect(late.row(at: 1).isProblem)
    #expect(late.findings(now: Self.zero + .seconds(301))[0].finding.count == 151)
  }

  @Test func anOpenedBarrierEndsTheWait() {
    var lines = stride(from: 0 as Int64, through: 60, by: 2).map { ($0, Self.locked) }
    lines.append((61, "<nil> INF barrier can now be passed"))
    lines += stride(from: 1_800, through: 1_860, by: 2).map { ($0, Self.locked) }
    let both = view(lines)
    #expect(both.problemCount == 0)
    #expect(states(both, at: 1_861) == [.barrierLocked: .waiting])
    let opened = view(lines + [(1_862, "<nil> INF barrier can now be passed")])
    #expect(states(opened, at: 9_000) == [.barrierLocked: .over])
  }

  @Test func aRenewedWatchIsNoAlarmHoweverOften() {
    var lines: [(Int64, String)] = []
    for round in 0..<20 as Range<Int64> {
      lines.append((round * 1_800, "<nil> ERR observation stopped err=null operator=ip"))
      lines.append((round * 1_800 + 1, "<nil> INF barrier can now be passed"))
    }
    let day = view(lines)
    #expect(day.problemCount == 0)
    #expect(day.findings(now: Self.zero + .seconds(90_000)).isEmpty)
  }

  @Test func aFailedLookupIsAnAlarmAtOnce() {
    let failed = view([(0, "<nil> ERR dns discovery failed error=\"no such host\"")])
    #expect(failed.problemCount == 1)
    #expect(states(failed, at: 1) == [.lookupFailed: .problem])
  }

  @Test func aNewContainerWaitsAnew() {
    let store = LogStore(now: { Self.zero })
    func take(_ second: Int64) {
      let time = Self.zero + .seconds(second)
      store.take([LogEvent(Self.source, .lines(Array("\(time.rfc3339) \(Self.locked)\n".utf8)))])
    }
    take(0)
    let start = (Self.zero + .seconds(95)).date
    store.take([
      LogEvent(Self.source, .note(.containerStarted(restart: 1, image: "x"), at: start))
    ])
    take(96)
    #expect(store.view().problemCount == 0)
  }
}
