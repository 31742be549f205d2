import IPLeasesCore
import Terminal

/// The evidence behind every step, grouped by what it is about.
package struct VerifyPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()
  /// What was seen is shown under every step, not only under the cursor.
  package var isUnfolded = false

  package static let id = PaneID.verify
  package static var cursor: WritableKeyPath<State, ListCursor> { \.verify.cursor }

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character(" ")], "Fold", "what was seen: of all, or of the one under the cursor",
      .fold, bar: 2),
    KeyBinding(
      [.character("a")], "Fix", "plan of the step under the cursor", .plan,
      opensFirst: true, bar: 1, off: { StepsPane.reasonNoPlan(underCursor($0)?.id, $0) }),
    KeyBinding(
      [.character("d")], "Diff", "this reading against another", .diff,
      off: { _ in "only the present reading is kept; S saves it as text" }),
    KeyBinding(
      [.character("x")], "Set aside", "accept a finding", .setAside,
      off: { _ in "a step is set aside in Steps (2, x)" }),
  ]

  package init() {}

  package static func count(_ state: State) -> String {
    state.facts.map { facts in
      let reports = facts.checklist.reports
      return "\(reports.count { StateWord($0.state) == .ok })/\(reports.count)"
    } ?? ""
  }

  package static func rows(_ state: State) -> [PaneRow] {
    items(state).map {
      PaneRow(
        "\($0.report.title) \($0.report.evidence)", word: StateWord($0.report.state),
        part: $0.group.rawValue)
    }
  }

  package static func hint(_ state: State) -> String {
    "The evidence of the steps as just read. r reads again, Enter goes to the step."
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    switch action {
    case .fold: state.verify.isUnfolded.toggle()
    case .open: if let report = underCursor(state) { StepsPane.go(to: report.id, &state) }
    case .why: return underCursor(state).map { StepsPane.explain($0.id, &state) } ?? []
    case .plan:
      return underCursor(state).map { StepsPane.askPlan(PlanRequest($0.id), &state) } ?? []
    default: return nil
    }
    return []
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    guard state.facts != nil else { return OverviewPane.lines(state, columns: columns) }
    let items = items(state)
    let current = place(state)
    var lines = [Line(" The evidence of every step, as read just now.", style: Theme.quiet)]
    for group in Group.allCases {
      let members = items.enumerated().filter { $0.element.group == group }
      guard !members.isEmpty else { continue }
      let good = members.count { StateWord($0.element.report.state) == .ok }
      lines.append(
        Line.rule(group.title, trailing: "\(good)/\(members.count) OK", columns: columns))
      for (row, item) in members {
        let word = StateWord(item.report.state)
        lines.append(
          Line("    ", row: row).adding(word.rawValue, columns: 6, style: Theme.style(of: word))
            .adding(SafeText.line(item.report.title), columns: 24).adding(" ")
            .adding(Text.cut(SafeText.line(item.report.evidence), max(1, columns - 36))))
        if state.verify.isUnfolded || row == current {
          lines += seen(item.report, columns: columns)
        }
      }
    }
    if items.isEmpty { lines.append(Line("  Nothing with a problem. f shows all.")) }
    return lines
  }

  // MARK: Helpers

  private enum Group: Int, CaseIterable {
    case cluster, metallb, akash, proof

    var title: String {
      switch self {
      case .cluster: "Cluster"
      case .metallb: "MetalLB"
      case .akash: "Akash"
      case .proof: "Proof"
      }
    }

    init(_ step: StepID) {
      self =
        switch step {
        case .preflight, .namespace: .cluster
        case .metallb, .migrate, .metricsService, .pools, .strictARP: .metallb
        case .ipOperator, .capacity, .provider: .akash
        case .verification: .proof
        }
    }
  }

  private struct Item {
    var group: Group
    var report: StepReport
  }

  private static func items(_ state: State) -> [Item] {
    let reports = state.facts?.checklist.reports ?? []
    let items = reports.map { Item(group: Group($0.id), report: $0) }
      .filter { !state.showsProblemsOnly || StateWord($0.report.state).isProblem }
    return Group.allCases.flatMap { group in items.filter { $0.group == group } }
  }

  private static func underCursor(_ state: State) -> StepReport? {
    place(state).map { items(state)[$0].report }
  }

  private static func seen(_ report: StepReport, columns: Int) -> [Line] {
    var texts = report.assessment.seen
    if let problem = report.assessment.problem {
      texts += [problem.reason.map { "reason: \($0)" }, problem.advice.map { "try: \($0)" }]
        .compactMap { $0 }
    }
    return texts.flatMap { Text.wrap(SafeText.line($0), columns - 13) }.map {
      Line("            " + $0)
    }
  }
}
