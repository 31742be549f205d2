import Foundation

/// What a watch has seen so far, as much of it as the promises and the reader need.
package struct WatchTimeline: Hashable, Sendable, Codable {
  /// The newest observation.
  package private(set) var last: Observation
  /// The same with what could not be read last as it was known before.
  package private(set) var known: Observation
  /// When each pod that was not there at the baseline was first seen, by uid. The cluster's clock
  /// may differ from ours, so its own times are not used.
  private(set) var arrivals: [String: Date] = [:]
  /// Services that got an address since the baseline, as they were first seen with one.
  private(set) var joined: [String: Observation.ServiceState] = [:]
  /// Leases that ended lately.
  private(set) var departures: [Departure] = []
  /// The newest changes, the oldest first.
  package private(set) var events: [WatchEvent] = []

  struct Departure: Hashable, Sendable, Codable {
    var time: Date
    var lease: String

    var owner: Substring { lease.prefix { $0 != "-" } }
  }

  /// Seconds without an observation from which on it is a gap.
  package static let gap = 30
  /// Leases that ended within this many seconds of each other are seen together.
  static let departureSpan = 120.0
  private static let mostEvents = 500

  package init(_ baseline: Observation) {
    last = baseline
    known = baseline
  }

  /// Takes in what was seen, and what of it is a change.
  ///
  /// - Returns: the changes; the seconds nothing was seen before this.
  mutating func advance(to now: Observation, _ baseline: Observation) -> (
    events: [WatchEvent], unseen: Int
  ) {
    let passed = Int(now.time.timeIntervalSince(last.time))
    let isGap = passed > Self.gap
    var events: [WatchEvent] = []
    if isGap {
      events.append(
        WatchEvent(
          now.time, .watch, "nothing was seen for \(passed) s",
          from: last.time.formatted(.iso8601), to: now.time.formatted(.iso8601)))
    }
    events += ObservationDifference(from: known, to: now, lastUnread: last.unread).events
    let whole = now.completed(from: known)
    noteArrivals(whole, baseline)
    noteLeases(whole, isGap: isGap)
    last = now
    known = whole
    self.events += events
    self.events.removeFirst(max(0, self.events.count - Self.mostEvents))
    return (events, isGap ? passed : 0)
  }

  // MARK: Helpers

  private mutating func noteArrivals(_ now: Observation, _ baseline: Observation) {
    guard now.pods != known.pods else { return }
    let old = baseline.allPods
    let pods = now.allPods
    arrivals = arrivals.filter { pods[$0.key] != nil }
    for uid in pods.keys where old[uid] == nil && arrivals[uid] == nil { arrivals[uid] = now.time }
  }

  private mutating func noteLeases(_ now: Observation, isGap: Bool) {
    departures = departures.filter {
      now.time.timeIntervalSince($0.time) <= Self.departureSpan
    }
    guard now.namespaces != known.namespaces || now.services != known.services,
      let namespaces = now.namespaces.value, let services = now.services.value
    else { return }
    joined = joined.filter {
      namespaces[Observation.ServiceState.namespace(of: $0.key)] != nil
    }
    for (key, service) in services where joined[key] == nil && !service.addresses.isEmpty {
      joined[key] = service
    }
    // What ended while nobody looked did not end together.
    guard !isGap else { return }
    let before = Set((known.namespaces.value ?? [:]).values.filter { !$0.isEmpty })
    let gone = before.subtracting(namespaces.values)
    departures += gone.sorted().map { Departure(time: now.time, lease: $0) }
  }
}
