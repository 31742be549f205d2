extension LogFormat {
  /// L8: the lines of init scripts: bash traces, answers of the command line tools, free text.
  package static let script = LogFormat(
    title: "scripts and free text",
    writers: LogRole.containers,
    head: { line in LogHead(level: level(of: line), body: 0) },
    fields: { line, _ in LogFields(message: line.bytes) })

  private static func level(of line: LineBytes) -> LogLevel? {
    switch line[0] {
    // A trace shows commands before they run, whatever words are in them.
    case UInt8(ascii: "+"): return nil
    case UInt8(ascii: "E") where line.hasPrefix("Error: "),
      UInt8(ascii: "e") where line.hasPrefix("error: "):
      return .error
    case UInt8(ascii: "p") where line.hasPrefix("panic: "),
      UInt8(ascii: "f") where line.hasPrefix("fatal error: "):
      return .fatal
    default: break
    }
    // The result of a command, `rc=0` or `rc: 5`.
    guard let place = line.firstIndex(of: "rc="), place == 0 || line[place - 1] == 0x20 else {
      return nil
    }
    let digit = line[place + 3] &- 0x30
    return digit > 0 && digit < 10 ? .error : nil
  }
}
