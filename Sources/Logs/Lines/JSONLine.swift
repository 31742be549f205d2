/// A line that is one JSON object, read key by key without making a value of it. What is cut off
/// at the end is left out.
enum JSONLine {
  /// Calls `visit` with key, value and whether it is a text (then without its quotes), until it
  /// returns false; false where the line is no object.
  static func read(_ line: LineBytes, _ visit: (Range<Int>, Range<Int>, Bool) -> Bool) -> Bool {
    guard line[0] == UInt8(ascii: "{") else { return false }
    var index = 1
    while true {
      while isBlank(line[index]) || line[index] == UInt8(ascii: ",") { index += 1 }
      guard line[index] == UInt8(ascii: "\""), let end = QuotedText.end(in: line, from: index)
      else {
        // The closing brace, or an object that ends in the middle.
        return index > 1 || line[index] == UInt8(ascii: "}")
      }
      let key = index + 1..<end - 1
      index = end
      while isBlank(line[index]) { index += 1 }
      guard line[index] == 0x3A else { return false }
      index += 1
      while isBlank(line[index]) { index += 1 }
      let isText = line[index] == UInt8(ascii: "\"")
      let stop = endOfValue(line, from: index)
      let isClosed = isText && QuotedText.end(in: line, from: index) != nil
      let value = isText ? index + 1..<(isClosed ? stop - 1 : stop) : index..<stop
      guard visit(key, value, isText) else { return true }
      index = stop
    }
  }

  /// - Parameter hasLogger: the key `logger` tells controller-runtime's lines from MetalLB's own.
  static func head(_ line: LineBytes, hasLogger: Bool) -> LogHead? {
    var head = LogHead(body: 0)
    var isLogger = false
    let isObject = read(line) { key, value, isText in
      let name = line[key]
      if name.count == 2, name.hasPrefix("ts") {
        head.clock = value
        head.time = isText ? LineTime.parse(line[value])?.time : seconds(line[value])
      } else if name.count == 5, name.hasPrefix("level") {
        head.level = level(line[value])
      } else if name.count == 6, name.hasPrefix("logger") {
        isLogger = true
      }
      return true
    }
    return isObject && isLogger == hasLogger ? head : nil
  }

  static func fields(_ line: LineBytes, messageKeys: [StaticString]) -> LogFields {
    var result = LogFields(message: [])
    var rank = messageKeys.count
    var place: Int?
    _ = read(line) { key, value, isText in
      let name = line[key]
      if name.isEqual("ts") || name.isEqual("level") { return true }
      let text = isText ? QuotedText.unquoted(line[value]) : line[value].bytes
      if let own = messageKeys.firstIndex(where: { name.isEqual($0) }), own < rank {
        rank = own
        place = result.fields.count
      }
      result.fields.append(.init(key: QuotedText.unquoted(name), value: text))
      return true
    }
    if let place { result.message = result.fields.remove(at: place).value }
    return result
  }

  private static func endOfValue(_ line: LineBytes, from start: Int) -> Int {
    switch line[start] {
    case UInt8(ascii: "\""): return QuotedText.end(in: line, from: start) ?? line.count
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return QuotedText.endOfBrackets(in: line, from: start, limit: line.count) ?? line.count
    default:
      return line.firstIndex(from: start) { $0 == 0x2C || $0 == 0x7D } ?? line.count
    }
  }

  private static func level(_ word: LineBytes) -> LogLevel? {
    switch word[0] {
    case UInt8(ascii: "d"): .debug
    case UInt8(ascii: "i"): .info
    case UInt8(ascii: "w"): .warn
    case UInt8(ascii: "e"): .error
    // controller-runtime's: dpanic, panic, fatal.
    case UInt8(ascii: "f"), UInt8(ascii: "p"): .fatal
    default: nil
    }
  }

  /// `1655891502.123` or `1.655891502123e+09`.
  private static func seconds(_ number: LineBytes) -> LogTime? {
    guard number.count < 40, let value = Double(String(decoding: number.bytes, as: UTF8.self)),
      value.isFinite, abs(value) < 7e9
    else { return nil }
    return LogTime(nanoseconds: Int64((value * 1e9).rounded()))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
