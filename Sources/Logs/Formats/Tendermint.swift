extension LogFormat {
  /// L1: `E[2023-06-22|13:11:42.428] message padded to 44 columns key=value …`
  package static let tendermint = LogFormat(
    title: "provider-services before 0.10",
    writers: [.provider, .operator, .hostnameOperator, .inventoryOperator],
    vocabulary: .akash,
    head: { line in
      guard line[1] == UInt8(ascii: "["), line[2] == UInt8(ascii: "2"),
        line[12] == UInt8(ascii: "|"), let end = line.firstIndex(of: UInt8(ascii: "]"), from: 21),
        end < 32
      else { return nil }
      let level: LogLevel? =
        switch line[0] {
        case UInt8(ascii: "D"): .debug
        case UInt8(ascii: "I"), UInt8(ascii: "N"): .info
        case UInt8(ascii: "W"): .warn
        case UInt8(ascii: "E"): .error
        default: nil
        }
      guard level != nil else { return nil }
      // The container's zone is not written; normally it is UTC.
      let time = LineTime.parse(line, at: 2)
      return LogHead(
        level: level, body: line[end + 1] == 0x20 ? end + 2 : end + 1, time: time?.time)
    },
    fields: { line, head in KeyValueText.split(line.dropFirst(head.body)) })
}
