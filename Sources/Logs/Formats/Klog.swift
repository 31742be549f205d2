extension LogFormat {
  /// L7: `Lmmdd hh:mm:ss.uuuuuu  thread file:line] message`, or `"message" key="value"` behind it.
  /// It has no year; kubectl's time is the only one that can be used.
  package static let klog = LogFormat(
    title: "Kubernetes", writers: LogRole.containers,
    head: { line in
      let level: LogLevel
      switch line[0] {
      case UInt8(ascii: "I"): level = .info
      case UInt8(ascii: "W"): level = .warn
      case UInt8(ascii: "E"): level = .error
      case UInt8(ascii: "F"): level = .fatal
      default: return nil
      }
      guard line.number(at: 1, digits: 4) != nil, line[5] == 0x20, line[8] == 0x3A,
        line[11] == 0x3A, line[14] == 0x2E, line.number(at: 6, digits: 2) != nil
      else { return nil }
      // Behind the file's name, which holds no bracket.
      guard let end = line.firstIndex(of: UInt8(ascii: "]"), from: 15) else {
        return LogHead(level: level, body: min(21, line.count))
      }
      return LogHead(level: level, body: line[end + 1] == 0x20 ? end + 2 : end + 1)
    },
    fields: { line, head in
      let body = line.dropFirst(head.body)
      guard body[0] == UInt8(ascii: "\""), let end = QuotedText.end(in: body, from: 0) else {
        return KeyValueText.split(body)
      }
      let message = QuotedText.unquoted(body[1..<end - 1])
      let rest = KeyValueText.split(body.dropFirst(end))
      // What follows is structured only where it is nothing but pairs.
      guard rest.message.isEmpty else { return LogFields(message: body.bytes) }
      return LogFields(message: message, fields: rest.fields)
    })
}
