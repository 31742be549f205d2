import Terminal

/// The looks of everything. Colour only repeats what a word already says.
package enum Theme {
  package static let title = Style(bold: true)
  package static let frame = Style(.cyan)
  package static let label = Style(bold: true)
  package static let quiet = Style(dim: true)
  package static let cursor = Style(reverse: true)
  package static let tab = Style(bold: true, reverse: true)
  package static let notice = Style(bold: true)
  package static let rehearsal = Style(.magenta, bold: true, reverse: true)
  package static let added = Style(.green)
  package static let removed = Style(.yellow)
}
