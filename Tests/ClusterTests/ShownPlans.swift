import Testing

/// What the text output of an apply says, in its order: each plan before its commands.
struct ShownPlans {
  /// The commands of the plan shown last, as shell text.
  private var shown: Set<String> = []
  /// Commands that were started, in order.
  private(set) var started: [String] = []
  /// Started without having stood in the plan above.
  private(set) var unannounced: [String] = []

  init(_ output: String) {
    var isInRuns = false
    for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("PLAN ") {
        shown = []
        isInRuns = false
      } else if line == "  runs" {
        isInRuns = true
      } else if line.hasPrefix("  "), !line.hasPrefix("   ") {
        // The way back and the diff are no announcement of what runs.
        isInRuns = false
      } else if isInRuns, line.hasPrefix("    $ ") {
        shown.insert(Self.command(line.dropFirst(6)))
      } else if line.hasPrefix("$ ") {
        let command = Self.command(line.dropFirst(2))
        started.append(command)
        if !shown.contains(command) { unannounced.append(command) }
      }
    }
  }

  private static func command(_ text: Substring) -> String {
    String(text.hasSuffix(" <<'EOF'") ? text.dropLast(8) : text)
  }
}
