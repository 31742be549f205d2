import Basics
import Foundation

/// What happened to a stream; shown among its lines.
package enum LogNote: Hashable, Sendable {
  /// The stream was cut; the lines of that time were asked for again and came.
  case gapFilled(from: Date, to: Date, lines: Int)
  /// The stream was cut, and what was written meanwhile is gone.
  case gapUnfilled(from: Date, to: Date)
  case containerStarted(restart: Int, image: String)
  case streamEnded(reason: String)
  case streamResumed
  /// Lines the follower had to leave out.
  case linesDropped(count: Int)

  /// One sentence without the source's name, harmless for a terminal.
  package var text: String {
    switch self {
    case .gapFilled(let from, let to, let lines):
      "line lost \(Self.span(from, to)), asked again, \(lines) lines filled in"
    case .gapUnfilled(let from, let to):
      "line lost \(Self.span(from, to)), what was written then is gone"
    case .containerStarted(let restart, let image):
      "new container, image \(SafeText.line(image, limit: 200)), restart \(restart)"
    case .streamEnded(let reason): "stream ended: \(SafeText.line(reason, limit: 300))"
    case .streamResumed: "stream taken up again"
    case .linesDropped(let count): "\(count) lines left out"
    }
  }

  private static func span(_ from: Date, _ to: Date) -> String {
    "\(LogTime(from).clockText(digits: 0))-\(LogTime(to).clockText(digits: 0))"
  }
}

/// What the follower of one source tells the store.
package struct LogEvent: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Complete lines, each ended by a line feed, as `kubectl logs --timestamps` writes them:
    /// RFC 3339 with nanoseconds, a blank, the text. A line without a time is placed behind the
    /// line before it.
    case lines([UInt8])
    case note(LogNote, at: Date)
  }

  package var source: LogSource
  package var content: Content

  package init(_ source: LogSource, _ content: Content) {
    self.source = source
    self.content = content
  }
}
