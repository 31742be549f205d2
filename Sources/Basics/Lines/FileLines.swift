/// A text as lines, such that it can be put together again byte for byte.
package struct FileLines: Hashable, Sendable {
  /// Without line ends and without a byte order mark before the first.
  package private(set) var lines: [String]
  /// For each line, whether it ends in CRLF instead of LF.
  private(set) var hasReturn: [Bool]
  private(set) var endsWithNewline: Bool
  let hasByteOrderMark: Bool

  package var count: Int { lines.count }

  package init(_ text: String) {
    var bytes = Array(text.utf8)[...]
    hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    if hasByteOrderMark { bytes = bytes.dropFirst(3) }
    lines = []
    hasReturn = []
    endsWithNewline = bytes.last == UInt8(ascii: "\n")
    if endsWithNewline { bytes = bytes.dropLast() } else if bytes.isEmpty { return }
    let parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      // A return that no newline follows is part of its line.
      let isEnded = index < parts.count - 1 || endsWithNewline
      let isReturned = isEnded && part.last == UInt8(ascii: "\r")
      lines.append(String(decoding: isReturned ? part.dropLast() : part, as: UTF8.self))
      hasReturn.append(isReturned)
    }
  }

  package var text: String {
    var result = hasByteOrderMark ? "\u{FEFF}" : ""
    for index in lines.indices {
      result += lines[index]
      if index < lines.count - 1 || endsWithNewline { result += hasReturn[index] ? "\r\n" : "\n" }
    }
    return result
  }

  /// The text for a YAML reader: without a byte order mark.
  var body: String {
    var copy = text
    if hasByteOrderMark { copy.unicodeScalars.removeFirst() }
    return copy
  }

  /// Lines that differ in their ends count as different.
  package var comparable: [String] {
    lines.indices.map { index in
      let isLast = index == lines.count - 1
      let mark = index == 0 && hasByteOrderMark ? "\u{FEFF}" : ""
      return mark + lines[index] + (hasReturn[index] ? "\r" : "")
        + (isLast && !endsWithNewline ? "" : "\n")
    }
  }

  func withReturns(_ index: Int) -> String {
    (index == 0 && hasByteOrderMark ? "\u{FEFF}" : "") + lines[index]
      + (hasReturn[index] ? "\r" : "")
  }

  /// - Throws: `UserMessage` where an edit names a line the text does not have, or two edits
  ///   replace the same line.
  package func applying(_ edits: [LineEdit]) throws(UserMessage) -> FileLines {
    var inserted: [Int: [String]] = [:]
    var replaced: [Int: String] = [:]
    var removed: Set<Int> = []
    for edit in edits {
      switch edit {
      case .insert(let after, let new):
        guard (0...count).contains(after) else { throw Self.misplaced(after) }
        inserted[after, default: []] += new
      case .replace(let line, let new):
        guard (1...max(count, 1)).contains(line), count > 0, replaced[line] == nil else {
          throw Self.misplaced(line)
        }
        replaced[line] = new
      case .remove(let line):
        guard (1...max(count, 1)).contains(line), count > 0, removed.insert(line).inserted else {
          throw Self.misplaced(line)
        }
      }
    }
    if let line = removed.first(where: { replaced[$0] != nil }) { throw Self.misplaced(line) }
    let ended = endsWithNewline ? count : count - 1
    let usesReturns = hasReturn.count(where: \.self) * 2 > max(ended, 0)
    var result = self
    result.lines = []
    result.hasReturn = []
    func add(_ new: [String]) {
      result.lines += new
      result.hasReturn += new.map { _ in usesReturns }
    }
    add(inserted[0] ?? [])
    for index in lines.indices {
      if !removed.contains(index + 1) {
        result.lines.append(replaced[index + 1] ?? lines[index])
        let gainsEnd = index == count - 1 && !endsWithNewline && inserted[count] != nil
        result.hasReturn.append(gainsEnd ? usesReturns : hasReturn[index])
      }
      add(inserted[index + 1] ?? [])
    }
    if lines.isEmpty { result.endsWithNewline = !result.lines.isEmpty }
    // The line before a last line that goes keeps its end.
    if removed.contains(count), inserted[count] == nil, !result.lines.isEmpty {
      result.endsWithNewline = true
    }
    return result
  }

  private static func misplaced(_ line: Int) -> UserMessage {
    UserMessage(
      "The file was not edited: line \(line) is not there or is edited twice.",
      advice: "read the file again and make the edit anew")
  }
}
