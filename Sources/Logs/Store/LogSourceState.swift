/// What the store remembers of one source between two lines.
struct LogSourceState: Sendable {
  var source: LogSource
  /// Kept at present.
  var lines = 0
  var problems = 0
  var latest: LogTime?
  var waiting = LogDetector()
  /// How far its clock was ahead of ours at its last line; merging by time misleads then. Zero
  /// where it is not: a line may be as old as it likes.
  var clockAhead = Duration.zero
  /// The line that repeats would be folded into.
  var head: Head?

  struct Head: Sendable {
    var id: LogLineID
    var sameness: UInt64
    var isProblem: Bool
    var latest: LogTime
    /// Folded since the record was last brought up to date.
    var pending: UInt32 = 0
    var isUnfolded = false
  }

  /// Repeats further apart stand for themselves.
  static let foldGap = Duration.seconds(10)
  /// Clocks of one cluster differ by less.
  static let clockTolerance = Duration.seconds(2)
}
