import Foundation
import Logs

/// A moment on the command line: so long ago, or date and time.
enum LogMoment {
  static func parse(_ text: String, now: Date) -> LogTime? {
    if let ago = WaitingTime.parse(text) {
      return LogTime(
        nanoseconds: LogTime(now).nanoseconds - Int64(ago.components.seconds) * 1_000_000_000)
    }
    return Array(text.utf8).withUnsafeBytes { bytes in
      LineTime.parse(LineBytes(bytes)).flatMap { $0.end == bytes.count ? $0.time : nil }
    }
  }
}
