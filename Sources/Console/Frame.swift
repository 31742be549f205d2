import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// The four rows around every pane: title, tabs, message, keys.
package enum Frame {
  package static let smallest = Size(rows: 15, columns: 60)

  package static func isLargeEnough(_ size: Size) -> Bool {
    size.rows >= smallest.rows && size.columns >= smallest.columns
  }

  /// Who and where this is, what may be done, and how many problems there are.
  package static func title(_ scene: Scene, columns: Int) -> Line {
    var line = Line("IP-LEASES", style: Theme.title)
    if let scenario = scene.known.settings.rehearsal {
      line = line.adding(" ").adding("REHEARSAL \(SafeText.line(scenario))", Theme.rehearsal)
    }
    func joined(_ texts: String...) -> String {
      texts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
    let (lost, verdict) = (lost(scene.known.facts), verdict(scene.known.watchLook))
    let clock = scene.known.isClockOn ? Text.clock(scene.known.now) : ""
    var right = joined(lost, verdict, problems(scene.known.facts), clock)
    let mode = mode(scene.known, columns: columns)
    if columns >= 60, let facts = scene.known.facts {
      let fixed = [line.text, mode, right.isEmpty ? "" : " " + right]
      let room = columns - fixed.map { TextWidth.columns(of: $0) }.reduce(0, +)
      line = line.adding(
        names(facts, isRehearsal: scene.known.settings.rehearsal != nil, columns: room))
    }
    line = line.adding(mode)
    let room = columns - TextWidth.columns(of: line.text) - 1
    // What an upgrade hangs on is the last to fall away.
    for shorter in [joined(lost, verdict), verdict]
    where TextWidth.columns(of: right) > room && !shorter.isEmpty { right = shorter }
    return line.ending(with: right, Theme.title, columns: columns)
  }

  private static func mode(_ known: Known, columns: Int) -> String {
    let gap = columns >= 60 ? "  " : " "
    if known.reasonReadOnly != nil { return gap + "READ-ONLY" }
    return known.facts == nil || columns < 60 ? "" : gap + "READ-WRITE"
  }

  /// The provider and the context. Where not both fit whole, each keeps its beginning; a rehearsal
  /// says its context already.
  private static func names(_ facts: Facts, isRehearsal: Bool, columns: Int) -> String {
    let provider = SafeText.line(facts.provider)
    let context = SafeText.line(facts.context)
    let start = provider.isEmpty ? "" : " " + provider
    let end = context.isEmpty ? "" : "  ctx " + context
    let surplus = TextWidth.columns(of: start) + TextWidth.columns(of: end) - columns
    if surplus <= 0 { return start + end }
    if isRehearsal { return Text.cut(start, columns) }
    let half = columns / 2
    if TextWidth.columns(of: end) <= half {
      return Text.cut(start, columns - TextWidth.columns(of: end)) + end
    }
    if TextWidth.columns(of: start) <= columns - half {
      return start + Text.cut(end, columns - TextWidth.columns(of: start))
    }
    return Text.cut(start, columns - half) + Text.cut(end, half)
  }

  package static func tabs(_ scene: Scene, columns: Int) -> Line {
    var right = reading(scene)
    func fits(_ line: Line) -> Bool {
      TextWidth.columns(of: line.text) + TextWidth.columns(of: right) < columns
    }
    var line = tabs(scene, columns: columns, isTight: false)
    if !fits(line) { line = tabs(scene, columns: columns, isTight: true) }
    if !fits(line) { right = right.replacing("as of ", with: "").replacing("since ", with: "") }
    // That it is being read is worth more than a moment without the counts.
    if !fits(line), scene.known.isReading {
      line = tabs(scene, columns: columns, isTight: true, hasCounts: false)
    }
    return line.ending(with: right, Theme.quiet, columns: columns)
  }

  /// Each tab with a blank or its brackets on both sides; where it is tight, one blank between two.
  private static func tabs(
    _ scene: Scene, columns: Int, isTight: Bool, hasCounts: Bool = true
  ) -> Line {
    var line = Line()
    for pane in scene.panes.all {
      let isShown = pane.id == scene.panes.shown
      let count = columns >= 80 && hasCounts || isShown ? pane.count(scene.known) : ""
      let title = "\(scene.panes.number(of: pane.id)) \(pane.id.title)"
      let text = title + (count.isEmpty ? "" : " \(count)")
      if isTight, !line.spans.isEmpty { line = line.adding(" ") }
      line =
        isShown
        ? line.adding("[\(text)]", Theme.tab) : line.adding(isTight ? text : " \(text) ")
    }
    return line
  }

  /// The keys that work here and now, those of the place first; what does not fit falls away before
  /// Help does.
  package static func keys(_ scene: Scene, columns: Int) -> String {
    let gap = columns >= 120 ? "   " : "  "
    let bindings = scene.bindings
      .filter { $0.bar != nil && scene.reasonOff($0) == nil }
      .sorted { ($0.bar ?? 0) < ($1.bar ?? 0) }
    var hints = bindings.filter { $0.action != .help }.map(\.hint)
    let help = bindings.first { $0.action == .help }?.hint
    if scene.overlays.isEmpty {
      hints.insert(
        "1-\(scene.panes.all.count) Pane",
        at: bindings.firstIndex { ($0.bar ?? 0) > paneBar } ?? 0)
    }
    if let first = scene.answer({ $0.firstHint($1) }) { hints.insert(first, at: 0) }
    var row = ""
    let reserved = help.map { TextWidth.columns(of: gap + $0) } ?? 0
    for hint in hints {
      let longer = row.isEmpty ? hint : row + gap + hint
      if TextWidth.columns(of: longer) + reserved > columns { break }
      row = longer
    }
    guard let help else { return row }
    return row.isEmpty ? help : row + gap + help
  }

  /// Where the digits of the panes stand among the hints: behind those of the pane.
  private static let paneBar = 45

  /// One sentence: what just happened, what is under way, or what the cursor stands on.
  package static func message(_ scene: Scene) -> (text: String, isNotice: Bool) {
    let known = scene.known
    if let notice = known.notice { return (notice, true) }
    if let request = known.awaitedPlan {
      let name = request.name(in: known.facts?.checklist)
      return ("The plan of \(name) is being made. Ctrl-C stops the wait.", true)
    }
    if let hint = scene.answer({ $0.hint($1) }) { return (hint, false) }
    if let run = known.run, run.outcome == nil {
      let step = min(run.doneCount + 1, run.states.count)
      return (
        "A plan is running, action \(step) of \(run.states.count). a in Steps shows it.", true
      )
    }
    if let problem = known.readProblem {
      return ("Not read: \(known.oneLine(problem)) What is shown is older.", true)
    }
    return (scene.pane.hint(known), false)
  }

  // MARK: Helpers

  private static func reading(_ scene: Scene) -> String {
    let known = scene.known
    if known.isReading { return "reading.." }
    if scene.overlays.isEmpty, let standing = scene.pane.standing(known) { return standing }
    guard let facts = known.facts else { return "not read" }
    if known.isClockOn { return Text.age(from: facts.readAt, to: known.now) + " ago" }
    return "\(facts.isFollowed ? "since" : "as of") \(Text.clock(facts.readAt))"
  }

  /// Whatever pane is shown, it is of a time when the cluster still answered.
  private static func lost(_ facts: Facts?) -> String {
    facts?.lost.map { "NO ANSWER since \(Text.clock($0.since))" } ?? ""
  }

  /// Once a baseline was taken by a word, whatever pane is shown.
  private static func verdict(_ look: WatchLook?) -> String {
    guard let look, look.hasBaseline else { return "" }
    let kind = look.run.verdict.kind
    let since = kind == .goBack ? look.run.brokenSince.map { " " + Text.clock($0) } : nil
    return kind.words + (since ?? "")
  }

  /// "2 FAIL 1 WARN": the checks that ask for something, as Verify counts them without those set
  /// aside; the same over every pane.
  private static func problems(_ facts: Facts?) -> String {
    guard let checks = facts?.checks else { return "" }
    let parts = [Verdict.Kind.fail, .warn].compactMap { kind in
      let count = checks.openCount(kind)
      return count == 0 ? nil : "\(count) \(kind.word)"
    }
    return parts.joined(separator: " ")
  }
}
