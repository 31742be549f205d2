import Foundation

/// Spans of time in words for people.
package enum TimeSpan {
  /// How long something lasts, in two units at most: "41s", "6m31", "2h05", "3d 4h".
  package static func text(from then: Date, to now: Date) -> String {
    let seconds = max(0, Int(now.timeIntervalSince(then)))
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3_600: return "\(seconds / 60)m" + twoDigits(seconds % 60)
    case ..<86_400: return "\(seconds / 3_600)h" + twoDigits(seconds / 60 % 60)
    default: return "\(seconds / 86_400)d \(seconds / 3_600 % 24)h"
    }
  }

  /// Whole numbers with units, the largest first or not, as people write them: "90s", "1h30m", "2d".
  ///
  /// - Returns: nil where the text is anything else.
  package static func parts(of text: String) -> [(count: Int, seconds: Int)]? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    var parts: [(count: Int, seconds: Int)] = []
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let count = Int(digits), let unit = rest.popFirst().flatMap({ units[$0] }) else {
        return nil
      }
      parts.append((count, unit))
    }
    return parts.isEmpty ? nil : parts
  }
}

/// For clocks and spans: "07".
package func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
