import Basics
import Cluster
import Execution

package enum StepState: String, Hashable, Sendable, Codable {
  case done
  case todo
  /// Needs an earlier step.
  case blocked
  /// Proven broken, or refused with a reason.
  case failed
  case setAside
  case notNeeded
  /// Could not be read.
  case unknown

  /// Nothing is left to do here.
  package var isSettled: Bool { self == .done || self == .notNeeded || self == .setAside }
}

/// What the cluster shows about one step, now.
package struct Assessment: Hashable, Sendable {
  package var state: StepState
  /// One line: the evidence.
  package var evidence: String
  /// Further lines for the details of a pane.
  package var seen: [String]
  /// What is in the way, for `failed` and `unknown`.
  package var problem: UserMessage?

  package init(
    _ state: StepState, _ evidence: String, seen: [String] = [], problem: UserMessage? = nil
  ) {
    self.state = state
    self.evidence = evidence
    self.seen = seen
    self.problem = problem
  }

  package static func failed(_ problem: UserMessage, seen: [String] = []) -> Assessment {
    Assessment(.failed, problem.what, seen: seen, problem: problem)
  }

  package static func unknown(_ problem: UserMessage) -> Assessment {
    Assessment(.unknown, problem.what, problem: problem)
  }

  /// Of a step whose release is being changed; nil where it is not.
  static func underWay(_ release: Release, _ snapshot: ClusterSnapshot) -> Assessment? {
    PendingRelease(release, snapshot)?.wait(for: release).map { .failed($0) }
  }
}

/// What the guide says about a step, and where this console differs and why.
package struct GuidePassage: Hashable, Sendable {
  package var says: String
  /// nil where the console does what the guide says.
  package var differs: String?

  package init(says: String, differs: String? = nil) {
    self.says = says
    self.differs = differs
  }
}

/// Something the admin gets done once. Its functions are pure: all they know is in their arguments.
package protocol Step: Sendable {
  var id: StepID { get }
  var title: String { get }
  /// Why the step is there, and why in this place.
  var why: String { get }
  var guide: GuidePassage { get }
  /// Steps that must be settled before this one's plan may run.
  var dependsOn: [StepID] { get }
  /// The facts `assess` looks at.
  var needs: Set<FactName> { get }
  /// The further facts `plan` looks at.
  var planNeeds: Set<FactName> { get }
  /// Where the checks of what it looks at stand.
  var checkGroups: [CheckGroup] { get }
  /// It shares its groups with a step that waits for it: the first finding there is its own.
  var standsFirstInGroup: Bool { get }
  /// Setting it aside lets those that need it go on.
  var maySetAsideForOthers: Bool { get }
  /// It looks at the others together, by all checks.
  var provesTheOthers: Bool { get }
  /// Who is affected when it is taken back, in words.
  var touchesWhenTakenBack: [String] { get }

  /// False where the step has no place in the checklist of such a cluster.
  func isPresent(_ snapshot: ClusterSnapshot) -> Bool

  func assess(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> Assessment

  /// - Parameter checks: of every check on the snapshot, for a step that looks at them.
  func assess(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, _ checks: [CheckResult]
  ) -> Assessment

  /// - Throws: `UserMessage` when no safe plan can be made; says why and what to do.
  func plan(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) throws(UserMessage) -> Plan

  /// The cluster as it would be when the plan has succeeded: what later steps look at.
  func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> ClusterSnapshot

  /// - Throws: why its saved way back must not be gone now.
  func refuseWayBack(_ snapshot: ClusterSnapshot) throws(UserMessage)
}

extension Step {
  package var planNeeds: Set<FactName> { [] }
  package var standsFirstInGroup: Bool { false }
  package var maySetAsideForOthers: Bool { true }
  package var provesTheOthers: Bool { false }
  package var touchesWhenTakenBack: [String] { [] }

  package func isPresent(_ snapshot: ClusterSnapshot) -> Bool { true }

  package func assess(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, _ checks: [CheckResult]
  ) -> Assessment {
    assess(snapshot, settings)
  }

  package func outcome(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings)
    -> ClusterSnapshot
  {
    snapshot
  }

  package func refuseWayBack(_ snapshot: ClusterSnapshot) throws(UserMessage) {}

  /// The plan that is shown and run: what it takes away is counted, and nothing in it waits longer
  /// than was asked for.
  ///
  /// - Throws: `UserMessage` when no safe plan can be made; says why and what to do.
  package func wholePlan(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) -> Plan {
    try plan(snapshot, settings).namingLoss(snapshot).waiting(atMost: settings.waitLimit)
  }
}
