import Foundation
import Testing

/// A page of the project that a test makes, wholly or in marked parts. The test compares it; with
/// `UPDATE_README=1` in the environment it writes it.
package struct MadePage {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// Between `<!-- made from the program: NAME -->` and `<!-- end -->` stands this and no more.
  package func expect(part name: String, _ text: String) throws {
    let page = try ProjectTree.text(path)
    let start = try #require(page.range(of: "<!-- made from the program: \(name) -->\n"), "\(path)")
    let end = try #require(page.range(of: "<!-- end -->", range: start.upperBound..<page.endIndex))
    let range = start.upperBound..<end.lowerBound
    if Self.isWritten {
      return try write(page.replacingCharacters(in: range, with: text))
    }
    #expect(page[range] == text, "\(path) is \(Self.way)")
  }

  package func expect(_ text: String) throws {
    if Self.isWritten { return try write(text) }
    #expect(try ProjectTree.text(path) == text, "\(path) is \(Self.way)")
  }

  private static let way = "made anew by UPDATE_README=1 swift test --filter ReadmeTests"
  private static var isWritten: Bool {
    ProcessInfo.processInfo.environment["UPDATE_README"] != nil
  }

  private func write(_ text: String) throws {
    try text.write(to: ProjectTree.root.appending(path: path), atomically: true, encoding: .utf8)
  }
}
