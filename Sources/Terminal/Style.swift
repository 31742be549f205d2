/// One of the eight basic colours, or the terminal's own default. Eight are enough for every theme
/// here and exist on every terminal with colour.
package enum Color: UInt8, Hashable, Sendable {
  case standard
  case black, red, green, yellow, blue, magenta, cyan, white
}

/// How a cell looks. Colour never carries meaning alone, so a terminal without colour loses nothing.
package struct Style: Hashable, Sendable {
  package var foreground: Color
  package var background: Color
  package var isBold: Bool
  package var isDim: Bool
  package var isReverse: Bool
  package var isUnderlined: Bool

  package init(
    _ foreground: Color = .standard, on background: Color = .standard, bold: Bool = false,
    dim: Bool = false, reverse: Bool = false, underlined: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.isBold = bold
    self.isDim = dim
    self.isReverse = reverse
    self.isUnderlined = underlined
  }

  package static let plain = Style()
}
