import Foundation
import Testing

/// The project's own files.
package enum ProjectTree {
  package struct File {
    package let path: String
    package let text: String

    package var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Without what stands in line comments.
    package var codeLines: [Substring] {
      lines.filter { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") }
    }

    package var imports: Set<String> {
      Set(
        lines.filter { $0.contains("import ") }.compactMap { line in
          line.firstMatch(of: #/^(?:@\w+ +|\w+ +)*import +(?:\w+ +)?(\w+)/#).map { String($0.1) }
        })
    }
  }

  package static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  package static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  package static func file(_ path: String) throws -> File {
    File(path: path, text: try text(path))
  }

  package static func files(below folder: String, endings: Set<String>) throws -> [File] {
    let enumerator = try #require(
      FileManager.default.enumerator(atPath: root.appending(path: folder).path))
    return try enumerator.compactMap { $0 as? String }
      .filter { endings.contains(($0 as NSString).pathExtension) }
      .map { try file("\(folder)/\($0)") }
  }
}
