import Addresses
import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// The line in the Pools pane where a range is typed, and the fixes beside it. What stands in it is
/// shown in the list as if it were in the draft already.
package struct RangeField: Hashable, Sendable {
  /// The row that is edited; nil for a new one.
  package var row: PoolDraft.Row?
  package var editor: LineEditor
  /// The fix under the cursor; nil while the line has the keys.
  package var fix: ListCursor?

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

  package var bindings: [KeyBinding] {
    if fix != nil {
      return [
        KeyBinding([.enter], "Take", "take the fix under the cursor", .take, bar: 1),
        KeyBinding([.tab], "Line", "back to the line", .nextPart, bar: 2),
        KeyBinding([.escape], "Cancel", "leave without a change", .leave, bar: 3),
        KeyBinding([.function(1)], "Help", "the keys of a text line", .help, bar: 4),
      ]
    }
    return TextLineKeys.table + [
      KeyBinding(
        [.tab], "Fixes", "to the ways to mend it", .nextPart, bar: 2,
        off: { DraftedPool($0)?.fixes.isEmpty ?? true ? "there is nothing to mend" : nil })
    ]
  }

  package func hint(_ state: State) -> String {
    if fix != nil { return "Enter takes the fix, its digit does too; Tab goes back to the line." }
    if text.isEmpty { return "CIDR, first-last, or one address/32; several lines by a paste." }
    guard let table = DraftedPool(state), let row = table.currentRow else { return "" }
    guard let problem = table.problems(of: row).first else {
      return "Enter takes it into the draft. Nothing is sent to the cluster."
    }
    let tail = table.fixes.isEmpty ? "" : " Tab goes to the fixes."
    return SafeText.line(problem.message) + tail
  }
}
