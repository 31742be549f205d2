import Basics

/// What is searched, kept or hidden: plain text, or a regular expression.
package struct LogPattern: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case plain
    /// POSIX extended, with `\d` and `\w` as most people type them.
    case regex
  }

  package let kind: Kind
  package let text: String
  /// Small letters find capitals, too; a capital in the pattern finds only itself.
  package let ignoresCase: Bool

  /// nil for an empty text.
  package init?(plain text: String) {
    guard !text.isEmpty, !text.utf8.contains(0x0A) else { return nil }
    kind = .plain
    self.text = text
    ignoresCase = !text.contains { $0.isUppercase }
  }

  package init(regex text: String) throws(UserMessage) {
    kind = .regex
    self.text = text
    ignoresCase = !text.contains { $0.isUppercase }
    guard !text.isEmpty else { throw UserMessage("An empty pattern finds nothing.") }
    try Self.checkSize(text)
    // References back make a search take for ever on a line made for it.
    if text.contains(/\\[1-9]/) {
      throw UserMessage(
        "The pattern \"\(text)\" cannot be used.", reason: "references back are not supported",
        advice: "write the text twice")
    }
    _ = try CompiledPattern(self)
  }

  /// The C library writes every repetition out and goes into every bracket by calling itself: a
  /// pattern made for it takes all memory, or the stack.
  private static func checkSize(_ text: String) throws(UserMessage) {
    let repetitions = text.matches(of: /\{([0-9]*),?([0-9]*)\}/).map { match in
      max(Int(match.1) ?? 1, Int(match.2) ?? 1, 1)
    }
    let product = repetitions.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let isSmall = repetitions.allSatisfy { $0 <= 255 } && repetitions.count <= 4
    guard text.utf8.count <= 1_000, text.count(where: { $0 == "(" }) <= 100,
      isSmall, product <= 10_000
    else {
      throw UserMessage(
        "The pattern \"\(SafeText.line(text, limit: 60))\" is too large.",
        reason: "at most 1,000 characters, 100 groups, and 10,000 repetitions multiplied",
        advice: "search for less")
    }
  }
}

/// A pattern made ready for one search; it lives no longer than that.
struct CompiledPattern {
  private let needle: [UInt8]
  private let ignoresCase: Bool
  /// The place in the needle of its rarest byte.
  private let anchor: Int
  private let expression: CompiledExpression?

  init(_ pattern: LogPattern) throws(UserMessage) {
    ignoresCase = pattern.ignoresCase
    switch pattern.kind {
    case .plain:
      let bytes = Array((pattern.ignoresCase ? pattern.text.lowercased() : pattern.text).utf8)
      let ranks = bytes.map { Self.common.firstIndex(of: $0) ?? -1 }
      needle = bytes
      anchor = ranks.indices.min { ranks[$0] < ranks[$1] } ?? 0
      expression = nil
    case .regex:
      needle = []
      anchor = 0
      expression = try CompiledExpression(pattern.text, ignoresCase: pattern.ignoresCase)
    }
  }

  /// Never matches across a line's end, so that many lines can be searched at once.
  var isPlain: Bool { expression == nil }

  func matches(_ line: LineBytes) -> Bool {
    expression?.matches(line) ?? (firstPlace(in: line) != nil)
  }

  /// Where the first match of a plain text begins.
  func firstPlace(in text: LineBytes, from start: Int = 0) -> Int? {
    ignoresCase
      ? firstIndexOfAnyCase(in: text, from: start)
      : needle.withUnsafeBytes { text.firstIndex(of: $0, from: start) }
  }

  /// ASCII only: the capitals of other scripts are found as they are typed. Looks for the letter
  /// that logs hold least often, and at its neighbours only where that is found.
  private func firstIndexOfAnyCase(in line: LineBytes, from start: Int) -> Int? {
    let last = line.count - needle.count + anchor
    let letter = needle[anchor]
    let capital = letter &- 0x61 < 26 ? letter & 0xDF : letter
    var window = start + anchor
    while window <= last {
      // Neither of the two is looked for far beyond the other.
      let part = line[window..<min(window + 2_048, last + 1)]
      var nextSmall = part.firstIndex(of: letter)
      var nextCapital = capital == letter ? nil : part.firstIndex(of: capital)
      while nextSmall != nil || nextCapital != nil {
        let next = min(nextSmall ?? Int.max, nextCapital ?? Int.max)
        let place = window + next - anchor
        if isNeedle(at: place, in: line) { return place }
        if next == nextSmall {
          nextSmall = part.firstIndex(of: letter, from: next + 1)
        } else {
          nextCapital = part.firstIndex(of: capital, from: next + 1)
        }
      }
      window += part.count
    }
    return nil
  }

  private func isNeedle(at place: Int, in line: LineBytes) -> Bool {
    for index in needle.indices where Self.small(line[place + index]) != needle[index] {
      return false
    }
    return true
  }

  /// Letters, blanks and digits by how often they stand in a log; what is not here is rare.
  private static let common = Array("zqjxkvbywgpfmuhdclrnsoiate0123456789=\" ".utf8)

  private static func small(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
