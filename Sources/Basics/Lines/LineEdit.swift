/// One edit of a text file by line, numbered from 1 in the text before any edit.
package enum LineEdit: Hashable, Sendable, Codable {
  /// `line` 0 inserts before the first line.
  case insert(after: Int, lines: [String])
  case replace(line: Int, with: String)
  case remove(line: Int)
}
