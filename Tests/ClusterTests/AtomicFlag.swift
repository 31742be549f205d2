import Synchronization

/// Something that happens once.
final class AtomicFlag: Sendable {
  private let flag = Mutex(false)

  var isSet: Bool { flag.withLock(\.self) }

  /// - Returns: false if it was set already.
  func set() -> Bool {
    flag.withLock { flag in
      defer { flag = true }
      return !flag
    }
  }
}
