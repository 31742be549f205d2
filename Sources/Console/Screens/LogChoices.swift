import ConsoleKit
import IPLeasesCore
import Logs
import Terminal

/// A list over the Logs pane whose entries are switched on and off: the sources, or the patterns of
/// the filter.
package struct LogChoices: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case sources, filters
  }

  package let kind: Kind
  package var cursor = ListCursor()

  package init(_ kind: Kind) { self.kind = kind }

  /// All containers that share a tag: a pod and its successors.
  struct SourceTag {
    var tag: String
    var role: LogRole
    var source: LogSource
    var lines: Int
    var problems: Int
    var clockAhead: Duration
  }

  /// In the order in which they were first heard of, those of one program together.
  static func sourceTags(_ state: State) -> [SourceTag] {
    var tags: [SourceTag] = []
    for count in state.logView.sources {
      if let at = tags.firstIndex(where: { $0.tag == count.source.tag }) {
        tags[at].source = count.source
        tags[at].lines += count.lines
        tags[at].problems += count.problems
        if count.lines > 0 { tags[at].clockAhead = count.clockAhead }
      } else {
        tags.append(
          SourceTag(
            tag: count.source.tag, role: count.source.role, source: count.source,
            lines: count.lines, problems: count.problems, clockAhead: count.clockAhead))
      }
    }
    let order = LogRole.allCases
    func rank(_ tag: SourceTag) -> (Int, String) {
      // The operator's log says most about leased addresses.
      (tag.role == .operator ? -1 : order.firstIndex(of: tag.role) ?? 0, tag.tag)
    }
    return tags.sorted { rank($0) < rank($1) }
  }

  func count(_ state: State) -> Int {
    switch kind {
    case .sources: Self.sourceTags(state).count
    case .filters: state.logs.patterns.count
    }
  }

  package var bindings: [KeyBinding] {
    let switching = KeyBinding(
      [.character(" "), .enter], "On/off", "show or leave out", .take, bar: 1)
    let leaving = KeyBinding(
      [.escape, .character("q")], "Close", "back to the lines", .leave, bar: 5)
    switch kind {
    case .sources:
      return [
        switching,
        KeyBinding([.character("o")], "Only this", "leave out all others", .take, bar: 2),
        KeyBinding([.character("a")], "All", "show all", .take, bar: 3), leaving,
      ]
    case .filters:
      return [
        switching,
        KeyBinding([.character("&"), .character("+")], "New", "type another", .take, bar: 2),
        KeyBinding(
          [.character("-"), .character("x")], "Remove", "take it off the list", .take, bar: 3),
        leaving,
      ]
    }
  }

  func lines(_ state: State, columns: Int) -> [Line] {
    switch kind {
    case .sources:
      return Self.sourceTags(state).enumerated().map { sourceLine($1, $0, state, columns) }
    case .filters:
      return state.logs.patterns.enumerated().map { index, filter in
        let kind = filter.pattern.kind == .regex ? "expression" : "text"
        return Line("  ", row: index).adding(digit(index), columns: 2)
          .adding(filter.isOn ? "[x] " : "[ ] ").adding(
            filter.isHiding ? "hide" : "keep", columns: 6
          )
          .adding(kind, columns: 12).adding(Text.cut(filter.pattern.shown, max(1, columns - 27)))
      }
    }
  }

  private func sourceLine(
    _ entry: SourceTag, _ index: Int, _ state: State, _ columns: Int
  ) -> Line {
    let isShown = !state.logs.hiddenTags.contains(entry.tag)
    let problems = entry.problems == 0 ? "" : "\(entry.problems) err"
    let seconds = entry.clockAhead.components.seconds
    let clock = seconds == 0 ? "" : "its clock is \(seconds) s ahead, "
    // Each name is cut before the blank that parts it from the next.
    return Line("  ", row: index).adding(digit(index), columns: 2)
      .adding(isShown ? "[x] " : "[ ] ")
      .adding(Text.cut(LogColumns.tag(of: entry.source), 6), columns: 7)
      .adding(Text.cut(LogNames.title(entry.source), 21), columns: 22)
      .adding(LogText.grouped(entry.lines), columns: 8, .right).adding("  ")
      .adding(problems, columns: 9, style: Theme.style(of: LogLevel.error))
      .adding(Text.cut(clock + LogNames.place(entry.source), max(1, columns - 56)))
  }

  private func digit(_ index: Int) -> String { index < 9 ? "\(index + 1)" : "" }

  var title: String {
    switch kind {
    case .sources: "Sources of log lines"
    case .filters: "Lines to keep or hide"
    }
  }

  package var hint: String {
    switch kind {
    case .sources: "What is left out is read and kept all the same."
    case .filters: "A line stays where it has one of those to keep and none of those to hide."
    }
  }
}

/// The keys of such a list.
enum LogChoiceKeys {
  static func press(_ key: Key, _ choices: LogChoices, _ state: inout State) -> [Effect] {
    var choices = choices
    let count = choices.count(state)
    switch OverlayKeys.press(key, choices.cursor, count: count, &state) {
    case .done(let effects): return effects
    case .moved(let cursor):
      choices.cursor = cursor
      state.replaceTop(.logChoices(choices))
      return []
    case .other: break
    }
    switch key {
    case .character(let letter): press(letter, &choices, count, &state)
    case .enter: turn(choices.cursor.index(in: count), choices, &state)
    default:
      state.notice = "\(key.name) does nothing here."
      return []
    }
    if case .logChoices = state.layers.last { state.replaceTop(.logChoices(choices)) }
    return []
  }

  private static func press(
    _ letter: Character, _ choices: inout LogChoices, _ count: Int, _ state: inout State
  ) {
    let place = choices.cursor.index(in: count)
    switch (letter, choices.kind) {
    case (" ", _): turn(place, choices, &state)
    case ("1"..."9", _):
      let index = (letter.wholeNumberValue ?? 1) - 1
      guard index < count else {
        state.notice = "There is no entry \(letter)."
        return
      }
      choices.cursor.index = index
      turn(index, choices, &state)
    case ("a", .sources): state.logs.hiddenTags = []
    case ("o", .sources):
      let tags = LogChoices.sourceTags(state).map(\.tag)
      guard tags.indices.contains(place) else { return }
      state.logs.hiddenTags = Set(tags).subtracting([tags[place]])
    case ("&", .filters), ("+", .filters):
      state.layers.removeLast()
      LogsPane.askFilter(&state)
    case ("-", .filters), ("x", .filters):
      guard state.logs.patterns.indices.contains(place) else { return }
      state.logs.patterns.remove(at: place)
      if state.logs.patterns.isEmpty { state.layers.removeLast() }
    default: state.notice = "\(letter) does nothing here."
    }
  }

  private static func turn(_ place: Int, _ choices: LogChoices, _ state: inout State) {
    switch choices.kind {
    case .sources:
      let tags = LogChoices.sourceTags(state).map(\.tag)
      guard tags.indices.contains(place) else { return }
      if state.logs.hiddenTags.remove(tags[place]) == nil {
        state.logs.hiddenTags.insert(tags[place])
      }
    case .filters:
      guard state.logs.patterns.indices.contains(place) else { return }
      state.logs.patterns[place].isOn.toggle()
    }
  }
}
