import ConsoleKit
import Terminal

/// The keys that work where help was asked for; keys that are off are there with the reason.
package struct HelpScreen: ScrolledText {
  package var scroll = Scroll()

  package init() {}

  package var name: String? { "help" }

  package func heading(_ scene: Scene, columns: Int) -> Line? {
    Line("HELP  the keys that work here", style: Theme.title)
  }

  package func lines(_ scene: Scene, columns: Int) -> [Line] {
    var lines: [Line] = []
    if let own = scene.ownKeys {
      lines += section(own.title, own.bindings, scene, columns: columns)
    }
    if scene.isTextLine {
      lines.append(Line("  Arrows, Home, End, Backspace, Del move and delete;"))
      lines.append(Line("  Ctrl-U clears, Ctrl-W deletes a word. Letters are text here."))
      return lines
    }
    lines += section(
      EverywhereKeys.title, EverywhereKeys.table(scene.panes), scene, columns: columns)
    lines.append(Line.rule("What the words mean", columns: columns))
    for word in StateWord.allCases {
      lines.append(
        Line("  ").adding(word.rawValue, columns: 8, style: Theme.style(of: word))
          .adding(word.meaning))
    }
    return lines
  }

  private func section(
    _ title: String, _ bindings: [Binding], _ scene: Scene, columns: Int
  ) -> [Line] {
    guard !bindings.isEmpty else { return [] }
    let table = Table([.fixed(13), .fixed(17), .growing(1)], indent: 2, in: columns - 1)
    return [Line.rule(title, columns: columns)]
      + bindings.map { binding in
        let reason = scene.reasonOff(binding)
        let meaning = reason.map { "off: \($0)" } ?? binding.meaning
        let keys = binding.keys.isEmpty ? ": only" : binding.keysText
        let style = reason == nil ? Style.plain : Theme.quiet
        return table.line([
          Table.Cell(keys, reason == nil ? Theme.label : style), Table.Cell(binding.word, style),
          Table.Cell(meaning, style),
        ])
      }
  }
}
