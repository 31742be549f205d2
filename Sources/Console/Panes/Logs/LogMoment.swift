import Basics
import Foundation
import IPLeasesCore
import Logs

/// A moment as people type it.
enum LogMoment {
  private static let day = 86_400

  /// "10m" is so long ago, as kubectl's --since has it; "12:04" and "12:04:31" are the latest such
  /// time of the clock, in UTC; else a whole time (RFC 3339).
  static func parse(_ text: String, now: LogTime) throws(UserMessage) -> LogTime {
    let text = text.filter { $0 != " " }
    if let ago = seconds(text) { return now + .seconds(-ago) }
    if let ofDay = clock(text) {
      let whole = Int(now.date.timeIntervalSince1970.rounded(.down))
      var moment = whole - whole % day + ofDay
      if moment > whole { moment -= day }
      return LogTime(Date(timeIntervalSince1970: Double(moment)))
    }
    if let date = try? Date(text, strategy: .iso8601) { return LogTime(date) }
    throw UserMessage(
      "\"\(SafeText.line(text, limit: 40))\" is no time.",
      advice: "10m, 90s or 2h ago; 12:04 or 12:04:31; 2026-11-23T12:04:31Z")
  }

  /// "1h30m", "90s".
  private static func seconds(_ text: String) -> Int? {
    guard let parts = TimeSpan.parts(of: text), parts.allSatisfy({ $0.count <= 1_000_000 }) else {
      return nil
    }
    return parts.reduce(0) { $0 + $1.count * $1.seconds }
  }

  private static func clock(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count == 2 ? Int($0) : nil }
    guard numbers.count == parts.count, (2...3).contains(numbers.count),
      numbers[0] < 24, numbers.allSatisfy({ (0..<60).contains($0) })
    else { return nil }
    return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
  }
}
