extension LogFormat {
  /// L9: `2024/01/01 12:00:00 BGP: [ABCDE-FGHIJ] message`; date and identity may be missing.
  /// `[EC 123]` names an error of FRR's own list.
  package static let frr = LogFormat(
    title: "FRR", writers: [.controller, .speaker],
    containers: ["frr", "frr-metrics", "reloader", "frr-status", "cp-frr-files"],
    head: { line in
      var body = 0
      if line[4] == UInt8(ascii: "/"), line[7] == UInt8(ascii: "/"), line[13] == 0x3A,
        line.number(at: 0, digits: 4) != nil
      {
        body = (line.firstIndex(of: 0x20, from: 11) ?? line.count - 1) + 1
      }
      guard let colon = line.firstIndex(of: 0x3A, from: body), colon - body <= 20,
        line[colon + 1] == 0x20, isName(line[body..<colon], isDated: body > 0)
      else { return nil }
      let isNumbered = line[colon + 2..<min(line.count, colon + 40)].contains("[EC ")
      return LogHead(level: isNumbered ? .warn : nil, body: colon + 2)
    },
    fields: { line, head in LogFields(message: line.dropFirst(head.body).bytes) })

  /// `BGP`, `watchfrr[21]`. Without a date in front, small letters alone (`panic`, `error`) are words of
  /// other programs.
  private static func isName(_ name: LineBytes, isDated: Bool) -> Bool {
    guard name.count > 1 else { return false }
    let isCapital = { (byte: UInt8) in byte >= 0x41 && byte <= 0x5A }
    guard isDated || (isCapital(name[0]) && isCapital(name[1])) || name[name.count - 1] == 0x5D
    else { return false }
    return name.firstIndex(from: 0) { byte in
      let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      return !(isLetter || byte &- 0x30 < 10 || byte == 0x5B || byte == 0x5D)
    } == nil
  }
}
