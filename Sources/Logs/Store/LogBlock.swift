import Algorithms

/// A stretch of the list in the order of time, and which of its lines are shown.
struct LogBlock: Sendable {
  /// Indices of the lines inside fit in 16 bits, and inserting moves little.
  static let capacity = 1024

  var records: [LogRecord]
  /// The lines that stand in the list: what passes the filter, without what is folded away.
  var rows: [UInt16] = []
  var tally = LogTally()

  init(_ records: [LogRecord]) { self.records = records }

  var first: LogLineID { records[0].id }
  var last: LogLineID { records[records.count - 1].id }

  /// The first line not before `id`.
  func index(of id: LogLineID) -> Int {
    records.partitioningIndex { $0.id >= id }
  }
}

/// What passes the filter, whether folded or not, and rows to step to.
struct LogTally: Hashable, Sendable {
  var lines = 0
  var warnings = 0
  var errors = 0
  var problemRows = 0
  var noteRows = 0

  mutating func add(_ record: LogRecord, isRow: Bool) {
    if record.isNote {
      noteRows += 1
      return
    }
    lines += 1
    switch record.level {
    case .warn: warnings += 1
    case .error, .fatal: errors += 1
    case .trace, .debug, .info, nil: break
    }
    if isRow, record.isProblem, !record.isRepeat { problemRows += 1 }
  }
}
