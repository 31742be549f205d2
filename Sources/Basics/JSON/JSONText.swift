import Glibc

/// Reads and writes JSON text the way the tools do: keys sorted, `<`, `>` and `&` escaped as Go's
/// encoder does.
package enum JSONText {
  package struct SyntaxError: Error, Equatable {
    package var offset: Int
  }

  package static func parse(_ text: String) throws(SyntaxError) -> JSONValue {
    var text = text
    var result: Result<JSONValue, SyntaxError>?
    text.withUTF8 { bytes in
      result = Result { () throws(SyntaxError) in
        var parser = Parser(bytes: bytes)
        return try parser.document()
      }
    }
    guard let result else { throw SyntaxError(offset: 0) }
    return try result.get()
  }

  /// No blanks, as Go's `json.Marshal` prints.
  package static func compact(_ value: JSONValue) -> String {
    var writer = Writer(indent: nil)
    writer.write(value, depth: 0)
    return writer.text
  }

  /// Four blanks a level, as `kubectl get -o json` prints.
  package static func indented(_ value: JSONValue, by blanks: Int = 4) -> String {
    var writer = Writer(indent: blanks)
    writer.write(value, depth: 0)
    return writer.text
  }

  /// Text is put together from whole strings and not byte by byte: the state of the whole cluster goes
  /// through here with each command.
  private struct Writer {
    let indent: Int?
    private(set) var text = ""

    init(indent: Int?) { self.indent = indent }

    mutating func write(_ value: JSONValue, depth: Int) {
      switch value {
      case .null: text += "null"
      case .bool(let flag): text += flag ? "true" : "false"
      case .int(let number): text += String(number)
      case .double(let number): text += String(number)
      case .string(let string): write(string)
      case .array(let items):
        if items.isEmpty {
          text += "[]"
          return
        }
        text += "["
        for (index, item) in items.enumerated() {
          if index > 0 { text += "," }
          breakLine(depth + 1)
          write(item, depth: depth + 1)
        }
        breakLine(depth)
        text += "]"
      case .object(let fields):
        if fields.isEmpty {
          text += "{}"
          return
        }
        text += "{"
        for (index, key) in fields.keys.sorted().enumerated() {
          if index > 0 { text += "," }
          breakLine(depth + 1)
          write(key)
          text += indent == nil ? ":" : ": "
          write(fields[key] ?? .null, depth: depth + 1)
        }
        breakLine(depth)
        text += "}"
      }
    }

    private mutating func breakLine(_ depth: Int) {
      guard let indent else { return }
      text += "\n"
      text += String(repeating: " ", count: depth * indent)
    }

    private mutating func write(_ string: String) {
      text += "\""
      let count = string.utf8.count
      let isPlain = string.withCString { strcspn($0, Self.special) == count }
      if isPlain { text += string } else { writeEscaped(string) }
      text += "\""
    }

    /// Bytes of which some do not stand for themselves, as a C string.
    private static let special =
      (1..<0x20).map { CChar($0) } + [0x22, 0x5C, 0x3C, 0x3E, 0x26, CChar(bitPattern: 0xE2), 0]

    private mutating func writeEscaped(_ string: String) {
      for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "<", ">", "&", "\u{0}"..<" ", "\u{2028}", "\u{2029}":
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
  }

  private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var failure: SyntaxError { SyntaxError(offset: position) }

    mutating func document() throws(SyntaxError) -> JSONValue {
      let value = try value(depth: 0)
      skipBlanks()
      guard position == bytes.count else { throw failure }
      return value
    }

    private mutating func skipBlanks() {
      while position < bytes.count {
        switch bytes[position] {
        case 0x20, 0x0A, 0x0D, 0x09: position += 1
        default: return
        }
      }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      skipBlanks()
      guard position < bytes.count, bytes[position] == byte else { return false }
      position += 1
      return true
    }

    private mutating func value(depth: Int) throws(SyntaxError) -> JSONValue {
      guard depth < 200 else { throw failure }
      skipBlanks()
      guard position < bytes.count else { throw failure }
      switch bytes[position] {
      case UInt8(ascii: "{"): return try object(depth: depth)
      case UInt8(ascii: "["): return try array(depth: depth)
      case UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "t"): return try word("true", .bool(true))
      case UInt8(ascii: "f"): return try word("false", .bool(false))
      case UInt8(ascii: "n"): return try word("null", .null)
      default: return try number()
      }
    }

    private mutating func object(depth: Int) throws(SyntaxError) -> JSONValue {
      position += 1
      var fields: [String: JSONValue] = [:]
      if take(UInt8(ascii: "}")) { return .object(fields) }
      while true {
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure }
        let key = try string()
        guard take(UInt8(ascii: ":")) else { throw failure }
        fields[key] = try value(depth: depth + 1)
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "}")) else { throw failure }
        return .object(fields)
      }
    }

    private mutating func array(depth: Int) throws(SyntaxError) -> JSONValue {
      position += 1
      var items: [JSONValue] = []
      if take(UInt8(ascii: "]")) { return .array(items) }
      while true {
        items.append(try value(depth: depth + 1))
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "]")) else { throw failure }
        return .array(items)
      }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(SyntaxError)
      -> JSONValue
    {
      let length = word.utf8CodeUnitCount
      guard position + length <= bytes.count else { throw failure }
      for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
        throw failure
      }
      position += length
      return value
    }

    private mutating func number() throws(SyntaxError) -> JSONValue {
      let start = position
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
          UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
          position += 1
          continue
        default: break
        }
        break
      }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      if let number = Int(text) { return .int(number) }
      guard let number = Double(text) else { throw failure }
      return .double(number)
    }

    private mutating func string() throws(SyntaxError) -> String {
      position += 1
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
        bytes[position] != UInt8(ascii: "\\")
      {
        position += 1
      }
      var result = String(decoding: bytes[start..<position], as: UTF8.self)
      while position < bytes.count {
        if bytes[position] == UInt8(ascii: "\"") {
          position += 1
          return result
        }
        if bytes[position] == UInt8(ascii: "\\") {
          position += 1
          result.unicodeScalars.append(try escape())
          continue
        }
        let run = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
          bytes[position] != UInt8(ascii: "\\")
        {
          position += 1
        }
        result += String(decoding: bytes[run..<position], as: UTF8.self)
      }
      throw failure
    }

    private mutating func escape() throws(SyntaxError) -> Unicode.Scalar {
      guard position < bytes.count else { throw failure }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{C}"
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
      case UInt8(ascii: "u"): return try codePoint()
      default: throw failure
      }
    }

    private mutating func codePoint() throws(SyntaxError) -> Unicode.Scalar {
      let high = try hexadecimal()
      if let scalar = Unicode.Scalar(high) { return scalar }
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { return "\u{FFFD}" }
      position += 2
      let low = try hexadecimal()
      guard (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low) else {
        return "\u{FFFD}"
      }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
      guard position + 4 <= bytes.count else { throw failure }
      let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
      guard let number = UInt32(text, radix: 16) else { throw failure }
      position += 4
      return number
    }
  }
}
