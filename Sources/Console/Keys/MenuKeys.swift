import IPLeasesCore
import Terminal

/// Keys while a menu is open.
enum MenuKeys {
  static func press(_ key: Key, _ menu: Menu, _ state: inout State) -> [Effect] {
    var menu = menu
    let entries = menu.entries(state)
    switch OverlayKeys.press(key, menu.cursor, count: entries.count, &state) {
    case .done(let effects): return effects
    case .moved(let cursor):
      menu.cursor = cursor
      state.replaceTop(.menu(menu))
      return []
    case .other: break
    }
    switch key {
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
