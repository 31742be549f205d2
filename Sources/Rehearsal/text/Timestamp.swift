import Foundation

/// The tools' ways to write a moment. All in UTC.
enum Timestamp {
  /// `2026-11-23T14:32:06Z`
  static func rfc3339(_ time: Double) -> String {
    let part = parts(time)
    return "\(part.year)-\(two(part.month))-\(two(part.day))T\(clock(part))Z"
  }

  /// `2026-11-23 14:31:56.381618247 +0000 UTC`, as `helm list` prints.
  static func goText(_ time: Double) -> String {
    let part = parts(time)
    return "\(part.year)-\(two(part.month))-\(two(part.day)) \(clock(part)).\(nanoseconds(time))"
      + " +0000 UTC"
  }

  /// `2026-11-23T14:47:13.841136262Z`, as `helm history -o json` prints.
  static func rfc3339Nano(_ time: Double) -> String {
    let part = parts(time)
    return "\(part.year)-\(two(part.month))-\(two(part.day))T\(clock(part)).\(nanoseconds(time))Z"
  }

  /// `Mon Nov 23 14:32:02 2026`
  static func asctime(_ time: Double) -> String {
    let part = parts(time)
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let day = Int((time / 86400).rounded(.down))
    let date = part.day < 10 ? " \(part.day)" : "\(part.day)"
    return "\(weekdays[((day % 7) + 7) % 7]) \(months[part.month - 1]) \(date) \(clock(part))"
      + " \(part.year)"
  }

  /// klog's head: `1123 14:32:03.178401`.
  static func klog(_ time: Double) -> String {
    let part = parts(time)
    return "\(two(part.month))\(two(part.day)) \(clock(part)).\(nanoseconds(time).prefix(6))"
  }

  /// `2:32PM`
  static func kitchen(_ time: Double) -> String {
    let part = parts(time)
    let hour = part.hour % 12 == 0 ? 12 : part.hour % 12
    return "\(hour):\(two(part.minute))\(part.hour < 12 ? "AM" : "PM")"
  }

  /// The age column: `5m5s`, `3d4h`.
  static func age(_ seconds: Double) -> String {
    let whole = max(0, Int(seconds))
    switch whole {
    case ..<120: return "\(whole)s"
    case ..<600: return "\(whole / 60)m" + (whole % 60 == 0 ? "" : "\(whole % 60)s")
    case ..<10800: return "\(whole / 60)m"
    case ..<28800:
      return "\(whole / 3600)h" + (whole % 3600 < 60 ? "" : "\(whole % 3600 / 60)m")
    case ..<172_800: return "\(whole / 3600)h"
    case ..<691_200:
      return "\(whole / 86400)d" + (whole % 86400 < 3600 ? "" : "\(whole % 86400 / 3600)h")
    default: return "\(whole / 86400)d"
    }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private struct Parts {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
  }

  /// The civil date of the proleptic Gregorian calendar, counted from 1 March of the year 0.
  private static func parts(_ time: Double) -> Parts {
    let seconds = Int(time.rounded(.down))
    let days = Int((Double(seconds) / 86400).rounded(.down))
    let rest = seconds - days * 86400
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return Parts(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, hour: rest / 3600,
      minute: rest % 3600 / 60, second: rest % 60)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func clock(_ part: Parts) -> String {
    "\(two(part.hour)):\(two(part.minute)):\(two(part.second))"
  }

  private static func nanoseconds(_ time: Double) -> String {
    let digits = String(Int((time - time.rounded(.down)) * 1_000_000_000))
    return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
  }
}
