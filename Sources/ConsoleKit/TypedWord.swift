import Foundation
import Terminal

/// The line where a word is typed before something is done. What was typed before the line was on
/// screen is dropped, a paste is refused, and anything but the word cancels.
package struct TypedWord: Hashable, Sendable {
  package enum Phase: Hashable, Sendable {
    case closed
    /// Asked for, but keys that had arrived by then are still being dropped.
    case opening
    case open
  }

  package enum Answer: Hashable, Sendable {
    /// Nothing is decided; `notice` says what there is to say.
    case pending(notice: String?)
    case accepted(Typed)
    case cancelled(notice: String)
  }

  /// That somebody typed the word. Nothing else makes one.
  package struct Typed: Hashable, Sendable {
    package let word: String

    fileprivate init(word: String) { self.word = word }
  }

  /// What must be typed.
  package let word: String
  package private(set) var phase = Phase.closed
  package private(set) var editor = LineEditor()
  package private(set) var droppedKeys = 0
  /// How many keys in a row came in one moment, and which.
  private var burst = 0
  private var burstAt: Date?

  package init(word: String) { self.word = word }

  package var isShown: Bool { phase != .closed }

  package mutating func open() {
    guard phase == .closed else { return }
    phase = .opening
    editor = LineEditor()
    droppedKeys = 0
  }

  package mutating func close() { phase = .closed }

  /// Every key that had arrived before the line was on screen has been taken.
  ///
  /// - Returns: what to say about keys that were dropped.
  package mutating func inputDrained() -> String? {
    guard phase == .opening else { return nil }
    phase = .open
    guard droppedKeys > 0 else { return nil }
    return "What was typed ahead was dropped. The line listens now."
  }

  /// - Parameter time: when the key came; the keys of one reading of the terminal have the same.
  package mutating func handle(_ key: Key, at time: Date) -> Answer {
    switch phase {
    case .closed: return .pending(notice: nil)
    case .opening:
      droppedKeys += 1
      return .pending(notice: nil)
    case .open: break
    }
    if isTooFast(key, at: time) {
      editor = LineEditor()
      return .pending(
        notice: "That came at once, as a paste does, and was dropped: the word must be typed.")
    }
    switch key {
    case .paste: return .pending(notice: "A paste is not taken here: the word must be typed.")
    case .escape:
      close()
      return .cancelled(notice: "Cancelled. Nothing was run.")
    case .enter:
      close()
      if editor.string == word { return .accepted(Typed(word: word)) }
      return .cancelled(notice: "That was not the word. Nothing was run.")
    default:
      _ = editor.handle(key)
      return .pending(notice: nil)
    }
  }

  /// A terminal that does not mark its pastes sends them in one piece. Nobody types three letters,
  /// or a letter and Enter, in one moment; two letters may meet on a slow line.
  private mutating func isTooFast(_ key: Key, at time: Date) -> Bool {
    switch key {
    case .character, .enter: break
    default: return false
    }
    burst = burstAt == time ? burst + 1 : 1
    burstAt = time
    return burst > (key == .enter ? 1 : 2)
  }
}
