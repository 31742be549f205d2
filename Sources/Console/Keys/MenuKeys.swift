import IPLeasesCore
import Terminal

/// Keys while a menu is open.
enum MenuKeys {
  static func press(_ key: Key, _ menu: Menu, _ state: inout State) -> [Effect] {
    var menu = menu
    let entries = menu.entries(state)
    switch key {
    case .escape, .control("c"), .character("q"):
      state.layers.removeLast()
      return []
    case .function(1), .character("?"): return perform(.help, &state)
    case .down, .character("j"), .wheelDown:
      menu.cursor.move(.down, count: entries.count, page: 1)
    case .up, .character("k"), .wheelUp: menu.cursor.move(.up, count: entries.count, page: 1)
    case .home, .character("g"): menu.cursor.move(.top, count: entries.count, page: 1)
    case .end, .character("G"): menu.cursor.move(.bottom, count: entries.count, page: 1)
    case .enter:
      guard !entries.isEmpty else { return [] }
      return take(entries[menu.cursor.index(in: entries.count)], &state)
    case .character(let digit) where digit.isASCII && digit.isNumber:
      guard let number = digit.wholeNumberValue, entries.indices.contains(number - 1) else {
        state.notice = "There is no entry \(digit)."
        return []
      }
      menu.cursor.index = number - 1
      state.replaceTop(.menu(menu))
      return take(entries[number - 1], &state)
    default: state.notice = menu.hint(state)
    }
    state.replaceTop(.menu(menu))
    return []
  }

  private static func take(_ entry: Menu.Entry, _ state: inout State) -> [Effect] {
    if let reason = entry.reasonWhenOff {
      state.notice = reason
      return []
    }
    switch entry.choice {
    case .export(let format):
      state.layers.removeLast()
      PoolsPane.askExport(format, &state)
    case .plan(let request):
      state.layers.removeLast()
      return Planning.ask(request, &state)
    case .way(let way):
      state.layers.removeLast()
      guard way != state.way else { return [] }
      state.notice = "Plans go by \(way.title) now, until this console is left."
      return [.chooseWay(way)]
    case .setting(let setting): PoolSettings.toggle(setting, &state)
    }
    return []
  }
}
