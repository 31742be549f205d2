import IPLeasesCore
import Terminal

/// Several plans to choose from; a digit or Enter takes one and shows it. Nothing runs by it.
package struct PlanMenu: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var title: String
    package var request: PlanRequest

    package init(_ title: String, _ request: PlanRequest) {
      self.title = title
      self.request = request
    }
  }

  package var title: String
  package var entries: [Entry]
  package var cursor = ListCursor()

  package init(title: String, entries: [Entry]) {
    self.title = title
    self.entries = entries
  }

  package static let keys: [KeyBinding] = [
    KeyBinding([.enter], "Plan", "show the plan under the cursor", .take, opensFirst: true, bar: 1),
    KeyBinding([.escape], "Close", "leave without a plan", .leave, bar: 2),
  ]

  /// The plans of remedies, in their order.
  package init(title: String, remedies: [RemedyID]) {
    self.init(
      title: title,
      entries: remedies.map { id in
        Entry(AllRemedies.remedy(id)?.title ?? id.rawValue, PlanRequest(.remedy(id)))
      })
  }

  package func lines(columns: Int) -> [Line] {
    let shown = cursor.index(in: entries.count)
    return [Line.rule(title, columns: columns)]
      + entries.enumerated().map { index, entry in
        let mark = index == shown ? "> " : "  "
        return Line(
          Text.cut("\(mark)\(index + 1)  \(SafeText.line(entry.title))", columns),
          style: index == shown ? Theme.cursor : .plain)
      }
  }

  /// Opens the only plan at once, a menu for several.
  package static func open(_ menu: PlanMenu, _ state: inout State) -> [Effect] {
    guard menu.entries.count != 1 else { return Planning.ask(menu.entries[0].request, &state) }
    state.layers.append(.menu(menu))
    return []
  }

  static func press(_ key: Key, _ menu: PlanMenu, _ state: inout State) -> [Effect] {
    var menu = menu
    switch key {
    case .escape, .character("q"), .control("c"):
      state.layers.removeLast()
      return []
    case .enter:
      return take(menu.cursor.index(in: menu.entries.count), menu, &state)
    case .character(let digit) where digit.isASCII && digit.isWholeNumber:
      return take((digit.wholeNumberValue ?? 0) - 1, menu, &state)
    case .down, .character("j"), .wheelDown:
      menu.cursor.move(.down, count: menu.entries.count, page: 1)
    case .up, .character("k"), .wheelUp: menu.cursor.move(.up, count: menu.entries.count, page: 1)
    default: state.notice = "A digit or Enter takes one, Esc leaves."
    }
    state.replaceTop(.menu(menu))
    return []
  }

  private static func take(_ index: Int, _ menu: PlanMenu, _ state: inout State) -> [Effect] {
    guard menu.entries.indices.contains(index) else {
      state.notice = "There is no \(index + 1)."
      return []
    }
    state.layers.removeLast()
    return Planning.ask(menu.entries[index].request, &state)
  }
}
