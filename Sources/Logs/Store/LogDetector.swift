/// Tells a trouble that lasts from the same words written at a start or while a watch is renewed.
struct LogDetector: Hashable, Sendable {
  /// How long the barrier may be locked, and the provider may wait, without a word about it.
  static let patience = Duration.seconds(90)

  /// Since when it has been waiting without a sign that all is well.
  private(set) var waitsSince: LogTime?
  /// The latest sign that all is well.
  private(set) var wellAt: LogTime?

  /// Whether the line needs attention, in the order in which the source wrote its lines.
  mutating func judge(_ known: KnownLineID?, _ level: LogLevel?, at time: LogTime) -> Bool {
    guard let known else { return level.map { $0 >= .error } ?? false }
    switch AllKnownLines.weight(known) {
    case .problem: return true
    case .routine: return false
    case .milestone:
      if known == .barrierOpened || known == .providerReady {
        waitsSince = nil
        wellAt = time
      }
      // A new process waits anew.
      if known == .operatorStarted || known == .providerStarted { waitsSince = nil }
      return false
    case .problemIfItLasts:
      let since = waitsSince ?? time
      waitsSince = since
      return time - since >= Self.patience
    }
  }
}

/// A known line that needs attention, with how often and since when it has been written.
package struct LogFinding: Hashable, Sendable {
  struct Key: Hashable, Sendable {
    var known: KnownLineID
    var source: LogSource.ID
  }

  package enum State: Hashable, Sendable {
    /// Routine if it ends soon.
    case waiting
    case problem
    /// A good sign came after it.
    case over
  }

  package var known: KnownLineID
  package var source: LogSource
  package var first: LogTime
  package var last: LogTime
  package var count = 0
  /// The latest line, to go to.
  package var lastLine: LogLineID

  init(known: KnownLineID, source: LogSource, first: LogTime, id: LogLineID) {
    self.known = known
    self.source = source
    self.first = first
    last = first
    lastLine = id
  }

  /// What it means where it was written.
  package var line: KnownLine { AllKnownLines.line(known, source.role) }

  mutating func add(_ id: LogLineID) {
    count += 1
    if id.time < last { return }
    last = id.time
    lastLine = id
  }

  func state(_ detector: LogDetector, now: LogTime) -> State {
    if let wellAt = detector.wellAt, wellAt >= last { return .over }
    guard line.weight == .problemIfItLasts else { return .problem }
    guard let since = detector.waitsSince else { return .over }
    return now - since >= LogDetector.patience ? .problem : .waiting
  }
}
