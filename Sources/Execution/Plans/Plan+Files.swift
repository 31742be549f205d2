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
      try change.refuseIfOthersMayReplace()
      texts[change.path] = Data(change.contents.reveal().utf8)
    }
  }
}

extension FileChange {
  /// Whoever may put another file in its place decides what the tool makes of it. Not so with a file of
  /// the admin's, which others may have a part in.
  func refuseIfOthersMayReplace() throws(UserMessage) {
    guard !keepsMode else { return }
    let folder = (path as NSString).deletingLastPathComponent
    guard let found = OwnPlace.obstacle(in: folder.isEmpty ? "/" : folder) else { return }
    throw UserMessage(
      "\(path) is not written: its folder is not safe.",
      reason: "\(found.place): \(found.reason.text)", advice: "name a file in a folder of your own")
  }

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
