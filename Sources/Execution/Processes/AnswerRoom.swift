import Synchronization

/// What the answers to several reads at once may hold in memory together. Each has a share of its own,
/// so that one that floods does not cut off the others; a long answer takes from what is common.
final class AnswerRoom: Sendable {
  /// Bytes each answer may hold whatever the others do.
  let share: Int
  private let free: Mutex<Int>

  init(bytes: Int) {
    share = bytes / 8
    free = Mutex(bytes - share)
  }

  /// - Returns: false if there is not so much left.
  func take(_ bytes: Int) -> Bool {
    free.withLock { free in
      guard bytes <= free else { return false }
      free -= bytes
      return true
    }
  }

  func giveBack(_ bytes: Int) { free.withLock { $0 += bytes } }
}
