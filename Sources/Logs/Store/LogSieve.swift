import Basics

/// Lets through what is wanted of lines that are looked at one by one.
package struct LogSieve {
  private let minimumLevel: LogLevel?
  private let pattern: CompiledPattern?

  package init(minimumLevel: LogLevel?, pattern: LogPattern?) throws(UserMessage) {
    self.minimumLevel = minimumLevel
    if let pattern { self.pattern = try CompiledPattern(pattern) } else { self.pattern = nil }
  }

  /// A line without a level is nobody's warning: it passes only where no level is asked for.
  package func passes(_ line: LogLine) -> Bool {
    if let minimumLevel, line.level.map({ $0 < minimumLevel }) ?? true { return false }
    guard let pattern else { return true }
    return Array(line.raw.utf8).withUnsafeBytes { pattern.matches(LineBytes($0)) }
  }
}
