import Basics

/// Writes objects as YAML: mappings and lists in block form, indented by two, one document each.
enum ResourceWriter {
  /// - Parameter hasEmptyFields: with the two fields MetalLB's 0.14 converter writes without a
  ///   value, `creationTimestamp` and `status`.
  static func text(_ objects: [MigratedObject], hasEmptyFields: Bool) -> String {
    var lines = ""
    for object in objects {
      lines += text(object, hasEmptyFields: hasEmptyFields)
      lines += "---\n"
    }
    return lines
  }

  static func text(_ object: MigratedObject, hasEmptyFields: Bool) -> String {
    text(
      .fields([
        "apiVersion": .string(object.kind.apiVersion),
        "kind": .string(object.kind.rawValue),
        "metadata": .fields([
          "creationTimestamp": hasEmptyFields ? .null : nil,
          "name": .string(object.name),
          "namespace": .string(object.namespace),
        ]),
        "spec": object.spec,
        "status": hasEmptyFields ? .fields([:]) : nil,
      ]))
  }

  static func text(_ value: YAMLValue) -> String {
    var lines = ""
    write(value, indentation: 0, to: &lines)
    return lines
  }

  // MARK: Block form

  /// Writes the value from the start of a line on.
  private static func write(_ value: YAMLValue, indentation: Int, to text: inout String) {
    let margin = String(repeating: " ", count: indentation)
    switch value {
    case .mapping(let pairs) where !pairs.isEmpty:
      for pair in pairs {
        text += margin
        write(pair, indentation, to: &text)
      }
    case .sequence(let items) where !items.isEmpty:
      for item in items { text += margin + "- " + listItem(item, indentation) }
    case .mapping, .sequence, .string, .int, .double, .bool, .null:
      text += margin + scalar(value) + "\n"
    }
  }

  private static func write(
    _ pair: YAMLValue.Pair, _ indentation: Int, to text: inout String
  ) {
    text += quotedIfNeeded(pair.key) + ":"
    switch pair.value {
    case .mapping(let pairs) where !pairs.isEmpty:
      text += "\n"
      write(pair.value, indentation: indentation + 2, to: &text)
    case .sequence(let items) where !items.isEmpty:
      text += "\n"
      // A list stands as deep as its key.
      write(pair.value, indentation: indentation, to: &text)
    case .string(let words) where isBlock(words):
      text += " |\n"
      let margin = String(repeating: " ", count: indentation + 2)
      for line in words.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
        text += line.isEmpty ? "\n" : margin + line + "\n"
      }
    case .mapping, .sequence, .string, .int, .double, .bool, .null:
      text += " " + scalar(pair.value) + "\n"
    }
  }

  /// A mapping begins on the line of its hyphen.
  private static func listItem(_ item: YAMLValue, _ indentation: Int) -> String {
    var text = ""
    write(item, indentation: indentation + 2, to: &text)
    return String(text.dropFirst(indentation + 2))
  }

  private static func scalar(_ value: YAMLValue) -> String {
    switch value {
    case .string(let text): quotedIfNeeded(text)
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .null: "null"
    case .sequence: "[]"
    case .mapping: "{}"
    }
  }

  // MARK: Scalars

  /// Several lines that a literal block gives back as they are.
  private static func isBlock(_ text: String) -> Bool {
    guard text.hasSuffix("\n"), !text.hasSuffix("\n\n"), text.utf8.count > 1,
      let first = text.unicodeScalars.first, first != " ", first != "\n"
    else { return false }
    return text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20..<0x7F).contains($0.value) }
  }

  /// Bare where every YAML reader, old or new, takes the word for the same text.
  private static func quotedIfNeeded(_ text: String) -> String {
    guard let first = text.utf8.first, isAlphanumeric(first),
      text.utf8.allSatisfy({ isAlphanumeric($0) || "._/:-".utf8.contains($0) }),
      !text.hasSuffix(":"), case .text = LegacyValue.plain(text), !isBase60(text)
    else { return PoolManifest.quoted(text) }
    return text
  }

  /// `12:34`, a number to base 60 in YAML 1.1.
  private static func isBase60(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.allSatisfy({ $0.utf8.allSatisfy(isDigitOrMark) }) else {
      return false
    }
    return parts.dropFirst().allSatisfy { part in
      let digits = part.prefix { $0 != "." }
      return digits.utf8.count == 1 || (digits.utf8.count == 2 && digits < "60")
    }
  }

  private static func isDigitOrMark(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._".utf8.contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
