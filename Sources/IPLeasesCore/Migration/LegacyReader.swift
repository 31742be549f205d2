import Basics

/// Takes values apart as MetalLB's converter does, and notes what that converter passes over
/// without a word. Messages name places, never values: one of them is a password.
struct LegacyReader {
  private(set) var warnings: [String] = []

  mutating func warn(_ text: String) { warnings.append(text) }

  /// The values of a mapping by the names that are known there; the case of letters does not count.
  mutating func fields(of value: LegacyValue, at place: String, _ known: [String])
    throws(UserMessage) -> [String: LegacyValue]
  {
    let entries: [LegacyValue.Entry]
    switch value.content {
    case .null: return [:]
    case .map(let all): entries = all
    case .bool, .integer, .float, .text, .list: throw wrong(value, place, "a mapping")
    }
    var fields: [String: LegacyValue] = [:]
    // The original goes through the keys in this order too; of two that mean one the last counts.
    for entry in entries.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      let lower = entry.key.lowercased()
      guard let name = known.first(where: { $0 == lower }) else {
        warn("\(place): the key \(Self.quoted(entry.key)) is not known and is left out")
        continue
      }
      if fields[name] != nil { warn("\(place): \(name) is there more than once; the last counts") }
      if case .null = entry.value.content { continue }
      fields[name] = entry.value
    }
    return fields
  }

  /// The items of a list, each with its place in words.
  func items(_ value: LegacyValue?, _ noun: String) throws(UserMessage) -> [(LegacyValue, String)] {
    switch value?.content {
    case .none, .some(.null): return []
    case .some(.list(let items)):
      return items.enumerated().map { ($1, "\(noun) \($0 + 1)") }
    case .some(.bool), .some(.integer), .some(.float), .some(.text), .some(.map):
      throw wrong(value, "The list of \(noun)s", "a list")
    }
  }

  mutating func text(_ value: LegacyValue?, _ place: String) throws(UserMessage) -> String {
    let text: String
    switch value?.content {
    case .none, .some(.null): return ""
    case .some(.text(let written)): return written
    case .some(.integer(let number)): text = "\(number)"
    case .some(.float(let number)): text = GoNumber.text(number)
    case .some(.bool(let flag)): text = "\(flag)"
    case .some(.list), .some(.map): throw wrong(value, place, "a text")
    }
    if let value, value.written != text {
      warn(
        "\(place): without quotes YAML reads \(value.kindText), which MetalLB's converter writes in "
          + "another form than it stands there; put it in quotes if it is a text")
    }
    return text
  }

  mutating func texts(_ value: LegacyValue?, _ place: String) throws(UserMessage) -> [String] {
    switch value?.content {
    case .none, .some(.null): return []
    case .some(.list(let items)):
      var texts: [String] = []
      for item in items { texts.append(try text(item, place)) }
      return texts
    case .some(.bool), .some(.integer), .some(.float), .some(.text), .some(.map):
      throw wrong(value, place, "a list")
    }
  }

  mutating func texts(byName value: LegacyValue?, _ place: String) throws(UserMessage)
    -> [String: String]
  {
    switch value?.content {
    case .none, .some(.null): return [:]
    case .some(.map(let entries)):
      var texts: [String: String] = [:]
      for entry in entries {
        texts[entry.key] = try text(entry.value, "\(Self.quoted(entry.key)) of \(place)")
      }
      return texts
    case .some(.bool), .some(.integer), .some(.float), .some(.text), .some(.list):
      throw wrong(value, place, "a mapping")
    }
  }

  func number<Number: FixedWidthInteger>(_ value: LegacyValue?, _ place: String)
    throws(UserMessage) -> Number?
  {
    let number: Int128?
    switch value?.content {
    case .none, .some(.null): return nil
    case .some(.integer(let whole)): number = whole
    // Go writes a whole float without a point, up to this size.
    case .some(.float(let float)): number = float.magnitude < 1e21 ? Int128(exactly: float) : nil
    case .some(.bool), .some(.text), .some(.list), .some(.map):
      throw wrong(value, place, "a number")
    }
    guard let number, let result = Number(exactly: number) else {
      throw UserMessage(
        "\(place) is not a whole number from \(Number.min) to \(Number.max).",
        advice: "Correct it; MetalLB's own converter refuses it too.")
    }
    return result
  }

  func flag(_ value: LegacyValue?, _ place: String) throws(UserMessage) -> Bool? {
    switch value?.content {
    case .none, .some(.null): return nil
    case .some(.bool(let flag)): return flag
    case .some(.integer), .some(.float), .some(.text), .some(.list), .some(.map):
      throw wrong(value, place, "true or false")
    }
  }

  static func quoted(_ text: String) -> String { "\"\(SafeText.line(text, limit: 80))\"" }

  private func wrong(_ value: LegacyValue?, _ place: String, _ wanted: String) -> UserMessage {
    UserMessage(
      "\(place) is \(value?.kindText ?? "nothing"), where \(wanted) is expected.",
      advice: "Correct it; MetalLB's own converter refuses it too.")
  }
}
