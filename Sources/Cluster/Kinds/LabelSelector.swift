import Addresses
import Basics

/// Kubernetes' own selector of objects by their labels.
package struct LabelSelector: Hashable, Sendable, Codable {
  package var matchLabels: [String: String]?
  package var matchExpressions: [Expression]?

  package struct Expression: Hashable, Sendable, Codable {
    package var key: String
    package var `operator`: String
    package var values: [String]?
  }

  /// An empty selector matches everything. An operator that is not known matches nothing.
  package func matches(_ labels: [String: String]) -> Bool {
    (matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
      && (matchExpressions ?? []).allSatisfy { expression in
        let value = labels[expression.key]
        let values = expression.values ?? []
        return switch expression.operator {
        case "In": value.map(values.contains) ?? false
        case "NotIn": !(value.map(values.contains) ?? false)
        case "Exists": value != nil
        case "DoesNotExist": value == nil
        default: false
        }
      }
  }

  package var isEmpty: Bool {
    (matchLabels ?? [:]).isEmpty && (matchExpressions ?? []).isEmpty
  }

  /// As kubectl's `-l` takes it, for people; "everything" where it is empty.
  package var text: String { isEmpty ? "everything" : SafeText.line(written, limit: 200) }

  /// As kubectl's `-l` takes it, in full and as the cluster has it: not for a screen.
  package var written: String {
    let labels = (matchLabels ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
    let expressions = (matchExpressions ?? []).map { expression in
      let values = (expression.values ?? []).joined(separator: ",")
      return switch expression.operator {
      case "In": "\(expression.key) in (\(values))"
      case "NotIn": "\(expression.key) notin (\(values))"
      case "Exists": expression.key
      case "DoesNotExist": "!\(expression.key)"
      default: "\(expression.key) \(expression.operator) (\(values))"
      }
    }
    return (labels + expressions).joined(separator: ",")
  }
}

// MARK: Reading what was typed

extension LabelSelector {
  /// - Throws: why `text` is no selector as kubectl's `-l` takes it.
  package init(parsing text: String) throws(UserMessage) {
    for part in Self.parts(of: text) {
      let part = AddressRange.trimmed(part)
      do throws(Refusal) { try add(part) } catch {
        throw UserMessage(
          "\(SafeText.line(text, limit: 100)) is no label selector: \(error.reason).",
          advice: "Write it as kubectl -l takes it: kubernetes.io/hostname=node1, rack in (a,b), "
            + "edge or !edge.")
      }
    }
  }

  private struct Refusal: Error { var reason: String }

  private mutating func add(_ part: Substring) throws(Refusal) {
    if part.hasPrefix("!") {
      return try express(part.dropFirst(), "DoesNotExist")
    }
    if let bracket = part.firstIndex(of: "(") {
      let words = part[..<bracket].split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let kind = ["in": "In", "notin": "NotIn"][words[1]],
        part.hasSuffix(")")
      else { throw Refusal(reason: "brackets belong to \"key in (a,b)\" or \"key notin (a,b)\"") }
      let list = part[bracket...].dropFirst().dropLast()
      let values = list.split(separator: ",", omittingEmptySubsequences: false)
      return try express(words[0], kind, values)
    }
    guard let sign = part.firstIndex(of: "=") else { return try express(part, "Exists") }
    let value = part[part.index(after: sign)...]
    if part[..<sign].hasSuffix("!") {
      return try express(part[..<sign].dropLast(), "NotIn", [value])
    }
    let plain = value.hasPrefix("=") ? value.dropFirst() : value
    let key = try Self.key(part[..<sign])
    if matchLabels?[key] != nil { return try express(key[...], "In", [plain]) }
    matchLabels = (matchLabels ?? [:]).merging([key: try Self.value(plain)]) { $1 }
  }

  private mutating func express(
    _ key: Substring, _ kind: String, _ values: [Substring]? = nil
  ) throws(Refusal) {
    var read: [String]?
    if let values {
      var list: [String] = []
      for value in values { list.append(try Self.value(value)) }
      read = list
    }
    matchExpressions =
      (matchExpressions ?? [])
      + [Expression(key: try Self.key(key), operator: kind, values: read)]
  }

  /// Between the commas that stand in no brackets.
  private static func parts(of text: String) -> [Substring] {
    var depth = 0
    return text.split(omittingEmptySubsequences: false) { letter in
      if letter == "(" { depth += 1 }
      if letter == ")" { depth -= 1 }
      return letter == "," && depth == 0
    }
  }

  private static func key(_ text: Substring) throws(Refusal) -> String {
    let key = AddressRange.trimmed(text)
    let halves = key.split(separator: "/", omittingEmptySubsequences: false)
    let isRight =
      halves.count <= 2 && isName(halves.last ?? "")
      && (halves.count == 1 || (isName(halves[0], most: 253) && !halves[0].contains("_")))
    guard isRight else {
      throw Refusal(
        reason: key.isEmpty ? "a key is missing" : "\(SafeText.line(key, limit: 40)) is no key")
    }
    return String(key)
  }

  private static func value(_ text: Substring) throws(Refusal) -> String {
    let value = AddressRange.trimmed(text)
    guard value.isEmpty || isName(value) else {
      throw Refusal(reason: "\(SafeText.line(value, limit: 40)) is no value of a label")
    }
    return String(value)
  }

  private static func isName(_ text: Substring, most: Int = 63) -> Bool {
    guard (1...most).contains(text.utf8.count), let first = text.first, let last = text.last else {
      return false
    }
    func isPlain(_ letter: Character) -> Bool {
      letter.isASCII && (letter.isLetter || letter.isNumber)
    }
    return isPlain(first) && isPlain(last) && text.allSatisfy { isPlain($0) || "-_.".contains($0) }
  }
}
