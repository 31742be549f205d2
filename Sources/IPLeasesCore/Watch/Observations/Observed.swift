/// What was found of one thing at one moment.
package enum Observed<Value: Hashable & Sendable & Codable>: Hashable, Sendable {
  case known(Value)
  case absent
  /// It was asked and gave no answer, though the cluster did; why.
  case silent(String)
  /// Nobody knows; why.
  case unread(String)

  package var value: Value? {
    if case .known(let value) = self { value } else { nil }
  }

  package var isUnread: Bool { unreadBecause != nil }

  package var unreadBecause: String? {
    if case .unread(let why) = self { why } else { nil }
  }

  /// This, or the other where this could not be read.
  func orElse(_ other: Self) -> Self { isUnread ? other : self }
}

extension Observed: Codable {
  private enum Key: CodingKey { case known, silent, unread, absent }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    if values.contains(.known) {
      self = .known(try values.decode(Value.self, forKey: .known))
    } else if let why = try values.decodeIfPresent(String.self, forKey: .silent) {
      self = .silent(why)
    } else if let why = try values.decodeIfPresent(String.self, forKey: .unread) {
      self = .unread(why)
    } else {
      _ = try values.decode(Bool.self, forKey: .absent)
      self = .absent
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .known(let value): try values.encode(value, forKey: .known)
    case .absent: try values.encode(true, forKey: .absent)
    case .silent(let why): try values.encode(why, forKey: .silent)
    case .unread(let why): try values.encode(why, forKey: .unread)
    }
  }
}
