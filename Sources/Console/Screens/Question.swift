import ConsoleKit
import Terminal

/// A question before something that cannot be taken back.
package struct Question: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case leave
    case leaveWhileRunning
    /// What was borrowed is given back before the end.
    case leaveWhileProving
    case leaveWithDraft
    case stopRun
    /// A watch that is not at its end would lose what it compares with.
    case newBaseline
  }

  package let kind: Kind
  /// The line where a word must be typed; nil where Enter is enough.
  package var typedWord: TypedWord?

  package init(_ kind: Kind) {
    self.kind = kind
    if kind == .stopRun {
      var word = TypedWord(word: "stop")
      word.open()
      typedWord = word
    }
  }

  package var text: [String] {
    switch kind {
    case .leave: ["Leave the console? Nothing is running."]
    case .leaveWithDraft:
      [
        "A pool has a draft that no plan has brought to the cluster. It is kept on this machine:",
        "the next start for this cluster brings it back.",
      ]
    case .leaveWhileRunning:
      [
        "A plan is running. Leaving does not stop it: the command that runs now is left to",
        "finish and its end goes into the journal; nothing after it is started. The next start",
        "reads the cluster and goes on from what is there.",
      ]
    case .newBaseline:
      [
        "A watch with a baseline is on and is not brought to GO ON. A new baseline takes what is",
        "there now for good, also what is broken; the one before is gone.",
      ]
    case .leaveWhileProving:
      [
        "A proof is running. Leaving ends it: its test Service is removed first, which takes some",
        "seconds and is said when it is done.",
      ]
    case .stopRun:
      [
        "Stopping sends SIGINT to the command that runs now and starts nothing after it.",
        "What was changed before stays, and a command that is cut off may leave its own work",
        "half done (helm: a release in state pending). The way back was saved before the run.",
      ]
    }
  }

  /// The last line of the question.
  package var prompt: String {
    switch kind {
    case .leave, .leaveWhileRunning, .leaveWhileProving, .leaveWithDraft: "Enter leaves, Esc stays."
    case .newBaseline: "Enter takes the baseline anew, Esc keeps the one before."
    case .stopRun: "Type  stop  to stop it; anything else lets it go on."
    }
  }

  package var bindings: [KeyBinding] {
    if typedWord != nil { return TextLineKeys.table }
    if kind == .newBaseline {
      return [
        KeyBinding([.enter], "Begin anew", "take the baseline anew", .take, bar: 1),
        KeyBinding([.escape], "Keep", "go on with the baseline there is", .leave, bar: 2),
      ]
    }
    return [
      KeyBinding([.enter], "Leave", "leave the console", .take, bar: 1),
      KeyBinding([.escape], "Stay", "stay here", .leave, bar: 2),
    ]
  }
}
