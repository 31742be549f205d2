import Foundation
import Synchronization

/// The API server behind a `kubectl proxy` on a socket that only this user can open: it starts and
/// signs on once, where every other call of kubectl does so for itself. Only GET goes through.
///
/// Who asks it waits until it listens or is known to be of no use.
final class ProxiedServer: APIServer {
  private enum State {
    case starting([CheckedContinuation<Bool, Never>])
    case listening
    case closed(hasListened: Bool, since: ContinuousClock.Instant)
  }

  let socket: String
  private let state = Mutex(State.starting([]))
  /// How long it may take to listen.
  private let patience: Duration
  private let outputLimit: Int
  private let room: AnswerRoom

  static let word = "Starting to serve on"

  init(socket: String, outputLimit: Int, room: AnswerRoom, patience: Duration) {
    self.socket = socket
    self.outputLimit = outputLimit
    self.room = room
    self.patience = patience
  }

  /// kubectl says that it listens.
  func open() {
    let waiting: [CheckedContinuation<Bool, Never>] = state.withLock { state in
      guard case .starting(let waiting) = state else { return [] }
      state = .listening
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: true) }
  }

  func close() {
    let waiting: [CheckedContinuation<Bool, Never>] = state.withLock { state in
      switch state {
      case .starting(let waiting):
        state = .closed(hasListened: false, since: .now)
        return waiting
      case .listening: state = .closed(hasListened: true, since: .now)
      case .closed: break
      }
      return []
    }
    for continuation in waiting { continuation.resume(returning: false) }
  }

  /// Whoever waits for it no longer does.
  func closeUnlessOpenSoon() async {
    try? await Task.sleep(for: patience)
    let isStarting = state.withLock { if case .starting = $0 { true } else { false } }
    if isStarting { close() }
  }

  /// What kept it from listening may be gone after so long.
  static let secondChance = Duration.seconds(10)

  /// Another one is worth a try.
  func isOver(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { state in
      guard case .closed(let hasListened, let since) = state else { return false }
      return hasListened || now - since >= Self.secondChance
    }
  }

  var isOpen: Bool {
    get async {
      await withCheckedContinuation { continuation in
        let known: Bool? = state.withLock { state in
          switch state {
          case .starting(let others):
            state = .starting(others + [continuation])
            return nil
          case .listening: return true
          case .closed: return false
          }
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }

  // MARK: Asking

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    guard await isOpen else { throw APIFailure.cut }
    let collector = OutputCollector(limit: limit ?? outputLimit, room: room, onOutput: nil)
    var answer = try await HTTPClient(socket: socket).get(
      target, accept: accept, until: deadline
    ) { collector.take($0, isError: false) }
    if answer.status == 200 {
      answer.body = collector.result(.code(0), after: .zero).standardOutput
      answer.isTooLarge = collector.cause != nil
    }
    return answer
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    guard await isOpen else { throw APIFailure.cut }
    return try await HTTPClient(socket: socket).get(target, accept: accept, until: nil) { bytes in
      onBody(bytes)
      return true
    }
  }
}
