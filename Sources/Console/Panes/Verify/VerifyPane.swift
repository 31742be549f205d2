import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// The checks, in groups that build on each other, with what was found, what it means and what
/// mends it.
package struct VerifyPane: Pane {
  package static let id = PaneID(title: "Verify", commandWord: "verify")

  package var cursor = ListCursor()
  /// Groups that are folded though they have a problem, or open though they have none.
  package var turned: Set<CheckGroup> = []
  /// What was found is not shown under the check with the cursor.
  package var hidesDetails = false

  package init() {}

  package func keys(_ known: Known) -> [Binding] {
    let runs = known.facts?.checks.history.runs ?? 0
    return [
      Binding(
        [.character(" ")], "Fold", "unfold or fold a group, or what was found", .fold, bar: 4,
        off: underCursor(known) == nil ? "no check was made yet" : nil),
      Binding(
        [.character("a")], "Fix", "plan of what mends it, or of the proof; a digit picks", .plan,
        opensFirst: true, bar: 1, off: reasonNoFix(known)),
      Binding(
        [.character("d")], "Diff", "this run against the run before", .diff, bar: 3,
        off: runs < 2 ? "there is no run before this one to compare it with" : nil),
      Binding(
        [.character("x")], "Set aside", "accept a finding, asks a reason and an end date",
        .setAside, opensFirst: true, bar: 2, off: reasonNotSetAside(known)),
    ]
  }

  /// A line the cursor can stand on.
  package enum Row: Hashable, Sendable {
    case group(CheckGroup, [CheckResult])
    case check(CheckResult)

    var name: String {
      switch self {
      case .group(let group, _): group.rawValue
      case .check(let result): result.code
      }
    }
  }

  package func count(_ known: Known) -> String {
    guard let report = known.facts?.checks, !report.results.isEmpty else { return "" }
    let made = report.results.filter { result in
      switch result.verdict {
      case .notRun(.nothingToTest), .notRun(.onRequest): false
      case .pass, .warn, .fail, .notRun: true
      }
    }
    return "\(made.count { $0.verdict.kind == .pass })/\(made.count)"
  }

  package func rows(_ known: Known) -> [PaneRow] {
    let parts = CheckGroup.allCases
    return shown(known).map { row in
      switch row {
      case .group(let group, let results):
        let worst = isOpen(group, results, known.facts) ? nil : worst(results, known.facts)
        return PaneRow(group.title, word: worst, part: parts.firstIndex(of: group) ?? 0)
      case .check(let result):
        return PaneRow(
          "\(result.code) \(result.id) \(result.title) \(result.verdict.got)",
          word: word(of: result, known.facts), part: parts.firstIndex(of: result.group) ?? 0)
      }
    }
  }

  package func hint(_ known: Known) -> String {
    guard let row = underCursor(known) else { return "r reads the cluster." }
    guard case .check(let result) = row else { return "Space folds the group and opens it." }
    if let aside = known.facts?.checks.aside(result) {
      return "Set aside \(SafeText.line(aside.text)). x changes or ends that."
    }
    switch result.verdict {
    case .pass: return "\(result.code) holds. i says what it looks at."
    case .warn, .fail:
      let details = CheckDetails(result: result, known: known)
      let fixes = details.fixes
      guard let only = fixes.first else {
        return "\(result.code): \(details.reasonNoStep). i says what to do."
      }
      guard case .step = only.request.subject, fixes.count == 1 else {
        return "\(result.code): a shows the plan of its fix, i explains."
      }
      return "\(result.code): a shows the plan of \(only.title)."
    case .notRun(.unreadable): return "\(result.code) could not be told. i says why."
    case .notRun(.waitsFor): return "\(result.code) says nothing before the others hold."
    case .notRun(.nothingToTest):
      return "\(result.code): there is nothing here to make it on."
    case .notRun(.onRequest): return "a shows the plan of the proof. It changes something."
    }
  }

  package mutating func handle(_ action: KeyAction, _ known: Known) -> [Move]? {
    guard let row = underCursor(known) else {
      return action == .fold || action == .open || action == .why ? [] : nil
    }
    switch (action, row) {
    case (.fold, .group(let group, _)), (.open, .group(let group, _)):
      if turned.remove(group) == nil { turned.insert(group) }
    case (.fold, .check): hidesDetails.toggle()
    case (.open, .check(let result)), (.why, .check(let result)):
      return [.explain(.check(result.code))]
    case (.why, .group(let group, _)):
      return [.say("\(Text.sentence(group.title)) i on a check explains it.")]
    case (.plan, .check(let result)): return askFix(result, known)
    case (.setAside, .check(let result)): return askReason(result, known.facts)
    case (.diff, _): return difference(known.facts).map { [.open($0)] } ?? []
    default: return nil
    }
    return []
  }

  package func lines(_ known: Known, columns: Int) -> [Line] {
    VerifyScreen(pane: self, known: known).lines(columns: columns)
  }

  package func draw(_ known: Known, in rect: Rect, on canvas: inout Canvas) {
    VerifyScreen(pane: self, known: known).draw(in: rect, on: &canvas)
  }

  // MARK: What others ask of it

  /// Shows the check, with its group open.
  package mutating func find(_ target: Target, _ known: Known) -> [Move]? {
    guard case .check(let code) = target else { return nil }
    guard let result = known.facts?.checks.results.first(where: { $0.code == code }) else {
      return []
    }
    var known = known
    let isHidden = !names(known).contains(code)
    if isHidden {
      known.showsProblemsOnly = false
      if !names(known).contains(code), turned.remove(result.group) == nil {
        turned.insert(result.group)
      }
    }
    keepPlace(code, known)
    return isHidden ? [.showAll] : []
  }

  package func explanation(of target: Target, _ known: Known) -> (any Overlay)? {
    guard case .check(let code) = target,
      let result = known.facts?.checks.results.first(where: { $0.code == code })
    else { return nil }
    let word = word(of: result, known.facts).rawValue
    return ReadingScreen(
      title: "\(word)  \(result.code)  \(SafeText.line(result.title))",
      paragraphs: CheckDetails(result: result, known: known).paragraphs)
  }

  package func isHome(of subject: PlanRequest.Subject) -> Bool {
    switch subject {
    case .remedy, .proof: true
    case .step, .rollback, .upgrade, .wayBack, .pool: false
    }
  }

  package var wayHome: String { "Esc goes to the checks." }

  package mutating func take(_ event: Event, _ known: Known, before: Known) -> [Move] {
    switch event {
    case .factsRead, .factsChanged: keepPlace(underCursor(before)?.name, known)
    default: break
    }
    return []
  }

  /// Puts the cursor there; on the first problem where it stood nowhere.
  private mutating func keepPlace(_ name: String?, _ known: Known) {
    guard let name else {
      let words = rows(known).map(\.word)
      cursor.index = words.firstIndex(of: .fail) ?? words.firstIndex { $0?.isProblem ?? false } ?? 0
      return
    }
    if let index = shown(known).firstIndex(where: { $0.name == name }) {
      cursor.index = index
    }
  }

  // MARK: Setting aside

  private func askReason(_ result: CheckResult, _ facts: Facts?) -> [Move] {
    let aside = facts?.checks.aside(result)
    let code = result.code
    let prompt =
      aside == nil
      ? "Why is \(code) set aside? The reason is shown; an end date is asked next."
      : "\(code) is set aside. A new reason, or an empty one to let it count again:"
    return [
      .open(
        TextInput(prompt, text: aside?.reason ?? "") { reason, known in
          Self.takeReason(reason, code, known)
        })
    ]
  }

  /// The end date is asked next. An empty reason takes a finding back.
  private static func takeReason(_ reason: String, _ code: String, _ known: Known) -> [Move] {
    let earlier = known.facts?.checks.aside[code]
    if let reason = known.reasonReadOnly { return [.say("Nothing was kept: \(reason).")] }
    if reason.trimmingCharacters(in: .whitespaces).isEmpty {
      return earlier == nil
        ? [.say("Not set aside: a reason is needed.")]
        : [.perform(.setFindingAside(code: code, nil))]
    }
    let usual = earlier?.until ?? CalendarDay(known.now, addingDays: usualDays)
    @Sendable func finding(_ text: String, _ known: Known) -> FindingAside? {
      let typed = text.trimmingCharacters(in: .whitespaces)
      guard let day = typed.isEmpty ? usual : CalendarDay(typed) else { return nil }
      return try? FindingAside(code: code, reason: reason, until: day, now: known.now)
    }
    return [
      .open(
        TextInput(
          "From which day on is \(code) to count again (UTC)? Enter alone: \(usual.text).",
          refusal: { text, known in
            if finding(text, known) != nil { return nil }
            return "\"\(SafeText.line(text, limit: 20))\" is no day after today. Write it "
              + "as 2027-01-31, or nothing for \(usual.text)."
          },
          take: { text, known in
            finding(text, known).map { [.perform(.setFindingAside(code: code, $0))] } ?? []
          }))
    ]
  }

  /// How long a finding is set aside where nothing else is typed.
  private static let usualDays = 30

  // MARK: Rows

  package func underCursor(_ known: Known) -> Row? {
    let rows = shown(known)
    return rows.isEmpty ? nil : rows[cursor.index(in: rows.count)]
  }

  func shown(_ known: Known) -> [Row] {
    guard let report = known.facts?.checks else { return [] }
    return report.groups.flatMap { group, results -> [Row] in
      let own = results.filter { !known.showsProblemsOnly || word(of: $0, known.facts).isProblem }
      guard !own.isEmpty else { return [] }
      let isOpen = known.showsProblemsOnly || isOpen(group, results, known.facts)
      return [.group(group, results)] + (isOpen ? own.map(Row.check) : [])
    }
  }

  func isOpen(_ group: CheckGroup, _ results: [CheckResult], _ facts: Facts?) -> Bool {
    let isQuiet = results.allSatisfy { [.ok, .nothing, .skip].contains(word(of: $0, facts)) }
    return isQuiet == turned.contains(group)
  }

  /// A finding that was set aside asks for nothing.
  func word(of result: CheckResult, _ facts: Facts?) -> StateWord {
    facts?.checks.aside(result) == nil ? StateWord(result.verdict) : .skip
  }

  private func worst(_ results: [CheckResult], _ facts: Facts?) -> StateWord? {
    let words = results.map { word(of: $0, facts) }
    return [StateWord.fail, .warn, .unknown].first(where: words.contains)
  }

  private func names(_ known: Known) -> [String] { shown(known).map(\.name) }

  // MARK: Fix

  private func askFix(_ result: CheckResult, _ known: Known) -> [Move] {
    if result.group == .proof {
      let isOutside = result.code == ProofResults.outsideCode
      return [.ask(PlanRequest(.proof(hold: isOutside ? .seconds(60) : nil)))]
    }
    return PlanChoice.moves(
      CheckDetails(result: result, known: known).fixes,
      title: "What mends \(result.code), each with its plan")
  }

  private func reasonNoFix(_ known: Known) -> String? {
    guard case .check(let result)? = underCursor(known) else { return "this is a group of checks" }
    if known.isRunning { return nil }
    if result.group == .proof {
      guard case .notRun(.nothingToTest(let why)) = result.verdict else { return nil }
      return SafeText.line(why)
    }
    if result.verdict.kind == .pass { return "this check holds" }
    let details = CheckDetails(result: result, known: known)
    return details.fixes.isEmpty ? "\(details.reasonNoStep), i says what to do" : nil
  }

  private func reasonNotSetAside(_ known: Known) -> String? {
    guard case .check(let result)? = underCursor(known) else { return "this is a group of checks" }
    if let reason = known.reasonReadOnly { return reason }
    return result.verdict.kind.isFinding ? nil : "it is no finding"
  }

  private func difference(_ facts: Facts?) -> ReadingScreen? {
    guard let report = facts?.checks else { return nil }
    let paragraphs = report.comparison(inFull: true).map {
      ReadingScreen.Paragraph("", SafeText.line($0))
    }
    return ReadingScreen(title: "DIFF  run \(report.history.runs)", paragraphs: paragraphs)
  }
}
