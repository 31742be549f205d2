import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// What is watched, the verdict, and what is to be done.
enum WatchHead {
  private static let indent = 10

  /// - Parameter most: lines of the verdict.
  static func lines(_ look: WatchLook, _ state: State, columns: Int, most: Int) -> [Line] {
    [first(look, state, columns: columns)] + verdict(look, state, columns: columns, most: most)
      + [line("DO", advice(look, state), columns: columns)]
      + [look.problem.map { line("KEPT", "not: \(oneLine($0))", columns: columns) }]
      .compactMap(\.self)
  }

  private static func line(_ label: String, _ text: String, columns: Int) -> Line {
    Line(Text.fit(" " + label, indent), style: Theme.label)
      .adding(Text.cut(SafeText.line(text), max(1, columns - indent - 1)))
  }

  private static func first(_ look: WatchLook, _ state: State, columns: Int) -> Line {
    let since = "from \(WatchPane.moment(look.run.baseline.time, state)) "
    let room = max(1, columns - indent - since.count - 1)
    return Line(Text.fit(" WATCH", indent), style: Theme.label)
      .adding(SafeText.line(subject(look, state)), columns: room).adding(" ")
      .adding(since, Theme.quiet)
  }

  private static func subject(_ look: WatchLook, _ state: State) -> String {
    let changes = changes(look)
    let gap = look.gap.map {
      "unseen \(WatchPane.moment($0.start, state)) to \(WatchPane.moment($0.end, state)); "
    }
    guard look.hasBaseline else {
      return "since the console began" + (changes.isEmpty ? ", no baseline" : ": \(changes)")
    }
    return (gap ?? "") + (changes.isEmpty ? "nothing is upgraded yet" : changes)
  }

  /// "MetalLB v0.14.8 to v0.16.1".
  private static func changes(_ look: WatchLook) -> String {
    let (before, now) = (look.run.baseline.observation, look.run.timeline.known)
    return look.run.changedParts.map { part in
      let versions = [before, now].map { $0.versions[part.rawValue] ?? "?" }
      return versions[0] == versions[1]
        ? "\(part.title) \(versions[0]) anew" : "\(part.title) \(versions[0]) to \(versions[1])"
    }.joined(separator: ", ")
  }

  private static func verdict(
    _ look: WatchLook, _ state: State, columns: Int, most: Int
  ) -> [Line] {
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
    let room = max(1, columns - indent - width - 1)
    var parts = Text.wrap(SafeText.line(WatchPane.clocks(verdict.why, state)), room)
    if parts.count > most {
      parts[most - 1] = Text.cut(parts[most - 1] + " " + parts[most], room)
      parts.removeSubrange(most...)
    }
    return parts.enumerated().map { index, part in
      guard index == 0 else {
        return Line(String(repeating: " ", count: indent + width)).adding(part)
      }
      return Line(Text.fit(" VERDICT", indent), style: Theme.label)
        .adding(kind.words, Theme.style(of: word))
        .adding(String(repeating: " ", count: width - kind.words.count)).adding(part)
    }
  }

  private static func advice(_ look: WatchLook, _ state: State) -> String {
    switch look.run.verdict.kind {
    case .goBack:
      let plans = WatchPane.plans(look, state)
      if !plans.isEmpty {
        return "a: plan of the way back, \(plans.map(\.title).joined(separator: "; "))"
      }
      return look.run.verdict.remedy ?? "see what broke: e goes there, i shows the evidence"
    case .goOn where look.hasBaseline:
      return "go on. b takes the baseline of the next upgrade."
    case .wait where look.hasBaseline: return "nothing yet: what is open is given its time."
    case .goOn, .wait:
      return "b before an upgrade: its verdict then stands in every title."
    }
  }
}
