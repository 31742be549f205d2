import Basics
import Foundation

/// A text file to be written aside and renamed into place.
package struct FileChange: Hashable, Sendable, Codable {
  package var path: String
  /// The whole new text; secrets inside, so it is never shown, logged or put in JSON.
  package var contents: SecretText
  /// Unified diff with secrets hidden: what may be shown.
  package var diff: String
  /// The text the file must have before (nil: it must not exist); another text voids the plan.
  package var expected: SecretText?
  /// The command whose output the file starts from, and the edits by line: how a script does it.
  package var capturedBy: Command?
  package var edits: [LineEdit]
  /// A file of the admin's, which keeps its owner and mode; else the file is this user's alone (0600).
  package var keepsMode: Bool

  package init(
    path: String, contents: SecretText, diff: String, expected: SecretText? = nil,
    capturedBy: Command? = nil, edits: [LineEdit] = [], keepsMode: Bool = false
  ) {
    self.keepsMode = keepsMode
    self.path = path
    self.contents = contents
    self.diff = diff
    self.expected = expected
    self.capturedBy = capturedBy
    self.edits = edits
  }
}

/// Waiting for the world to be so: a reading command repeated until its answer passes.
package struct Wait: Hashable, Sendable, Codable {
  /// The condition in words ("the operator answers /health").
  package var until: String
  package var probe: Command
  package var passes: Predicate
  package var limit: Duration
  package var interval: Duration
  /// For how long it must go on being met: what a controller has not seen yet is met as well.
  package var steadiness = Duration.zero

  package enum Predicate: Hashable, Sendable, Codable {
    /// The probe ends with exit code 0.
    case succeeds
    /// Exit code 0 and the output holds this text.
    case prints(String)
    /// Exit code 0 and the output holds one of these texts.
    case printsAny([String])
    /// Exit code 0 and the output is this line and nothing else.
    case printsOnly(String)
    /// Exit code 0 and the JSON on standard output has this whole number under `key`.
    case number(key: String, equals: Int)
    /// Exit code 0 and the output, in Prometheus' text format, gives this series (name and labels)
    /// this value.
    case sample(series: String, equals: Int)
    /// The whole limit has passed: somebody was given that time.
    case timePasses
  }

  package init(
    until: String, probe: Command, passes: Predicate, limit: Duration,
    interval: Duration = .seconds(2), steadiness: Duration = .zero
  ) {
    self.steadiness = steadiness
    self.until = until
    self.probe = probe
    self.passes = passes
    self.limit = limit
    self.interval = interval
  }

  /// A time that somebody is given is no wait for something.
  func waiting(atMost limit: Duration) -> Wait {
    guard passes != .timePasses else { return self }
    var wait = self
    wait.limit = min(wait.limit, limit)
    return wait
  }

  package func isMet(by result: CommandResult) -> Bool {
    guard result.exit.isSuccess else { return false }
    switch passes {
    case .succeeds: return true
    case .prints(let text): return result.outputText.contains(text)
    case .printsAny(let texts): return texts.contains(where: result.outputText.contains)
    case .printsOnly(let text): return [text, text + "\n"].contains(result.outputText)
    case .number(let key, let number):
      return (try? JSONText.parse(result.outputText))?[key].number == number
    case .sample(let series, let number):
      let line = result.outputText.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
      // A gauge is a Double: two numbers that round to the same one cannot be told apart.
      return line?.split(separator: " ").last.flatMap { Double($0) } == Double(number)
    case .timePasses: return false
    }
  }
}

package enum Action: Hashable, Sendable, Codable {
  case command(Command)
  case file(FileChange)
  case wait(Wait)

  /// It changes the cluster, a release or a file; it does not only wait.
  package var changes: Bool {
    switch self {
    case .command(let command): command.changes
    case .file: true
    case .wait: false
    }
  }

  /// The same without what only fetches: helm's list of repositories is nobody's but this machine's.
  package var changesCluster: Bool {
    if case .command(let command) = self, command.tool == .helm, command.arguments.first == "repo" {
      return false
    }
    return changes
  }
}

/// The exact commands and file changes of one change, in order, with the way back. Void once the
/// world has changed.
package struct Plan: Hashable, Sendable, Codable {
  /// The step (or remedy, or "pools") it belongs to.
  package var id: String
  package var title: String
  package var actions: [Action]
  /// The way back, in the order it is run. Saved before the change.
  package var undo: [Action]
  /// What cannot come back by the undo; nil if everything does.
  package var cannotUndo: String?
  /// Who is affected, in words ("the provider restarts once").
  package var touches: [String]
  /// Services that would lose or change their address. More than 0 asks for the stronger word.
  package var touchedServices: Int
  /// Those of them whose addresses are known before and after.
  package var moved: [MovedService] = []
  /// What to know before saying yes; where it differs from the guide and why.
  package var notes: [Note]
  /// A unified diff of the objects as they would be, secrets hidden; "" if the commands say it all.
  package var diff: String
  /// The name its way back is saved under, where one step has several; nil for the step's own.
  package var undoID: String?
  /// What it is to cure, where it is of use for that alone; "" where it needs no such ground.
  package var ground = ""
  /// How many of the last actions are carried out however those before them end: what a plan only
  /// borrows is given back. After them nothing is left to undo.
  package var closingCount = 0

  package init(
    id: String, title: String, actions: [Action] = [], undo: [Action] = [],
    cannotUndo: String? = nil, touches: [String] = [], touchedServices: Int = 0,
    notes: [Note] = [], diff: String = "", undoID: String? = nil
  ) {
    self.undoID = undoID
    self.id = id
    self.title = title
    self.actions = actions
    self.undo = undo
    self.cannotUndo = cannotUndo
    self.touches = touches
    self.touchedServices = touchedServices
    self.notes = notes
    self.diff = diff
  }

  /// The id of its record in the `UndoStore`.
  package var recordID: String { undoID ?? id }

  package var isEmpty: Bool { actions.isEmpty }

  /// The same commands and files with the same way back, and the same Services that are touched:
  /// whoever agreed to one agreed to the other.
  package func does(theSameAs other: Plan) -> Bool {
    id == other.id && undoID == other.undoID && actions == other.actions && undo == other.undo
      && touchedServices == other.touchedServices && touches == other.touches
      && moved == other.moved && ground == other.ground && closingCount == other.closingCount
  }

  /// So long what it borrows stands at most: its waits, and a minute for its commands.
  package var longestStand: Duration {
    actions.reduce(.seconds(60)) { sum, action in
      if case .wait(let wait) = action { sum + wait.limit } else { sum }
    }
  }

  /// The same with nothing in it that waits longer than `limit`, neither here nor inside of a tool.
  /// The way back keeps its own limits: it is run under those of its own day. What gives back
  /// something borrowed keeps them too: it must come to its end.
  package func waiting(atMost limit: Duration?) -> Plan {
    guard let limit else { return self }
    var plan = self
    plan.actions = actions.enumerated().map { index, action in
      if index >= actions.count - closingCount { return action }
      return switch action {
      case .command(let command): .command(command.waiting(atMost: limit))
      case .file: action
      case .wait(let wait): .wait(wait.waiting(atMost: limit))
      }
    }
    let hasShorterHelm = zip(actions, plan.actions).contains { long, short in
      guard case .command(let command) = long else { return false }
      return command.tool == .helm && command.arguments.contains("--wait") && long != short
    }
    if hasShorterHelm {
      plan.note(
        "helm waits \(Command.seconds(limit)) at most (--timeout): a release whose pods are not "
          + "ready by then is marked failed, though they may come up later.")
    }
    return plan
  }

  package var changesSomething: Bool {
    actions.contains(where: \.changes)
  }

  /// What must be typed to run it.
  package var confirmationWord: String {
    touchedServices > 0 ? "move \(touchedServices)" : "yes"
  }
}
