import Basics
import Cluster
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Logs
import Terminal

/// What the console knows beside what its panes hold: what was read, what is under way, how it is
/// set. Panes and overlays look at it; what they want changed they say by a move.
package struct Known: Sendable {
  package var settings: ConsoleSettings
  package var size: Size
  package var now: Date

  // What was read.
  package var facts: Facts?
  package var readProblem: UserMessage?
  /// A reading somebody asked for.
  package var isReading = false
  /// The first reading is over, and what changes comes by itself.
  package var isFollowing = false
  /// Newest last, as in the journal.
  package var activity: [JournalEntry] = []
  /// The store of log lines at one moment.
  package var logView = LogView()
  /// What is hidden in log lines, of all readings there were.
  package var secrets = KnownSecrets()
  /// Sources of log lines that cannot be read at present.
  package var logProblems: [LogFollower.Problem] = []
  /// The watch over the cluster; nil before anything was seen.
  package var watchLook: WatchLook?

  // What is under way.
  package var awaitedPlan: PlanRequest?
  package var run: RunInProgress?
  /// With the next facts the step to go on with is named.
  package var awaitedNext: AwaitedNext?
  /// Answers typed before, to be offered when the same is asked again.
  package var answers: [StepID: String] = [:]

  // How the admin looks at it.
  package var showsProblemsOnly = false
  package var searched = ""
  /// Ages and the time of day run by themselves.
  package var isClockOn = false
  /// The sentence in the message row.
  package var notice: String?

  package init(settings: ConsoleSettings, size: Size, now: Date) {
    self.settings = settings
    self.size = size
    self.now = now
  }
}

/// After what the console says how to go on.
package enum AwaitedNext: Hashable, Sendable {
  case endOfRun
  /// The plan of the step turned out to be empty.
  case nothingToDo(StepID)
}

extension Known {
  /// How MetalLB comes into the cluster.
  package var way: Way { facts?.way ?? settings.way ?? .helm }

  package var isRunning: Bool { run.map { $0.outcome == nil } ?? false }

  /// Why no plan may run now; nil when one may.
  package var reasonReadOnly: String? {
    if settings.isReadOnly { return "read-only: --read-only was given" }
    if let obstacle = facts?.obstacle {
      return "read-only: \(SafeText.line(obstacle, limit: 200))"
    }
    return nil
  }

  /// "since 11:58:00Z", or since which day: what stays true on a screen at rest. With the clock on,
  /// for how long.
  package func sinceText(_ date: Date) -> String {
    isClockOn ? TimeSpan.text(from: date, to: now) : "since \(shortMoment(date))"
  }

  /// The time of day; the day where it is another than today.
  package func shortMoment(_ date: Date) -> String {
    let (day, today) = (Text.moment(date).prefix(10), Text.moment(now).prefix(10))
    return day == today ? Text.clock(date) : String(day)
  }

  package func report(_ step: StepID) -> StepReport? { facts?.checklist[step] }

  package func number(of step: StepID) -> Int? { facts?.checklist.number(of: step) }

  /// What must be known before a plan of the step can be made.
  package func question(of step: StepID) -> OpenQuestion? {
    report(step)?.state == .todo ? facts?.openQuestions[step] : nil
  }

  /// - Returns: why no plan of the step can be shown now; nil when one can.
  package func reasonNoPlan(_ step: StepID?) -> String? {
    guard let step, let report = report(step) else { return "no step is known yet" }
    if isRunning { return nil }
    switch report.state {
    case .todo, .failed: return nil
    case .done: return "this step is done"
    case .notNeeded: return "this step is not needed here"
    case .setAside: return "this step is set aside, x takes it back"
    case .unknown: return "this step could not be read, i says why"
    case .blocked:
      let names = report.blockedBy.compactMap { number(of: $0) }.map(String.init)
      return "it waits for step \(names.joined(separator: ", "))"
    }
  }

  /// A line with every secret hidden; nil for a note and for what is no longer kept.
  package func logLine(_ id: LogLineID) -> LogLine? {
    guard let line = logView.line(id) else { return nil }
    let safe = secrets.redaction.redacting(line.raw)
    guard safe != line.raw else { return line }
    var hidden = LogParser.line(Array(safe.utf8), from: line.source)
    hidden.time = line.time
    hidden.cutBytes = line.cutBytes
    return hidden
  }
}

extension Checklist {
  /// The number of a step in the list shown, from 1.
  func number(of step: StepID) -> Int? {
    reports.firstIndex { $0.id == step }.map { $0 + 1 }
  }
}

extension Known {
  /// As it is typed here: the program's own commands carry the options of this console.
  package func text(_ advice: Advice) -> String {
    SafeText.line(advice.text(settings.ownOptions), limit: 400)
  }

  package func lines(_ message: UserMessage) -> [String] { message.lines(settings.ownOptions) }

  package func oneLine(_ message: UserMessage) -> String {
    Text.oneLine(message, settings.ownOptions)
  }
}
