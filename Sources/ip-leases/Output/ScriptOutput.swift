import Basics
import Execution
import IPLeasesCore

/// `plan -o script`: a shell script that does what the plan does, step by step, and stops at the
/// first failure. It holds no secret: provider.yaml is captured and edited where it runs.
enum ScriptText {
  static func text(_ plans: [Plan]) -> String {
    var lines = [
      "# Made by ip-leases from what the cluster showed. It stops at the first failure; then make",
      "# it anew, because later steps depend on what the earlier ones left.",
      "set -eu",
      "umask 077",
    ]
    for plan in plans where !plan.isEmpty {
      lines += ["", "# \(plan.id): \(comment(plan.title))"]
      lines += plan.notes.map { "# note: \(comment($0.line()))" }
      lines += plan.actions.flatMap(text)
      if !plan.undo.isEmpty {
        lines.append("# the way back:")
        // A quoted argument may hold line ends.
        // By scalars: CR LF is one character.
        lines += plan.undo.flatMap(text).flatMap { SafeText.lines($0, limit: .max) }
          .filter { !$0.isEmpty }.map { "#   \($0)" }
      }
    }
    // Not every sh reads the quotes of what cannot be shown.
    let shell = lines.contains { $0.contains("$'") } ? "#!/usr/bin/env bash" : "#!/bin/sh"
    return ([shell] + lines).joined(separator: "\n") + "\n"
  }

  private static func text(_ action: Action) -> [String] {
    switch action {
    case .command(let command): return text(command)
    case .file(let change): return text(change)
    case .wait(let wait): return text(wait)
    }
  }

  private static func text(_ command: Command) -> [String] {
    guard let input = command.standardInput else { return [command.shellText] }
    guard SafeText.shown(input) == input else {
      return ["echo what is written here cannot be shown: apply it by ip-leases >&2; exit 1"]
    }
    let end = delimiter(for: input)
    let body = input.hasSuffix("\n") ? String(input.dropLast()) : input
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var trial: [String] = []
    if let dryRun = command.dryRun {
      // A webhook answers a little later than its pod is ready.
      trial = ["n=0; until \(dryRun.shellText) > /dev/null <<'\(end)'"] + lines + [end]
      trial.append("do n=$((n + 1)); [ $n -lt 60 ] || exit 1; sleep 2; done")
    }
    return trial + ["\(command.shellText) <<'\(end)'"] + lines + [end]
  }

  /// A word that is no line of the text.
  private static func delimiter(for text: String) -> String {
    let lines = Set(text.split(separator: "\n").map(String.init))
    let free = (0...).lazy.map { $0 == 0 ? "EOF" : "EOF\($0)" }.first { !lines.contains($0) }
    return free ?? "EOF"
  }

  private static func text(_ change: FileChange) -> [String] {
    let path = ShellQuoting.quote(change.path)
    var lines: [String] = []
    if let capture = change.capturedBy {
      lines.append("if [ -e \(path) ]; then echo \(path) is there already >&2; exit 1; fi")
      lines.append("\(capture.shellText) > \(path)")
    }
    if change.capturedBy == nil, change.keepsMode, change.expected == nil {
      // All of it is ours, and no secret is in it.
      let folder = ShellQuoting.quote(AtomicFile.folder(of: change.path))
      let text = change.contents.reveal()
      let end = delimiter(for: text)
      return [
        "if [ -e \(path) ]; then echo \(path) is there already >&2; exit 1; fi",
        "mkdir -p \(folder)", "cat > \(path) <<'\(end)'", text + end,
      ]
    }
    if change.capturedBy == nil {
      // Its text may hold secrets, which no script should.
      lines.append("if [ ! -e \(path) ]; then echo write \(path) first >&2; exit 1; fi")
    }
    // After sed's d and c nothing more is done with their line: what is put behind it comes before.
    let isInsert = { (edit: LineEdit) in if case .insert = edit { true } else { false } }
    let ordered = change.edits.filter(isInsert) + change.edits.filter { !isInsert($0) }
    let edits = ordered.map(expression).joined(separator: " ")
    if !edits.isEmpty { lines.append("sed -i \(edits) \(path)") }
    // Hours may lie between the plan and the script: lines are counted from what was there then.
    let sum = TextDigest.cksum(change.contents.reveal())
    lines.append(
      "[ \"$(cksum < \(path))\" = '\(sum)' ] || "
        + "{ echo \(path) is not as it was planned, make the plan anew >&2; exit 1; }")
    return lines
  }

  private static func expression(_ edit: LineEdit) -> String {
    switch edit {
    case .insert(let after, let lines):
      let text = lines.map(escaped).joined(separator: "\\\n")
      return "-e " + ShellQuoting.single(after == 0 ? "1i\\\n\(text)" : "\(after)a\\\n\(text)")
    case .replace(let line, let text):
      return "-e " + ShellQuoting.single("\(line)c\\\n\(escaped(text))")
    case .remove(let line): return "-e \(line)d"
    }
  }

  /// For sed's a, c and i: a leading blank and every backslash need one in front.
  private static func escaped(_ line: String) -> String {
    let text = line.replacing("\\", with: "\\\\")
    return text.first?.isWhitespace == true ? "\\" + text : text
  }

  private static func text(_ wait: Wait) -> [String] {
    let seconds = wait.interval.components.seconds
    let tries = max(1, wait.limit.components.seconds / max(1, seconds))
    let probe = wait.probe.shellText
    let heading = "# wait until \(comment(wait.until))"
    let test: String
    switch wait.passes {
    case .timePasses: return [heading, "sleep \(wait.limit.components.seconds)"]
    case .succeeds: test = "\(probe) > /dev/null 2>&1"
    case .prints(let text):
      test = "\(probe) 2> /dev/null | grep -qF -e \(ShellQuoting.quote(text))"
    case .printsAny(let texts):
      test =
        "\(probe) 2> /dev/null | grep -qF "
        + texts.map { "-e \(ShellQuoting.quote($0))" }.joined(separator: " ")
    case .printsOnly(let text):
      test = "[ \"$(\(probe) 2> /dev/null)\" = \(ShellQuoting.quote(text)) ]"
    case .number(let key, let number):
      test =
        "\(probe) 2> /dev/null | grep -qE \(ShellQuoting.quote("\"\(key)\": *\(number)([^0-9]|$)"))"
    case .sample(let series, let number):
      test = "\(probe) 2> /dev/null | grep -qxF -e \(ShellQuoting.quote("\(series) \(number)"))"
    }
    let steady = wait.steadiness.components.seconds
    return [
      heading,
      "n=0; until \(test); do n=$((n + 1)); [ $n -lt \(tries) ] || exit 1; sleep \(seconds); done",
    ] + (steady == 0 ? [] : ["sleep \(steady); \(test) || exit 1"])
  }

  private static func comment(_ text: String) -> String { SafeText.line(text) }
}
