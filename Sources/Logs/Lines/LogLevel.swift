/// How serious a log line says it is.
package enum LogLevel: UInt8, Comparable, Hashable, Sendable, CaseIterable {
  case trace = 1
  case debug
  case info
  case warn
  case error
  case fatal

  /// As typed and shown; nil for a word that is no level.
  package init?(word: String) {
    guard let level = Self.allCases.first(where: { $0.word == word.lowercased() }) else {
      return nil
    }
    self = level
  }

  package var word: String {
    switch self {
    case .trace: "trace"
    case .debug: "debug"
    case .info: "info"
    case .warn: "warn"
    case .error: "error"
    case .fatal: "fatal"
    }
  }

  /// One letter for a narrow column.
  package var letter: Character {
    switch self {
    case .trace: "T"
    case .debug: "D"
    case .info: "I"
    case .warn: "W"
    case .error: "E"
    case .fatal: "F"
    }
  }

  package static func < (one: LogLevel, other: LogLevel) -> Bool { one.rawValue < other.rawValue }
}
