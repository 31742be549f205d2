import ConsoleKit
import Terminal

/// A question before something that cannot be taken back.
package struct Question: Overlay {
  package let text: [String]
  /// The last line of the question.
  package let prompt: String
  package let isAboutRun: Bool
  private let bindings: [Binding]
  /// The line where a word must be typed; nil where Enter is enough.
  package private(set) var typedWord: TypedWord?
  private let moves: [Move]

  private init(
    _ text: [String], _ prompt: String, isAboutRun: Bool = false, word: String? = nil,
    _ bindings: [Binding] = [], _ moves: [Move]
  ) {
    self.text = text
    self.prompt = prompt
    self.isAboutRun = isAboutRun
    self.bindings = bindings
    self.moves = moves
    typedWord = word.map { TypedWord(word: $0) }
    typedWord?.open()
  }

  package var isOfCluster: Bool { true }

  package func keys(_ scene: Scene) -> KeyTable {
    typedWord == nil ? .alone(bindings) : .textLine()
  }

  package func bottom(_ scene: Scene, columns: Int) -> Bottom {
    var texts = Text.wrap(text.joined(separator: " "), columns - 1)
    if let notice = scene.known.notice, typedWord != nil { texts.append(notice) }
    let lines =
      [Line.rule("", columns: columns)] + texts.map { Line($0) }
      + [Line(prompt, style: Theme.notice)]
    return Bottom(
      lines: lines, editor: typedWord?.editor, isListening: !isDroppingKeys, hidesMessage: true)
  }

  package var isDroppingKeys: Bool { typedWord?.phase == .opening }

  package mutating func inputDrained() -> [Move] {
    typedWord?.inputDrained().map { [.say($0)] } ?? []
  }

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    guard typedWord != nil else { return answer(key) }
    switch typedWord?.handle(key == .control("c") ? .escape : key, at: scene.known.now) {
    case .pending(let notice)?: return notice.map { [.say($0)] } ?? []
    case .cancelled?: return [.close, .say("It goes on.")]
    case .accepted?: return [.close] + moves
    case nil: return []
    }
  }

  private func answer(_ key: Key) -> [Move] {
    switch key {
    case .enter: [.close] + moves
    case .escape, .character("q"), .control("c"): [.close]
    default: [.say(prompt)]
    }
  }

  // MARK: What is asked

  private static let leaving = [
    Binding([.enter], "Leave", "leave the console", .take, bar: 1),
    Binding([.escape], "Stay", "stay here", .leave, bar: 2),
  ]

  private static func leave(_ text: [String], isAboutRun: Bool = false) -> Question {
    Question(
      text, "Enter leaves, Esc stays.", isAboutRun: isAboutRun, leaving,
      [.perform(.quit(code: 0))])
  }

  package static let leave = leave(["Leave the console? Nothing is running."])

  package static let leaveWithDraft = leave([
    "A pool has a draft that no plan has brought to the cluster. It is kept on this machine:",
    "the next start for this cluster brings it back.",
  ])

  package static let leaveWhileRunning = leave(
    [
      "A plan is running. Leaving does not stop it: the command that runs now is left to",
      "finish and its end goes into the journal; nothing after it is started. The next start",
      "reads the cluster and goes on from what is there.",
    ], isAboutRun: true)

  /// What was borrowed is given back before the end.
  package static let leaveWhileProving = leave(
    [
      "A proof is running. Leaving ends it: its test Service is removed first, which takes some",
      "seconds and is said when it is done.",
    ], isAboutRun: true)

  package static let stopRun = Question(
    [
      "Stopping sends SIGINT to the command that runs now and starts nothing after it.",
      "What was changed before stays, and a command that is cut off may leave its own work",
      "half done (helm: a release in state pending). The way back was saved before the run.",
    ],
    "Type  stop  to stop it; anything else lets it go on.", isAboutRun: true, word: "stop",
    [], [.stopRun])

  /// A watch that is not at its end would lose what it compares with.
  package static let newBaseline = Question(
    [
      "A watch with a baseline is on and is not brought to GO ON. A new baseline takes what is",
      "there now for good, also what is broken; the one before is gone.",
    ],
    "Enter takes the baseline anew, Esc keeps the one before.",
    [
      Binding([.enter], "Begin anew", "take the baseline anew", .take, bar: 1),
      Binding([.escape], "Keep", "go on with the baseline there is", .leave, bar: 2),
    ],
    [.perform(.takeBaseline)])
}
