import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Logs
import Terminal

/// All the console knows: what the admin is about to do, and the last facts. Nothing in it is
/// worked out from something else in it.
package struct State: Sendable {
  package var settings: ConsoleSettings
  package var size: Size
  package var now: Date

  // What was read.
  package var facts: Facts?
  /// The facts are those of a reading that still goes on.
  package var areFactsEarly = false
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

  // Where the admin is.
  package var pane = PaneID.overview
  package var overview = OverviewPane()
  package var steps = StepsPane()
  package var pools = PoolsPane()
  package var logs = LogsPane()
  package var verify = VerifyPane()
  package var watch = WatchPane()
  package var layers: [Layer] = []
  package var searched = ""
  package var showsProblemsOnly = false
  /// Ages and the time of day run by themselves.
  package var isClockOn = false
  package var notice: String?

  // What is under way.
  package var awaitedPlan: PlanRequest?
  /// The plan asked for is to open on its diff.
  package var opensOnDiff = false
  package var run: RunInProgress?
  /// With the next facts the step to go on with is named.
  package var awaitedNext: AwaitedNext?

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

/// What lies over the panes; the last of them has the keys.
package enum Layer: Hashable, Sendable {
  case plan(PlanScreen)
  case run(RunScreen)
  case activity(ActivityScreen)
  case help(HelpScreen)
  case reading(ReadingScreen)
  case palette(Palette)
  case question(Question)
  case input(TextInput)
  /// A range of the Pools pane being typed.
  case range(RangeField)
  /// A list of the Logs pane whose entries are switched on and off.
  case logChoices(LogChoices)
  case menu(Menu)
}

extension State {
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

  /// A draft of a pool is there that no plan has brought to the cluster.
  package var hasDraft: Bool { pools.drafts.values.contains { !$0.isEmpty } }

  /// What is asked before the console is left.
  var leaveQuestion: Question.Kind {
    guard isRunning else { return hasDraft ? .leaveWithDraft : .leave }
    if case .proof = run?.request.subject { return .leaveWhileProving }
    return .leaveWhileRunning
  }

  /// The time that ages are told from: now with the clock on, else the time of the reading, so that
  /// a screen at rest stays as it is.
  package var timeForAges: Date { isClockOn ? now : facts?.readAt ?? now }

  /// The keys go to a list with a cursor.
  package var hasRows: Bool { layers.isEmpty }

  package func report(_ step: StepID) -> StepReport? { facts?.checklist[step] }

  /// The number of a step in the list shown, from 1.
  package func number(of step: StepID) -> Int? {
    facts?.checklist.reports.firstIndex { $0.id == step }.map { $0 + 1 }
  }

  /// Where the keys go now, for the key tables.
  package var keyPlace: KeyPlace? {
    switch layers.last {
    case nil: .pane(pane)
    case .plan(let plan): plan.typedWord.isShown ? .textLine : .plan
    case .run: .run
    case .activity, .help, .reading, .logChoices, .menu: nil
    case .palette, .input, .range: .textLine
    case .question(let question): question.typedWord == nil ? nil : .textLine
    }
  }

  /// The bindings that hold now: of the place, then of everywhere.
  package var bindings: [KeyBinding] {
    if case .range(let field) = layers.last { return field.bindings }
    if case .logChoices(let choices) = layers.last { return choices.bindings }
    if case .menu(let menu) = layers.last { return menu.bindings }
    if keyPlace == .textLine { return TextLineKeys.table }
    if case .question(let question) = layers.last { return question.bindings }
    return (keyPlace?.bindings ?? []) + EverywhereKeys.table
  }
}
