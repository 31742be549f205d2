import Foundation

/// How a promise stands.
package enum PromiseState: Hashable, Sendable, Codable {
  case kept
  case waiting(until: Date, why: String)
  case broken(since: Date, why: String)
  case unknown(why: String)

  package enum Kind: String, Hashable, Sendable, Codable {
    case kept, waiting, broken, unknown
  }

  package var kind: Kind {
    switch self {
    case .kept: .kept
    case .waiting: .waiting
    case .broken: .broken
    case .unknown: .unknown
    }
  }

  package var why: String? {
    switch self {
    case .kept: nil
    case .waiting(_, let why), .broken(_, let why), .unknown(let why): why
    }
  }
}

/// A promise over the time of a watch: how it stands, and since when what is not as promised.
package struct PromiseTrack: Hashable, Sendable, Codable {
  package let id: PromiseID
  package private(set) var state = PromiseState.unknown(why: "not looked at yet")
  package private(set) var now = ""
  package private(set) var baseline = ""
  /// Since when it was broken the first time, also where it is kept again.
  package private(set) var firstBroken: Date?
  /// When that which is broken now was first seen to be; nil where nothing is.
  private(set) var toldBroken: Date?
  private var unkept: [String: Open] = [:]

  private struct Open: Hashable, Sendable, Codable {
    var begun: Date
    /// Seconds of it in which nothing was seen: they are not waited.
    var unseen = 0
    var why = ""
    var patience = 0
    var from: Date?
    var isBroken = false

    var until: Date {
      let start = max(begun.addingTimeInterval(Double(unseen)), from ?? .distantPast)
      return start.addingTimeInterval(Double(patience))
    }
  }

  init(_ id: PromiseID) { self.id = id }

  /// It was broken, and is not any more.
  package var isHealed: Bool { firstBroken != nil && state.kind != .broken }

  /// - Parameters:
  ///   - unseen: seconds before this moment in which nothing was seen.
  ///   - passed: seconds since the moment before.
  mutating func take(_ finding: PromiseFinding, at time: Date, unseen: Int, passed: Int) {
    // What cannot be read now was last seen a moment ago: the time between is not waited.
    let isUntold = finding.unknown != nil || state.kind == .unknown
    let blind = isUntold ? passed : unseen
    var next: [String: Open] = [:]
    for deviation in finding.deviations {
      var own = unkept[deviation.key] ?? Open(begun: time)
      if unkept[deviation.key] != nil { own.unseen += blind }
      own.why = deviation.why
      own.patience = deviation.patience
      own.from = deviation.from
      own.isBroken = own.isBroken || deviation.patience == 0 || time > own.until
      next[deviation.key] = own
    }
    if finding.unknown != nil {
      for (key, var own) in unkept where next[key] == nil {
        own.unseen += blind
        next[key] = own
      }
    }
    unkept = next
    now = finding.now
    baseline = finding.baseline
    state = Self.state(unkept, finding.unknown)
    if case .broken(let since, _) = state {
      firstBroken = firstBroken ?? since
      toldBroken = toldBroken ?? time
    } else {
      toldBroken = nil
    }
  }

  private static func state(_ unkept: [String: Open], _ unknown: String?) -> PromiseState {
    func first(_ isMeant: (Open) -> Bool, _ time: (Open) -> Date) -> Open? {
      unkept.filter { isMeant($0.value) }.min {
        (time($0.value), $0.key) < (time($1.value), $1.key)
      }?
      .value
    }
    if let worst = first(\.isBroken, \.begun) { return .broken(since: worst.begun, why: worst.why) }
    if let unknown { return .unknown(why: unknown) }
    if let next = first({ _ in true }, \.until) {
      return .waiting(until: next.until, why: next.why)
    }
    return .kept
  }
}
