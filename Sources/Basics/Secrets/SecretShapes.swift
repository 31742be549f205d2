/// Hides what looks like a key or a token, for where the secrets themselves are not known: PEM
/// blocks, their base64, and other long base64. Digests, addresses, names and paths stay.
enum SecretShapes {
  /// Shorter ones are ids, of which a log is full.
  private static let shortestKey = 40

  static func hiding(in text: String) -> String {
    guard text.utf8.count >= 12 else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    // Everything before `done` is in the result.
    var done = 0
    var index = 0
    while index < bytes.count {
      let start = index
      if isBase64[Int(bytes[index])] {
        while index < bytes.count, isBase64[Int(bytes[index])] { index += 1 }
        let word = bytes[start..<index]
        if let length = blockLength(word, in: bytes) {
          index = start + length
        } else {
          while index < bytes.count, bytes[index] == UInt8(ascii: "=") { index += 1 }
          guard mayBeSecret(word) else { continue }
        }
        result += bytes[done..<start]
        result += Array(Redaction.mark.utf8)
        done = index
      } else {
        index += 1
      }
    }
    if done == 0 { return text }
    result += bytes[done...]
    return String(decoding: result, as: UTF8.self)
  }

  /// From the dashes of `-----BEGIN` to those behind its END; without one, to the end of the text.
  private static func blockLength(_ word: ArraySlice<UInt8>, in bytes: [UInt8]) -> Int? {
    guard contains(word, begin) else { return nil }
    let end = Array("-----END ".utf8)
    var index = word.endIndex
    while index + end.count <= bytes.count {
      if bytes[index] == end[0], bytes[index...].starts(with: end) {
        let rest = bytes[(index + end.count)...]
        let dash = rest.firstIndex(of: UInt8(ascii: "-")) ?? bytes.count
        let after = bytes[dash...].firstIndex { $0 != UInt8(ascii: "-") } ?? bytes.count
        return after - word.startIndex
      }
      index += 1
    }
    return bytes.count - word.startIndex
  }

  private static func mayBeSecret(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 14 else { return false }
    if contains(word, encodedBegin) { return true }
    guard word.count >= shortestKey else { return false }
    var kinds = (upper: 0, lower: 0, digit: 0, sign: 0)
    var changesOfCase = 0
    var isHex = true
    var before = Letter.none
    for byte in word {
      let letter = Letter(byte)
      switch letter {
      case .upper: kinds.upper += 1
      case .lower: kinds.lower += 1
      case .none where isDigit(byte): kinds.digit += 1
      case .none: kinds.sign += 1
      }
      if letter != .none, before != .none, letter != before { changesOfCase += 1 }
      before = letter
      isHex = isHex && (isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66))
    }
    guard kinds.upper > 0, kinds.lower > 0, kinds.digit > 0, !isHex else { return false }
    // In a path or a chain of names the case seldom changes, and no part is long; in a key it
    // changes at every third character.
    let longest = word.split { signs.contains($0) }.map(\.count).max() ?? 0
    return kinds.sign == 0 || changesOfCase * (longest < 20 ? 4 : 8) >= word.count
  }

  private enum Letter {
    case upper, lower, none

    init(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .upper
      case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .lower
      default: self = .none
      }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func contains(_ word: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
    guard word.count >= part.count else { return false }
    return (word.startIndex...word.endIndex - part.count).contains {
      word[$0] == part[0] && word[$0...].starts(with: part)
    }
  }

  private static let begin = Array("-----BEGIN".utf8)
  /// What every PEM begins with, in base64.
  private static let encodedBegin = Array("LS0tLS1CRUdJTi".utf8)

  private static let signs = Array("+/-_".utf8)

  /// Both alphabets, without the padding.
  private static let isBase64: [Bool] = (0...255).map { number in
    let byte = UInt8(number)
    return Letter(byte) != .none || isDigit(byte) || signs.contains(byte)
  }
}
