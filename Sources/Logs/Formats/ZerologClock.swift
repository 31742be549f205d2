extension LogFormat {
  /// L3: `3:04PM LVL message key=value …`, in colours that were taken off.
  package static let zerologClock = LogFormat(
    title: "provider since 0.10",
    writers: [.provider, .operator, .hostnameOperator, .inventoryOperator],
    vocabulary: .akash,
    head: { line in
      let colon = line[1] == 0x3A ? 1 : 2
      guard line[colon] == 0x3A, line[0] &- 0x30 < 10, colon == 1 || line[1] &- 0x30 < 10,
        line[colon + 1] &- 0x30 < 6, line[colon + 2] &- 0x30 < 10,
        line[colon + 3] == UInt8(ascii: "A") || line[colon + 3] == UInt8(ascii: "P"),
        line[colon + 4] == UInt8(ascii: "M"), line[colon + 5] == 0x20,
        let level = ZerologLevel(line, at: colon + 6)
      else { return nil }
      return LogHead(level: level.level, body: level.end)
    },
    fields: { line, head in KeyValueText.split(line.dropFirst(head.body)) })
}
