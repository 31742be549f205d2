import Synchronization

/// Things of which each is used by one at a time; who comes first is served first.
package final class Supply<Item: Sendable>: Sendable {
  private struct State {
    var free: [Item]
    var waiting: [CheckedContinuation<Item, Never>] = []
  }

  private let state: Mutex<State>

  package init(_ items: some Sequence<Item>) { state = Mutex(State(free: Array(items))) }

  /// Waits for one, and gives it back after `body`.
  package func with(_ body: (Item) async throws -> Void) async throws {
    let item = await take()
    defer { give(item) }
    try await body(item)
  }

  private func take() async -> Item {
    await withCheckedContinuation { continuation in
      let item = state.withLock { state -> Item? in
        if let item = state.free.popLast() { return item }
        state.waiting.append(continuation)
        return nil
      }
      if let item { continuation.resume(returning: item) }
    }
  }

  private func give(_ item: Item) {
    let next = state.withLock { state -> CheckedContinuation<Item, Never>? in
      if !state.waiting.isEmpty { return state.waiting.removeFirst() }
      state.free.append(item)
      return nil
    }
    next?.resume(returning: item)
  }
}
