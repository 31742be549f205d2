import Terminal

/// A horizontal line with a title in it.
package enum Rule {
  /// `tail` is how many columns of line follow the trailing text.
  package static func text(
    _ title: String, trailing: String = "", tail: Int = 2, columns: Int
  ) -> String {
    guard columns > 0 else { return "" }
    let start = title.isEmpty ? "" : "── \(title) "
    let end = trailing.isEmpty ? "" : " \(trailing) " + String(repeating: "─", count: tail)
    let used = TextWidth.columns(of: start) + TextWidth.columns(of: end)
    if used > columns { return Text.fit(start, columns).replacing("…", with: "─") }
    return start + String(repeating: "─", count: columns - used) + end
  }
}
