import Addresses
import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// The first screen: what is wrong, why, what to do; the parts and the counts that must agree.
package struct OverviewPane: Pane {
  package static let id = PaneID(title: "Overview", commandWord: "status")

  package var cursor = ListCursor()

  package init() {}

  package func count(_ known: Known) -> String { "" }

  package func rows(_ known: Known) -> [PaneRow] {
    Self.shownCause(known.facts).map {
      PaneRow("\($0.now) \($0.why)", word: StateWord($0.state), part: 0)
    }
      + Self.shownParts(known).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 1)
      }
      + Self.shownAddresses(known).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 2)
      }
  }

  package func hint(_ known: Known) -> String {
    guard let line = place(known) else { return "r reads the cluster." }
    let causes = Self.shownCause(known.facts)
    if line < causes.count { return hint(onCause: causes[line]) }
    let place = line - causes.count
    let parts = Self.shownParts(known)
    let note: String
    let step: StepID?
    if parts.indices.contains(place) {
      note = parts[place].note
      step = parts[place].step
    } else {
      note = Self.shownAddresses(known)[place - parts.count].note
      step = .capacity
    }
    let whereTo = step.flatMap { known.number(of: $0) }.map { " Enter goes to step \($0)." } ?? ""
    let said = SafeText.line(note)
    guard said.isEmpty else { return Text.sentence(said) + whereTo }
    let row = rows(known)[line]
    let meaning =
      switch row.word {
      case .ok: "as it should be"
      case .wait: "comes with a step that is not done yet"
      case .todo, .warn, .fail, .skip, .unknown, .nothing, nil: "look at its step"
      }
    return "\(SafeText.line(titles(known)[place])): \(meaning).\(whereTo)"
  }

  package mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]? {
    guard action == .open || action == .why else { return nil }
    guard let line = place(known) else { return [] }
    let causes = Self.shownCause(known.facts)
    if line < causes.count { return openCause(causes[line], action, known.facts) }
    let parts = Self.shownParts(known)
    let part = line - causes.count
    let isPart = parts.indices.contains(part)
    let groups = isPart ? parts[part].checkGroups : [.counts]
    if action == .why, let check = failing(in: groups, known.facts) {
      return [.explain(.check(check.code))]
    }
    let step = isPart ? parts[part].step : .capacity
    guard let step, known.report(step) != nil else {
      return [.say("No step explains this row.")]
    }
    return [action == .why ? .explain(.step(step)) : .go(to: .step(step))]
  }

  /// On what to look at first.
  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] {
    if before.facts == nil, known.facts != nil {
      cursor.index = rows(known).firstIndex { $0.word?.isProblem ?? false } ?? 0
    }
    return []
  }

  // MARK: The cause

  /// What is wrong, as a row with ways out; none where nothing is.
  static func shownCause(_ facts: Facts?) -> [StatusReport] {
    guard let status = facts?.status, status.state == .fail || status.state == .warn else {
      return []
    }
    return [status]
  }

  /// Enter: what mends it. i: the check or step behind it.
  private func openCause(_ cause: StatusReport, _ action: KeyAction, _ facts: Facts?) -> [Move] {
    let check = cause.remedies.isEmpty ? failing(in: CheckGroup.allCases, facts) : nil
    let remedies = cause.remedies.isEmpty ? check?.remedies ?? [] : cause.remedies
    if action == .open, !remedies.isEmpty {
      return PlanChoice.moves(PlanChoice.all(remedies), title: "Ways out")
    }
    if action == .why, let found = evidence(of: cause, facts) ?? check {
      return [.explain(.check(found.code))]
    }
    let checklist = facts?.checklist
    guard
      let step = checklist?.reports.first(where: { $0.state == .failed }) ?? checklist?.next
    else { return [.show(VerifyPane.id)] }
    return [action == .why ? .explain(.step(step.id)) : .go(to: .step(step.id))]
  }

  private func hint(onCause cause: StatusReport) -> String {
    switch cause.remedies.count {
    case 0: "Enter goes where it can be mended, i shows the evidence."
    case 1: "Enter shows the plan of the way out, i the evidence. Nothing runs by it."
    default: "Enter: \(cause.remedies.count) ways out, each with its plan. i shows the evidence."
    }
  }

  /// The check that says the same as the cause: it has the same cure.
  private func evidence(of cause: StatusReport, _ facts: Facts?) -> CheckResult? {
    facts?.checks.results.first { result in
      result.verdict.kind == .fail && !cause.remedies.isEmpty
        && !Set(result.remedies).isDisjoint(with: cause.remedies)
    }
  }

  private func failing(in groups: [CheckGroup], _ facts: Facts?) -> CheckResult? {
    let report = facts?.checks
    let own = report?.results.filter { result in
      groups.contains(result.group) && report?.aside(result) == nil
    }
    return own?.first { $0.verdict.kind == .fail } ?? own?.first { $0.verdict.kind == .warn }
  }

  package func lines(_ known: Known, columns: Int) -> [Line] {
    OverviewScreen(known: known, cursor: cursor).lines(columns: columns)
  }

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    OverviewScreen(known: known, cursor: cursor).draw(in: rect, on: &canvas)
  }

  // MARK: What is shown

  private func titles(_ known: Known) -> [String] {
    Self.shownParts(known).map(\.title) + Self.shownAddresses(known).map(\.title)
  }

  static func shownParts(_ known: Known) -> [StatusReport.Part] {
    let parts = known.facts?.status.parts ?? []
    return known.showsProblemsOnly ? parts.filter { StateWord($0.state).isProblem } : parts
  }

  static func shownAddresses(_ known: Known) -> [StatusReport.AddressCount] {
    let counts = known.facts?.status.addresses ?? []
    return known.showsProblemsOnly ? counts.filter { StateWord($0.state).isProblem } : counts
  }
}
