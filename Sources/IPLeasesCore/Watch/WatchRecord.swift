import Basics
import Foundation

/// What a watch saw, one JSON object a line: the watch as it began first, then each
/// observation. Judged again it gives the same verdict at the same second.
package struct WatchRecord: Sendable {
  /// Of the file: it is read by this program alone.
  package static let format = "ip-leases/watch/v1"

  package struct Header: Hashable, Sendable, Codable {
    package var schema = WatchRecord.format
    /// As it stood when the record began: at its baseline, or later where it was resumed.
    package var run: WatchRun

    /// Of the same watch, whatever was read late of its baseline.
    func isOfSameWatch(as other: Header) -> Bool {
      let (own, other) = (run.baseline, other.run.baseline)
      return own.cluster == other.cluster && own.time == other.time && own.part == other.part
    }
  }

  /// A line behind the first.
  enum Line: Codable {
    case seen(Observation)
    /// The same as before, at another time.
    case same(Date)
    /// The watch went on from what was seen until then: what the record has beyond it was lost.
    case resumed(Date)

    private enum Key: CodingKey { case observation, same, resumed }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      if let observation = try values.decodeIfPresent(Observation.self, forKey: .observation) {
        self = .seen(observation)
      } else if let time = try values.decodeIfPresent(Date.self, forKey: .same) {
        self = .same(time)
      } else {
        self = .resumed(try values.decode(Date.self, forKey: .resumed))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      switch self {
      case .seen(let observation): try values.encode(observation, forKey: .observation)
      case .same(let time): try values.encode(time, forKey: .same)
      case .resumed(let time): try values.encode(time, forKey: .resumed)
      }
    }
  }

  package let header: Header
  package private(set) var observations: [Observation] = []
  /// Its last line was cut off in writing and is left out.
  package private(set) var isCut = false

  /// Bytes, at most.
  private static let limit = 1 << 30

  // MARK: Reading

  /// - Throws: `UserMessage`, untold, with the number of the line that is none of a record.
  package init(contentsOf path: String) throws(UserMessage) {
    do throws(UserMessage) {
      guard let bytes = try AtomicFile.read(path, limit: Self.limit) else {
        throw UserMessage("There is no record \(path).", advice: "Name the file of --record.")
      }
      try self.init(bytes, path)
    } catch {
      throw error.untold
    }
  }

  init(_ bytes: Data, _ path: String) throws(UserMessage) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // Behind the last line end stands nothing, or what was not written to its end.
    let rest = lines.popLast() ?? Data()
    isCut = !rest.isEmpty
    guard let first = lines.first else {
      throw Self.strange(path, line: 1, isCut ? "it is cut off" : "the file is empty")
    }
    guard let header = try? JSONDecoder.withTimes.decode(Header.self, from: first),
      header.schema == Self.format
    else { throw Self.strange(path, line: 1, "it is no baseline of \(Self.format)") }
    guard header.run.hold > 0 else { throw Self.strange(path, line: 1, "it waits for no time") }
    self.header = header
    for (index, bytes) in lines.enumerated().dropFirst() {
      guard let line = try? JSONDecoder.withTimes.decode(Line.self, from: bytes) else {
        throw Self.strange(path, line: index + 1, "it is no observation")
      }
      let problem = take(line)
      if let problem { throw Self.strange(path, line: index + 1, problem) }
    }
  }

  private mutating func take(_ line: Line) -> String? {
    switch line {
    case .seen(let observation):
      if let last = observations.last, observation.time < last.time { return Self.backwards }
      observations.append(observation)
    case .same(let time):
      guard var same = observations.last else { return "nothing was seen before it" }
      if time < same.time { return Self.backwards }
      same.time = time
      same.acts = []
      observations.append(same)
    case .resumed(let time):
      while let last = observations.last, last.time > time { observations.removeLast() }
    }
    return nil
  }

  private static let backwards = "its time is before the one of the line above"

  private static func strange(_ path: String, line: Int, _ reason: String) -> UserMessage {
    UserMessage(
      "\(path) is no record of a watch.", reason: "line \(line): \(reason)",
      advice: "Name a file that --record wrote.")
  }

  /// The watch as it began, to be fed with the observations.
  ///
  /// - Parameter hold: seconds; nil: as it was watched.
  package func replay(hold: Int? = nil) -> WatchRun {
    var run = header.run
    run.hold = hold ?? run.hold
    return run
  }
}
