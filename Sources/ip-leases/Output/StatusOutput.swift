import Basics
import Foundation
import IPLeasesCore

/// `status -o json`.
struct StatusDocument: Encodable {
  struct Part: Encodable {
    var id: String
    var title: String
    var version: String
    var ready: String
    var state: PartState
    var note: String
  }

  struct Count: Encodable {
    var source: String
    var total: String?
    var inUse: String?
    var ageSeconds: Int?
    var state: PartState
    var note: String

    enum CodingKeys: String, CodingKey { case source, total, inUse, ageSeconds, state, note }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(source, forKey: .source)
      // Always there, null where not known.
      try container.encode(total, forKey: .total)
      try container.encode(inUse, forKey: .inUse)
      try container.encode(ageSeconds, forKey: .ageSeconds)
      try container.encode(state, forKey: .state)
      try container.encode(note, forKey: .note)
    }
  }

  let schema = "ip-leases/status/v1"
  var now: String
  var why: String
  var action: String
  /// RFC 3339; not there where the cluster does not tell it.
  var since: String?
  var parts: [Part]
  var addresses: [Count]

  enum CodingKeys: String, CodingKey {
    case schema, now, why
    case action = "do"
    case since, parts, addresses
  }

  init(_ report: StatusReport, at date: Date) {
    now = SafeText.line(report.now)
    why = SafeText.line(report.why)
    action = SafeText.line(report.action.text())
    since = report.since?.formatted(.iso8601)
    parts = report.parts.map { part in
      Part(
        id: part.id, title: part.title, version: SafeText.line(part.version), ready: part.ready,
        state: part.state, note: part.note)
    }
    addresses = report.addresses.map { count in
      Count(
        source: count.source.rawValue, total: count.total, inUse: count.inUse,
        ageSeconds: count.readAt.map { max(0, Int(date.timeIntervalSince($0))) },
        state: count.state, note: count.note)
    }
  }
}

enum StatusText {
  /// - Parameter options: what each command of this program carries.
  static func text(_ report: StatusReport, at date: Date, _ options: [String]) -> String {
    var lines = [
      "NOW  \(SafeText.line(report.now))", "WHY  \(SafeText.line(report.why))",
      "DO   \(SafeText.line(report.action.text(options)))", "",
    ]
    if let since = report.since {
      let span = TimeSpan.text(from: since, to: date)
      lines.insert("     since \(since.formatted(.iso8601)), that is \(span)", at: 1)
    }
    for part in report.parts {
      lines.append(
        "  \(part.title.padded(to: 24)) \(SafeText.line(part.version).padded(to: 10)) "
          + "\(part.ready.padded(to: 5)) \(part.state.rawValue.padded(to: 5)) \(part.note)")
    }
    let width = report.addresses.map(\.title.count).max() ?? 0
    lines += ["", "  \("addresses".padded(to: width))  total  in use  age"]
    for count in report.addresses {
      let age = count.readAt.map { "\(max(0, Int(date.timeIntervalSince($0))))s" } ?? "-"
      lines.append(
        "  \(count.title.padded(to: width)) \((count.total ?? "-").leftPadded(to: 6)) "
          + "\((count.inUse ?? "-").leftPadded(to: 7)) \(age.leftPadded(to: 4))  "
          + "\(count.state.rawValue.padded(to: 5)) \(count.note)")
    }
    return lines.map { $0.trimmedAtEnd }.joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
