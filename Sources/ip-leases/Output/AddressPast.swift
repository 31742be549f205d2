import Addresses
import Basics
import Cluster
import Foundation
import IPLeasesCore

/// What is kept of who had which address.
enum AddressPast {
  /// The cluster is looked at as well, so that what is now belongs to it. Where it does not answer,
  /// what was seen before is told.
  static func read(_ workplace: Workplace) async throws -> (Session, AddressRecord) {
    let (session, survey) = await workplace.survey([.cluster])
    if let problem = survey.snapshot.cluster.problem { workplace.call.problem(problem) }
    do throws(UserMessage) {
      return (session, try session.addresses.record())
    } catch {
      throw workplace.call.failure(error)
    }
  }

  /// Changes that a watch saw of an address.
  static func events(about address: IPAddress, _ session: Session) -> [WatchEvent] {
    let run = WatchStore(folder: session.folder).kept(of: session.identity.key)
    let text = address.description
    return (run?.timeline.events ?? []).filter { event in
      event.text.split { !($0.isHexDigit || $0 == "." || $0 == ":") }.contains { $0 == text }
    }
  }

  static func text(
    of address: IPAddress, _ spans: [AddressRecord.Span], _ events: [WatchEvent], seenAt: Date?
  ) -> String {
    guard !spans.isEmpty else {
      let since = seenAt.map { ", by the looks until \($0.formatted(.iso8601))" } ?? ""
      return "Nobody was seen at \(address)\(since).\n"
    }
    var lines = ["\(address)"]
    for span in spans {
      lines.append("  \(times(span, seenAt: seenAt))")
      lines.append("    \(span.words), \(ports(span))")
    }
    if !events.isEmpty { lines.append("seen by a watch:") }
    lines += events.map { "  \(line($0))" }
    return lines.joined(separator: "\n") + "\n"
  }

  static func text(
    at time: Date, _ holders: [(span: AddressRecord.Span, certainty: AddressRecord.Certainty)],
    seenAt: Date?
  ) -> String {
    guard !holders.isEmpty else {
      return "Nobody was seen with an address at \(time.formatted(.iso8601)).\n"
    }
    let lines = holders.map { holder in
      let sure =
        holder.certainty == .certain ? "" : "  (possible: \(times(holder.span, seenAt: seenAt)))"
      return "  \(holder.span.address.padded(to: 16)) \(ports(holder.span).padded(to: 12)) "
        + holder.span.words + sure
    }
    return (["at \(time.formatted(.iso8601)):"] + lines).joined(separator: "\n") + "\n"
  }

  static func line(_ event: WatchEvent) -> String {
    "\(event.time.formatted(.iso8601))  \(SafeText.line(event.text, limit: 200))"
  }

  private static func ports(_ span: AddressRecord.Span) -> String {
    span.ports.map { SafeText.line($0, limit: 20) }.joined(separator: ",")
  }

  private static func times(_ span: AddressRecord.Span, seenAt: Date?) -> String {
    func text(_ time: Date) -> String { time.formatted(.iso8601) }
    let before = span.notBefore.map { ", not before \(text($0))" } ?? ""
    let end =
      span.to.map { to in
        text(to) + (span.goneBy.map { ", gone by \(text($0))" } ?? "")
      } ?? "\(seenAt.map(text) ?? ""), holds it still"
    return "seen from \(text(span.from))\(before), until \(end)"
  }

  /// RFC 3339, or without what is plain: "2026-11-30", "2026-11-30 14:05"; UTC where no zone is said.
  static func time(_ text: String) -> Date? {
    let words = text.replacing(" ", with: "T")
    let day = words.prefix(10)
    let rest = words.dropFirst(10)
    let clock = rest.dropFirst().prefix { $0.isNumber || $0 == ":" }
    let zone = rest.dropFirst(1 + clock.count)
    let seconds = clock.count == 5 ? "\(clock):00" : clock.isEmpty ? "00:00:00" : "\(clock)"
    return try? Date("\(day)T\(seconds)\(zone.isEmpty ? "Z" : zone)", strategy: .iso8601)
  }
}

/// `pools history` and `pools usage --at`, `-o json`.
struct AddressHistoryDocument: Encodable {
  struct Span: Encodable {
    var span: AddressRecord.Span
    /// Where a time was asked for.
    var certainty: AddressRecord.Certainty?

    init(_ span: AddressRecord.Span, _ certainty: AddressRecord.Certainty? = nil) {
      self.span = span
      self.certainty = certainty
    }

    private enum Key: CodingKey {
      case address, namespace, name, ports, owner, dseq, from, notBefore, to, goneBy, certainty
    }

    /// Every key is there, null where it is not known.
    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(span.address, forKey: .address)
      try values.encode(span.namespace, forKey: .namespace)
      try values.encode(span.name, forKey: .name)
      try values.encode(span.ports, forKey: .ports)
      try values.encode(span.owner, forKey: .owner)
      try values.encode(span.sequence, forKey: .dseq)
      try values.encode(span.from, forKey: .from)
      try values.encode(span.notBefore, forKey: .notBefore)
      try values.encode(span.to, forKey: .to)
      try values.encode(span.goneBy, forKey: .goneBy)
      try values.encode(certainty, forKey: .certainty)
    }
  }

  let schema = "ip-leases/address-history/v1"
  /// Whose history it is; absent where it is about a time.
  var address: String?
  /// The time that was asked for; absent where it is about an address.
  var at: Date?
  var seenAt: Date?
  var spans: [Span]
  var events: [String] = []
}
