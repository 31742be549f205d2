import Cluster
import Execution
import Foundation
import IPLeasesCore
import Synchronization
import TestSupport
import Testing

/// Whatever happens to a stream, each line comes once: numbered lines through the program.
@Suite(.onKitCluster(.fresh), .needsKitCluster(.fresh))
struct RealLogTests {
  @Test func cutStreamsLoseNoLineAndDoubleNone() async throws {
    try await NumberedLog.with { log in
      try await log.cluster.kit("fault", "kubelet-cut-logs", "1")
      let read = try await log.read(for: .seconds(12)) {}
      try await log.cluster.kit("fault", "kubelet-cut-logs", "off")
      #expect(read.cuts >= 5, "\(read.errors)")
      read.expectEachOnce(upTo: log.written)
      print("cut streams: \(log.written) lines, \(read.cuts) cuts")
    }
  }

  @Test func anAPIServerThatStopsLosesNoLineAndDoublesNone() async throws {
    try await NumberedLog.with { log in
      let read = try await log.read(for: .seconds(35)) {
        try await Task.sleep(for: .seconds(4))
        try await log.cluster.kit("fault", "api-stop", "20")
      }
      read.expectEachOnce(upTo: log.written)
      print("API server stopped for 20 s: \(log.written) lines")
    }
  }

  @Test func aDeletedPodIsFollowedIntoItsSuccessor() async throws {
    try await NumberedLog.with { log in
      let read = try await log.read(for: .seconds(15)) {
        try await Task.sleep(for: .seconds(4))
        try await log.kubectl("delete", "pod", "-l", NumberedLog.selector, "--wait=false")
      }
      // The kit's file is the log of both pods, and the second one begins at its beginning.
      #expect(read.numbers.count == 2, "\(read.numbers.keys)")
      read.expectWholeTogether(upTo: log.written)
      print("pod deleted: \(log.written) lines, of pods \(read.numbers.mapValues(\.count))")
    }
  }

  @Test func aRolloutIsFollowedIntoItsNewPods() async throws {
    try await NumberedLog.with { log in
      let read = try await log.read(for: .seconds(18)) {
        for _ in 0..<2 {
          try await Task.sleep(for: .seconds(4))
          try await log.kubectl("rollout", "restart", "deployment/operator-hostname")
        }
      }
      #expect(read.numbers.count == 3, "\(read.numbers.keys)")
      read.expectWholeTogether(upTo: log.written)
      print("two rollouts: \(log.written) lines, of pods \(read.numbers.mapValues(\.count))")
    }
  }

  @Test(arguments: ["hostile-logs", "huge-logs"])
  func whatAPodWritesHarmsNobody(_ fault: String) async throws {
    try await NumberedLog.with(isWriting: false) { log in
      try await log.cluster.kit("fault", fault)
      for format in ["text", "json"] {
        let lines = Mutex(0)
        let memory = Mutex(0)
        let outcome = try await log.site.run(
          "logs", "operator", "hostname", "speaker", "-f", "--since", "5s", "-o", format
        ) { line, process in
          let count = lines.withLock { count in
            count += 1
            return count
          }
          #expect(
            !line.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
          #expect(!line.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) })
          if count == (fault == "huge-logs" ? 30_000 : 60) {
            memory.withLock { $0 = ProcessTable.residentBytes(of: process) }
            kill(process, SIGINT)
          }
        }
        #expect(outcome.ending == .exited(130), "\(outcome.errors)")
        let resident = memory.withLock(\.self)
        #expect(resident > 0 && resident < 300 << 20, "\(resident)")
        print("\(fault) as \(format): \(lines.withLock(\.self)) lines, \(resident >> 20) MiB")
      }
      try await log.cluster.kit("fault", fault, "off")
    }
  }
}

/// A pod whose log is a file that grows by numbered lines.
private final class NumberedLog: Sendable {
  static let prefix = "operator-hostname"
  static let selector = "app.kubernetes.io/name=hostname"

  let site: ClusterSite
  let cluster: KitCluster
  private let path: String
  private let isWriting: Bool
  private let count = Mutex(0)

  /// The test that comes next on this cluster finds the pod's own log, whatever becomes of this one.
  static func with(
    isWriting: Bool = true, _ body: (NumberedLog) async throws -> Void
  ) async throws {
    let log = try await NumberedLog(isWriting: isWriting)
    do { try await body(log) } catch {
      try await log.remove()
      throw error
    }
    try await log.remove()
  }

  private init(isWriting: Bool) async throws {
    self.isWriting = isWriting
    cluster = try #require(KitCluster.current)
    site = try await ClusterSite(.real)
    path = "\(site.folder)/numbered.log"
    if isWriting {
      try Data().write(to: URL(filePath: path))
      try await cluster.kit("logs", Self.prefix, path)
    }
  }

  private func remove() async throws {
    guard isWriting else { return }
    try await cluster.kit("logs", Self.prefix, "off")
  }

  var written: Int { count.withLock(\.self) }

  struct Reading {
    /// By pod, in the order they came.
    var numbers: [String: [Int]] = [:]
    var errors = ""
    var cuts: Int { errors.split(separator: "\n").count { $0.contains("stream ended") } }

    func expectEachOnce(upTo last: Int, sourceLocation: SourceLocation = #_sourceLocation) {
      let all = numbers.values.flatMap(\.self)
      let isEachOnce = all == Array(1...last)
      #expect(isEachOnce, "\(summary(last))", sourceLocation: sourceLocation)
    }

    /// No pod's lines twice, and together all of them.
    func expectWholeTogether(upTo last: Int, sourceLocation: SourceLocation = #_sourceLocation) {
      for (pod, own) in numbers {
        let isEachOnce = own == Array(1...(own.last ?? 1))
        #expect(isEachOnce, "\(pod): \(own.count)\n\(errors)", sourceLocation: sourceLocation)
      }
      let all = Set(numbers.values.flatMap(\.self))
      let isWhole = all == Set(1...last)
      #expect(isWhole, "\(summary(last))", sourceLocation: sourceLocation)
    }

    private func summary(_ last: Int) -> String {
      let all = numbers.values.flatMap(\.self)
      let missing = Set(1...last).subtracting(all).sorted()
      let counts = Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
      let doubled = counts.filter { $0.value > 1 }.keys.sorted()
      return
        "\(last) written, \(all.count) read, missing \(missing.prefix(20)) of \(missing.count), "
        + "doubled \(doubled.prefix(20)) of \(doubled.count)\n\(errors)"
    }
  }

  /// Reads through the program while lines are written and `disturb` runs, until the last came.
  func read(for time: Duration, while disturb: @escaping @Sendable () async throws -> Void)
    async throws -> Reading
  {
    let process = Mutex<pid_t?>(nil)
    let reading = Mutex(Reading())
    let last = Mutex(Int.max)
    async let disturbance: Void = disturb()
    async let writing: Void = write(for: time) { last.withLock { $0 = self.written } }
    try await Task.sleep(for: .seconds(1))
    let outcome = try await site.run("logs", "hostname", "-f", "-o", "json") { line, id in
      process.withLock { $0 = id }
      guard let row = try? JSONDecoder().decode(Row.self, from: Data(line.utf8)),
        let number = row.message.split(separator: " ").last.flatMap({ Int($0) })
      else { return }
      let isLast = reading.withLock { reading in
        reading.numbers[row.pod, default: []].append(number)
        return number >= last.withLock(\.self)
      }
      // A double may still be under way.
      if isLast { DispatchQueue.global().asyncAfter(deadline: .now() + 3) { kill(id, SIGINT) } }
    }
    try await disturbance
    try await writing
    #expect(outcome.ending == .exited(130), "\(outcome.errors)")
    var result = reading.withLock(\.self)
    result.errors = outcome.errors
    return result
  }

  private struct Row: Decodable {
    var pod: String
    var message: String
  }

  /// Twenty lines every tenth of a second.
  private func write(for time: Duration, _ onEnd: @Sendable () -> Void) async throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
      try append(20, to: file)
      try await Task.sleep(for: .milliseconds(100))
    }
    try await Task.sleep(for: .seconds(2))
    count.withLock { $0 += 1 }
    onEnd()
    try file.write(contentsOf: Data("number \(written)\n".utf8))
    try file.close()
  }

  private func append(_ lines: Int, to file: FileHandle) throws {
    let first = count.withLock { count in
      defer { count += lines }
      return count + 1
    }
    let text = (first..<first + lines).map { "number \($0)\n" }.joined()
    try file.write(contentsOf: Data(text.utf8))
  }

  func kubectl(_ arguments: String...) async throws {
    let command = Command(
      .kubectl, ["-n", ConsoleSettings.akashNamespace] + arguments, purpose: "test", changes: true)
    let result = try await site.executor.run(command)
    #expect(result.exit.isSuccess, "\(result.errorText)")
  }
}
