/// Colours and other control sequences of a terminal, taken out of a line.
enum EscapeSequences {
  /// Without `ESC [ … letter`. An escape of another kind stays: it is shown as what it is, made
  /// harmless, so that nobody hides words behind it.
  static func removed(from line: LineBytes) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(line.count)
    var index = 0
    while let escape = line.firstIndex(of: 0x1B, from: index) {
      result += line[index..<escape].buffer
      if let end = end(line, escape) {
        index = end
      } else {
        result.append(0x1B)
        index = escape + 1
      }
    }
    result += line[index..<max(index, line.count)].buffer
    return result
  }

  /// Behind the final byte of the sequence; nil where it is none that ends soon.
  private static func end(_ line: LineBytes, _ start: Int) -> Int? {
    guard line[start + 1] == UInt8(ascii: "[") else { return nil }
    var index = start + 2
    while index < start + 34, (0x20...0x3F).contains(line[index]) { index += 1 }
    return (0x40...0x7E).contains(line[index]) ? index + 1 : nil
  }
}
