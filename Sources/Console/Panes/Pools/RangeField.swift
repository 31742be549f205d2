import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The line in the Pools pane where a range is typed, and the fixes beside it. What stands in it is
/// shown in the list as if it were in the draft already.
package struct RangeField: Overlay {
  /// The row that is edited; nil for a new one.
  package private(set) var row: PoolDraft.Row?
  package private(set) var editor: LineEditor
  /// The fix under the cursor; nil while the line has the keys.
  package private(set) var fix: ListCursor?

  package init(row: PoolDraft.Row? = nil, fix: ListCursor? = nil) {
    self.row = row
    self.fix = fix
    editor = LineEditor(row?.text ?? "")
  }

  /// What was typed, without the blanks around it: a pool does not take them.
  package var text: String {
    String(editor.string.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  package var entry: PoolEntry { PoolEntry(text) }

  /// The draft as it would be with what is typed.
  package func applied(to draft: PoolDraft) -> PoolDraft {
    guard !text.isEmpty, text != row?.text else { return draft }
    var draft = draft
    draft.write([entry], insteadOf: row)
    return draft
  }

  package var isCovering: Bool { true }
  package var isOfCluster: Bool { true }

  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    screen(scene).draw(in: rect, on: &canvas)
  }

  package func text(_ scene: Scene, columns: Int) -> [Line]? {
    screen(scene).allLines(columns: columns)
  }

  private func screen(_ scene: Scene) -> PoolScreen {
    PoolScreen(scene.panes[PoolsPane.self], scene.known, field: self)
  }

  private func table(_ scene: Scene) -> DraftedPool? {
    scene.panes[PoolsPane.self].table(scene.known, field: self)
  }

  package func hint(_ scene: Scene) -> String? {
    if fix != nil { return "Enter takes the fix, its digit does too; Tab goes back to the line." }
    if text.isEmpty { return "CIDR, first-last, or one address/32; several lines by a paste." }
    guard let table = table(scene), let row = table.currentRow else { return "" }
    guard let problem = table.problems(of: row).first else {
      return "Enter takes it into the draft. Nothing is sent to the cluster."
    }
    let tail = table.fixes.isEmpty ? "" : " Tab goes to the fixes."
    return SafeText.line(problem.message) + tail
  }

  // MARK: Keys

  private static let fixKeys = [
    Binding([.enter], "Take", "take the fix under the cursor", .take, bar: 1),
    Binding([.tab], "Line", "back to the line", .nextPart, bar: 2),
    Binding([.escape], "Cancel", "leave without a change", .leave, bar: 3),
    Binding([.function(1)], "Help", "the keys of a text line", .help, bar: 4),
  ]

  package func keys(_ scene: Scene) -> KeyTable {
    if fix != nil { return .alone(Self.fixKeys) }
    let hasFixes = table(scene)?.fixes.isEmpty == false
    return .textLine([
      Binding(
        [.tab], "Fixes", "to the ways to mend it", .nextPart, bar: 2,
        off: hasFixes ? nil : "there is nothing to mend")
    ])
  }

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    switch key {
    case .escape, .control("c"): return [.close]
    case .function(1): return [.act(.help)]
    default: break
    }
    if fix != nil { return pressInFixes(key, scene) }
    switch key {
    case .enter: return commit()
    case .tab, .backTab:
      guard table(scene)?.fixes.isEmpty == false else {
        return [.say("There is nothing to mend here.")]
      }
      fix = ListCursor()
    case .paste(let text):
      let texts = RangeList.entries(in: text)
      if texts.count > 1 { return add(texts.map(PoolEntry.init)) }
      if let text = texts.first { _ = editor.handle(.paste(text)) }
    default: _ = editor.handle(key)
    }
    return []
  }

  private mutating func pressInFixes(_ key: Key, _ scene: Scene) -> [Move] {
    let fixes = table(scene)?.fixes ?? []
    switch key {
    case .tab, .backTab: fix = nil
    case .down, .character("j"), .wheelDown: fix?.move(.down, count: fixes.count, page: 1)
    case .up, .character("k"), .wheelUp: fix?.move(.up, count: fixes.count, page: 1)
    case .enter:
      if let cursor = fix, !fixes.isEmpty { return take(fixes[cursor.index(in: fixes.count)]) }
    case .character(let digit) where digit.isASCII && digit.isNumber:
      guard let number = digit.wholeNumberValue, fixes.indices.contains(number - 1) else {
        return [.say("There is no fix \(digit).")]
      }
      return take(fixes[number - 1])
    default: return hint(scene).map { [.say($0)] } ?? []
    }
    return []
  }

  // MARK: Into the draft

  /// Takes what was typed into the draft. What cannot be read stays in the line.
  private func commit() -> [Move] {
    guard !text.isEmpty else {
      return [
        .close,
        .say(
          row == nil ? "Nothing was typed, nothing was added." : "Unchanged; - removes a range."),
      ]
    }
    let (entry, row) = (entry, row)
    if let refusal = entry.refusal {
      let tail = refusal.fix.map { ": \($0) Tab goes to the fixes." } ?? "."
      return [.say("Not taken, \(refusal.reason)\(tail)")]
    }
    if entry == row?.entry { return [.close] }
    return [.close, change(movingTo: entry) { $0.write([entry], insteadOf: row) }]
  }

  /// Several lines were pasted: a row each; what stood in the line goes before the first.
  private func add(_ entries: [PoolEntry]) -> [Move] {
    let typed = row == nil && !text.isEmpty ? [entry] : []
    return [
      .close, change(movingTo: entries[entries.count - 1]) { $0.write(typed + entries) },
      .say("\(entries.count) ranges were added to the draft; u takes them back."),
    ]
  }

  private func take(_ fix: PoolFix) -> [Move] {
    let (entry, row) = (entry, row)
    let typed = entry == row?.entry ? nil : entry
    return [
      .close,
      change(movingTo: fix.instead?.first ?? entry) { $0.take(fix, for: row, typed: typed) },
      .say("Taken: \(fix.title). u takes it back."),
    ]
  }

  private func change(
    movingTo entry: PoolEntry, _ body: @escaping @Sendable (inout PoolDraft) -> Void
  ) -> Move {
    .change { (pane: inout PoolsPane, known) in
      pane.change(known.facts, body)
      pane.moveCursor(to: entry, known)
      return []
    }
  }
}
