import Basics
import Execution
import Foundation

/// Runs commands against the built-in cluster. Several executors, in one process or in many, may
/// share a folder.
package actor RehearsalExecutor: CommandExecutor {
  let file: StateFile
  private let start: RehearsalStart
  let pace: Double
  let clock: @Sendable () -> Date
  let lead = ClockLead()
  /// The state as it was last worked out, to be used again while the file is the same.
  private var cached: Cached?
  /// The pauses of changing commands, which `stop` ends.
  private var pauses: [Int: Task<Void, any Error>] = [:]
  private var pauseCount = 0

  /// Reads since the last change: one that comes again is a wait that looks once more.
  private var readsSinceChange: Set<[String]> = []

  private struct Cached {
    let identity: String
    var state: RehearsalState
    /// Before this nothing happens by itself; nil where that was not looked at.
    var quietUntil: Double?
  }

  /// - Parameters:
  ///   - directory: kept between calls; made if need be.
  ///   - pace: how long commands take, as a share of the real tools' time. With 0 nothing is waited
  ///     for: the cluster's clock jumps past what a command would have waited for, and past all
  ///     that is under way when a read is repeated.
  ///   - reset: starts the scenario anew.
  package init(
    _ start: RehearsalStart, directory: String, pace: Double = 1, reset: Bool = false,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws(UserMessage) {
    let file = StateFile(directory: directory)
    self.file = file
    self.start = start
    self.pace = min(1, max(0, pace))
    self.clock = clock
    try file.locked { () throws(UserMessage) in
      let old = reset ? nil : try file.read()
      if let path = Self.inventory(of: start.scenario, directory: directory) {
        try KubesprayFiles.lay(around: path, anew: reset)
      }
      if let old, old.start == start { return lead.learn(old.clockLead) }
      var made = Scenarios.make(start, now: clock().timeIntervalSince1970)
      made.becomeItself(in: directory)
      if let reason = made.groundless {
        throw UserMessage(
          "The scenario \(start.name) cannot be made: the fault has nothing there to break.",
          reason: reason, advice: "Take it with enabled: --rehearse enabled+FAULT.")
      }
      try file.write(made)
    }
  }

  package init(
    scenario: RehearsalScenario, directory: String, pace: Double = 1, reset: Bool = false,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) throws(UserMessage) {
    try self.init(
      RehearsalStart(scenario), directory: directory, pace: pace, reset: reset, clock: clock)
  }

  /// The inventory of the scenarios that have one, in a checkout of Kubespray.
  package static func inventory(of scenario: RehearsalScenario, directory: String) -> String? {
    switch scenario {
    case .fresh, .kubespray: "\(directory)/kubespray/inventory/akash/hosts.yaml"
    case .oldCharts, .legacy, .enabled, .barrier, .upgrade, .k3s, .noHelm: nil
    }
  }

  // MARK: CommandExecutor

  package func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    let answer = try perform(command)
    var result = CommandResult(exit: answer.exit)
    let limit = command.timeLimit / .seconds(1)
    var elapsed = 0.0
    for piece in answer.pieces where piece.after <= limit {
      if await !pause(piece.after - elapsed, isChange: command.changes) {
        return try interrupted(command, result)
      }
      elapsed = max(elapsed, piece.after)
      let bytes = Array(piece.text.utf8)
      if piece.isError {
        result.standardError.append(contentsOf: bytes)
      } else {
        result.standardOutput.append(contentsOf: bytes)
      }
      onOutput?(OutputChunk(bytes: bytes, isError: piece.isError))
    }
    let end = min(limit, answer.delay)
    if await !pause(end - elapsed, isChange: command.changes) {
      return try interrupted(command, result)
    }
    if answer.delay > limit { result.exit = .timedOut }
    result.duration = .seconds(end * pace)
    // Between the two extremes the cluster's clock makes up for what was not waited.
    if pace > 0, pace < 1 { try change { $0.clockLead += end * (1 - pace) } }
    return result
  }

  package func stop() {
    for pause in pauses.values { pause.cancel() }
  }

  // MARK: Faults

  /// Switches a misfortune on, for as long as it is not cleared.
  package func setFault(_ fault: RehearsalFault) throws(UserMessage) {
    try change { state in
      state.faults.insert(fault)
      state.begin(fault)
    }
  }

  package func clearFaults() throws(UserMessage) {
    try change { state in
      state.faults = []
      state.apiAnswersAt = 0
    }
  }

  /// Lets the cluster's clock jump, as if so much time had passed.
  package func letPass(_ duration: Duration) throws(UserMessage) {
    try change { $0.clockLead += duration / .seconds(1) }
  }

  // MARK: Helpers

  /// Reads the state, works out the present, answers, and writes what was changed.
  func perform(_ command: Command) throws(UserMessage) -> Answer {
    try file.locked { () throws(UserMessage) in
      var state = try present()
      let before = state
      let isInstant = pace == 0
      if isInstant, !command.changes {
        if !readsSinceChange.insert(command.argv).inserted {
          state.clockLead += state.advanceUntilQuiet()
          readsSinceChange = []
        }
      }
      let answer = Rehearsal.answer(command, state: &state)
      if isInstant {
        if command.changes { readsSinceChange = [] }
        state.clockLead += min(answer.delay, command.timeLimit / .seconds(1))
      }
      if state != before { try save(state) }
      return answer
    }
  }

  private func change(_ body: (inout RehearsalState) -> Void) throws(UserMessage) {
    try file.locked { () throws(UserMessage) in
      var state = try present()
      body(&state)
      try save(state)
    }
  }

  /// The state of this moment. Called under the lock.
  func present() throws(UserMessage) -> RehearsalState {
    let identity = file.identity
    var state: RehearsalState
    if let identity, let cached, cached.identity == identity {
      state = cached.state
      let now = clock().timeIntervalSince1970 + state.clockLead
      if let quietUntil = cached.quietUntil, now < quietUntil {
        state.time = max(state.time, now)
        return state
      }
    } else if let read = try file.read() {
      state = read
    } else {
      state = Scenarios.make(start, now: clock().timeIntervalSince1970)
    }
    lead.learn(state.clockLead)
    state.live(to: clock().timeIntervalSince1970 + state.clockLead)
    cached = identity.map {
      Cached(identity: $0, state: state, quietUntil: state.nextMoment ?? .infinity)
    }
    return state
  }

  private func save(_ state: RehearsalState) throws(UserMessage) {
    try file.write(state)
    lead.learn(state.clockLead)
    cached = file.identity.map { Cached(identity: $0, state: state) }
  }

  /// Waits; false if it was ended early.
  private func pause(_ seconds: Double, isChange: Bool) async -> Bool {
    guard seconds * pace > 0 else { return isChange || !Task.isCancelled }
    let duration = Duration.seconds(seconds * pace)
    if !isChange {
      do {
        try await Task.sleep(for: duration)
        return true
      } catch {
        return false
      }
    }
    // A task of its own: a changing command is left to finish when its caller is cancelled.
    pauseCount += 1
    let number = pauseCount
    let sleep = Task { try await Task.sleep(for: duration) }
    pauses[number] = sleep
    defer { pauses[number] = nil }
    if case .success = await sleep.result { return true }
    return false
  }

  private func interrupted(_ command: Command, _ result: CommandResult) throws(UserMessage)
    -> CommandResult
  {
    var result = result
    result.exit = .signal(command.changes ? 2 : 15)
    guard command.changes, command.tool == .helm else { return result }
    try change { $0.interruptRelease(of: command.arguments) }
    result.exit = .code(1)
    result.standardError.append(contentsOf: Array("Error: context canceled\n".utf8))
    return result
  }
}
