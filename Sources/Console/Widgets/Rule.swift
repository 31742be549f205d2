import Terminal

/// A horizontal line with a title in it.
package enum Rule {
  package static func text(_ title: String, trailing: String = "", columns: Int) -> String {
    guard columns > 0 else { return "" }
    let start = title.isEmpty ? "" : "── \(title) "
    let end = trailing.isEmpty ? "" : " \(trailing) ──"
    let used = TextWidth.columns(of: start) + TextWidth.columns(of: end)
    if used > columns { return Text.fit(start, columns).replacing("…", with: "─") }
    return start + String(repeating: "─", count: columns - used) + end
  }
}
