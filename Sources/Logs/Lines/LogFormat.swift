/// One grammar of log lines, with all that is to be known of it. It reads bytes; texts are made only for
/// a line that is shown.
package struct LogFormat: Sendable {
  /// Its place among all, which is what a line keeps of it.
  package struct ID: Hashable, Sendable {
    package let place: UInt8
  }

  /// Which lines of known meaning may stand in it.
  package enum Vocabulary: Sendable {
    case akash
    case metallb
    /// Only troubles that any program tells of.
    case troubles
  }

  /// Which program writes it; no other grammar has the same.
  package var title: String
  var writers: Set<LogRole>
  /// The only containers that write it; nil: any.
  var containers: Set<String>?
  var vocabulary = Vocabulary.troubles
  /// Level, message and times of a line without colours and without kubectl's time; nil where the
  /// line is not of this grammar.
  var head: @Sendable (LineBytes) -> LogHead?
  /// The fields of a line whose head it has read.
  package var fields: @Sendable (LineBytes, LogHead) -> LogFields
}

/// What is known of a line without making a text.
package struct LogHead: Hashable, Sendable {
  var level: LogLevel?
  /// Where message and fields begin, behind time and level.
  var body: Int
  /// Where the line holds its own time: not compared when repeated lines are folded.
  var clock: Range<Int>?
  /// The line's own time, where it has date and time.
  var time: LogTime?
}

/// Message and fields of one line: its bytes, with quotes and escapes of the grammar undone.
package struct LogFields: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package var key: [UInt8]
    package var value: [UInt8]
  }

  package var message: [UInt8]
  package var fields: [Field] = []
}
