import Addresses
import Cluster
import Foundation

/// Which lease had which address when, as far as this machine saw it.
package struct AddressRecord: Hashable, Sendable, Codable {
  /// One Service at one address, from its first sight to its last.
  package struct Span: Hashable, Sendable, Codable {
    package var address: String
    package var namespace: String
    package var name: String
    var uid: String
    /// As in "8080/TCP".
    package var ports: [String]
    /// nil for a Service that no tenant leased.
    package var owner: String?
    package var sequence: String?
    /// It did not hold the address at this time, or was not there; nil where nobody knows.
    package var notBefore: Date?
    package var from: Date
    /// When it was seen with it last; nil while it is.
    package var to: Date?
    /// When it was first seen without it.
    package var goneBy: Date?

    package var lease: Lease? { owner.map { Lease(owner: $0, sequence: sequence ?? "") } }

    /// "lease ..., Service ...".
    package var words: String {
      let holder = AddressHolder(namespace: namespace, name: name, addresses: [], lease: lease)
      return holder.words
    }
  }

  /// How sure it is that a Service had an address at a time.
  package enum Certainty: String, Hashable, Sendable, Codable {
    case certain
    /// Nobody looked between a sight with it and one without it.
    case possible
  }

  /// What tells one that holds from another.
  private struct Seat: Hashable {
    var address: String
    var namespace: String
    var name: String
    var uid: String
  }

  /// The oldest that have ended are let go.
  private static let mostSpans = 20_000

  /// The oldest first.
  package private(set) var spans: [Span] = []
  /// When the cluster was looked at last.
  package private(set) var seenAt: Date?

  package init() {}

  /// Takes in who holds what now.
  ///
  /// - Returns: false where nothing changed.
  @discardableResult
  package mutating func note(_ services: [Service], at time: Date) -> Bool {
    // Whole seconds, as they are kept.
    let time = Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded(.down))
    guard seenAt.map({ $0 <= time }) ?? true else { return false }
    var open: [Seat: Int] = [:]
    for (index, span) in spans.enumerated() where span.to == nil { open[seat(span)] = index }
    var hasChanged = false
    for service in services {
      let meta = service.metadata
      let ports = (service.spec?.ports ?? []).map { "\($0.port)/\($0.protocol ?? "TCP")" }
      for address in service.addresses {
        let seat = Seat(
          address: address, namespace: meta.namespace ?? "", name: meta.name, uid: meta.uid ?? "")
        if let index = open.removeValue(forKey: seat) {
          if spans[index].ports != ports {
            spans[index].ports = ports
            hasChanged = true
          }
          continue
        }
        let lease = Lease(meta)
        spans.append(
          Span(
            address: address, namespace: seat.namespace, name: seat.name, uid: seat.uid,
            ports: ports, owner: lease?.owner, sequence: lease?.sequence,
            notBefore: [seenAt, meta.creationTimestamp].compactMap(\.self).max(), from: time))
        hasChanged = true
      }
    }
    for index in open.values {
      spans[index].to = seenAt ?? time
      spans[index].goneBy = time
      hasChanged = true
    }
    seenAt = time
    bound()
    return hasChanged
  }

  private func seat(_ span: Span) -> Seat {
    Seat(address: span.address, namespace: span.namespace, name: span.name, uid: span.uid)
  }

  private mutating func bound() {
    guard spans.count > Self.mostSpans else { return }
    var surplus = spans.count - Self.mostSpans
    spans.removeAll { span in
      guard surplus > 0, span.to != nil else { return false }
      surplus -= 1
      return true
    }
  }

  // MARK: Questions

  /// Leases that had an address within the last month, each with those it had last.
  package func leases(at time: Date) -> [Lease: [String]] {
    var last: [Lease: (end: Date, addresses: Set<String>)] = [:]
    for span in spans {
      let end = span.to ?? time
      guard let lease = span.lease, end.timeIntervalSince(time) > -Self.month else { continue }
      if let known = last[lease], known.end >= end {
        if known.end == end { last[lease]?.addresses.insert(span.address) }
      } else {
        last[lease] = (end, [span.address])
      }
    }
    return last.mapValues { $0.addresses.sorted() }
  }

  private static let month = 30.0 * 86_400

  /// Who had an address, the newest first.
  package func history(of address: IPAddress) -> [Span] {
    spans.filter { IPAddress(parsing: $0.address) == address }.reversed()
  }

  /// Who had which address at a time, by address.
  package func holders(at time: Date) -> [(span: Span, certainty: Certainty)] {
    spans.compactMap { span -> (Span, Certainty)? in
      let last = span.to ?? seenAt ?? span.from
      if span.from <= time, time <= last { return (span, .certain) }
      let mayBegin = span.notBefore ?? .distantPast
      let mayEnd = span.goneBy ?? (span.to == nil ? .distantFuture : last)
      return mayBegin < time && time < mayEnd ? (span, .possible) : nil
    }.sorted { left, right in
      let (a, b) = (IPAddress(parsing: left.0.address), IPAddress(parsing: right.0.address))
      guard let a, let b, a != b else { return left.0.name < right.0.name }
      return a < b
    }
  }
}
