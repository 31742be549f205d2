import Foundation
import Synchronization
import Testing

/// The screen is exactly this text. Where `IP_LEASES_TEST_REWRITE=1` is set, a text that differs is
/// written into the test's own file in place of the one that stands there; the test fails all the same,
/// so that nobody takes such a run for a proof.
///
/// - Parameter expected: a literal of several lines, which begins on the line of the call or below.
package func expectScreen(
  _ shown: String, _ expected: String, _ comment: @autoclosure () -> Comment? = nil,
  filePath: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard shown != expected else { return }
  let place = shown.split(separator: "\n", omittingEmptySubsequences: false)
    .elementsDiffer(from: expected.split(separator: "\n", omittingEmptySubsequences: false))
  Issue.record(
    """
    \(comment().map { "\($0): " } ?? "")the screen differs from row \(place) on. It is:
    \(shown)
    """, sourceLocation: sourceLocation)
  guard ProcessInfo.processInfo.environment["IP_LEASES_TEST_REWRITE"] == "1" else { return }
  LiteralScreens.rewrite(filePath, line: sourceLocation.line, with: shown)
}

extension [Substring] {
  /// The index of the first element that is not the same.
  fileprivate func elementsDiffer(from other: [Substring]) -> Int {
    zip(self, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? Swift.min(count, other.count)
  }
}

/// New texts for the literals of test files.
package enum LiteralScreens {
  /// By file, then by the line of the call, counted from 1 in the file as it was.
  private static let texts = Mutex<[String: (old: [String], new: [Int: String])]>([:])

  static func rewrite(_ path: String, line: Int, with text: String) {
    texts.withLock { texts in
      guard let old = texts[path]?.old ?? lines(of: path) else { return }
      texts[path, default: (old, [:])].new[line] = text
      var lines = old
      for (line, text) in (texts[path]?.new ?? [:]).sorted(by: { $0.key > $1.key }) {
        replace(text, at: line, in: &lines)
      }
      try? lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  /// - Parameter line: of the call; the literal is the first one from there on.
  package static func replace(_ text: String, at line: Int, in lines: inout [String]) {
    guard line >= 1, line <= lines.count,
      let start = lines[(line - 1)...].firstIndex(where: { $0.hasSuffix("\"\"\"") }),
      let end = lines[(start + 1)...].firstIndex(where: { isEnd($0) })
    else { return }
    let indent = String(lines[end].prefix { $0 == " " })
    // Between #""" and """# a backslash stands for itself.
    let isRaw = lines[start].hasSuffix("#\"\"\"")
    let body = text.split(separator: "\n", omittingEmptySubsequences: false).map { row in
      let row = isRaw ? String(row) : String(row).replacing("\\", with: "\\\\")
      return row.isEmpty ? "" : indent + row
    }
    lines.replaceSubrange((start + 1)..<end, with: body)
  }

  private static func isEnd(_ line: String) -> Bool {
    line.drop { $0 == " " }.hasPrefix("\"\"\"")
  }

  private static func lines(of path: String) -> [String]? {
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    return text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
