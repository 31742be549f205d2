/// A short name for a text, the same in every run, which Swift's own hash is not. No proof: two
/// texts may share one, and it keeps nothing secret.
package enum TextDigest {
  package static func of(_ text: String) -> String {
    // FNV-1a, 64 bits.
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
  }

  /// What `cksum` prints of a file that holds the text: POSIX' CRC, and the bytes. It tells two texts
  /// apart and says next to nothing about one.
  package static func cksum(_ text: String) -> String {
    var crc: UInt32 = 0
    func add(_ byte: UInt8) {
      crc ^= UInt32(byte) << 24
      for _ in 0..<8 { crc = crc & 0x8000_0000 == 0 ? crc << 1 : crc << 1 ^ 0x04C1_1DB7 }
    }
    text.utf8.forEach(add)
    var count = text.utf8.count
    while count > 0 {
      add(UInt8(truncatingIfNeeded: count))
      count >>= 8
    }
    return "\(~crc) \(text.utf8.count)"
  }
}
