/// Names that look random and are the same each time.
enum StableHash {
  /// FNV-1a, 64 bits.
  static func number(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  static func suffix(_ text: String, length: Int) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    var rest = number(text)
    var result = ""
    for _ in 0..<length {
      rest = rest &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
      result.append(letters[Int((rest >> 33) % UInt64(letters.count))])
    }
    return result
  }

  static func hexadecimal(_ text: String, digits: Int) -> String {
    var result = ""
    var part = 0
    while result.count < digits {
      let word = String(number("\(part) \(text)") &* 0x9E37_79B9_7F4A_7C15, radix: 16)
      result += String(repeating: "0", count: 16 - word.count) + word
      part += 1
    }
    return String(result.prefix(digits))
  }

  static func uid(_ text: String) -> String {
    let digits = Array(hexadecimal("uid \(text)", digits: 32))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return parts.joined(separator: "-")
  }
}
