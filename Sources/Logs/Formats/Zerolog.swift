extension LogFormat {
  /// L2: `<nil> LVL message key=value …`
  package static let zerolog = LogFormat(
    title: "operators since 0.10",
    writers: [.provider, .operator, .hostnameOperator, .inventoryOperator],
    vocabulary: .akash,
    head: { line in
      guard line.hasPrefix("<nil> "), let level = ZerologLevel(line, at: 6) else { return nil }
      return LogHead(level: level.level, body: level.end)
    },
    fields: { line, head in KeyValueText.split(line.dropFirst(head.body)) })
}

/// The three letters of zerolog's console writer, and a blank or the end behind them.
struct ZerologLevel {
  /// nil: a line written without a level.
  var level: LogLevel?
  var end: Int

  init?(_ line: LineBytes, at start: Int) {
    guard line[start + 3] == 0x20 || line.count == start + 3 else { return nil }
    let word =
      UInt32(line[start]) << 16 | UInt32(line[start + 1]) << 8 | UInt32(line[start + 2])
    switch word {
    case 0x545243: level = .trace
    case 0x444247: level = .debug
    case 0x494E46: level = .info
    case 0x57524E: level = .warn
    case 0x455252: level = .error
    case 0x46544C, 0x504E43: level = .fatal
    case 0x3F3F3F: level = nil
    default: return nil
    }
    end = min(start + 4, line.count)
  }
}
