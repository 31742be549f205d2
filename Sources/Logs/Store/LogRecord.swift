/// Where the text of a line lies: chunk, offset and length in one number that grows with each line
/// taken in.
struct LogPlace: Comparable, Hashable, Sendable {
  static let offsetBits = 18
  static let lengthBits = 16

  var bits: UInt64

  init(chunk: Int, offset: Int, length: Int) {
    bits =
      UInt64(chunk) << UInt64(Self.offsetBits + Self.lengthBits)
      | UInt64(offset) << UInt64(Self.lengthBits) | UInt64(length)
  }

  var chunk: Int { Int(bits >> UInt64(Self.offsetBits + Self.lengthBits)) }
  var offset: Int { Int(bits >> UInt64(Self.lengthBits)) & (1 << Self.offsetBits - 1) }
  var length: Int { Int(bits) & (1 << Self.lengthBits - 1) }

  static func < (one: LogPlace, other: LogPlace) -> Bool { one.bits < other.bits }
}

/// What the store keeps of a line beside its text, in 24 bytes.
struct LogRecord: Sendable {
  var time: LogTime
  var place: LogPlace
  /// How many of the lines that follow say the same and are folded into this one.
  var repeats: UInt32 = 0
  private var bits: UInt32

  init(
    time: LogTime, place: LogPlace, level: LogLevel?, source: Int, format: LogFormat.ID,
    known: KnownLineID?
  ) {
    self.time = time
    self.place = place
    bits =
      UInt32(level?.rawValue ?? 0) | UInt32(known?.rawValue ?? 0) << 3
      | UInt32(format.place) << 9 | UInt32(source) << 13
  }

  static let sources = 1 << 12

  var level: LogLevel? { LogLevel(rawValue: UInt8(bits & 7)) }
  var known: KnownLineID? { KnownLineID(rawValue: UInt8(bits >> 3 & 63)) }
  var format: LogFormat.ID { LogFormat.ID(place: UInt8(bits >> 9 & 15)) }
  var source: Int { Int(bits >> 13 & 4095) }

  /// Says the same as the line of its source before it.
  var isRepeat: Bool {
    get { bits & 1 << 25 != 0 }
    set { set(25, newValue) }
  }

  /// A repeat that is shown all the same.
  var isUnfolded: Bool {
    get { bits & 1 << 26 != 0 }
    set { set(26, newValue) }
  }

  var isProblem: Bool {
    get { bits & 1 << 27 != 0 }
    set { set(27, newValue) }
  }

  var isNote: Bool {
    get { bits & 1 << 28 != 0 }
    set { set(28, newValue) }
  }

  /// The time is the line's own, not that of a line before it.
  var isTimed: Bool {
    get { bits & 1 << 29 != 0 }
    set { set(29, newValue) }
  }

  /// The end of the line was not kept.
  var isCut: Bool {
    get { bits & 1 << 30 != 0 }
    set { set(30, newValue) }
  }

  private mutating func set(_ bit: UInt32, _ isOn: Bool) {
    if isOn { bits |= 1 << bit } else { bits &= ~(1 << bit) }
  }

  var id: LogLineID { LogLineID(time: time, place: place) }
}

/// A line's identity as long as it is kept; the order of the list.
package struct LogLineID: Comparable, Hashable, Sendable {
  package let time: LogTime
  let place: LogPlace

  package static func < (one: LogLineID, other: LogLineID) -> Bool {
    one.time == other.time ? one.place < other.place : one.time < other.time
  }
}
