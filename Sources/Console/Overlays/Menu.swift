import Basics
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// A list of choices over the pane: j and k, Enter, or the digit of the entry.
package struct Menu: Overlay {
  package struct Entry: Sendable {
    package var title: String
    package var value = ""
    /// Each wraps under itself.
    package var details: [String] = []
    /// Why it cannot be chosen now; nil when it can.
    package var reasonWhenOff: String?
    package var style = Style.plain
    package var moves: [Move]
  }

  package struct Content: Sendable {
    package var title: String
    package var entries: [Entry]
    /// What Enter does.
    package var hint: String
  }

  package var cursor: ListCursor
  private let content: @Sendable (Scene) -> Content

  package init(
    cursor: ListCursor = ListCursor(), _ content: @escaping @Sendable (Scene) -> Content
  ) {
    self.cursor = cursor
    self.content = content
  }

  package func keys(_ scene: Scene) -> KeyTable { .alone(Self.bindings) }

  private static let bindings = [
    Binding([.enter], "Take", "take the entry under the cursor", .take, bar: 1),
    Binding([.character("j"), .down], "Down", "one entry down", .move(.down), bar: 2),
    Binding([.character("k"), .up], "Up", "one entry up", .move(.up), bar: 3),
    Binding([.escape], "Close", "leave the menu", .leave, bar: 4),
    Binding([.function(1)], "Help", "the keys that work here", .help, bar: 5),
  ]

  package func hint(_ scene: Scene) -> String? {
    let content = content(scene)
    guard !content.entries.isEmpty else { return "Esc leaves." }
    let entry = content.entries[cursor.index(in: content.entries.count)]
    return entry.reasonWhenOff.map(Text.sentence) ?? content.hint
  }

  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    let content = content(scene)
    let lines = Self.lines(content.entries, columns: rect.columns)
    canvas.draw(
      lines, under: .rule(content.title, columns: rect.columns),
      cursor: cursor.index(in: content.entries.count), rows: lines.count + 1, below: rect)
  }

  package static func lines(_ entries: [Entry], columns: Int) -> [Line] {
    let valued = entries.contains { !$0.value.isEmpty }
    let table = Table(
      [.fixed(3)] + (valued ? [.growing(20, to: 38), .growing(23, gap: 1)] : [.growing(20)]),
      in: columns - 1)
    return entries.enumerated().flatMap { number, entry -> [Line] in
      let digit = number < 9 ? "\(number + 1)" : " "
      let cells = [
        Table.Cell(" \(digit) "), Table.Cell(entry.title, entry.style),
        Table.Cell(entry.value, entry.style),
      ]
      let head = table.line(Array(cells.prefix(table.columns.count)), row: number)
      let details = entry.details.flatMap { detail in
        Text.wrap(detail, columns - 8).map { Line("       " + $0, style: Theme.quiet) }
      }
      return [head] + details
    }
  }

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    let entries = content(scene).entries
    switch ListKeys.press(key, &cursor, count: entries.count) {
    case .left: return [.close]
    case .asksHelp: return [.act(.help)]
    case .moved: return []
    case .other: break
    }
    switch key {
    case .enter: return entries.isEmpty ? [] : take(entries[cursor.index(in: entries.count)])
    case .character(let digit) where digit.isASCII && digit.isNumber:
      guard let number = digit.wholeNumberValue, entries.indices.contains(number - 1) else {
        return [.say("There is no entry \(digit).")]
      }
      cursor.index = number - 1
      return take(entries[number - 1])
    default: return hint(scene).map { [.say($0)] } ?? []
    }
  }

  private func take(_ entry: Entry) -> [Move] {
    entry.reasonWhenOff.map { [.say($0)] } ?? entry.moves
  }
}

/// One of several ways to go on, each with its plan.
package struct PlanChoice: Hashable, Sendable {
  package var title: String
  package var request: PlanRequest

  package init(_ title: String, _ request: PlanRequest) {
    self.title = title
    self.request = request
  }

  /// The plans of remedies, in their order.
  package static func all(_ remedies: [RemedyID]) -> [PlanChoice] {
    remedies.map {
      PlanChoice(AllRemedies.remedy($0)?.title ?? $0.rawValue, PlanRequest(.remedy($0)))
    }
  }

  /// Opens the plan where there is one only, a menu for several.
  package static func moves(_ choices: [PlanChoice], title: String) -> [Move] {
    guard choices.count != 1 else { return [.ask(choices[0].request)] }
    let entries = choices.map {
      Menu.Entry(title: SafeText.line($0.title), moves: [.close, .ask($0.request)])
    }
    let content = Menu.Content(
      title: title, entries: entries,
      hint: "A digit or Enter shows the plan. Nothing runs yet. Esc leaves.")
    return [.open(Menu { _ in content })]
  }
}
