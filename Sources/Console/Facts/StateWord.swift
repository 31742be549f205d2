import ConsoleKit
import IPLeasesCore
import Terminal

/// A state as it is shown: a word of at most five letters, always in the same column.
package enum StateWord: String, Hashable, Sendable, CaseIterable {
  case ok = "OK"
  case todo = "TODO"
  case wait = "WAIT"
  case warn = "WARN"
  case fail = "FAIL"
  case skip = "SKIP"
  case unknown = "?"
  case nothing = "-"

  /// Those a step can have.
  package static let ofSteps = allCases.filter { $0 != .nothing }

  package init(_ state: StepState) {
    self =
      switch state {
      case .done, .notNeeded: .ok
      case .todo: .todo
      case .blocked: .wait
      case .failed: .fail
      case .setAside: .skip
      case .unknown: .unknown
      }
  }

  package init(_ state: PartState) {
    self =
      switch state {
      case .ok: .ok
      case .warn: .warn
      case .fail: .fail
      case .wait: .wait
      case .unknown: .unknown
      }
  }

  package init(_ verdict: Verdict) {
    self =
      switch verdict {
      case .pass: .ok
      case .warn: .warn
      case .fail: .fail
      case .notRun(.unreadable): .unknown
      case .notRun(.waitsFor): .wait
      case .notRun(.nothingToTest): .nothing
      case .notRun(.onRequest): .todo
      }
  }

  /// What `f` keeps and `e` goes to.
  package var isProblem: Bool { self == .warn || self == .fail || self == .unknown }

  package var meaning: String {
    switch self {
    case .ok: "proven by reading the cluster"
    case .todo: "can be done now"
    case .wait: "needs an earlier step"
    case .warn: "works, but look at it"
    case .fail: "proven broken, or refused with a reason"
    case .skip: "set aside by you, with a reason"
    case .unknown: "could not be read, and says why"
    case .nothing: "nothing here to try it on"
    }
  }
}

extension Theme {
  package static func style(of word: StateWord) -> Style {
    switch word {
    case .ok: Style(.green)
    case .todo: Style(.blue, bold: true)
    case .wait: Style(.cyan)
    case .warn: Style(.yellow, bold: true)
    case .fail: Style(.red, bold: true, reverse: true)
    case .skip, .nothing: Style(dim: true)
    case .unknown: Style(.magenta, bold: true)
    }
  }
}
