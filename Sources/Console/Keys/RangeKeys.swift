import Addresses
import ConsoleKit
import IPLeasesCore
import Terminal

/// Keys while a range is typed in the Pools pane.
enum RangeKeys {
  static func press(_ key: Key, _ field: RangeField, _ state: inout State) -> [Effect] {
    var field = field
    switch key {
    case .escape, .control("c"):
      state.layers.removeLast()
      return []
    case .function(1): return perform(.help, &state)
    default: break
    }
    if field.fix != nil {
      pressInFixes(key, field, &state)
      return []
    }
    switch key {
    case .enter: commit(field, &state)
    case .tab, .backTab:
      guard let table = DraftedPool(state), !table.fixes.isEmpty else {
        state.notice = "There is nothing to mend here."
        return []
      }
      field.fix = ListCursor()
      state.replaceTop(.range(field))
    case .paste(let text):
      let texts = RangeList.entries(in: text)
      if texts.count > 1 {
        add(texts.map(PoolEntry.init), field, &state)
      } else if let text = texts.first, field.editor.handle(.paste(text)) {
        state.replaceTop(.range(field))
      }
    default:
      if field.editor.handle(key) { state.replaceTop(.range(field)) }
    }
    return []
  }

  private static func pressInFixes(_ key: Key, _ field: RangeField, _ state: inout State) {
    let fixes = DraftedPool(state)?.fixes ?? []
    var field = field
    switch key {
    case .tab, .backTab: field.fix = nil
    case .down, .character("j"), .wheelDown:
      field.fix?.move(.down, count: fixes.count, page: 1)
    case .up, .character("k"), .wheelUp: field.fix?.move(.up, count: fixes.count, page: 1)
    case .enter:
      if let cursor = field.fix, !fixes.isEmpty {
        take(fixes[cursor.index(in: fixes.count)], field, &state)
      }
      return
    case .character(let digit) where digit.isASCII && digit.isNumber:
      guard let number = digit.wholeNumberValue, fixes.indices.contains(number - 1) else {
        state.notice = "There is no fix \(digit)."
        return
      }
      take(fixes[number - 1], field, &state)
      return
    default:
      state.notice = field.hint(state)
      return
    }
    state.replaceTop(.range(field))
  }

  /// Takes what was typed into the draft. What cannot be read stays in the line.
  private static func commit(_ field: RangeField, _ state: inout State) {
    guard !field.text.isEmpty else {
      state.layers.removeLast()
      state.notice =
        field.row == nil ? "Nothing was typed, nothing was added." : "Unchanged; - removes a range."
      return
    }
    let entry = field.entry
    if let refusal = entry.refusal {
      let tail = refusal.fix.map { ": \($0) Tab goes to the fixes." } ?? "."
      state.notice = "Not taken, \(refusal.reason)\(tail)"
      return
    }
    state.layers.removeLast()
    guard entry != field.row?.entry else { return }
    PoolsPane.change(&state) { $0.write([entry], insteadOf: field.row) }
    PoolsPane.moveCursor(to: entry, &state)
  }

  /// Several lines were pasted: a row each; what stood in the line goes before the first.
  private static func add(_ entries: [PoolEntry], _ field: RangeField, _ state: inout State) {
    state.layers.removeLast()
    let typed = field.row == nil && !field.text.isEmpty ? [field.entry] : []
    PoolsPane.change(&state) { $0.write(typed + entries) }
    PoolsPane.moveCursor(to: entries[entries.count - 1], &state)
    state.notice = "\(entries.count) ranges were added to the draft; u takes them back."
  }

  private static func take(_ fix: PoolFix, _ field: RangeField, _ state: inout State) {
    state.layers.removeLast()
    let entry = field.entry
    let typed = entry == field.row?.entry ? nil : entry
    PoolsPane.change(&state) { $0.take(fix, for: field.row, typed: typed) }
    PoolsPane.moveCursor(to: fix.instead?.first ?? entry, &state)
    state.notice = "Taken: \(fix.title). u takes it back."
  }
}
