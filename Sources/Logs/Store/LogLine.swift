/// One line as it is shown: every text is harmless for a terminal.
package struct LogLine: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  package var source: LogSource
  /// kubectl's time, else the line's own; nil where neither is there.
  package var time: LogTime?
  package var level: LogLevel?
  package var message: String
  package var fields: [Field]
  /// The whole line without kubectl's time and without colours.
  package var raw: String
  package var format: LogFormat.ID
  /// What is known about lines like this one.
  package var known: KnownLine?
  /// Bytes of a very long line that were not kept.
  package var cutBytes: Int

  /// `message  key=value key=value`, as the list shows it.
  package var text: String {
    guard !fields.isEmpty else { return message }
    let pairs = fields.map { field in
      let isPlain = !field.value.isEmpty && !field.value.contains { " \"=".contains($0) }
      return "\(field.key)=" + (isPlain ? field.value : "\"\(field.value)\"")
    }
    return (message.isEmpty ? "" : "\(message)  ") + pairs.joined(separator: " ")
  }
}
