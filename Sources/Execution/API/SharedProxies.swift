import Synchronization

/// The API servers that are lent to all who follow at the same time: one for each connection, from the
/// first who comes to the last who leaves. Where it died, whoever comes next gets another one.
package final class SharedProxies: Sendable {
  /// A proxy that runs.
  struct Lent: Sendable {
    var access: APIAccess
    var server: ProxiedServer
    /// Its process; it ends when this is cancelled.
    var serving: Task<Void, Never>
  }

  /// What one of those who share it holds.
  struct Share: Sendable {
    var number: Int
    var access: APIAccess
  }

  private struct State {
    var all: [Int: (lent: Lent, users: Int)] = [:]
    /// The one that whoever comes next shares.
    var current: [Connection: Int] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// - Parameter start: nil where none can be started.
  func join(
    _ connection: Connection, at now: ContinuousClock.Instant = .now, start: () -> Lent?
  ) -> Share? {
    var connection = connection
    // It says how long one read may take.
    connection.readLimit = nil
    return state.withLock { state in
      if let number = state.current[connection], let lent = state.all[number]?.lent,
        !lent.server.isOver(at: now)
      {
        state.all[number]?.users += 1
        return Share(number: number, access: lent.access)
      }
      guard let lent = start() else { return nil }
      state.count += 1
      state.all[state.count] = (lent, 1)
      state.current[connection] = state.count
      return Share(number: state.count, access: lent.access)
    }
  }

  /// Returns when the proxy has ended, where nobody shares it any more.
  func leave(_ share: Share) async {
    let serving: Task<Void, Never>? = state.withLock { state in
      guard let (lent, users) = state.all[share.number] else { return nil }
      if users > 1 {
        state.all[share.number]?.users -= 1
        return nil
      }
      state.all[share.number] = nil
      state.current = state.current.filter { $0.value != share.number }
      return lent.serving
    }
    serving?.cancel()
    await serving?.value
  }
}
