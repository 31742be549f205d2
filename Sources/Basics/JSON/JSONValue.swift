/// A JSON document as a value.
///
/// Reading a key that is not there gives `.null`; writing `.null` to a key removes it.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package static let empty = JSONValue.object([:])

  package subscript(key: String) -> JSONValue {
    get { if case .object(let fields) = self { fields[key] ?? .null } else { .null } }
    set {
      var fields: [String: JSONValue] = [:]
      if case .object(let old) = self {
        // Released first, so that the dictionary is changed in place.
        self = .null
        fields = old
      }
      if newValue == .null {
        fields.removeValue(forKey: key)
      } else {
        fields[key] = newValue
      }
      self = .object(fields)
    }
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }
  package var number: Int? {
    switch self {
    case .int(let number): number
    case .double(let number): Int(exactly: number)
    case .null, .bool, .string, .array, .object: nil
    }
  }
  package var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  package var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
  package var fields: [String: JSONValue] {
    if case .object(let fields) = self { fields } else { [:] }
  }
  package var isNull: Bool { self == .null }

  /// Of a list of nothing but texts.
  package var listedTexts: [String]? {
    guard case .array(let items) = self else { return nil }
    let texts = items.compactMap(\.text)
    return texts.count == items.count ? texts : nil
  }

  /// The fields that are text, as labels and ConfigMap data are.
  package var texts: [String: String] { fields.compactMapValues(\.text) }

  /// RFC 7386: objects are merged key by key, null removes, everything else replaces.
  package func merged(with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var result = JSONValue.object(fields)
    for (key, change) in changes {
      result[key] = change.isNull ? .null : result[key].merged(with: change)
    }
    return result
  }

  package static func texts(_ fields: [String: String]) -> JSONValue {
    .object(fields.mapValues { .string($0) })
  }

  package static func texts(_ items: [String]) -> JSONValue { .array(items.map { .string($0) }) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .int(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
