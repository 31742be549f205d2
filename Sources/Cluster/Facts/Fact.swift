import Basics
import Foundation

/// Something read of the cluster, with the time of the reading.
package enum Fact<Value: Sendable>: Sendable {
  case known(Value, at: Date)
  /// It was looked for and is not there.
  case absent(at: Date)
  /// It could not be read; why, in the tool's own words.
  case unreadable(UserMessage, at: Date)
  /// Nobody asked for it in this snapshot.
  case notRead

  package var value: Value? {
    if case .known(let value, _) = self { value } else { nil }
  }

  package var problem: UserMessage? {
    if case .unreadable(let message, _) = self { message } else { nil }
  }

  package var readAt: Date? {
    switch self {
    case .known(_, let at), .absent(let at), .unreadable(_, let at): at
    case .notRead: nil
    }
  }

  package var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }

  package func map<Other>(_ transform: (Value) -> Other) -> Fact<Other> {
    switch self {
    case .known(let value, let at): .known(transform(value), at: at)
    case .absent(let at): .absent(at: at)
    case .unreadable(let message, let at): .unreadable(message, at: at)
    case .notRead: .notRead
    }
  }
}

extension Fact: Equatable where Value: Equatable {}
