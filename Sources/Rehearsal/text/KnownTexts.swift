import Basics
import Synchronization

/// The texts of values as they were written last, by their place in the state: each command writes
/// the whole cluster, and few objects of it are new.
final class KnownTexts: Sendable {
  /// What an encoder finds them by.
  static let userInfoKey = CodingUserInfoKey(rawValue: "known texts")

  private struct Known {
    var value: JSONValue
    var text: String
  }

  private let known = Mutex<[String: Known]>([:])

  func text(of value: JSONValue, at path: [any CodingKey]) -> String {
    let place = path.map(\.stringValue).joined(separator: "\n")
    return known.withLock { known in
      // What was not touched shares its storage with what is known, and is found equal at once.
      if let found = known[place], found.value == value { return found.text }
      let text = JSONText.compact(value)
      known[place] = Known(value: value, text: text)
      return text
    }
  }
}
