import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// A question that is answered with a text.
package struct TextInput: Hashable, Sendable {
  package enum Purpose: Hashable, Sendable {
    case find
    case setAside(StepID)
    /// Why a finding is set aside, and then until when.
    case findingReason(code: String)
    /// `usual` is the day an empty answer stands for.
    case findingEnd(code: String, reason: String, usual: CalendarDay)
    case save
    /// The path of a file with ranges for the draft of a pool.
    case importRanges(pool: String)
    /// The path of the file the pool is written to.
    case exportPool(String)
    /// From where an advertisement is to announce.
    case reach(ReachQuestion)
    case logs(LogQuestion)
    /// What a step's plan needs to know.
    case answer(StepID)
  }

  package let purpose: Purpose
  package let prompt: String
  package var editor: LineEditor

  package init(_ purpose: Purpose, prompt: String, text: String = "") {
    self.purpose = purpose
    self.prompt = prompt
    editor = LineEditor(text)
  }

  /// What the text is worth now; nil where any text will do.
  package func judgement(_ state: State) -> Judgement? {
    guard case .answer(let step) = purpose, let question = state.facts?.openQuestions[step] else {
      return nil
    }
    return Judgement(editor.string, of: question)
  }

  /// The finding as it would be set aside; nil while the text is no day after today.
  package func finding(at now: Date) -> FindingAside? {
    guard case .findingEnd(let code, let reason, let usual) = purpose else { return nil }
    let typed = editor.string.trimmingCharacters(in: .whitespaces)
    guard let day = typed.isEmpty ? usual : CalendarDay(typed) else { return nil }
    return try? FindingAside(code: code, reason: reason, until: day, now: now)
  }

  /// The prompt, and under it what the text is worth.
  package func lines(_ state: State, columns: Int) -> [Line] {
    var lines = Text.wrap(prompt, columns - 1).map { Line($0, style: Theme.notice) }
    if case .reach(let question) = purpose {
      lines += PoolReach.lines(editor.string, question, state, columns: columns)
    }
    guard case .answer(let step) = purpose, let question = state.facts?.openQuestions[step],
      let judgement = judgement(state)
    else {
      return lines
        + Text.wrap(state.notice ?? "", columns - 1).filter { !$0.isEmpty }.map { Line($0) }
    }
    if editor.text.isEmpty {
      lines.append(Line("       " + Text.cut(question.example, columns - 7)))
    } else {
      for remark in judgement.remarks.prefix(3) {
        lines += Line.labelled(
          " " + remark.word.rawValue, remark.text, indent: 7, columns: columns - 1
        ).prefix(3)
      }
      let more = judgement.remarks.count - 3
      if more > 0 { lines.append(Line("       and \(more) more")) }
    }
    if let notice = state.notice { lines.append(Line(Text.cut(notice, columns))) }
    return lines
  }
}
