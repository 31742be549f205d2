import Foundation

/// A moment in UTC with the nanoseconds kubectl gives.
package struct LogTime: Comparable, Hashable, Sendable {
  /// Since 1970-01-01T00:00:00Z.
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package init(_ date: Date) {
    let seconds = date.timeIntervalSince1970
    // Beyond the years 1678 to 2262 there is nothing to show.
    nanoseconds = Int64((min(max(seconds, -9.2e9), 9.2e9) * 1e9).rounded())
  }

  package var date: Date { Date(timeIntervalSince1970: Double(nanoseconds) / 1e9) }

  package static func < (one: LogTime, other: LogTime) -> Bool {
    one.nanoseconds < other.nanoseconds
  }

  package static func - (later: LogTime, earlier: LogTime) -> Duration {
    .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
  }

  package static func + (time: LogTime, duration: Duration) -> LogTime {
    let (seconds, attoseconds) = duration.components
    return LogTime(nanoseconds: time.nanoseconds &+ seconds &* second &+ attoseconds / second)
  }

  static let second: Int64 = 1_000_000_000

  // MARK: Text

  /// `12:04:31.007`, or with nine digits as `digits` says.
  package func clockText(digits: Int = 3) -> String {
    let (_, rest) = Self.split(nanoseconds, by: 86_400 * Self.second)
    let seconds = rest / Self.second
    var text =
      Self.padded(seconds / 3600, 2) + ":" + Self.padded(seconds / 60 % 60, 2) + ":"
      + Self.padded(seconds % 60, 2)
    if digits > 0 { text += "." + Self.padded(rest % Self.second, 9).prefix(digits) }
    return text
  }

  /// `2026-11-23T12:04:31.007000000Z`, as kubectl writes it.
  package var rfc3339: String {
    let (days, _) = Self.split(nanoseconds, by: 86_400 * Self.second)
    let (year, month, day) = CivilDate.of(daysSince1970: days)
    return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) + "T"
      + clockText(digits: 9) + "Z"
  }

  private static func split(_ value: Int64, by part: Int64) -> (Int64, Int64) {
    let rest = value % part
    return rest < 0 ? (value / part - 1, rest + part) : (value / part, rest)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// Days and dates of the Gregorian calendar, without a calendar object.
enum CivilDate {
  /// Years are counted from March, so that the day added in leap years is the last one.
  static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func of(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1
    )
  }
}
