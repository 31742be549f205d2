import Foundation
import Synchronization

/// `kubectl proxy` on a socket that only this user can open, for the reads of one moment: it starts
/// and signs on once, where every other call of kubectl does so for itself. Only GET goes through.
///
/// Who asks it waits until it is open or known to be of no use.
final class APIProxy: Sendable {
  private enum State {
    case starting([CheckedContinuation<APIGroups?, Never>])
    case open(APIGroups)
    case closed
  }

  let socket: String
  private let state = Mutex(State.starting([]))

  /// The socket lives for one moment; kubectl itself sets no limit.
  static let longestLife = "90s"
  static let word = "Starting to serve on"

  /// How long it may take to listen, and to answer the first question.
  private let patience: Duration

  init(socket: String, patience: Duration = .seconds(2)) {
    self.socket = socket
    self.patience = patience
  }

  /// What the server has, once it can be asked; nil: the tool itself is to be asked.
  func groups() async -> APIGroups? {
    await withCheckedContinuation { continuation in
      let known: APIGroups?? = state.withLock { state in
        switch state {
        case .starting(let others):
          state = .starting(others + [continuation])
          return .none
        case .open(let groups): return .some(groups)
        case .closed: return .some(nil)
        }
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  /// kubectl says that it listens.
  func begin() async {
    let collector = OutputCollector(limit: 1 << 20, onOutput: nil)
    let status = try? await get("/apis", until: .now + patience) { _, bytes in
      collector.take(bytes, isError: false)
    }
    let answer = collector.result(.code(0), after: .zero).standardOutput
    guard status == 200, let groups = try? JSONDecoder().decode(APIGroups.self, from: answer) else {
      return close()
    }
    settle(.open(groups), groups)
  }

  func close() { settle(.closed, nil) }

  /// Whoever waits for it no longer does.
  func closeUnlessOpenSoon() async {
    try? await Task.sleep(for: patience)
    let isStarting = state.withLock { if case .starting = $0 { true } else { false } }
    if isStarting { close() }
  }

  private func settle(_ next: State, _ groups: APIGroups?) {
    let waiting: [CheckedContinuation<APIGroups?, Never>] = state.withLock { state in
      switch (state, next) {
      case (.starting(let waiting), _):
        state = next
        return waiting
      case (_, .closed): state = next
      default: break
      }
      return []
    }
    for continuation in waiting { continuation.resume(returning: groups) }
  }

  // MARK: Asking

  /// - Parameter emit: gets the body, and whether it is of what was asked for; false ends the answer.
  /// - Returns: HTTP's status.
  func get(
    _ target: String, accept: String = "application/json, */*",
    until deadline: ContinuousClock.Instant,
    emit: @escaping @Sendable (Bool, UnsafeRawBufferPointer) -> Bool
  ) async throws -> Int {
    // What came from the cluster stands in some of them.
    guard target.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else { throw HTTPResponse.Malformed() }
    let connection = try UnixSocket(path: socket)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
          continuation.resume(
            with: Result { try Self.ask(connection, target, accept, deadline, emit) })
        }
      }
    } onCancel: {
      connection.interrupt()
    }
  }

  private static func ask(
    _ connection: UnixSocket, _ target: String, _ accept: String,
    _ deadline: ContinuousClock.Instant,
    _ emit: (Bool, UnsafeRawBufferPointer) -> Bool
  ) throws -> Int {
    try connection.send(
      "GET \(target) HTTP/1.1\r\nHost: localhost\r\nAccept: \(accept)\r\n"
        + "Connection: close\r\n\r\n")
    var response = HTTPResponse()
    var isWanted = true
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while isWanted, !response.isComplete {
      let count = try connection.receive(into: buffer, until: deadline)
      if count == 0 {
        response.end()
        break
      }
      try response.take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { status, bytes in
        if isWanted { isWanted = emit(status == 200, bytes) }
      }
    }
    guard let status = response.status, response.isComplete || !isWanted else {
      throw HTTPResponse.Malformed()
    }
    return status
  }
}
