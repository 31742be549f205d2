import ConsoleKit
import Terminal

/// The keys that work where help was asked for; keys that are off are there with the reason.
package struct HelpScreen: Hashable, Sendable {
  /// The place help was asked from.
  package var place: KeyPlace?
  package var scroll = Scroll()

  package init(place: KeyPlace?) { self.place = place }

  package func lines(_ state: State, columns: Int) -> [Line] {
    var lines: [Line] = []
    var beneath = state
    beneath.layers.removeLast()
    if let place {
      lines += section(place.title, place.bindings, beneath, columns: columns)
    }
    if place == .textLine {
      lines.append(Line("  Arrows, Home, End, Backspace, Del move and delete;"))
      lines.append(Line("  Ctrl-U clears, Ctrl-W deletes a word. Letters are text here."))
      return lines
    }
    lines += section(
      KeyPlace.everywhere.title, EverywhereKeys.table, beneath, columns: columns)
    lines.append(Line.rule("What the words mean", columns: columns))
    for word in StateWord.allCases {
      lines.append(
        Line("  ").adding(word.rawValue, columns: 8, style: Theme.style(of: word))
          .adding(word.meaning))
    }
    return lines
  }

  private func section(
    _ title: String, _ bindings: [KeyBinding], _ state: State, columns: Int
  ) -> [Line] {
    guard !bindings.isEmpty else { return [] }
    return [Line.rule(title, columns: columns)]
      + bindings.map { binding in
        let reason = binding.reasonWhenOff(state)
        let meaning = reason.map { "off: \($0)" } ?? binding.meaning
        let keys = binding.keys.isEmpty ? ": only" : binding.keysText
        let style = reason == nil ? .plain : Theme.quiet
        return Line("  ").adding(keys, columns: 13, style: reason == nil ? Theme.label : style)
          .adding(binding.word, columns: 17, style: style)
          .adding(Text.cut(meaning, columns - 33), style)
      }
  }
}
