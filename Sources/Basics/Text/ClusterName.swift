/// A name as Kubernetes and helm allow it: labels of small letters, digits and hyphens with dots
/// between them (RFC 1123, apimachinery: pkg/util/validation). What a server sends as a name and is
/// none is not taken: it could be an option of a tool, or a path.
@propertyWrapper
package struct ClusterName: Hashable, Sendable, Decodable {
  package var wrappedValue: String

  private static let longest = 253

  package init(wrappedValue: String) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard Self.isName(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "no name of Kubernetes: \(SafeText.line(text, limit: 60))")
    }
    wrappedValue = text
  }

  package static func isName(_ text: some StringProtocol) -> Bool {
    guard (1...longest).contains(text.utf8.count) else { return false }
    let labels = Array(text.utf8).split(
      separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
      label.first.map(isLetter) == true && label.last.map(isLetter) == true
        && label.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}

extension KeyedDecodingContainer {
  package func decodeName(forKey key: Key) throws -> String {
    try decode(ClusterName.self, forKey: key).wrappedValue
  }

  /// nil also for an empty one, which the server writes where there is none.
  package func decodeNameIfPresent(forKey key: Key) throws -> String? {
    guard let text = try decodeIfPresent(String.self, forKey: key), !text.isEmpty else {
      return nil
    }
    return try decodeName(forKey: key)
  }
}
