/// Every grammar. A new one is one file and one line here.
package enum AllLogFormats {
  package static let inOrder: [LogFormat] = [
    .tendermint, .zerolog, .zerologClock, .zerologPlain, .goKit, .controllerRuntime, .klog, .script,
    .frr, .commandLine,
  ]

  /// By the identity's number; every identity has its grammar (a test counts them).
  package static func format(_ id: LogFormat.ID) -> LogFormat { inOrder[Int(id.rawValue) - 1] }

  /// The first of the grammars that knows the line; what none knows is plain text.
  package static func read(_ line: LineBytes, as formats: [LogFormat.ID]) -> (LogFormat.ID, LogHead)
  {
    for id in formats {
      if let head = format(id).head(line) { return (id, head) }
    }
    return (.script, LogHead(body: 0))
  }
}
