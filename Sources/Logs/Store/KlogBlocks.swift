import Basics

/// Makes one line of a value that klog writes over several (`err=<`, the lines behind a tab each, ` >`):
/// the value stands in quotes then, as klog writes one of a single line. What is not whole goes out as it
/// came.
package struct KlogBlocks: Sendable {
  /// The lines of an open block, the first with its `=<`.
  private var held: [ArraySlice<UInt8>] = []
  private var size = 0

  private static let mostLines = 500
  private static let mostBytes = 64 << 10

  package init() {}

  /// - Parameter bytes: whole lines, each with its line feed.
  package mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    let isPlain =
      held.isEmpty
      && bytes.withUnsafeBytes { ByteSearch.first(of: "=<\n", in: $0) == nil }
      && bytes.withUnsafeBytes { ByteSearch.first(of: "=<\r\n", in: $0) == nil }
    if isPlain { return bytes }
    var result: [UInt8] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
      add(line, to: &result)
    }
    return result
  }

  /// Nothing more will come.
  package mutating func end() -> [UInt8] {
    defer { (held, size) = ([], 0) }
    return held.flatMap { $0 + [0x0A] }
  }

  private mutating func add(_ line: ArraySlice<UInt8>, to result: inout [UInt8]) {
    if !held.isEmpty {
      let text = Self.text(of: line)
      if text.first == 0x09 {
        hold(line)
        if held.count > Self.mostLines || size > Self.mostBytes { result += end() }
        return
      }
      if text.starts(with: [0x20, UInt8(ascii: ">")]) {
        let whole = joined(text.dropFirst(2))
        (held, size) = ([], 0)
        // What follows may open another block.
        return add(whole[...], to: &result)
      }
      result += end()
    }
    if Self.opens(line) { hold(line) } else { result += line + [0x0A] }
  }

  private mutating func hold(_ line: ArraySlice<UInt8>) {
    held.append(line)
    size += line.count
  }

  private func joined(_ rest: ArraySlice<UInt8>) -> [UInt8] {
    var whole = Array(Self.withoutReturn(held[0]).dropLast()) + [UInt8(ascii: "\"")]
    for (index, line) in held.dropFirst().enumerated() {
      if index > 0 { whole += Array("\\n".utf8) }
      for byte in Self.text(of: line).dropFirst() {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { whole.append(0x5C) }
        whole.append(byte)
      }
    }
    return whole + [UInt8(ascii: "\"")] + rest
  }

  private static func opens(_ line: ArraySlice<UInt8>) -> Bool {
    let line = withoutReturn(line)
    guard line.suffix(2).elementsEqual("=<".utf8) else { return false }
    return Array(line).withUnsafeBytes { bytes in
      LogFormat.klog.head(LogIntake.split(LineBytes(bytes)).1) != nil
    }
  }

  /// Without kubectl's time, which stands before each line.
  private static func text(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let line = withoutReturn(line)
    let length = Array(line.prefix(64)).withUnsafeBytes { bytes in
      bytes.count - LogIntake.split(LineBytes(bytes)).1.count
    }
    return line.dropFirst(length)
  }

  private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.last == 0x0D ? line.dropLast() : line
  }
}
