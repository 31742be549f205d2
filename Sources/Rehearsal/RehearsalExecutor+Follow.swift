import Basics
import Execution

/// Commands that never end: they sleep until the cluster has something new for them.
extension RehearsalExecutor {
  /// What is changed in one go is looked at once.
  private static let settling = Duration.milliseconds(300)

  package func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    let isEndless = command.arguments.contains { ["-f", "--follow", "--watch"].contains($0) }
    guard isEndless, command.tool == .kubectl else {
      return try await run(command, onOutput: onOutput).exit
    }
    var news = News(file)
    var growth = LogGrowth(command)
    var answer = try perform(growth.command)
    while true {
      guard answer.exit.isSuccess else {
        onOutput(OutputChunk(bytes: Array(answer.errors.utf8), isError: true))
        return answer.exit
      }
      let new = growth.new(in: answer.output)
      if !new.isEmpty { onOutput(OutputChunk(bytes: Array(new.utf8), isError: false)) }
      let state = try present()
      // The stream ends with its container.
      if growth.hasEnded(state) { return .code(0) }
      guard let isChanged = try await wait(&news, from: state, until: growth.nextMoment(state))
      else { return .signal(15) }
      answer = try look(isChanged ? growth.command : growth.latestCommand)
    }
  }

  /// The answer of this moment; time passes by itself only.
  func listing(_ command: Command) throws(UserMessage) -> Answer { try look(command) }

  /// The same answer at first, and again whenever the cluster may be another.
  func listings(_ command: Command) -> AsyncStream<Answer> {
    AsyncStream { feed in
      let task = Task {
        defer { feed.finish() }
        var news = News(file)
        while !Task.isCancelled {
          let state = try present()
          feed.yield(try look(command))
          guard try await wait(&news, from: state, until: state.nextMoment) != nil else { return }
        }
      }
      feed.onTermination = { _ in task.cancel() }
    }
  }

  /// Until the cluster is another than `state`, or `moment` has come by its clock.
  ///
  /// - Returns: whether it is another; nil where the task was cancelled.
  private func wait(
    _ news: inout News, from state: RehearsalState, until moment: Double?
  ) async throws -> Bool? {
    while !Task.isCancelled {
      let identity = file.identity
      let now = try present()
      if !now.isSameCluster(as: state) { return true }
      if let moment, moment <= now.time { return false }
      let alarm = Alarm(after: moment.map { .seconds($0 - now.time) }, news.wake)
      defer { alarm.task?.cancel() }
      while file.identity == identity, !alarm.isDue {
        guard await news.next() else { return nil }
      }
      if file.identity != identity { try? await Task.sleep(for: Self.settling) }
    }
    return nil
  }

  /// The answer of this moment; time passes by itself only.
  private func look(_ command: Command) throws(UserMessage) -> Answer {
    try file.locked { () throws(UserMessage) in
      var state = try present()
      return Rehearsal.answer(command, state: &state)
    }
  }

  /// Something may have happened to the state's file, or an alarm rings.
  private struct News {
    let wake: FileChanges.Stream.Continuation
    private var changes: FileChanges.Stream.Iterator

    init(_ file: StateFile) {
      let (changes, wake) = FileChanges.beside(file.path)
      self.changes = changes.makeAsyncIterator()
      self.wake = wake
    }

    /// - Returns: false where the task was cancelled.
    mutating func next(isolation: isolated (any Actor)? = #isolation) async -> Bool {
      await changes.next(isolation: isolation) != nil
    }
  }

  private struct Alarm {
    let moment: ContinuousClock.Instant?
    let task: Task<Void, any Error>?

    /// The moment is over when the alarm rings, whatever the clocks' roundings are.
    private static let slack = Duration.milliseconds(10)

    init(after delay: Duration?, _ wake: FileChanges.Stream.Continuation) {
      moment = delay.map { .now + $0 }
      task = delay.map { delay in
        Task {
          try await Task.sleep(for: delay + Self.slack)
          wake.yield()
        }
      }
    }

    var isDue: Bool { moment.map { $0 <= .now } ?? false }
  }
}

extension RehearsalState {
  /// Only time has passed between the two, and nothing has come of it.
  fileprivate func isSameCluster(as other: RehearsalState) -> Bool {
    var other = other
    other.time = time
    other.clockLead = clockLead
    return self == other
  }
}
