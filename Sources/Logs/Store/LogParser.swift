import Basics

/// Makes the texts of one line.
package enum LogParser {
  /// A line as kubectl gives it, with its time; what a store would show of it.
  package static func line(_ bytes: [UInt8], from source: LogSource) -> LogLine {
    bytes.withUnsafeBytes { buffer in
      let (time, rest) = LogIntake.split(LineBytes(buffer))
      return LogIntake.clean(rest) { text, cut in
        let (format, head) = AllLogFormats.read(text, as: source.formats)
        let known = AllKnownLines.recognise(
          text, head, AllLogFormats.vocabulary(of: format), source.role)
        return line(
          text, format, head, source, time: time ?? head.time, known: known, cutBytes: cut)
      }
    }
  }

  static func line(
    _ text: LineBytes, _ record: LogRecord, _ source: LogSource, cutBytes: Int
  ) -> LogLine {
    let format = AllLogFormats.format(record.format)
    let head = format.head(text) ?? LogHead(body: 0)
    return line(
      text, record.format, head, source, time: record.isTimed ? record.time : nil,
      known: record.known, cutBytes: cutBytes)
  }

  private static func line(
    _ text: LineBytes, _ id: LogFormat.ID, _ head: LogHead, _ source: LogSource, time: LogTime?,
    known: KnownLineID?, cutBytes: Int
  ) -> LogLine {
    let parts = AllLogFormats.format(id).fields(text, head)
    return LogLine(
      source: source, time: time, level: head.level, message: safe(parts.message),
      fields: parts.fields.map { LogLine.Field(key: safe($0.key), value: safe($0.value)) },
      raw: safe(text.bytes), format: id,
      known: known.map { AllKnownLines.line($0, source.role) }, cutBytes: cutBytes)
  }

  /// A line of 32 KiB is shown whole.
  private static func safe(_ bytes: [UInt8]) -> String {
    SafeText.line(String(decoding: bytes, as: UTF8.self), limit: LogArena.longestLine)
  }
}
