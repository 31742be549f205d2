import Basics
import Cluster
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// A plan while it runs: what is done, what runs, and what the running command prints.
package struct RunScreen: Hashable, Sendable {
  /// Lines scrolled back from the newest output; 0 follows it.
  package var scrolledBack = 0

  package static let keys: [KeyBinding] = [
    KeyBinding(
      [.character("a")], "Plan", "show the plan of the next step", .plan, opensFirst: true, bar: 1,
      off: { state in
        if state.isRunning { return "a plan is running" }
        if state.awaitedNext != nil { return "the cluster is being read" }
        return stepToGoOn(state) == nil ? "no step can be worked on now" : nil
      })
  ]

  package init() {}

  /// The step after the one that was done, or the one that was not.
  package static func stepToGoOn(_ state: State) -> StepID? {
    let next = state.facts?.checklist.next?.id
    guard let run = state.run, run.outcome != .done, run.outcome != .reached,
      case .step(let step) = run.request.subject,
      Navigation.reasonNoPlan(step, state) == nil
    else { return next }
    return step
  }

  /// - Parameter now: what the time it has taken so far is told from.
  package static func heading(_ run: RunInProgress, now: Date, columns: Int) -> Line {
    let seconds = Int(max(0, (run.endedAt ?? now).timeIntervalSince(run.startedAt)))
    let took = seconds < 1 ? "" : ", \(wholeSeconds(seconds))"
    let started = "started \(Text.clock(run.startedAt))\(took)"
    let word =
      switch run.outcome {
      case nil: run.isStopping ? "STOPPING" : "RUNNING"
      case .done: "DONE"
      case .reached: "HOLDS"
      case .failed: "FAILED"
      case .stopped: "STOPPED"
      }
    let title = "\(word)  \(SafeText.line(run.plan.title))"
    return Line(Text.fit(title, columns - started.count - 1), style: Theme.title)
      .adding(" " + started)
  }

  package static func actionLines(_ run: RunInProgress, now: Date, columns: Int) -> [Line] {
    let titleColumns = columns - 24
    return run.plan.actions.enumerated().map { index, action in
      let (word, time, style) = words(run.states[index], run, now: now)
      return Line("  ", row: index).adding("\(index + 1)", columns: 2, .right).adding(" ")
        .adding(word, columns: 9, style: style)
        .adding(ActionText.title(action), columns: titleColumns)
        .adding(time, columns: 8, .right)
    }
  }

  /// How the run ended, in full; nothing while it runs.
  package static func resultLines(
    _ run: RunInProgress, _ state: State, columns: Int
  ) -> [Line] {
    let paragraphs: [String]
    switch run.outcome {
    case nil: return []
    case .done:
      paragraphs =
        ["Done. Every action was carried out to its end."] + [counts(run, state)].compactMap(\.self)
        + moves(run, state)
    case .reached:
      paragraphs = [
        "Nothing was run: by now nothing of this plan is left to do. The step's evidence says what is "
          + "there, which may be another's doing."
      ]
    case .stopped where run.states.allSatisfy { $0 == .waiting }:
      paragraphs = ["Stopped by you before anything was run."]
    case .stopped where run.plan.closingCount > 0:
      paragraphs = ["Stopped by you. What the plan had borrowed was given back."]
    case .stopped:
      paragraphs = [
        "Stopped by you. What was reached before stays; nothing after it was started.",
        "u in Steps shows the way back; a makes the plan anew from what is there now.",
      ]
    case .failed(let message): paragraphs = message.lines
    }
    return paragraphs.flatMap { Text.wrap(SafeText.line($0), columns - 2) }.map {
      Line(" " + $0, style: Theme.notice)
    }
  }

  /// Who counts how many addresses after a change of a pool; nil for other plans.
  private static func counts(_ run: RunInProgress, _ state: State) -> String? {
    let name: String
    switch run.request.subject {
    case .pool(let pool): name = pool.name
    case .step(.pools), .rollback(.pools): name = ConsoleSettings.poolName
    case .step, .rollback, .wayBack, .remedy, .proof: return nil
    }
    if state.isReading { return "Who counts how many addresses now is being read." }
    guard let facts = state.facts, let endedAt = run.endedAt, facts.readAt >= endedAt else {
      return nil
    }
    // MetalLB's and the operator's counts are of the pool Akash leases from.
    let totals = name == ConsoleSettings.poolName ? facts.status.addresses : []
    func total(_ source: String) -> String? { totals.first { $0.source == source }?.total }
    return Text.sentence(
      PoolEdit.counts(
        pool: facts.pools.value?.pool(name).map(PoolShape.init)?.size.text,
        metallb: total("metallb"), ipOperator: total("operator")))
  }

  /// Where the Services of the plan have gone; nothing until the cluster was read again.
  private static func moves(_ run: RunInProgress, _ state: State) -> [String] {
    guard !run.plan.moved.isEmpty, !state.isReading, let facts = state.facts,
      let endedAt = run.endedAt, facts.readAt >= endedAt, let holders = facts.holders
    else { return [] }
    return MovedService.lines(run.plan.moved, now: holders)
  }

  package func draw(_ state: State, in rect: Rect, on canvas: inout Canvas) {
    guard let run = state.run else { return }
    let result = Self.resultLines(run, state, columns: rect.columns).prefix(
      max(0, run.plan.moved.isEmpty ? rect.rows / 3 : rect.rows - 4))
    let actions = Self.actionLines(run, now: run.endedAt ?? state.now, columns: rect.columns)
    let actionRows = min(actions.count, max(1, rect.rows / 2 - result.count / 2))
    var area = rect
    area.rows = actionRows
    let shown = run.current ?? max(0, run.doneCount - 1)
    canvas.draw(
      actions, from: max(0, min(shown - actionRows / 2, actions.count - actionRows)), in: area)
    var row = rect.row + actionRows
    if !result.isEmpty {
      canvas.draw(
        Array(result),
        in: Rect(row: row, column: rect.column, rows: result.count, columns: rect.columns))
      row += result.count
    }
    drawOutput(run, in: rect, from: row, on: &canvas)
  }

  /// The most that can be scrolled back.
  package static func scrollLimit(_ run: RunInProgress?) -> Int {
    max(0, (run?.output.lines.count ?? 0) - 1)
  }

  package static func plainLines(_ run: RunInProgress, _ state: State, columns: Int) -> [Line] {
    actionLines(run, now: run.endedAt ?? state.now, columns: columns)
      + resultLines(run, state, columns: columns) + [Line.rule("Output", columns: columns)]
      + run.output.lines.map { Line(" " + $0) }
  }

  private func drawOutput(
    _ run: RunInProgress, in rect: Rect, from row: Int, on canvas: inout Canvas
  ) {
    let rows = rect.row + rect.rows - row
    guard rows > 1 else { return }
    let trailing = scrolledBack > 0 ? "\(scrolledBack) lines back, G follows" : ""
    canvas.draw(
      Line.rule("Output", trailing: trailing, columns: rect.columns), row: row,
      column: rect.column, columns: rect.columns)
    let lines = run.output.lines
    let end = max(0, lines.count - scrolledBack)
    let start = max(0, end - (rows - 1))
    var shown = lines[start..<end].flatMap { Text.hardWrap($0, rect.columns - 1) }
    if lines.isEmpty {
      shown = [run.outcome == nil ? "Nothing was printed so far." : "Nothing was printed."]
      // A wait may say what to do meanwhile, and its line above is cut.
      if let current = run.current, case .wait(let wait) = run.plan.actions[current] {
        shown = Text.wrap(
          Text.sentence("Waits until \(SafeText.line(wait.until))"), rect.columns - 1)
      }
    }
    canvas.draw(
      shown.suffix(rows - 1).map { Line(" " + $0) },
      in: Rect(row: row + 1, column: rect.column, rows: rows - 1, columns: rect.columns))
  }

  private static func words(
    _ state: RunInProgress.ActionState, _ run: RunInProgress, now: Date
  ) -> (word: String, time: String, style: Style) {
    switch state {
    case .waiting:
      return (run.outcome == nil ? "waiting" : "not run", "", Theme.quiet)
    case .running(let since):
      let seconds = max(0, Int(now.timeIntervalSince(since)))
      return ("running", seconds < 1 ? "" : wholeSeconds(seconds), Theme.style(of: .wait))
    case .done(let elapsed): return ("done", Text.elapsed(elapsed), Theme.style(of: .ok))
    case .failed: return ("failed", "", Theme.style(of: .fail))
    }
  }

  private static func wholeSeconds(_ seconds: Int) -> String {
    seconds < 10 ? "\(seconds)s" : Text.elapsed(.seconds(seconds))
  }
}
