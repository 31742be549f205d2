import Synchronization

/// Where everything outside of the loop leaves its events. The loop takes them as a batch.
package final class Inbox: Sendable {
  private let events = Mutex<[Event]>([])
  /// Called when the first event of a batch arrives, from any thread.
  private let wake: @Sendable () -> Void

  package init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  package func post(_ event: Event) {
    let wasEmpty = events.withLock { events in
      defer { events.append(event) }
      return events.isEmpty
    }
    if wasEmpty { wake() }
  }

  package func take() -> [Event] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
