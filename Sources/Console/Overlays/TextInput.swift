import ConsoleKit
import Terminal

/// A question that is answered with a text.
package struct TextInput: Overlay {
  package let prompt: String
  package private(set) var editor: LineEditor
  /// What the text is worth, under the prompt.
  private let remarks: @Sendable (_ text: String, Known, _ columns: Int) -> [Line]
  /// Why the text stays in the line; nil where it is taken.
  private let refusal: @Sendable (_ text: String, Known) -> String?
  private let take: @Sendable (_ text: String, Known) -> [Move]

  package init(
    _ prompt: String, text: String = "",
    remarks: @escaping @Sendable (_ text: String, Known, _ columns: Int) -> [Line] = { _, _, _ in
      []
    },
    refusal: @escaping @Sendable (_ text: String, Known) -> String? = { _, _ in nil },
    take: @escaping @Sendable (_ text: String, Known) -> [Move]
  ) {
    self.prompt = prompt
    editor = LineEditor(text)
    self.remarks = remarks
    self.refusal = refusal
    self.take = take
  }

  package var isOfCluster: Bool { true }

  package func keys(_ scene: Scene) -> KeyTable { .textLine() }

  package func bottom(_ scene: Scene, columns: Int) -> Bottom {
    let notice = Text.wrap(scene.known.notice ?? "", columns - 1).filter { !$0.isEmpty }
    let lines =
      [Line.rule("", columns: columns)]
      + Text.wrap(prompt, columns - 1).map { Line($0, style: Theme.notice) }
      + remarks(editor.string, scene.known, columns) + notice.map { Line($0) }
    return Bottom(lines: lines, editor: editor)
  }

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    switch key {
    case .escape, .control("c"): return [.close]
    case .enter:
      if let refusal = refusal(editor.string, scene.known) { return [.say(refusal)] }
      return [.close] + take(editor.string, scene.known)
    case .function(1): return [.act(.help)]
    default:
      _ = editor.handle(key)
      return []
    }
  }
}

extension Judgement {
  /// What a typed answer is worth; the example while nothing is typed.
  package func lines(of question: OpenQuestion, isEmpty: Bool, columns: Int) -> [Line] {
    if isEmpty { return [Line("       " + Text.cut(question.example, columns - 7))] }
    var lines = remarks.prefix(3).flatMap { remark in
      Line.labelled(
        " " + remark.word.rawValue, remark.text, indent: 7, columns: columns - 1
      ).prefix(3)
    }
    if remarks.count > 3 { lines.append(Line("       and \(remarks.count - 3) more")) }
    return lines
  }
}
