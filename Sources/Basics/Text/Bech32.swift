/// The text form of Cosmos addresses (BIP-173): a name, the sign 1, data and a checksum.
package struct Bech32: Hashable, Sendable {
  /// The part before the last 1, in lower case.
  package let prefix: String
  package let bytes: [UInt8]

  package enum Flaw: Error, Hashable, Sendable {
    case length(Int)
    case mixedCase
    case noSeparator
    case wrongCharacter(Character)
    case checksum
    /// The data are not whole bytes.
    case padding
  }

  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  package init(parsing text: String) throws(Flaw) {
    guard (8...90).contains(text.utf8.count) else { throw .length(text.utf8.count) }
    for character in text where !character.isASCII || !("!"..."~").contains(character) {
      throw .wrongCharacter(character)
    }
    let lower = text.lowercased()
    guard text == lower || text == text.uppercased() else { throw .mixedCase }
    let bytes = Array(lower.utf8)
    guard let separator = bytes.lastIndex(of: UInt8(ascii: "1")), separator >= 1 else {
      throw .noSeparator
    }
    var data: [UInt8] = []
    for byte in bytes[(separator + 1)...] {
      guard let value = Self.alphabet.firstIndex(of: byte) else {
        throw .wrongCharacter(Character(Unicode.Scalar(byte)))
      }
      data.append(UInt8(value))
    }
    guard data.count >= 6 else { throw .noSeparator }
    let head = bytes[..<separator]
    let expanded = head.map { $0 >> 5 } + [0] + head.map { $0 & 31 }
    guard Self.checksum(expanded + data) == 1 else { throw .checksum }
    guard let whole = Self.wholeBytes(data.dropLast(6)) else { throw .padding }
    self.prefix = String(decoding: head, as: UTF8.self)
    self.bytes = whole
  }

  package init(prefix: String, bytes: [UInt8]) {
    self.prefix = prefix
    self.bytes = bytes
  }

  package var text: String {
    let head = Array(prefix.utf8)
    let expanded = head.map { $0 >> 5 } + [0] + head.map { $0 & 31 }
    let data = Self.groups(bytes)
    let sum = Self.checksum(expanded + data + [UInt8](repeating: 0, count: 6)) ^ 1
    let check = (0..<6).map { UInt8(sum >> UInt32(5 * (5 - $0)) & 31) }
    let letters = (data + check).map { Self.alphabet[Int($0)] }
    return "\(prefix)1" + String(decoding: letters, as: UTF8.self)
  }

  private static func checksum(_ values: [UInt8]) -> UInt32 {
    let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    var sum: UInt32 = 1
    for value in values {
      let top = sum >> 25
      sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
      for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 {
        sum ^= term
      }
    }
    return sum
  }

  /// Five bits each, the last filled up with zeros.
  private static func groups(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var pending: UInt32 = 0
    var bits = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        result.append(UInt8(pending >> UInt32(bits) & 31))
      }
      pending &= (1 << UInt32(bits)) - 1
    }
    if bits > 0 { result.append(UInt8(pending << UInt32(5 - bits) & 31)) }
    return result
  }

  private static func wholeBytes(_ groups: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var pending: UInt32 = 0
    var bits = 0
    for group in groups {
      pending = pending << 5 | UInt32(group)
      bits += 5
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
        pending &= (1 << UInt32(bits)) - 1
      }
    }
    return bits < 5 && pending == 0 ? result : nil
  }
}
