import Basics
import Terminal

/// A line of text being typed. Letters are text; which keys end it is for its owner to say.
package struct LineEditor: Hashable, Sendable {
  package private(set) var text: [Character]
  /// The caret's place, from 0 to `text.count`.
  package private(set) var caret: Int

  private static let limit = 200

  package init(_ text: String = "") {
    self.text = Array(text)
    caret = self.text.count
  }

  package var string: String { String(text) }

  /// - Returns: false for a key that is no editing key.
  package mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let pasted): insert(pasted)
    case .left: caret = max(0, caret - 1)
    case .right: caret = min(text.count, caret + 1)
    case .home: caret = 0
    case .end: caret = text.count
    case .backspace:
      if caret > 0 {
        caret -= 1
        text.remove(at: caret)
      }
    case .delete:
      if caret < text.count { text.remove(at: caret) }
    case .control("u"):
      text.removeAll()
      caret = 0
    case .control("w"): removeWord()
    default: return false
    }
    return true
  }

  /// The part that fits `columns`, and the caret's column in it.
  package func visible(columns: Int) -> (text: String, caret: Int) {
    let columns = max(1, columns)
    var start = 0
    while TextWidth.columns(of: String(text[start..<caret])) >= columns { start += 1 }
    return (String(text[start...]), TextWidth.columns(of: String(text[start..<caret])))
  }

  private mutating func insert(_ string: String) {
    let room = Self.limit - text.count
    let harmless = Array(SafeText.line(string)).prefix(max(0, room))
    text.insert(contentsOf: harmless, at: caret)
    caret += harmless.count
  }

  private mutating func removeWord() {
    while caret > 0, text[caret - 1] == " " {
      caret -= 1
      text.remove(at: caret)
    }
    while caret > 0, text[caret - 1] != " " {
      caret -= 1
      text.remove(at: caret)
    }
  }
}
