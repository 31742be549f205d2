/// A time on the command line: a whole number with s, m or h; without a letter seconds.
enum WaitingTime {
  static func parse(_ text: String) -> Duration? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text[...] : text.dropLast()), (0...86_400).contains(number)
    else { return nil }
    return .seconds(number * (unit ?? 1))
  }
}
