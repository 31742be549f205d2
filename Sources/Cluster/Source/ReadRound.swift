import Basics
import Execution
import Foundation

/// Runs reads side by side, and stops waiting for all of them once the cluster is seen to be silent.
struct ReadRound {
  var source: ClusterSource
  var sideBySide: Int
  var now: @Sendable () -> Date
  /// Gets what is known so far, each second in which something is still out. What is out cannot be
  /// read in it.
  var onEarly: (@Sendable (ClusterSnapshot) -> Void)?
  var patience = Patience()

  struct Patience: Sendable {
    /// Nobody who looks at a screen should wait longer for what is known.
    var early = Duration.milliseconds(900)
    /// After this time without any answer the cluster is asked whether it is there.
    var quiet = Duration.seconds(2)
    /// The longest wait for that answer, which costs it nothing.
    var answer = Duration.seconds(2)
  }

  private enum Event: Sendable {
    case reply(Int, Reply)
    case early
    /// So much time has passed.
    case tick
    case silent(UserMessage)
    case alive
  }

  /// - Parameter further: what is read as well, now that a read has ended.
  func run(
    _ reads: [Read], into snapshot: inout ClusterSnapshot,
    further: (Read, ClusterSnapshot) -> [Read]
  ) async {
    guard !reads.isEmpty else { return }
    var waiting = reads[...]
    var silence: UserMessage?
    /// By the number they were started under.
    var running: [Int: Read] = [:]
    var started = 0
    await withTaskGroup(of: Event.self) { group in
      func start() {
        guard silence == nil, let read = waiting.popFirst() else { return }
        started += 1
        let number = started
        running[number] = read
        group.addTask { .reply(number, await source.answer(read.request)) }
      }
      func fill() {
        while silence == nil, running.count < sideBySide, !waiting.isEmpty { start() }
      }
      fill()
      var hasHeard = false
      group.addTask { await tick() }
      if onEarly != nil { group.addTask { await early() } }
      while let event = await group.next() {
        switch event {
        case .reply(let number, let reply):
          guard let read = running.removeValue(forKey: number) else { continue }
          hasHeard = true
          if silence == nil { silence = self.silence(in: reply, of: read) }
          take(read, reply, silence, into: &snapshot)
          // What others wait for, so that they do not stand at the end of the row.
          waiting = further(read, snapshot) + waiting
          fill()
        case .early where !running.isEmpty && silence == nil:
          onEarly?(early(snapshot, without: Array(running.values) + waiting))
          group.addTask { await early() }
        case .tick where !running.isEmpty && silence == nil:
          let isQuiet = !hasHeard
          hasHeard = false
          group.addTask { isQuiet ? await askForLife() : await tick() }
        case .alive where !running.isEmpty && silence == nil: group.addTask { await tick() }
        case .tick, .alive, .early: break
        case .silent(let message): silence = silence ?? message
        }
        // What still runs is ended, and gets the same answer.
        if running.isEmpty || silence != nil { group.cancelAll() }
      }
      while let read = waiting.popFirst() {
        take(read, .failed(silence ?? message(nil)), nil, into: &snapshot)
        waiting += further(read, snapshot)
      }
    }
  }

  // MARK: Helpers

  private func take(
    _ read: Read, _ reply: Reply, _ silence: UserMessage?, into snapshot: inout ClusterSnapshot
  ) {
    var reply = reply
    // Ended by us: not its own fault.
    if let silence, !Self.isAnswer(reply) { reply = .failed(silence) }
    read.take(&snapshot, answer(to: read, reply))
  }

  private func answer(to read: Read, _ reply: Reply) -> Answer {
    Answer(reply: reply, command: read.request.command(source.connection), at: now())
  }

  private static func isAnswer(_ reply: Reply) -> Bool {
    switch reply {
    case .objects, .releases, .repositories: true
    case .said(let result): if case .code = result.exit { true } else { false }
    case .failed: false
    }
  }

  private func early(_ snapshot: ClusterSnapshot, without reads: [Read]) -> ClusterSnapshot {
    var snapshot = snapshot
    for read in reads { read.take(&snapshot, answer(to: read, .failed(Self.noAnswerYet))) }
    return snapshot
  }

  private static let noAnswerYet = UserMessage("There is no answer yet.")

  private func early() async -> Event {
    try? await Task.sleep(for: patience.early)
    return .early
  }

  private func tick() async -> Event {
    try? await Task.sleep(for: patience.quiet)
    return .tick
  }

  private func askForLife() async -> Event {
    var command = Kubectl(source.connection).raw(
      "/version", timeout: patience.answer, purpose: "see whether the cluster answers")
    command.timeLimit = patience.answer + .milliseconds(500)
    let reply = await source.answer(.tool(command))
    guard !Task.isCancelled, case .said(let answer) = reply else { return .alive }
    if answer.exit.isSuccess || answer.errorText.contains("Error from server") { return .alive }
    return .silent(message(ToolFailure.reason(in: answer, redaction: Redaction())))
  }

  /// A tool that could not connect at all; what the server itself says is an answer.
  private func silence(in reply: Reply, of read: Read) -> UserMessage? {
    let command = read.request.command(source.connection)
    guard case .said(let answer) = reply, case .code = answer.exit, !answer.exit.isSuccess,
      !command.isThroughProxy, !ToolFailure.isWebhookNotReady(answer),
      case .unreadable(let message) = ToolFailure.meaning(of: answer, command: command),
      message.obstacle == .silence
    else { return nil }
    return message
  }

  private func message(_ reason: String?) -> UserMessage {
    let seconds = (patience.quiet + patience.answer).components.seconds
    return ToolFailure.silence(reason: reason ?? "nothing came back within \(seconds) s")
  }
}
