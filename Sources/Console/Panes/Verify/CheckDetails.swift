import Basics
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore

/// What there is to say about one check, short under its line and whole on its own screen.
struct CheckDetails {
  let result: CheckResult
  let known: Known

  /// Under the line of a check: what was found, what was wanted, what it means, what mends it.
  var short: [ReadingScreen.Paragraph] {
    var parts: [ReadingScreen.Paragraph] = []
    parts.append(.init("got", SafeText.line(result.verdict.got)))
    if case .notRun(.waitsFor(let codes)) = result.verdict {
      parts[0] = .init("needs", codes.map(named).joined(separator: ", "))
    }
    if result.verdict.kind == .pass { return parts }
    parts.append(.init("want", result.want))
    guard result.verdict.kind.isFinding else { return parts }
    parts.append(.init("means", SafeText.line(result.why)))
    if let aside = known.facts?.checks.aside(result) {
      parts.append(.init("aside", SafeText.line(aside.text)))
    }
    let fixes = fixes
    for (number, fix) in fixes.enumerated() {
      let key = fixes.count == 1 ? "a" : "a \(number + 1)"
      parts.append(.init("fix", "\(key): plan \(quoted(fix))"))
    }
    if fixes.isEmpty, result.step != nil {
      parts.append(.init("fix", reasonNoStep))
    }
    parts.append(.init("hint", known.text(result.hint)))
    return parts
  }

  /// Everything, for the key `i` and the right column.
  var paragraphs: [ReadingScreen.Paragraph] {
    var parts: [ReadingScreen.Paragraph] = [.init("got", SafeText.line(result.verdict.got))]
    parts.append(.init("want", result.want))
    parts.append(.init("means", SafeText.line(result.why)))
    let report = known.facts?.checks
    if let since = report?.since(result) {
      let span = known.isClockOn ? ", that is \(known.sinceText(since))" : ""
      parts.append(.init("since", since.formatted(.iso8601) + span))
    }
    if let aside = report?.aside(result) { parts.append(.init("aside", SafeText.line(aside.text))) }
    let fixes = fixes
    for (number, fix) in fixes.enumerated() {
      let key = fixes.count == 1 ? "a" : "a \(number + 1)"
      guard case .remedy(let id) = fix.request.subject, let remedy = AllRemedies.remedy(id) else {
        parts.append(.init("fix", "\(key): plan \(quoted(fix))"))
        continue
      }
      parts.append(.init("fix", "\(key)  \(remedy.title)"))
      parts.append(.init("", "helps when \(remedy.helps)"))
      parts.append(.init("", "does not help when \(remedy.helpsNot)"))
    }
    if fixes.isEmpty, result.step != nil {
      parts.append(.init("fix", reasonNoStep))
    }
    parts.append(.init("hint", known.text(result.hint)))
    let spans = report?.history.spans(of: result.code) ?? []
    for (number, span) in spans.suffix(4).enumerated() {
      parts.append(.init(number == 0 ? "before" : "", text(of: span)))
    }
    let needs =
      result.group == .proof
      ? CanaryProof.buildsOn : AllChecks.check(result.code)?.dependsOn ?? []
    if !needs.isEmpty { parts.append(.init("needs", list(needs))) }
    let needed = AllChecks.inOrder.filter { $0.dependsOn.contains(result.code) }.map(\.code)
    if !needed.isEmpty {
      parts.append(.init("for", list(needed)))
    }
    return parts
  }

  // MARK: What mends it

  /// The plans that mend it: its remedies, then the step that makes what it looks for.
  var fixes: [PlanChoice] {
    let step = [result.step].compactMap(\.self).filter { id in
      known.report(id).map { [.todo, .failed].contains($0.state) } ?? false
    }
    return PlanChoice.all(result.remedies) + step.map { PlanChoice(name(of: $0), PlanRequest($0)) }
  }

  /// Why nothing is planned: where a step would mend it, what keeps that step back.
  var reasonNoStep: String {
    guard let step = result.step, let report = known.report(step),
      ![.done, .notNeeded].contains(report.state), let reason = known.reasonNoPlan(step)
    else { return "no plan mends it" }
    let number = known.number(of: step).map(String.init) ?? step.rawValue
    return "step \(number) mends it, but \(reason)"
  }

  private func name(of step: StepID) -> String {
    let title = SafeText.line(known.report(step)?.title ?? step.rawValue)
    return known.number(of: step).map { "step \($0), \(title)" } ?? "step \(title)"
  }

  /// A remedy's title is a sentence of its own, a step's is not.
  private func quoted(_ fix: PlanChoice) -> String {
    if case .remedy = fix.request.subject { "\"\(fix.title)\"" } else { "of \(fix.title)" }
  }

  /// A few with their titles, many by their codes.
  private func list(_ codes: [String]) -> String {
    (codes.count > 4 ? codes : codes.map(named)).joined(separator: ", ")
  }

  private func named(_ code: String) -> String {
    AllChecks.check(code).map { "\(code) \($0.title)" } ?? code
  }

  private func text(of span: CheckHistory.Span) -> String {
    let runs =
      span.firstRun == span.lastRun
      ? "run \(span.firstRun)" : "run \(span.firstRun)-\(span.lastRun)"
    let times =
      span.from == span.to
      ? Text.moment(span.from) : "\(Text.moment(span.from)) to \(Text.moment(span.to))"
    return "\(runs)  \(span.verdict.word)  \(times)"
  }
}
