import Basics
import Cluster
import ConsoleKit
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// A plan while it runs: what is done, what runs, and what the running command prints.
package struct RunScreen: Overlay {
  /// Lines scrolled back from the newest output; 0 follows it.
  package private(set) var scrolledBack = 0

  package init() {}

  package var name: String? { "run" }

  package func heading(_ scene: Scene, columns: Int) -> Line? {
    scene.known.run.map { Self.heading($0, now: scene.known.now, columns: columns) }
  }

  package func text(_ scene: Scene, columns: Int) -> [Line]? {
    guard let run = scene.known.run else { return nil }
    return [Self.heading(run, now: scene.known.now, columns: columns)]
      + Self.plainLines(run, scene.known, columns: columns)
  }

  package func hint(_ scene: Scene) -> String? {
    let known = scene.known
    guard let run = known.run, !known.isRunning else {
      return "Ctrl-C asks about stopping. Esc leaves this screen, the plan goes on."
    }
    let next = run.request.step == nil ? nil : Self.stepToGoOn(known)
    let plan = next.flatMap { known.number(of: $0) }.map { "a shows the plan of step \($0). " }
    return (plan ?? "") + scene.panes.home(of: run.request.subject).wayHome
  }

  package func copied(_ scene: Scene) -> String? { scene.known.run?.output.lines.last }

  // MARK: Keys

  package static let title = "Run"

  package static func keys(_ known: Known) -> [Binding] {
    let reason =
      if known.isRunning {
        "a plan is running"
      } else if known.awaitedNext != nil {
        "the cluster is being read"
      } else {
        stepToGoOn(known) == nil ? "no step can be worked on now" : nil as String?
      }
    return [
      Binding(
        [.character("a")], "Plan", "show the plan of the next step", .plan, opensFirst: true,
        bar: 1, off: reason)
    ]
  }

  package func keys(_ scene: Scene) -> KeyTable {
    .beside(title: Self.title, Self.keys(scene.known))
  }

  package func firstHint(_ scene: Scene) -> String? {
    scene.known.isRunning ? "Ctrl-C Stop.." : nil
  }

  package mutating func handle(_ action: KeyAction, _ scene: Scene) -> [Move]? {
    let known = scene.known
    switch action {
    case .plan:
      guard let step = Self.stepToGoOn(known) else { return nil }
      return [.go(to: .step(step)), .ask(PlanRequest(step))]
    case .back, .close:
      guard !known.isRunning else { return nil }
      return [.show(known.run.map { scene.panes.home(of: $0.request.subject).id } ?? scene.pane.id)]
    case .move(let movement):
      let last = max(0, (known.run?.output.lines.count ?? 0) - 1)
      let place = last - min(scrolledBack, last)
      scrolledBack =
        last - movement.applied(to: place, last: last, page: known.size.content.rows / 2)
      return []
    default: return nil
    }
  }

  /// The step after the one that was done, or the one that was not.
  package static func stepToGoOn(_ known: Known) -> StepID? {
    let next = known.facts?.checklist.next?.id
    guard let run = known.run, run.outcome != .done, run.outcome != .reached,
      case .step(let step) = run.request.subject,
      known.reasonNoPlan(step) == nil
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
    return .heading(
      "\(word)  \(SafeText.line(run.plan.title))", trailing: started, columns: columns)
  }

  package static func actionLines(_ run: RunInProgress, now: Date, columns: Int) -> [Line] {
    let table = Table(
      [.fixed(2, "", .right), .fixed(9, gap: 1), .growing(1), .fixed(8, "", .right)], indent: 2,
      in: columns - 2)
    return run.plan.actions.enumerated().map { index, action in
      let (word, time, style) = words(run.states[index], run, now: now)
      return table.line(
        [
          Table.Cell("\(index + 1)"), Table.Cell(word, style),
          Table.Cell(ActionText.title(action)), Table.Cell(time),
        ], row: index)
    }
  }

  /// How the run ended, in full; nothing while it runs.
  package static func resultLines(_ run: RunInProgress, _ known: Known, columns: Int) -> [Line] {
    let paragraphs: [String]
    switch run.outcome {
    case nil: return []
    case .done:
      paragraphs =
        ["Done. Every action was carried out to its end."] + [counts(run, known)].compactMap(\.self)
        + moves(run, known)
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
    case .failed(let message): paragraphs = known.lines(message)
    }
    return paragraphs.flatMap { Text.wrap(SafeText.line($0), columns - 2) }.map {
      Line(" " + $0, style: Theme.notice)
    }
  }

  /// Who counts how many addresses after a change of a pool; nil for other plans.
  private static func counts(_ run: RunInProgress, _ known: Known) -> String? {
    let name: String
    switch run.request.subject {
    case .pool(let pool): name = pool.name
    case .step(PoolEdit.step), .rollback(PoolEdit.step): name = ConsoleSettings.poolName
    case .step, .rollback, .upgrade, .wayBack, .remedy, .proof: return nil
    }
    if known.isReading { return "Who counts how many addresses now is being read." }
    guard let facts = known.facts, let endedAt = run.endedAt, facts.readAt >= endedAt else {
      return nil
    }
    // MetalLB's and the operator's counts are of the pool Akash leases from.
    let totals = name == ConsoleSettings.poolName ? facts.status.addresses : []
    func total(_ source: StatusReport.AddressCount.Source) -> String? {
      totals.first { $0.source == source }?.total
    }
    return Text.sentence(
      PoolEdit.counts(
        pool: facts.pools.value?.pool(name).map(PoolShape.init)?.size.text,
        metallb: total(.metallb), ipOperator: total(.operator)))
  }

  /// Where the Services of the plan have gone; nothing until the cluster was read again.
  private static func moves(_ run: RunInProgress, _ known: Known) -> [String] {
    guard !run.plan.moved.isEmpty, !known.isReading, let facts = known.facts,
      let endedAt = run.endedAt, facts.readAt >= endedAt, let holders = facts.holders
    else { return [] }
    return MovedService.lines(run.plan.moved, now: holders)
  }

  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    let known = scene.known
    guard let run = known.run else { return }
    let result = Self.resultLines(run, known, columns: rect.columns).prefix(
      max(0, run.plan.moved.isEmpty ? rect.rows / 3 : rect.rows - 4))
    let actions = Self.actionLines(run, now: run.endedAt ?? known.now, columns: rect.columns)
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

  package static func plainLines(_ run: RunInProgress, _ known: Known, columns: Int) -> [Line] {
    actionLines(run, now: run.endedAt ?? known.now, columns: columns)
      + resultLines(run, known, columns: columns) + [Line.rule("Output", columns: columns)]
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
