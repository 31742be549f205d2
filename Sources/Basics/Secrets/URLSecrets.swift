/// The user and the password in an address (`http://user:password@host`).
package enum URLSecrets {
  /// The text with them hidden.
  package static func hiding(in text: String) -> String {
    var bytes = Array(text.utf8)
    for range in ranges(in: bytes).reversed() { bytes.replaceSubrange(range, with: mark) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The passwords, as they are written and as they are meant.
  package static func passwords(in text: String) -> [String] {
    let bytes = Array(text.utf8)
    return ranges(in: bytes).flatMap { range -> [String] in
      let password = bytes[range].drop { $0 != UInt8(ascii: ":") }.dropFirst()
      let written = String(decoding: password, as: UTF8.self)
      let meant = String(
        decoding: TracedBytes(Array(password)).withoutPercents().bytes, as: UTF8.self)
      return Array(Set([written, meant]))
    }
  }

  /// Of `user:password`.
  private static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index + 2 < bytes.count {
      guard bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: "/"),
        bytes[index + 2] == UInt8(ascii: "/")
      else {
        index += 1
        continue
      }
      let start = index + 3
      let end = bytes[start...].firstIndex { $0 <= 0x20 || "/?#\"'<>`\\".utf8.contains($0) }
      let authority = bytes[start..<(end ?? bytes.count)]
      index = start
      guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
        let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")), colon + 1 < at
      else { continue }
      found.append(start..<at)
      index = at
    }
    return found
  }

  private static let mark = Array(Redaction.mark.utf8)
}
