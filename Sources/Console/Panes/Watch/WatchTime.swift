import Foundation

/// Times of the watch, which may be of days ago.
enum WatchTime {
  /// The time of day, with the day where it is another than today.
  static func moment(_ date: Date, now: Date) -> String {
    clocks(date.formatted(.iso8601), now: now).replacing("T", with: " ")
  }

  /// The text with each of today's times as a time of day.
  static func clocks(_ text: String, now: Date) -> String {
    text.replacing(now.formatted(.iso8601).prefix(11), with: "")
  }
}
