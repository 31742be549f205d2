/// Times at the start of a line or in a field, read by their fixed positions.
package enum LineTime {
  /// `2026-11-23T15:16:45.955898284Z`, with `T` or another byte between date and clock, a fraction
  /// of any length, and `Z`, `+hh:mm` or no zone (then UTC). `end` is behind the last byte of it.
  package static func parse(_ text: LineBytes, at start: Int = 0) -> (time: LogTime, end: Int)? {
    guard text[start + 4] == 0x2D, text[start + 7] == 0x2D, text[start + 13] == 0x3A,
      text[start + 16] == 0x3A,
      let year = text.number(at: start, digits: 4),
      let month = text.number(at: start + 5, digits: 2), (1...12).contains(month),
      let day = text.number(at: start + 8, digits: 2), (1...31).contains(day),
      let hour = text.number(at: start + 11, digits: 2), hour < 24,
      let minute = text.number(at: start + 14, digits: 2), minute < 60,
      // 60 is a leap second.
      let second = text.number(at: start + 17, digits: 2), second <= 60,
      // What nanoseconds since 1970 can hold.
      (1700...2200).contains(year)
    else { return nil }
    var end = start + 19
    let fraction = fraction(text, &end)
    guard let zone = zone(text, &end) else { return nil }
    let seconds =
      CivilDate.daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - zone
    return (LogTime(nanoseconds: seconds * LogTime.second + fraction), end)
  }

  /// Nanoseconds of `.955898284`.
  private static func fraction(_ text: LineBytes, _ end: inout Int) -> Int64 {
    guard text[end] == 0x2E, text[end + 1] &- 0x30 < 10 else { return 0 }
    end += 1
    var value: Int64 = 0
    var digits = 0
    while text[end] &- 0x30 < 10 {
      if digits < 9 { value = value * 10 + Int64(text[end] &- 0x30) }
      digits += 1
      end += 1
    }
    while digits < 9 {
      value *= 10
      digits += 1
    }
    return value
  }

  /// Seconds east of UTC; nil for an offset that no clock has.
  private static func zone(_ text: LineBytes, _ end: inout Int) -> Int64? {
    switch text[end] {
    case UInt8(ascii: "Z"):
      end += 1
      return 0
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard let hours = text.number(at: end + 1, digits: 2), text[end + 3] == 0x3A,
        let minutes = text.number(at: end + 4, digits: 2)
      else { return 0 }
      guard hours < 24, minutes < 60 else { return nil }
      let sign: Int64 = text[end] == UInt8(ascii: "-") ? -1 : 1
      end += 6
      return sign * (hours * 3600 + minutes * 60)
    default: return 0
    }
  }
}
