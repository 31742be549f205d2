import Basics
import Foundation
import SystemPackage

/// Writes the record of a watch as it goes on, into a file that only this user may read.
package struct WatchRecorder: Sendable {
  private let path: String
  private var last: Observation?

  /// Begins a record, or goes on with the one of the same watch.
  ///
  /// - Parameter isResumed: the watch goes on from what it had seen.
  /// - Throws: where the file holds something else: nothing is written over.
  package init(_ path: String, of run: WatchRun, isResumed: Bool) throws(UserMessage) {
    self.path = path
    let header = WatchRecord.Header(run: run)
    let existing = try AtomicFile.read(path, limit: 1 << 30)
    if let existing, !existing.isEmpty {
      let record = try WatchRecord(existing, path)
      guard isResumed, record.header.isOfSameWatch(as: header) else {
        throw UserMessage(
          "\(path) is not written over: it holds the record of another watch.",
          advice: "Name another file.")
      }
    }
    // A line that was cut off in writing would swallow the next.
    let whole = (existing ?? Data()).lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    try Self.prepare(path, keeping: whole)
    if whole > 0 {
      try write(WatchRecord.Line.resumed(run.timeline.last.time))
    } else {
      do throws(UserMessage) { try write(header) } catch {
        // Nothing half-written stays.
        if existing == nil { try? AtomicFile.remove(path) }
        throw error
      }
    }
  }

  private static func prepare(_ path: String, keeping size: Int) throws(UserMessage) {
    do throws(Errno) {
      let file = try OpenFile(path, .writeOnly, [.create, .noFollow])
      let descriptor = file.descriptor.rawValue
      try Errno.check { fchmod(descriptor, 0o600) }
      try Errno.check { ftruncate(descriptor, off_t(size)) }
    } catch {
      throw failure(path, error)
    }
  }

  private static func failure(_ path: String, _ error: Errno) -> UserMessage {
    FileFailure.message("could not write the record \(path)", error)
  }

  package mutating func note(_ observation: Observation) throws(UserMessage) {
    var same = last
    same?.time = observation.time
    same?.acts = []
    try write(
      same == observation
        ? WatchRecord.Line.same(observation.time) : WatchRecord.Line.seen(observation))
    last = observation
  }

  private func write(_ line: some Encodable) throws(UserMessage) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    guard var bytes = try? encoder.encode(line) else {
      throw UserMessage("could not write the record \(path)")
    }
    bytes.append(UInt8(ascii: "\n"))
    do throws(Errno) {
      try OpenFile(path, .writeOnly, [.append, .noFollow]).write(bytes)
    } catch {
      throw Self.failure(path, error)
    }
  }
}
