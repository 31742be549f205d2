/// Hides the values of keys such as `password` in text that looks like YAML, JSON, a diff of them or
/// `name=value`. Words of a sentence ("invalid key: not found") are left alone: a key stands at the
/// start of its line, in quotes, or after a brace or a comma. A name that is nothing but a secret's
/// (`keysecret`, `password`) counts wherever it stands.
package enum SecretKeys {
  /// True for `key`, `keysecret`, `bidpricescript`, `db-password`, `apiToken`, `private_key` …
  static func isSensitive(_ name: ArraySlice<UInt8>) -> Bool {
    let last = name.split(separator: UInt8(ascii: ".")).last ?? []
    let lower = String(decoding: last, as: UTF8.self).lowercased()
    let joined = lower.filter { $0 != "-" && $0 != "_" }
    let words = lower.split { $0 == "-" || $0 == "_" }
    if ["key", "keysecret", "bidpricescript", "authorization", "mnemonic"].contains(joined) {
      return true
    }
    if ["password", "passwd", "passphrase"].contains(where: { joined.contains($0) }) {
      return true
    }
    if ["token", "secret", "privatekey", "apikey", "keydata"].contains(where: joined.hasSuffix) {
      return true
    }
    return words.contains { $0.hasPrefix("pass") } || (words.count > 1 && words.last == "key")
  }

  /// No sentence of a tool has these before a colon for another reason than their value.
  fileprivate static func isUnmistakable(_ name: ArraySlice<UInt8>) -> Bool {
    ["keysecret", "bidpricescript", "mnemonic", "password", "passphrase"]
      .contains(String(decoding: name, as: UTF8.self).lowercased())
  }

  private static let newline = UInt8(ascii: "\n")
}

extension SecretKeys {
  /// Goes over the lines and remembers what spans several of them.
  package struct Scanner {
    private enum Inside {
      case nothing
      /// Below a sensitive key in this column: deeper lines belong to its value. With `isEmpty`
      /// nothing stood on the key's own line, so what follows may be a mapping.
      case value(column: Int, isEmpty: Bool)
      case privateKey
    }

    private var inside = Inside.nothing

    package init() {}

    /// - Parameter text: whole lines; what spans several of them goes on in the next text.
    package mutating func hide(_ text: String) -> String {
      // A key ends before one of the two; a private key begins with a line of dashes.
      let isHarmless = text.utf8.allSatisfy {
        $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "-")
      }
      if case .nothing = inside, isHarmless { return text }
      var result: [UInt8] = []
      result.reserveCapacity(text.utf8.count)
      var isFirst = true
      let lines = Array(text.utf8).split(
        separator: SecretKeys.newline, omittingEmptySubsequences: false)
      for line in lines {
        guard let kept = hide(line) else { continue }
        if !isFirst { result.append(SecretKeys.newline) }
        isFirst = false
        result += kept
      }
      return String(decoding: result, as: UTF8.self)
    }

    /// The line with its secrets hidden; nil if it belongs to a value hidden already.
    private mutating func hide(_ line: ArraySlice<UInt8>) -> [UInt8]? {
      let text = Array(line)
      switch inside {
      case .nothing: break
      case .privateKey:
        if SecretKeys.contains(text, "-----END ") { inside = .nothing }
        return nil
      case .value(let column, let isEmpty):
        let indentation = text.prefix { SecretKeys.isMargin($0) }.count
        let isBlank = indentation == text.count
        if isBlank { return text }
        if indentation <= column || (isEmpty && SecretKeys.looksLikeMapping(text)) {
          inside = .nothing
        } else if isEmpty {
          inside = .value(column: column, isEmpty: false)
          return Array(text[..<indentation]) + SecretKeys.mark
        } else {
          return nil
        }
      }
      if SecretKeys.contains(text, "-----BEGIN "), SecretKeys.contains(text, "PRIVATE KEY") {
        if !SecretKeys.contains(text, "-----END ") { inside = .privateKey }
        return SecretKeys.mark
      }
      return hideValues(in: text)
    }

    private mutating func hideValues(in line: [UInt8]) -> [UInt8] {
      var result: [UInt8] = []
      // Everything before `done` is in the result.
      var done = 0
      var index = 0
      while index < line.count {
        let byte = line[index]
        guard byte == UInt8(ascii: ":") || byte == UInt8(ascii: "="),
          let key = Key(before: index, in: line, from: done)
        else {
          index += 1
          continue
        }
        var start = index + 1
        while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        if start == line.count {
          if key.opensLine { inside = .value(column: key.column, isEmpty: true) }
          break
        }
        let value = Value(at: start, in: line, key: key, isPair: byte == UInt8(ascii: "="))
        if value.isContainer {
          index = start + 1
          continue
        }
        result += line[done..<value.hidden.lowerBound]
        result += SecretKeys.mark
        done = value.hidden.upperBound
        index = done
        if value.goesOn { inside = .value(column: key.column, isEmpty: false) }
      }
      return result + line[done...]
    }
  }

  /// A sensitive key that ends before a separator.
  private struct Key {
    var column: Int
    var opensLine: Bool

    init?(before separator: Int, in line: [UInt8], from lowest: Int) {
      var end = separator
      let isColon = line[separator] == UInt8(ascii: ":")
      while isColon, end > lowest, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
      var start = end
      var isQuoted = false
      if end > lowest, SecretKeys.isQuote(line[end - 1]) {
        isQuoted = true
        end -= 1
        if end > lowest, line[end - 1] == UInt8(ascii: "\\") { end -= 1 }
        start = end
      }
      while start > lowest, SecretKeys.isNameByte(line[start - 1]) { start -= 1 }
      // The dashes of a list ("- key") are no part of the name; those of a flag neither.
      while start < end, line[start] == UInt8(ascii: "-") { start += 1 }
      guard start < end, SecretKeys.isSensitive(line[start..<end]) else { return nil }
      let margin = line[..<start].prefix { SecretKeys.isMargin($0) || SecretKeys.isQuote($0) }.count
      opensLine = isColon && margin == start
      column = isQuoted && start > 0 ? start - 1 : start
      if isColon, !opensLine, !isQuoted, !SecretKeys.isUnmistakable(line[start..<end]) {
        let before = line[..<start].last { $0 != UInt8(ascii: " ") }
        guard before == UInt8(ascii: "{") || before == UInt8(ascii: ",") else { return nil }
      }
    }
  }

  /// The extent of a value.
  private struct Value {
    var hidden: Range<Int>
    /// The value may span further, deeper lines.
    var goesOn = false
    var isContainer = false

    init(at start: Int, in line: [UInt8], key: Key, isPair: Bool) {
      let first = line[start]
      let escape = first == UInt8(ascii: "\\") && start + 1 < line.count ? 1 : 0
      if SecretKeys.isQuote(line[start + escape]) {
        let opening = start + escape
        if let closing = Self.closing(line[opening], after: opening, in: line, escaped: escape == 1)
        {
          hidden = opening + 1..<closing
        } else {
          hidden = opening + 1..<line.count
          goesOn = key.opensLine
        }
      } else if !isPair, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
        hidden = start..<start
        isContainer = true
      } else if key.opensLine {
        hidden = start..<line.count
        goesOn = true
      } else {
        let ends: [UInt8] = isPair ? Array(" ,&\"';)".utf8) : Array(",}]".utf8)
        let end = line[start...].firstIndex { ends.contains($0) } ?? line.count
        hidden = start..<end
      }
    }

    /// Where the string ends: at the quote, or at the backslash of an escaped one.
    private static func closing(
      _ quote: UInt8, after opening: Int, in line: [UInt8], escaped: Bool
    ) -> Int? {
      var index = opening + 1
      while index < line.count {
        if line[index] == UInt8(ascii: "\\"), index + 1 < line.count {
          if escaped, line[index + 1] == quote { return index }
          // Inside single quotes YAML knows no escapes.
          index += quote == UInt8(ascii: "'") ? 1 : 2
        } else if line[index] == quote {
          let isDoubled =
            quote == UInt8(ascii: "'") && index + 1 < line.count && line[index + 1] == quote
          if !isDoubled { return index }
          index += 2
        } else {
          index += 1
        }
      }
      return nil
    }
  }

  private static var mark: [UInt8] { Array(Redaction.mark.utf8) }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  /// Blanks, the dashes of lists, and the marks of a diff.
  private static func isMargin(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// `name: …`, `name:` or `- …`.
  private static func looksLikeMapping(_ line: [UInt8]) -> Bool {
    let content = line.drop { $0 == UInt8(ascii: " ") }
    if content.starts(with: "- ".utf8) { return true }
    let rest = content.drop { isNameByte($0) || isQuote($0) || $0 == UInt8(ascii: "/") }
    return rest.first == UInt8(ascii: ":") && (rest.count == 1 || rest.dropFirst().first == 32)
  }

  private static func contains(_ line: [UInt8], _ word: StaticString) -> Bool {
    line.withUnsafeBytes { ByteSearch.first(of: word, in: $0) != nil }
  }
}
