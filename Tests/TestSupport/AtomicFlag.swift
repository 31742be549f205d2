import Synchronization

/// Something that happens once.
package final class AtomicFlag: Sendable {
  private let flag = Mutex(false)

  package init() {}

  package var isSet: Bool { flag.withLock(\.self) }

  /// - Returns: false if it was set already.
  package func set() -> Bool {
    flag.withLock { flag in
      defer { flag = true }
      return !flag
    }
  }
}
