import Basics
import ConsoleKit
import Foundation
import IPLeasesCore

/// What is watched, the verdict, and what is to be done.
struct WatchHead {
  let look: WatchLook
  let known: Known

  private static let indent = 10

  /// - Parameter most: lines of the verdict.
  func lines(columns: Int, most: Int) -> [Line] {
    [first(columns: columns)] + verdict(columns: columns, most: most)
      + [line("DO", advice(), columns: columns)]
      + [look.problem.map { line("KEPT", "not: \(known.oneLine($0))", columns: columns) }]
      .compactMap(\.self)
  }

  private func line(_ label: String, _ text: String, columns: Int) -> Line {
    Line(Text.fit(" " + label, Self.indent), style: Theme.label)
      .adding(Text.cut(SafeText.line(text), max(1, columns - Self.indent - 1)))
  }

  private func first(columns: Int) -> Line {
    let since = "from \(WatchTime.moment(look.run.baseline.time, now: known.now)) "
    let room = max(1, columns - Self.indent - since.count - 1)
    return Line(Text.fit(" WATCH", Self.indent), style: Theme.label)
      .adding(SafeText.line(subject()), columns: room).adding(" ")
      .adding(since, Theme.quiet)
  }

  private func subject() -> String {
    let changes = self.changes()
    let gap = look.gap.map {
      "unseen \(WatchTime.moment($0.start, now: known.now)) to \(WatchTime.moment($0.end, now: known.now)); "
    }
    guard look.hasBaseline else {
      return "since the console began" + (changes.isEmpty ? ", no baseline" : ": \(changes)")
    }
    return (gap ?? "") + (changes.isEmpty ? "nothing is upgraded yet" : changes)
  }

  /// "MetalLB v0.14.8 to v0.16.1".
  private func changes() -> String {
    let (before, now) = (look.run.baseline.observation, look.run.timeline.known)
    return look.run.changedParts.map { part in
      let versions = [before, now].map { $0.versions[part.rawValue] ?? "?" }
      return versions[0] == versions[1]
        ? "\(part.title) \(versions[0]) anew" : "\(part.title) \(versions[0]) to \(versions[1])"
    }.joined(separator: ", ")
  }

  private func verdict(columns: Int, most: Int) -> [Line] {
    let verdict = look.run.verdict
    let kind = verdict.kind
    guard look.hasBaseline else {
      let open = look.run.tracks.first { $0.state.kind == .broken }
      let why = open.map { ": \(WatchPane.title($0)): \($0.state.why ?? "")" } ?? ""
      let text = "\(look.keptCount) of \(look.run.tracks.count) are as they were\(why)"
      return [line("SO FAR", text, columns: columns)]
    }
    let word: StateWord =
      switch kind {
      case .goOn: .ok
      case .wait: .wait
      case .goBack: .fail
      }
    let width = 10
    let room = max(1, columns - Self.indent - width - 1)
    var parts = Text.wrap(SafeText.line(WatchTime.clocks(verdict.why, now: known.now)), room)
    if parts.count > most {
      parts[most - 1] = Text.cut(parts[most - 1] + " " + parts[most], room)
      parts.removeSubrange(most...)
    }
    return parts.enumerated().map { index, part in
      guard index == 0 else {
        return Line(String(repeating: " ", count: Self.indent + width)).adding(part)
      }
      return Line(Text.fit(" VERDICT", Self.indent), style: Theme.label)
        .adding(kind.words, Theme.style(of: word))
        .adding(String(repeating: " ", count: width - kind.words.count)).adding(part)
    }
  }

  private func advice() -> String {
    switch look.run.verdict.kind {
    case .goBack:
      let plans = WatchPane.plans(look, known.facts)
      if !plans.isEmpty {
        return "a: plan of the way back, \(plans.map(\.title).joined(separator: "; "))"
      }
      return look.run.verdict.remedy.map(known.text)
        ?? "see what broke: e goes there, i shows the evidence"
    case .goOn where look.hasBaseline:
      return "go on. b takes the baseline of the next upgrade."
    case .wait where look.hasBaseline: return "nothing yet: what is open is given its time."
    case .goOn, .wait:
      return "b before an upgrade: its verdict then stands in every title."
    }
  }
}
