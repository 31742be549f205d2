import Foundation
import Synchronization
import TestSupport

/// Looks at the arguments of every process of this machine, again and again, until it is ended.
final class ArgumentWatch: Sendable {
  private struct Seen {
    var isOver = false
    var leaks: Set<String> = []
  }

  private let seen = Mutex(Seen())

  init(for canaries: Canaries) {
    Thread { [self] in
      while !seen.withLock(\.isOver) {
        for entry in ProcessTable.all() {
          let line = entry.arguments.joined(separator: " ")
          if !canaries.found(in: line).isEmpty { _ = seen.withLock { $0.leaks.insert(line) } }
        }
        usleep(20_000)
      }
    }.start()
  }

  /// - Returns: the argument vectors in which a canary stood.
  func end() -> [String] {
    seen.withLock { seen in
      seen.isOver = true
      return seen.leaks.sorted()
    }
  }
}
