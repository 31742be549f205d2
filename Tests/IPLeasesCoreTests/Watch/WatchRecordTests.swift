import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import IPLeasesCore

/// The record of a watch: what was seen, judged again, is what was said.
struct WatchRecordTests {
  private let folder = TemporaryFolder()
  private var path: String { folder.file("watch.jsonl") }

  typealias Moment = (Int, @Sendable (inout Observation) -> Void)

  /// - Returns: what was told while it was recorded.
  private func record(_ watch: inout Watching, _ moments: [Moment])
    throws -> [WatchRun.Step]
  {
    var recorder = try WatchRecorder(path, of: watch.run, isResumed: false)
    var steps: [WatchRun.Step] = []
    for (seconds, change) in moments {
      change(&watch.now)
      steps.append(watch.see(after: seconds))
      try recorder.note(watch.now)
    }
    return steps
  }

  private static let moments: [Moment] = [
    (2, { _ in }), (2, { _ in }), (2, { $0.metrics = .silent("refused") }), (10, { _ in }),
    (10, { $0.lose() }), (10, { $0 = Watching.healthy }),
    (5, { $0.setService("ingress/nginx", ["203.0.113.10"]) }), (5, { _ in }), (90, { _ in }),
  ]

  @Test func whatIsReplayedIsWhatWasRun() throws {
    var watch = Watching(.metallb)
    let told = try record(&watch, Self.moments)
    #expect(mode(of: path) == 0o600)
    let record = try WatchRecord(contentsOf: path)
    #expect(!record.isCut)
    var run = record.replay()
    #expect(record.observations.map { run.feed($0) } == told)
    #expect(run == watch.run)
  }

  @Test func whatDidNotChangeCostsALineOfAFewBytes() throws {
    var watch = Watching()
    _ = try record(&watch, Array(repeating: (2, { _ in }), count: 50))
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 51)
    #expect(lines[2...].allSatisfy { $0.utf8.count < 40 })
  }

  @Test func anotherHoldMayBeAskedFor() throws {
    var watch = Watching()
    _ = try record(&watch, Array(repeating: (10, { _ in }), count: 5))
    let record = try WatchRecord(contentsOf: path)
    var run = record.replay(hold: 20)
    for observation in record.observations { _ = run.feed(observation) }
    #expect(run.verdict.kind == .goOn)
    #expect(watch.run.verdict.kind == .wait)
  }

  @Test func aLineThatWasCutOffIsLeftOutAndSaid() throws {
    var watch = Watching()
    _ = try record(&watch, Self.moments)
    var bytes = try #require(try AtomicFile.read(path))
    bytes.removeLast(3)
    let record = try WatchRecord(bytes, path)
    #expect(record.isCut)
    #expect(record.observations.count == Self.moments.count - 1)
  }

  @Test func aLineThatIsNoneIsNamed() throws {
    var watch = Watching()
    _ = try record(&watch, Self.moments)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map(String.init)
    func problem(_ change: (inout [String]) -> Void) -> String? {
      var lines = lines
      change(&lines)
      do throws(UserMessage) {
        _ = try WatchRecord(Data((lines.joined(separator: "\n") + "\n").utf8), "r")
        return nil
      } catch {
        #expect(error.what == "r is no record of a watch.")
        return error.reason
      }
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0[3] = "{}" } == "line 4: it is no observation")
    #expect(problem { $0[3].removeLast() } == "line 4: it is no observation")
    #expect(problem { $0.insert("", at: 2) } == "line 3: it is no observation")
    #expect(
      problem { $0[0] = #"{"schema":"other"}"# }
        == "line 1: it is no baseline of ip-leases/watch/v1")
    #expect(problem { $0[0] = "" } == "line 1: it is no baseline of ip-leases/watch/v1")
    #expect(
      problem { $0.swapAt(2, 8) }?.hasSuffix("its time is before the one of the line above")
        == true)
    #expect(problem { $0.remove(at: 1) } == "line 2: nothing was seen before it")
  }

  @Test func whatIsNoFileOrEmptyIsRefused() throws {
    #expect(throws: UserMessage.self) { try WatchRecord(contentsOf: folder.file("none")) }
    try AtomicFile.write(Data(), to: path)
    do {
      _ = try WatchRecord(contentsOf: path)
      Issue.record("an empty file was taken")
    } catch {
      #expect(error.reason == "line 1: the file is empty")
      #expect(error.isUntold)
    }
  }

  /// The watch was killed after it was kept last: what the record has beyond that is not judged.
  @Test func aResumedWatchGoesOnInItsRecord() throws {
    var watch = Watching()
    _ = try record(&watch, [(2, { _ in }), (2, { _ in })])
    let kept = watch
    var recorder = try WatchRecorder(path, of: watch.run, isResumed: true)
    watch.see(after: 2)
    try recorder.note(watch.now)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(#"{"same":"20"#.utf8))
    watch = kept
    recorder = try WatchRecorder(path, of: watch.run, isResumed: true)
    watch.see(after: 600)
    try recorder.note(watch.now)
    let record = try WatchRecord(contentsOf: path)
    #expect(record.observations.map(\.time) == [2, 4, 604].map(Watching.date))
    var run = record.replay()
    for observation in record.observations { _ = run.feed(observation) }
    #expect(run == watch.run)
  }

  @Test func anotherFileIsNeverWrittenOver() throws {
    try AtomicFile.write(Data("my notes\n".utf8), to: path)
    #expect(throws: UserMessage.self) {
      try WatchRecorder(path, of: Watching().run, isResumed: true)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "my notes\n")
    let other = folder.file("other.jsonl")
    _ = try WatchRecorder(other, of: Watching(.metallb).run, isResumed: false)
    #expect(throws: UserMessage.self) {
      try WatchRecorder(other, of: Watching(.provider).run, isResumed: true)
    }
    #expect(throws: UserMessage.self) {
      try WatchRecorder(other, of: Watching(.metallb).run, isResumed: false)
    }
  }

  /// Any life, recorded at any pace: the same steps and the same end.
  @Test(.seeded, arguments: 0..<20)
  func aReplayIsTheRun(_ number: Int) throws {
    var random = SeededRandom(stream: UInt64(number) &+ 0x7EC0)
    var watch = Watching([nil, .metallb, .operator, .provider][number % 4])
    let harms = PromiseTests.harms
    let moments = (0..<40).map { _ -> Moment in
      let harm = harms[random.below(harms.count)]
      switch random.below(4) {
      case 0: return (random.below(20), harm.change)
      case 1: return (random.below(200), { $0 = Watching.healthy })
      case 2: return (random.below(20), { $0.lose() })
      default: return (random.below(20), { _ in })
      }
    }
    let told = try record(&watch, moments)
    let record = try WatchRecord(contentsOf: path)
    var run = record.replay()
    #expect(record.observations.map { run.feed($0) } == told)
    #expect(run == watch.run)
  }
}
