import Basics
import Foundation

extension Plan {
  /// - Throws: where a file has not the text the plan was made for.
  ///
  /// A file may be changed twice by one plan: the second change expects what the first wrote.
  func checkFiles() throws(UserMessage) {
    var texts: [String: Data] = [:]
    for case .file(let change) in actions {
      let known = texts[change.path]
      let text: Data? = if let known { known } else { try AtomicFile.read(change.path) }
      try change.check(against: text)
      texts[change.path] = Data(change.contents.reveal().utf8)
    }
  }
}

extension FileChange {
  /// - Parameter text: what the file holds now; nil where it is not there.
  func check(against text: Data?) throws(UserMessage) {
    let expected = expected.map { Data($0.reveal().utf8) }
    // The new text already there is what a run cut off right after writing leaves.
    if text == expected || text == Data(contents.reveal().utf8) { return }
    throw UserMessage(
      "\(path) is not what the plan was made for",
      reason: expected == nil
        ? "it exists already" : text == nil ? "it is gone" : "its text has changed since",
      advice: expected == nil
        ? "move it aside, or name another file" : "read again and make the plan anew")
  }
}
