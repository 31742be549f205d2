/// How many columns a text takes on a terminal.
package enum TextWidth {
  package static func columns(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  /// 0 for what must not reach a terminal (controls, joiners, bidirectional overrides), 2 for wide
  /// characters, else 1.
  package static func columns(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) { return 0 }
    return 1
  }
}
