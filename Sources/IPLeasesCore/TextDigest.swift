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
}
