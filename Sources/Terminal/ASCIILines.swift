/// Stand-ins for the lines and signs of the frame, for lines that carry ASCII only.
package enum ASCIILines {
  /// The character itself where there is no stand-in; what it stands for is as wide.
  package static func substitute(for character: Character) -> Character {
    guard let scalar = character.unicodeScalars.first, scalar.value > 0x7F else { return character }
    switch scalar.value {
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2574, 0x2576, 0x2578,
      0x257A, 0x257C, 0x257E:
      return "-"
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577,
      0x2579, 0x257B, 0x257D, 0x257F:
      return "|"
    case 0x2550: return "="
    case 0x2571: return "/"
    case 0x2572: return "\\"
    case 0x2573: return "X"
    case 0x2500...0x257F: return "+"
    case 0x2580...0x259F: return "#"
    default: return signs[character] ?? character
    }
  }

  private static let signs: [Character: Character] = [
    "…": ".", "·": ".", "•": "*", "–": "-", "—": "-", "×": "x", "→": ">", "←": "<", "↑": "^",
    "↓": "v", "▶": ">", "◀": "<", "▲": "^", "▼": "v", "►": ">", "◄": "<", "✓": "+", "✔": "+",
    "✗": "x", "✘": "x", "●": "*", "○": "o", "“": "\"", "”": "\"", "‘": "'", "’": "'",
  ]
}
