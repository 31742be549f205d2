import Cluster
import Execution

/// A step as the checklist shows it: what the cluster says, and what it waits for.
package struct StepReport: Hashable, Sendable {
  package var id: StepID
  package var title: String
  package var why: String
  package var guide: GuidePassage
  package var assessment: Assessment
  /// Unsettled steps this one needs; not empty exactly when the state is `blocked`.
  package var blockedBy: [StepID]
  /// Why somebody set it aside; nil where nobody did, or where it holds all the same.
  package var setAsideReason: String?

  package var state: StepState { assessment.state }
  package var evidence: String { assessment.evidence }

  package init(
    id: StepID, title: String, why: String, guide: GuidePassage, assessment: Assessment,
    blockedBy: [StepID] = [], setAsideReason: String? = nil
  ) {
    self.setAsideReason = setAsideReason
    self.id = id
    self.title = title
    self.why = why
    self.guide = guide
    self.assessment = assessment
    self.blockedBy = blockedBy
  }
}

/// The steps in their order, each with its state now.
package struct Checklist: Hashable, Sendable {
  package var reports: [StepReport]

  package init(reports: [StepReport]) { self.reports = reports }

  /// Assesses every step. A step set aside keeps its reason; one that is not settled and needs an
  /// unsettled step is blocked.
  ///
  /// - Parameter checks: of every check on this snapshot, where they were made already.
  package init(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, setAside: [StepID: String] = [:],
    steps: [any Step] = AllSteps.inOrder, checks: [CheckResult]? = nil
  ) {
    let checks = checks ?? Checks.run(snapshot)
    var reports: [StepReport] = []
    for step in steps where step.isPresent(snapshot) {
      var assessment = step.assess(snapshot, settings, checks)
      let reason = assessment.state.isSettled ? nil : setAside[step.id]
      if let reason {
        assessment = Assessment(.setAside, "set aside: \(reason)", seen: assessment.seen)
      }
      var blockedBy: [StepID] = []
      if assessment.state == .todo {
        blockedBy = step.dependsOn.filter { needed in
          let step = steps.first { $0.id == needed }
          return reports.contains { $0.id == needed && !Self.satisfies($0, step) }
        }
        if !blockedBy.isEmpty { assessment.state = .blocked }
      }
      reports.append(
        StepReport(
          id: step.id, title: step.title, why: step.why, guide: step.guide,
          assessment: assessment, blockedBy: blockedBy, setAsideReason: reason))
    }
    self.init(reports: reports)
  }

  private static func satisfies(_ report: StepReport, _ step: (any Step)?) -> Bool {
    step?.maySetAsideForOthers == false ? report.state == .done : report.state.isSettled
  }

  package subscript(_ id: StepID) -> StepReport? { reports.first { $0.id == id } }

  package var settledCount: Int { reports.count { $0.state.isSettled } }

  /// The first step that can be worked on now.
  package var next: StepReport? {
    reports.first { $0.state == .todo || $0.state == .failed }
  }
}
