import ArgumentParser
import Basics

/// A duration as kubectl writes it: a whole number and s, m or h.
struct WaitLimit: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let (count, unit) = WaitingTime.part(of: argument), (1..<100_000).contains(count) else {
      return nil
    }
    duration = .seconds(count * unit)
  }
}

/// A time on the command line: a whole number with s, m or h; without a letter seconds.
enum WaitingTime {
  static func parse(_ text: String) -> Duration? {
    let plain = text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text).map { ($0, 1) } : nil
    guard let (count, unit) = plain ?? part(of: text), (0...86_400).contains(count) else {
      return nil
    }
    return .seconds(count * unit)
  }

  /// No days: what is waited for takes no longer than hours.
  fileprivate static func part(of text: String) -> (count: Int, seconds: Int)? {
    guard let parts = TimeSpan.parts(of: text), parts.count == 1, text.last != "d" else {
      return nil
    }
    return parts[0]
  }
}
