import Basics
import Execution
import IPLeasesCore

/// `plan -o json`; also for `rollback --dry-run`.
struct PlanDocument: Encodable {
  struct Entry: Encodable {
    var id: String
    var title: String
    var actions: [ActionRow]
    var undo: [ActionRow]
    var cannotUndo: String?
    var touches: [String]
    var touchedServices: Int
    var notes: [String]
    var diff: String
  }

  let schema = "ip-leases/plan/v1"
  var steps: [Entry]
  /// What is to be known of steps that have nothing to do.
  var notices: [String]

  init(_ plans: [Plan], notices: [String] = []) {
    self.notices = notices
    steps = plans.filter { !$0.isEmpty }.map { plan in
      Entry(
        id: plan.id, title: plan.title, actions: plan.actions.map(ActionRow.init),
        undo: plan.undo.map(ActionRow.init), cannotUndo: plan.cannotUndo, touches: plan.touches,
        touchedServices: plan.touchedServices, notes: plan.notes.map { $0.line() }, diff: plan.diff)
    }
  }
}

/// One action as JSON: the keys depend on its kind.
struct ActionRow: Encodable {
  var action: Action

  init(_ action: Action) { self.action = action }

  enum CodingKeys: String, CodingKey {
    case kind, argv, stdin, changes, purpose, path, diff, until, probe
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch action {
    case .command(let command):
      try container.encode("command", forKey: .kind)
      try container.encode(command.argv, forKey: .argv)
      // A key that is always there, null where there is nothing to feed.
      try container.encode(command.standardInput, forKey: .stdin)
      try container.encode(command.changes, forKey: .changes)
      try container.encode(command.purpose, forKey: .purpose)
    case .file(let change):
      try container.encode("file", forKey: .kind)
      try container.encode(change.path, forKey: .path)
      try container.encode(change.diff, forKey: .diff)
    case .wait(let wait):
      try container.encode("wait", forKey: .kind)
      try container.encode(wait.until, forKey: .until)
      try container.encode(wait.probe.argv, forKey: .probe)
    }
  }
}

/// A plan for people: what, why, the exact commands, who is touched, the way back.
enum PlanText {
  static func text(_ plan: Plan, _ options: [String]) -> String {
    var lines = ["PLAN \(plan.id): \(plan.title)"]
    lines += list("note", plan.notes.map { $0.line(options) })
    lines += list("touches", plan.touches)
    if plan.touchedServices > 0 {
      lines.append("  touches  \(plan.touchedServices) Service(s) lose or change their address")
    }
    lines.append("  runs")
    lines += plan.actions.flatMap(text)
    if !plan.diff.isEmpty && !plan.diff.isContained(in: lines) {
      lines.append("  diff")
      lines += plan.diff.split(separator: "\n", omittingEmptySubsequences: false).map {
        "    \($0)"
      }
    }
    if plan.closingCount > 0 {
      lines.append("  back     its last \(plan.closingCount == 1 ? "command" : "commands")")
    } else if !plan.undo.isEmpty {
      lines.append("  back     " + plan.wayBack.text(options))
      lines += plan.undo.flatMap(text)
    }
    if let cannotUndo = plan.cannotUndo { lines.append("  cannot come back: \(cannotUndo)") }
    // Names and values come from the cluster.
    return lines.map { SafeText.line($0, limit: 100_000) }.joined(separator: "\n") + "\n"
  }

  static func text(_ action: Action) -> [String] {
    switch action {
    case .command(let command):
      var lines = ["    $ \(command.shellText)"]
      if let input = command.standardInput {
        lines[0] += " <<'EOF'"
        // The whole text is in -o json and -o script; here one line says what a long one is.
        lines += SafeText.lines(input, limit: 160).dropLast(input.hasSuffix("\n") ? 1 : 0)
          .map { "      \($0)" }
        lines.append("      EOF")
      }
      return lines
    case .file(let change):
      return ["    write \(change.path) (\(change.keepsMode ? "mode kept" : "0600"))"]
        + change.diff.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
    case .wait(let wait):
      return [
        "    wait until \(wait.until) (at most \(wait.limit.components.seconds) s)",
        "      asks: \(wait.probe.shellText)",
      ]
    }
  }

  private static func list(_ name: String, _ lines: [String]) -> [String] {
    lines.enumerated().map { "  \(($0.offset == 0 ? name : "").padded(to: 8)) \($0.element)" }
  }
}

extension String {
  fileprivate func isContained(in lines: [String]) -> Bool {
    guard let first = split(separator: "\n").last else { return true }
    return lines.contains { $0.hasSuffix(first) }
  }
}
