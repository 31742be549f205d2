import Synchronization

/// Whether a run is to end, said from anywhere, and what may be ended at once.
final class RunStop: Sendable {
  private struct State {
    var isAsked = false
    /// Ends a read, a dry run, a pause.
    var endRead: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  var isAsked: Bool { state.withLock(\.isAsked) }

  /// Nothing new is started from now on.
  func ask() {
    let endRead = state.withLock { state in
      state.isAsked = true
      return state.endRead
    }
    endRead?()
  }

  func checkMayStart() throws {
    if isAsked || Task.isCancelled { throw CancellationError() }
  }

  /// Runs what changes nothing, so that it can be ended at once.
  func interruptible<Success: Sendable>(
    _ body: @escaping @Sendable () async throws -> Success
  ) async throws -> Success {
    let task = try state.withLock { state in
      if state.isAsked || Task.isCancelled { throw CancellationError() }
      let task = Task { try await body() }
      state.endRead = { task.cancel() }
      return task
    }
    defer { state.withLock { $0.endRead = nil } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
