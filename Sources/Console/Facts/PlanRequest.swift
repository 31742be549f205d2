import Basics
import ConsoleKit
import Execution
import IPLeasesCore

/// A plan that was asked for.
package struct PlanRequest: Hashable, Sendable {
  package enum Subject: Hashable, Sendable {
    case step(StepID)
    /// The way back saved before the step's change.
    case rollback(StepID)
    /// To the newest version that fits.
    case upgrade(Upgrade.Part)
    /// The way back saved before the upgrade of a part.
    case wayBack(Upgrade.Part)
    /// The draft of a pool instead of what the step itself would do.
    case pool(PoolWish)
    case remedy(RemedyID)
    /// The address is kept so long for a try from a second machine; nil: not at all.
    case proof(hold: Duration?)
  }

  package var subject: Subject
  /// What the settings leave open, as typed.
  package var input: PlanInput?

  package init(_ subject: Subject) { self.subject = subject }

  package init(_ step: StepID, input: PlanInput? = nil) {
    subject = .step(step)
    self.input = input
  }

  /// The step it is of; nil where it is of none.
  package var step: StepID? {
    switch subject {
    case .step(let step), .rollback(let step): step
    case .upgrade, .wayBack, .pool, .remedy, .proof: nil
    }
  }

  package var isRollback: Bool {
    switch subject {
    case .rollback, .wayBack: true
    case .step, .upgrade, .pool, .remedy, .proof: false
    }
  }

  /// What it is of, in words: "step 8", "the draft".
  package func name(in checklist: Checklist?) -> String {
    switch subject {
    case .step(let step), .rollback(let step):
      checklist?.number(of: step).map { "step \($0)" } ?? step.rawValue
    case .upgrade(let part): "the upgrade of \(part.chartTitle)"
    case .wayBack(let part): "the way back of \(part.chartTitle)"
    case .pool: "the draft"
    case .remedy(let id): "the remedy \(id.rawValue)"
    case .proof: "the proof"
    }
  }

  /// Its title where there is no plan to give one.
  package func title(in checklist: Checklist?) -> String {
    switch subject {
    case .step(let step), .rollback(let step):
      SafeText.line(checklist?[step]?.title ?? step.rawValue)
    case .upgrade(let part): "upgrade of \(part.chartTitle)"
    case .wayBack(let part): "back from the upgrade of \(part.chartTitle)"
    case .pool(let pool): "pool \(SafeText.line(pool.name, limit: 40))"
    case .remedy(let id): AllRemedies.remedy(id)?.title ?? id.rawValue
    case .proof: "proof from outside"
    }
  }

  /// The key that makes it anew, and where.
  package var key: String {
    switch subject {
    case .step: "a"
    case .rollback: "u"
    case .upgrade, .wayBack: "a in Watch"
    case .pool: "a in Pools"
    case .remedy, .proof: "a in Verify"
    }
  }
}
