import Basics
import Glibc

/// The bytes of one line, or of a part of it, inside a buffer that outlives this value. Reading
/// beyond the end gives 0, so a parser can look ahead without asking.
package struct LineBytes {
  private let base: UnsafeRawPointer
  let count: Int

  init(_ base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }

  package init(_ buffer: UnsafeRawBufferPointer) {
    // An empty buffer has no address; nothing is read through this one.
    base = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    count = buffer.count
  }

  subscript(_ index: Int) -> UInt8 {
    index >= 0 && index < count ? base.load(fromByteOffset: index, as: UInt8.self) : 0
  }

  /// The part of the range that is inside.
  subscript(_ range: Range<Int>) -> LineBytes {
    let start = min(max(range.lowerBound, 0), count)
    return LineBytes(base + start, count: max(0, min(range.upperBound, count) - start))
  }

  func dropFirst(_ number: Int) -> LineBytes { self[number..<max(number, count)] }

  var bytes: [UInt8] { [UInt8](UnsafeRawBufferPointer(start: base, count: count)) }
  var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  // MARK: Searching

  func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start >= 0, start < count else { return nil }
    return memchr(base + start, Int32(byte), count - start)
      .map { UnsafeRawPointer($0) - base }
  }

  func firstIndex(of text: StaticString, from start: Int = 0) -> Int? {
    firstIndex(
      of: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), from: start)
  }

  func firstIndex(of needle: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
    guard start >= 0, start <= count, needle.baseAddress != nil else { return nil }
    let rest = UnsafeRawBufferPointer(start: base + start, count: count - start)
    return ByteSearch.first(of: needle, in: rest).map { $0 + start }
  }

  func isEqual(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && hasPrefix(text)
  }

  func contains(_ text: StaticString) -> Bool { firstIndex(of: text) != nil }

  func hasPrefix(_ text: StaticString, at start: Int = 0) -> Bool {
    let length = text.utf8CodeUnitCount
    guard start >= 0, count - start >= length else { return false }
    return memcmp(base + start, text.utf8Start, length) == 0
  }

  func firstIndex(from start: Int, where isWanted: (UInt8) -> Bool) -> Int? {
    var index = start
    while index < count {
      if isWanted(self[index]) { return index }
      index += 1
    }
    return nil
  }

  // MARK: Numbers

  /// The number in that many digits; nil where one of them is none.
  func number(at start: Int, digits: Int) -> Int64? {
    var value: Int64 = 0
    for index in start..<start + digits {
      let digit = self[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return value
  }
}
