/// A JSON document as a value: what the simulated API server stores.
///
/// Reading a key that is not there gives `.null`; writing `.null` to a key removes it.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  static let empty = JSONValue.object([:])

  subscript(key: String) -> JSONValue {
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

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Int? {
    switch self {
    case .int(let number): number
    case .double(let number): Int(exactly: number)
    case .null, .bool, .string, .array, .object: nil
    }
  }
  var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
  var fields: [String: JSONValue] { if case .object(let fields) = self { fields } else { [:] } }
  var isNull: Bool { self == .null }

  /// The fields that are text, as labels and ConfigMap data are.
  var texts: [String: String] { fields.compactMapValues(\.text) }

  /// RFC 7386: objects are merged key by key, null removes, everything else replaces.
  func merged(with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var result = JSONValue.object(fields)
    for (key, change) in changes {
      result[key] = change.isNull ? .null : result[key].merged(with: change)
    }
    return result
  }

  static func texts(_ fields: [String: String]) -> JSONValue {
    .object(fields.mapValues { .string($0) })
  }

  static func texts(_ items: [String]) -> JSONValue { .array(items.map { .string($0) }) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}

extension JSONValue: Codable {
  /// Stored as its own JSON text in one string: ten times faster to read than field by field.
  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    self = try JSONText.parse(text)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    let known = KnownTexts.userInfoKey.flatMap { encoder.userInfo[$0] } as? KnownTexts
    try container.encode(known?.text(of: self, at: encoder.codingPath) ?? JSONText.compact(self))
  }
}
