/// Lets through what is wanted of lines that are looked at one by one.
package struct LogSieve: ~Copyable {
  private let minimumLevel: LogLevel?
  private let pattern: CompiledPattern?

  package init(minimumLevel: LogLevel?, pattern: LogPattern?) throws(UserMessage) {
    self.minimumLevel = minimumLevel
    if let pattern { self.pattern = try CompiledPattern(pattern) } else { self.pattern = nil }
  }

  /// A line without a level is nobody's warning: it passes only where no level is asked for.
  package borrowing func passes(_ line: LogLine) -> Bool {
    if let minimumLevel, line.level.map({ $0 < minimumLevel }) ?? true { return false }
    switch pattern {
    case .some(let pattern):
      return Array(line.raw.utf8).withUnsafeBytes { pattern.matches(LineBytes($0)) }
    case .none: return true
    }
  }
}
