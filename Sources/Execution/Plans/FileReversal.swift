import Basics
import Foundation

/// How an edit of a file of the admin's is taken back: only the lines of the edit are kept, never the
/// file, whose other lines may hold passwords.
package struct FileReversal: Hashable, Sendable, Codable {
  package var path: String
  /// By line of the edited text.
  package var edits: [LineEdit]
  /// The lines that go or change, as the edit left them.
  package var lost: [Int: String]
  package var lineCount: Int

  init?(_ change: FileChange) {
    guard change.keepsMode, let edited = change.expected else { return nil }
    path = change.path
    edits = change.edits
    let lines = FileLines(edited.reveal())
    lineCount = lines.count
    lost = [:]
    for edit in change.edits {
      switch edit {
      case .remove(let line), .replace(let line, _): lost[line] = lines.lines[line - 1]
      case .insert: break
      }
    }
  }

  /// - Throws: where the file is no longer as the edit left it.
  package func change() throws(UserMessage) -> FileChange {
    let bytes = try AtomicFile.read(path) ?? Data()
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = FileLines(text)
    guard lines.count == lineCount,
      lost.allSatisfy({ (1...lines.count).contains($0) && lines.lines[$0 - 1] == $1 })
    else {
      throw UserMessage(
        "\(path) is not as the change left it; nothing was taken back.",
        reason: "someone else has changed it since",
        advice: "Take the variables out by hand, then run the playbook.")
    }
    let old = try lines.applying(edits).text
    return FileChange(
      path: path, contents: SecretText(old),
      diff: UnifiedDiff.make(old: text, new: old, name: path, context: 0),
      expected: SecretText(text), edits: edits, keepsMode: true)
  }
}
