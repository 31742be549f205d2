import Execution
import Foundation

/// A part's or a number's state, as a word of at most five letters.
package enum PartState: String, Hashable, Sendable, Codable {
  case ok = "OK"
  case warn = "WARN"
  case fail = "FAIL"
  case wait = "WAIT"
  case unknown = "?"
}

/// The first screen: what is wrong, why, what to do; the parts and the counts behind it.
package struct StatusReport: Hashable, Sendable {
  package var now: String
  package var why: String
  /// What to do, with the exact command where there is one.
  package var action: String
  package var state: PartState
  package var parts: [Part]
  package var addresses: [AddressCount]
  /// Since when, by what the cluster tells; nil where it does not.
  package var since: Date?
  /// What cures it, each by a plan.
  package var remedies: [RemedyID] = []
  /// The step whose plan is what is to be done; nil where it is something else.
  package var nextStep: StepID?

  package struct Part: Hashable, Sendable {
    package var id: String
    package var title: String
    package var version: String
    /// "1/1", "" where it does not apply.
    package var ready: String
    package var state: PartState
    /// A word or two beside the state.
    package var note: String
    /// The step that explains it.
    package var step: StepID?
    /// Where the checks of it stand, and of what it needs.
    package var checkGroups: [CheckGroup]
  }

  package struct AddressCount: Hashable, Sendable {
    package enum Source: String, Hashable, Sendable {
      case pool, metallb, `operator`, provider
    }

    package var source: Source
    package var title: String
    /// nil: not known.
    package var total: String?
    package var inUse: String?
    package var readAt: Date?
    package var state: PartState
    package var note: String
  }

  /// Without the times at which the numbers were read.
  package var timeless: StatusReport {
    var report = self
    for index in report.addresses.indices where report.addresses[index].readAt != nil {
      report.addresses[index].readAt = .distantPast
    }
    return report
  }
}
