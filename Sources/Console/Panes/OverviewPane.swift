import Addresses
import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// The first screen: what is wrong, why, what to do; the parts and the counts that must agree.
package struct OverviewPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()

  package static let id = PaneID.overview
  package static var cursor: WritableKeyPath<State, ListCursor> { \.overview.cursor }

  package static let keys: [KeyBinding] = []

  package init() {}

  package static func count(_ state: State) -> String { "" }

  package static func rows(_ state: State) -> [PaneRow] {
    shownCause(state).map {
      PaneRow("\($0.now) \($0.why)", word: StateWord($0.state), part: 0)
    }
      + shownParts(state).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 1)
      }
      + shownAddresses(state).map {
        PaneRow("\($0.title) \($0.note)", word: StateWord($0.state), part: 2)
      }
  }

  package static func hint(_ state: State) -> String {
    guard let line = place(state) else { return "r reads the cluster." }
    let causes = shownCause(state)
    if line < causes.count { return hint(onCause: causes[line], state) }
    let place = line - causes.count
    let parts = shownParts(state)
    let note: String
    let step: StepID?
    if parts.indices.contains(place) {
      note = parts[place].note
      step = parts[place].step
    } else {
      note = shownAddresses(state)[place - parts.count].note
      step = .capacity
    }
    let whereTo = step.flatMap { state.number(of: $0) }.map { " Enter goes to step \($0)." } ?? ""
    let said = SafeText.line(note)
    guard said.isEmpty else { return Text.sentence(said) + whereTo }
    let row = rows(state)[line]
    let meaning =
      switch row.word {
      case .ok: "as it should be"
      case .wait: "comes with a step that is not done yet"
      case .todo, .warn, .fail, .skip, .unknown, .nothing, nil: "look at its step"
      }
    return "\(SafeText.line(titles(state)[place])): \(meaning).\(whereTo)"
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    guard action == .open || action == .why else { return nil }
    guard let line = place(state) else { return [] }
    let causes = shownCause(state)
    if line < causes.count { return openCause(causes[line], action, &state) }
    let parts = shownParts(state)
    let part = line - causes.count
    let isPart = parts.indices.contains(part)
    if action == .why, let check = failing(in: isPart ? groups(of: parts[part]) : [.counts], state)
    {
      Navigation.explain(check, &state)
      return []
    }
    let step = isPart ? parts[part].step : .capacity
    guard let step, state.report(step) != nil else {
      state.notice = "No step explains this row."
      return []
    }
    if action == .why { Navigation.explain(step, &state) } else { Navigation.go(to: step, &state) }
    return []
  }

  // MARK: The cause

  /// What is wrong, as a row with ways out; none where nothing is.
  static func shownCause(_ state: State) -> [StatusReport] {
    guard let status = state.facts?.status, status.state == .fail || status.state == .warn else {
      return []
    }
    return [status]
  }

  /// Enter: what mends it. i: the check or step behind it.
  private static func openCause(
    _ cause: StatusReport, _ action: KeyAction, _ state: inout State
  ) -> [Effect] {
    let check = cause.remedies.isEmpty ? failing(in: CheckGroup.allCases, state) : nil
    if action == .open, !cause.remedies.isEmpty || !(check?.remedies.isEmpty ?? true) {
      let remedies = cause.remedies.isEmpty ? check?.remedies ?? [] : cause.remedies
      return Menu.open(plans: Menu.choices(remedies), title: "Ways out", &state)
    }
    if action == .why, let found = evidence(of: cause, state) ?? check {
      Navigation.explain(found, &state)
      return []
    }
    guard
      let step = state.facts?.checklist.reports.first(where: { $0.state == .failed })
        ?? state.facts?.checklist.next
    else {
      state.pane = .verify
      return []
    }
    if action == .why {
      Navigation.explain(step.id, &state)
    } else {
      Navigation.go(to: step.id, &state)
    }
    return []
  }

  private static func hint(onCause cause: StatusReport, _ state: State) -> String {
    switch cause.remedies.count {
    case 0: "Enter goes where it can be mended, i shows the evidence."
    case 1: "Enter shows the plan of the way out, i the evidence. Nothing runs by it."
    default: "Enter: \(cause.remedies.count) ways out, each with its plan. i shows the evidence."
    }
  }

  /// The check that says the same as the cause: it has the same cure.
  private static func evidence(of cause: StatusReport, _ state: State) -> CheckResult? {
    state.facts?.checks.results.first { result in
      result.verdict.kind == .fail && !cause.remedies.isEmpty
        && !Set(result.remedies).isDisjoint(with: cause.remedies)
    }
  }

  private static func failing(in groups: [CheckGroup], _ state: State) -> CheckResult? {
    let report = state.facts?.checks
    let own = report?.results.filter { result in
      groups.contains(result.group) && report?.aside(result) == nil
    }
    return own?.first { $0.verdict.kind == .fail } ?? own?.first { $0.verdict.kind == .warn }
  }

  private static func groups(of part: StatusReport.Part) -> [CheckGroup] {
    switch part.step {
    case .metallb, .migrate, .namespace: [.metallb, .metrics, .pools]
    case .ipOperator, .capacity: [.operator]
    case .provider: [.provider]
    case .strictARP: [.arp]
    case .preflight: [.tools]
    case .metricsService: [.metrics]
    case .pools: [.pools]
    case .verification, nil: []
    }
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    OverviewScreen.lines(state, columns: columns)
  }

  package static func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    OverviewScreen.draw(state, in: rect, on: &canvas)
  }

  // MARK: What is shown

  private static func titles(_ state: State) -> [String] {
    shownParts(state).map(\.title) + shownAddresses(state).map(\.title)
  }

  static func shownParts(_ state: State) -> [StatusReport.Part] {
    let parts = state.facts?.status.parts ?? []
    return state.showsProblemsOnly ? parts.filter { StateWord($0.state).isProblem } : parts
  }

  static func shownAddresses(_ state: State) -> [StatusReport.AddressCount] {
    let counts = state.facts?.status.addresses ?? []
    return state.showsProblemsOnly ? counts.filter { StateWord($0.state).isProblem } : counts
  }
}
