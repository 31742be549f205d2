import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// Any action, pane or step by a few letters of its name.
package struct Palette: Overlay {
  package private(set) var editor = LineEditor()
  package private(set) var cursor = ListCursor()

  package struct Entry: Sendable {
    package var title: String
    package var meaning: String
    package var keys: String
    package var action: KeyAction
    /// Why it cannot act now; nil when it can.
    package var reasonWhenOff: String?
  }

  package init() {}

  package func keys(_ scene: Scene) -> KeyTable { .textLine() }

  package func bottom(_ scene: Scene, columns: Int) -> Bottom { Bottom(editor: editor) }

  /// As high as it is while letters are typed.
  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    let lines = lines(scene, columns: rect.columns)
    canvas.draw(
      lines,
      under: .rule("Command", trailing: "\(lines.count) match", columns: rect.columns),
      cursor: cursor.index(in: lines.count), rows: 14, below: rect)
  }

  private func lines(_ scene: Scene, columns: Int) -> [Line] {
    let entries = entries(scene)
    let titles = entries.map { TextWidth.columns(of: $0.title) }.max() ?? 0
    let table = Table(
      [.fixed(max(22, titles) + 2), .fixed(9), .growing(1)], indent: 2, in: columns - 1)
    return entries.enumerated().map { index, entry in
      let style = entry.reasonWhenOff == nil ? Style.plain : Theme.quiet
      let meaning = entry.reasonWhenOff.map { "off: \($0)" } ?? entry.meaning
      return table.line(
        [entry.title, entry.keys, meaning].map { Table.Cell($0, style) }, row: index)
    }
  }

  // MARK: Entries

  /// What matches the letters typed; those whose name begins with them come first.
  package func entries(_ scene: Scene) -> [Entry] {
    let typed = editor.string.lowercased()
    let all = Self.all(scene)
    if typed.isEmpty { return all }
    let first = all.filter { $0.title.lowercased().hasPrefix(typed) }
    let others = all.filter { entry in
      let title = entry.title.lowercased()
      return !title.hasPrefix(typed) && (title.contains(typed) || holds(typed, in: title))
    }
    return first + others
  }

  private static func all(_ scene: Scene) -> [Entry] {
    let known = scene.known
    var entries = scene.panes.all.map { pane in
      Entry(
        title: pane.id.commandWord, meaning: "the pane \(pane.id.title)",
        keys: String(scene.panes.number(of: pane.id)), action: .show(pane.id), reasonWhenOff: nil)
    }
    for report in known.facts?.checklist.reports ?? [] {
      entries.append(
        Entry(
          title: "plan \(report.id.rawValue)", meaning: SafeText.line(report.title), keys: "",
          action: .planOf(report.id), reasonWhenOff: known.reasonNoPlan(report.id)))
    }
    for remedy in AllRemedies.inOrder {
      entries.append(
        Entry(
          title: "remedy: \(remedy.id.rawValue)", meaning: SafeText.line(remedy.title), keys: "",
          action: .planOfRemedy(remedy.id),
          reasonWhenOff: known.facts == nil ? "the cluster is not read yet" : nil))
    }
    let own = scene.ownKeys?.bindings ?? []
    for binding in own + EverywhereKeys.table(scene.panes) {
      if case .show = binding.action { continue }
      entries.append(
        Entry(
          title: binding.word.lowercased(), meaning: binding.meaning,
          keys: binding.keys.first?.name ?? "", action: binding.action,
          reasonWhenOff: scene.reasonOff(binding)))
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

  // MARK: Keys

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    let entries = entries(scene)
    switch key {
    case .escape, .control("c"): return [.close]
    case .function(1): return [.act(.help)]
    case .up, .wheelUp: cursor.move(.up, count: entries.count, page: 10)
    case .down, .wheelDown: cursor.move(.down, count: entries.count, page: 10)
    case .pageUp: cursor.move(.pageUp, count: entries.count, page: 10)
    case .pageDown: cursor.move(.pageDown, count: entries.count, page: 10)
    case .enter: return take(entries)
    case .tab:
      if !entries.isEmpty {
        editor = LineEditor(entries[cursor.index(in: entries.count)].title)
        cursor = ListCursor()
      }
    default:
      if editor.handle(key) { cursor = ListCursor() }
    }
    return []
  }

  private func take(_ entries: [Entry]) -> [Move] {
    guard !entries.isEmpty else { return [.say("Nothing has these letters.")] }
    let entry = entries[cursor.index(in: entries.count)]
    if let reason = entry.reasonWhenOff {
      return [.close, .say("\(entry.title) is off: \(reason).")]
    }
    return [.close, .act(entry.action)]
  }
}
