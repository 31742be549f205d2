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
}

/// For clocks and spans: "07".
package func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
