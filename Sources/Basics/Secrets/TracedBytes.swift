/// Bytes made from a text, each with the stretch of the text it stands for.
struct TracedBytes {
  private(set) var bytes: [UInt8]
  /// nil: each byte stands for itself.
  private var stretches: [Range<Int>]?

  init(_ text: [UInt8]) { bytes = text }

  func stretch(_ index: Int) -> Range<Int> { stretches?[index] ?? index..<index + 1 }

  /// nil leaves the byte out.
  func mapping(_ change: (UInt8) -> UInt8?) -> TracedBytes {
    var result = Builder(from: self)
    for (index, byte) in bytes.enumerated() {
      if let changed = change(byte) { result.append([changed], of: index..<index + 1) }
    }
    return result.made
  }

  /// Without escape sequences of terminals and characters that take no cell.
  func withoutUnseen() -> TracedBytes {
    guard bytes.contains(where: { $0 == 0x1B || $0 >= 0x80 }) else { return self }
    var result = Builder(from: self)
    var index = 0
    while index < bytes.count {
      let length = SafeText.unseenLength(at: index, in: bytes)
      if length > 0 {
        index += length
      } else {
        result.append([bytes[index]], of: index..<index + 1)
        index += 1
      }
    }
    return result.made
  }

  /// As it was before C, Go, JSON or a shell wrote it with backslashes.
  func withoutBackslashes() -> TracedBytes {
    var result = Builder(from: self)
    var index = 0
    while index < bytes.count {
      let (meant, length) = backslashed(at: index)
      result.append(meant, of: index..<index + length)
      index += length
    }
    return result.made
  }

  /// As it was before it became part of a URL.
  func withoutPercents() -> TracedBytes {
    var result = Builder(from: self)
    var index = 0
    while index < bytes.count {
      let isCode = bytes[index] == UInt8(ascii: "%")
      if isCode, let byte = number(at: index + 1, digits: 2, base: 16) {
        result.append([UInt8(byte)], of: index..<index + 3)
        index += 3
      } else {
        result.append([bytes[index]], of: index..<index + 1)
        index += 1
      }
    }
    return result.made
  }

  /// What is meant at the place, and how many bytes say it.
  private func backslashed(at index: Int) -> (meant: [UInt8], length: Int) {
    guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
      return ([bytes[index]], 1)
    }
    switch bytes[index + 1] {
    case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "v"),
      UInt8(ascii: "f"), UInt8(ascii: "a"), UInt8(ascii: "b"):
      return ([UInt8(ascii: " ")], 2)
    case UInt8(ascii: "x"):
      if let byte = number(at: index + 2, digits: 2, base: 16) { return ([UInt8(byte)], 4) }
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let digits = bytes[index + 1] == UInt8(ascii: "u") ? 4 : 8
      if let code = number(at: index + 2, digits: digits, base: 16) {
        return (Unicode.Scalar(code).map { Array(String($0).utf8) } ?? [], 2 + digits)
      }
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      if let byte = number(at: index + 1, digits: 3, base: 8) { return ([UInt8(byte)], 4) }
    default: break
    }
    return ([bytes[index + 1]], 2)
  }

  private func number(at start: Int, digits: Int, base: Int) -> UInt32? {
    guard start + digits <= bytes.count else { return nil }
    let text = String(decoding: bytes[start..<start + digits], as: UTF8.self)
    return text.first == "+" || text.first == "-" ? nil : UInt32(text, radix: base)
  }

  private struct Builder {
    let source: TracedBytes
    var made: TracedBytes
    var stretches: [Range<Int>] = []

    init(from source: TracedBytes) {
      self.source = source
      made = TracedBytes([])
      made.bytes.reserveCapacity(source.bytes.count)
      made.stretches = []
      made.stretches?.reserveCapacity(source.bytes.count)
    }

    mutating func append(_ bytes: [UInt8], of range: Range<Int>) {
      let stretch =
        source.stretch(range.lowerBound)
        .lowerBound..<source.stretch(range.upperBound - 1).upperBound
      for byte in bytes {
        made.bytes.append(byte)
        made.stretches?.append(stretch)
      }
    }
  }
}
