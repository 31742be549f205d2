import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// Any action, pane or step by a few letters of its name.
package struct Palette: Hashable, Sendable {
  package var editor = LineEditor()
  package var cursor = ListCursor()
  /// The place it was opened from.
  package var place: KeyPlace?

  package struct Entry: Sendable {
    package var title: String
    package var meaning: String
    package var keys: String
    package var action: KeyAction
    /// Why it cannot act now; nil when it can.
    package var reasonWhenOff: String?
  }

  package init(place: KeyPlace?) { self.place = place }

  /// What matches the letters typed; those whose name begins with them come first.
  package func entries(_ state: State) -> [Entry] {
    var beneath = state
    beneath.layers.removeLast()
    let typed = editor.string.lowercased()
    let all = Self.all(place, beneath)
    if typed.isEmpty { return all }
    let first = all.filter { $0.title.lowercased().hasPrefix(typed) }
    let others = all.filter { entry in
      let title = entry.title.lowercased()
      return !title.hasPrefix(typed) && (title.contains(typed) || holds(typed, in: title))
    }
    return first + others
  }

  package func lines(_ state: State, columns: Int) -> [Line] {
    let entries = entries(state)
    let titles = entries.map { TextWidth.columns(of: $0.title) }.max() ?? 0
    let width = max(22, titles) + 2
    return entries.enumerated().map { index, entry in
      let style = entry.reasonWhenOff == nil ? Style.plain : Theme.quiet
      let meaning = entry.reasonWhenOff.map { "off: \($0)" } ?? entry.meaning
      return Line("  ", row: index).adding(entry.title, columns: width, style: style)
        .adding(entry.keys, columns: 9, style: style)
        .adding(Text.cut(meaning, max(1, columns - width - 12)), style)
    }
  }

  private static func all(_ place: KeyPlace?, _ state: State) -> [Entry] {
    var entries = PaneID.allCases.map { pane in
      Entry(
        title: pane.commandWord, meaning: "the pane \(pane.title)", keys: String(pane.digit),
        action: .show(pane), reasonWhenOff: nil)
    }
    for report in state.facts?.checklist.reports ?? [] {
      entries.append(
        Entry(
          title: "plan \(report.id.rawValue)", meaning: SafeText.line(report.title), keys: "",
          action: .planOf(report.id), reasonWhenOff: Navigation.reasonNoPlan(report.id, state)))
    }
    for remedy in AllRemedies.inOrder {
      entries.append(
        Entry(
          title: "remedy: \(remedy.id.rawValue)", meaning: SafeText.line(remedy.title), keys: "",
          action: .planOfRemedy(remedy.id),
          reasonWhenOff: state.facts == nil ? "the cluster is not read yet" : nil))
    }
    let bindings = (place?.bindings ?? []) + EverywhereKeys.table
    for binding in bindings {
      if case .show = binding.action { continue }
      entries.append(
        Entry(
          title: binding.word.lowercased(), meaning: binding.meaning,
          keys: binding.keys.first?.name ?? "", action: binding.action,
          reasonWhenOff: binding.reasonWhenOff(state)))
    }
    return entries
  }

  /// The letters occur in the title in this order.
  private func holds(_ letters: String, in title: String) -> Bool {
    var rest = title[...]
    for letter in letters {
      guard let at = rest.firstIndex(of: letter) else { return false }
      rest = rest[rest.index(after: at)...]
    }
    return true
  }
}
