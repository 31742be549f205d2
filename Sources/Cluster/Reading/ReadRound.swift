import Basics
import Execution
import Foundation

/// Runs reads side by side, and stops waiting for all of them once the cluster is seen to be silent.
struct ReadRound {
  typealias Read = ClusterReader.Read

  var executor: any CommandExecutor
  var kubectl: Kubectl
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
    case result(Int, Result<CommandResult, UserMessage>)
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
        group.addTask { .result(number, await result(of: read.command)) }
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
        case .result(let number, let result):
          guard let read = running.removeValue(forKey: number) else { continue }
          hasHeard = true
          if silence == nil { silence = Self.silence(in: result, of: read.command) }
          take(read, result, silence, into: &snapshot)
          // What others wait for, so that they do not stand at the end of the row.
          if silence == nil { waiting = further(read, snapshot) + waiting }
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
      for read in waiting {
        take(read, .failure(silence ?? message(nil)), nil, into: &snapshot)
      }
    }
  }

  // MARK: Helpers

  private func take(
    _ read: Read, _ result: Result<CommandResult, UserMessage>, _ silence: UserMessage?,
    into snapshot: inout ClusterSnapshot
  ) {
    var result = result
    // Ended by us: not its own fault.
    if let silence, !Self.isAnswer(result) { result = .failure(silence) }
    read.take(&snapshot, result, now())
  }

  private static func isAnswer(_ result: Result<CommandResult, UserMessage>) -> Bool {
    guard case .success(let answer) = result, case .code = answer.exit else { return false }
    return true
  }

  private func result(of command: Command) async -> Result<CommandResult, UserMessage> {
    do {
      return .success(try await executor.run(command))
    } catch let message as UserMessage {
      return .failure(message)
    } catch {
      return .failure(UserMessage("\(command.tool.rawValue) could not be run.", reason: "\(error)"))
    }
  }

  private func early(_ snapshot: ClusterSnapshot, without reads: [Read]) -> ClusterSnapshot {
    var snapshot = snapshot
    for read in reads { read.take(&snapshot, .failure(Self.noAnswerYet), now()) }
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
    var command = kubectl.raw(
      "/version", timeout: patience.answer, purpose: "see whether the cluster answers")
    command.timeLimit = patience.answer + .milliseconds(500)
    guard !Task.isCancelled, case .success(let answer) = await result(of: command) else {
      return .alive
    }
    if answer.exit.isSuccess || answer.errorText.contains("Error from server") { return .alive }
    return .silent(message(ToolFailure.reason(in: answer, redaction: Redaction())))
  }

  /// A tool that could not connect at all; what the server itself says is an answer.
  private static func silence(
    in result: Result<CommandResult, UserMessage>, of command: Command
  ) -> UserMessage? {
    guard case .success(let answer) = result, case .code = answer.exit, !answer.exit.isSuccess,
      !command.isThroughProxy, !ToolFailure.isWebhookNotReady(answer),
      case .unreadable(let message) = ToolFailure.meaning(of: answer, command: command),
      message.what == ToolFailure.silence
    else { return nil }
    return message
  }

  private func message(_ reason: String?) -> UserMessage {
    let seconds = (patience.quiet + patience.answer).components.seconds
    return UserMessage(
      ToolFailure.silence, reason: reason ?? "nothing came back within \(seconds) s",
      advice: ToolFailure.silenceAdvice)
  }
}
