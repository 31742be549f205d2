import Basics

/// Names of MetalLB 0.12 made into names of Kubernetes objects, as MetalLB's converter does it.
enum LegacyNames {
  /// Longest name the converter leaves, in bytes.
  private static let mostBytes = 63

  /// - Throws: where the name has no letter from a to z.
  static func repaired(_ name: String, of kind: String) throws(UserMessage) -> String {
    if isPlain(name) { return name }
    let cut = String(decoding: name.utf8.prefix(mostBytes), as: UTF8.self)
    var lower = String.UnicodeScalarView()
    for scalar in cut.unicodeScalars {
      // One code point becomes one, as in Go.
      let small = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
      lower.append(small == "_" ? "-" : small)
    }
    guard let first = lower.firstIndex(where: { ("a"..."z").contains($0) }) else {
      throw UserMessage(
        "The name \(LegacyReader.quoted(name)) of \(kind) cannot become the name of an object.",
        reason: "it has no letter from a to z", advice: "Give it another name in the input.")
    }
    return String(lower[first...])
  }

  /// Lower-case letter first, letter or digit last, hyphens between, 2 to 63 characters.
  private static func isPlain(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard (2...mostBytes).contains(bytes.count), let first = bytes.first, let last = bytes.last
    else { return false }
    return isLetter(first) && (isLetter(last) || isDigit(last))
      && bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// What the API server takes as a name: labels of lower-case letters, digits and hyphens, with
  /// points between them.
  static func isObjectName(_ name: String) -> Bool {
    guard (1...253).contains(name.utf8.count) else { return false }
    return name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { label in
        guard let first = label.first, let last = label.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
          && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
      }
  }

  // MARK: Labels

  /// `name` or `domain/name` (Kubernetes: apimachinery, IsQualifiedName).
  static func isLabelKey(_ key: String) -> Bool {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let name = parts.last, !name.isEmpty else { return false }
    return isLabelValue(name) && (parts.count == 1 || isObjectName(parts[0]))
  }

  /// May be empty (Kubernetes: apimachinery, IsValidLabelValue).
  static func isLabelValue(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    guard let first = bytes.first, let last = bytes.last else { return true }
    func isEnd(_ byte: UInt8) -> Bool {
      isAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
    return bytes.count <= 63 && isEnd(first) && isEnd(last)
      && bytes.allSatisfy { isEnd($0) || "-_.".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
}
