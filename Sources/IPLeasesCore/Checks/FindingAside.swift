import Basics
import Foundation

/// A finding somebody knows of and lives with, until a day. Its verdict stays what it is; it only
/// asks for no attention.
package struct FindingAside: Hashable, Sendable, Codable {
  package var code: String
  package var reason: String
  /// The first day on which it counts again.
  package var until: CalendarDay
  package var since: Date

  /// - Throws: `UserMessage` for a check that is none, no reason, or a day that has begun.
  package init(code: String, reason: String, until: CalendarDay, now: Date) throws(UserMessage) {
    guard AllChecks.check(code) != nil else {
      throw UserMessage(
        "There is no check \(SafeText.line(code, limit: 40)).",
        advice: "\(own: "verify") lists them.")
    }
    let reason = SafeText.line(reason, limit: 200).trimmingCharacters(in: .whitespaces)
    guard !reason.isEmpty else {
      throw UserMessage("\(code) was not set aside: a reason is needed.")
    }
    guard until.start > now else {
      throw UserMessage(
        "\(code) was not set aside: \(until.text) is not after today.",
        advice: "Give the day on which it is to count again, as 2027-01-31.")
    }
    self.code = code
    self.reason = reason
    self.until = until
    since = now
  }

  package func isActive(at time: Date) -> Bool { time < until.start }

  /// "until 2027-01-31: the gateway is replaced then".
  package var text: String { "until \(until.text): \(reason)" }
}

/// A day, in UTC.
package struct CalendarDay: Hashable, Sendable, Codable {
  /// "2027-01-31".
  package let text: String
  /// Its first moment.
  package let start: Date

  /// nil for what is no day of the calendar.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 45 || (48...57) ~= $0 }),
      let start = try? Date("\(text)T00:00:00Z", strategy: .iso8601),
      // 2027-02-30 must not become a day in March.
      Self.text(of: start) == text
    else { return nil }
    self.text = text
    self.start = start
  }

  /// The day some days after the one of that time.
  package init(_ time: Date, addingDays days: Int) {
    let day = (time.timeIntervalSince1970 / 86_400).rounded(.down) + Double(days)
    start = Date(timeIntervalSince1970: day * 86_400)
    text = Self.text(of: start)
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let day = CalendarDay(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no day: \(text)"))
    }
    self = day
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  private static func text(of start: Date) -> String {
    String(start.formatted(.iso8601).prefix(10))
  }
}
