extension LogFormat {
  /// L10: `Error: …`, `WARNING: …`, `NAME: value` as helm and kubectl write them.
  package static let commandLine = LogFormat(
    title: "helm and kubectl", writers: [.journal],
    head: { line in
      if line.hasPrefix("Error: ") || line.hasPrefix("error: ") {
        return LogHead(level: .error, body: 7)
      }
      if line.hasPrefix("Error from server ") { return LogHead(level: .error, body: 0) }
      if line.hasPrefix("WARNING: ") || line.hasPrefix("Warning: ") {
        return LogHead(level: .warn, body: 9)
      }
      return isReport(line) ? LogHead(body: 0) : nil
    },
    fields: { line, head in
      guard isReport(line), let colon = line.firstIndex(of: 0x3A) else {
        return LogFields(message: line.dropFirst(head.body).bytes)
      }
      return LogFields(
        message: [],
        fields: [.init(key: line[0..<colon].bytes, value: line[colon + 2..<line.count].bytes)])
    })

  /// A line of `NAME: default`, `STATUS: deployed`, `LAST DEPLOYED: Mon Nov 23 …`.
  private static func isReport(_ line: LineBytes) -> Bool {
    line.hasPrefix("NAME: ") || line.hasPrefix("LAST DEPLOYED: ") || line.hasPrefix("NAMESPACE: ")
      || line.hasPrefix("STATUS: ") || line.hasPrefix("REVISION: ")
      || line.hasPrefix("DESCRIPTION: ")
  }
}
