import Basics
import Foundation

/// One action of a run, and who is told what becomes of it.
struct RunningAction: Sendable {
  var plan: Plan
  var index: Int
  var onEvent: @Sendable (RunEvent) -> Void

  var action: Action { plan.actions[index] }
  var isClosing: Bool { index >= plan.actions.count - plan.closingCount }
}

/// The commands of a run: each with its lines in the journal, asked again where that is worth it.
struct RecordedCommands: Sendable {
  let executor: any CommandExecutor
  let journal: Journal
  let redaction: Redaction
  let clock: RunClock
  let stop: RunStop
  /// A webhook that does not answer yet is asked again for this long.
  let webhookPatience: Duration

  func succeed(_ command: Command, _ action: RunningAction) async throws {
    let result = try await insist(on: command, action)
    if result.exit.isSuccess { return }
    if stop.isAsked, !action.isClosing { throw CancellationError() }
    throw ToolFailure.message(for: command, result, redaction: redaction)
  }

  /// Runs a command, again and again while the only obstacle is a webhook that does not answer.
  /// helm is not asked twice: its first try leaves a release behind.
  func insist(on command: Command, _ action: RunningAction) async throws -> CommandResult {
    let start = clock.now()
    var pause = Duration.seconds(1)
    while true {
      let result = try await record(command, action)
      let elapsed = clock.now() - start
      let isWorthIt = command.tool == .kubectl || !command.changes
      guard isWorthIt, ToolFailure.isWebhookNotReady(result),
        elapsed + pause <= webhookPatience
      else { return result }
      action.onEvent(.stillWaiting(index: action.index, elapsed: elapsed))
      try await stop.interruptible { [clock, pause] in try await clock.sleep(pause) }
      try stop.checkMayStart()
      pause = min(pause * 2, .seconds(15))
    }
  }

  /// Start line, command, end line.
  private func record(_ command: Command, _ action: RunningAction) async throws -> CommandResult {
    let ticket: JournalTicket
    do {
      ticket = try journal.begin(
        command, step: action.plan.id, at: clock.date(), redaction: redaction)
    } catch {
      // A disk that is full keeps nothing borrowed.
      guard action.isClosing else { throw error }
      return try await runUnrecorded(command)
    }
    let output = ToolOutput(redaction) { action.onEvent(.output(index: action.index, $0)) }
    defer { output.close() }
    let run: @Sendable () async throws -> CommandResult = { [executor] in
      let onOutput: @Sendable (OutputChunk) -> Void = {
        // A dry run of helm prints the whole release, Secrets and scripts with it.
        if !command.isDryRun { output.take($0) }
      }
      guard let recorder = executor as? any RecordingExecutor else {
        let result = try await executor.run(command, onOutput: onOutput)
        // The change is made: a journal that cannot be written stops the next command, not this.
        try? ticket.end(result)
        return result
      }
      return try await recorder.run(command, recordedBy: ticket, onOutput: onOutput)
    }
    do {
      return try await command.changes ? run() : stop.interruptible(run)
    } catch let message as UserMessage {
      try? ticket.end(127, because: message.text())
      guard action.isClosing else { throw message }
      return try await runUnrecorded(command)
    } catch {
      if !(executor is any RecordingExecutor) {
        try? ticket.end(Journal.unknownExit, because: "cancelled")
      }
      throw error
    }
  }

  /// As a child of this process: it needs no file.
  private func runUnrecorded(_ command: Command) async throws -> CommandResult {
    var command = command
    command.changes = false
    return try await executor.run(command)
  }

  func wait(_ wait: Wait, _ action: RunningAction) async throws {
    let ticket = try journal.begin(
      wait.probe, step: action.plan.id, at: clock.date(), redaction: redaction)
    let start = clock.now()
    var last = CommandResult(exit: .signal(SIGTERM))
    var metSince: Duration?
    defer { try? ticket.end(last) }
    while true {
      do {
        last = try await stop.interruptible { [executor] in try await executor.run(wait.probe) }
      } catch let message as UserMessage {
        last = CommandResult(exit: .code(127), standardError: Data(message.text().utf8))
        throw message
      }
      let now = clock.now()
      let elapsed = now - start
      last.duration = elapsed
      metSince = wait.isMet(by: last) ? metSince ?? now : nil
      let rest = wait.limit - elapsed
      if let metSince {
        if now - metSince >= wait.steadiness { return }
      } else if wait.passes == .timePasses {
        if rest <= .zero { return }
      } else if rest < wait.interval {
        throw failure(of: wait, last)
      }
      action.onEvent(.stillWaiting(index: action.index, elapsed: elapsed))
      let pause = metSince == nil ? min(wait.interval, rest) : wait.interval
      try await stop.interruptible { [clock] in try await clock.sleep(pause) }
      try stop.checkMayStart()
    }
  }

  private func failure(of wait: Wait, _ last: CommandResult) -> UserMessage {
    let reason = ToolFailure.reason(in: last, redaction: redaction)
    return UserMessage(
      "waited \(wait.limit.components.seconds) s in vain: \(wait.until)",
      reason: reason.map { "\(wait.probe.tool.rawValue) said last: \($0)" },
      advice: "what was done before stays; see what holds it up and apply again",
      obstacle: reason.flatMap(ToolFailure.obstacle))
  }
}
