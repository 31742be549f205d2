import Foundation
import Logs

/// A line of the IP operator's or the provider's log that says something about waiting, in any of
/// the formats of provider-services (provider: operator/common/logger.go at v0.4.8 and v0.10.0).
package struct OperatorLogLine: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Lines before this place were not read.
    case cut
    case started
    /// The one DNS lookup came back empty; the reason.
    case lookupFailed(String)
    case lookupSucceeded
    /// nil: a watch that the API server closed, which is routine.
    case observationStopped(String?)
    case opened
    case locked
    /// An event of a lease could not be applied; the observation ends with the same error.
    case eventFailed(String)
    /// The provider address the process works for.
    case worksFor(String)
    case addressRefused(String)
    /// Provider: everything it waits for answers.
    case allReady
    /// Provider: something it waits for does not answer yet.
    case stillWaits(String)
    /// Provider: the operator did not answer about addresses.
    case addressesUnknown(String)
  }

  /// The runtime's time (kubectl --timestamps); nil where the line has none.
  package var time: Date?
  package var kind: Kind

  /// The known lines of a log, oldest first.
  ///
  /// - Parameter limit: as many lines were asked for; a log of so many may have had more.
  package static func parse(_ log: String, limit: Int = .max) -> [OperatorLogLine] {
    let lines = log.utf8.split(separator: UInt8(ascii: "\n"))
    let known = lines.compactMap { line in
      Array(line).withUnsafeBytes { parse(LineBytes($0)) }
    }
    return (lines.count < limit ? [] : [OperatorLogLine(time: nil, kind: .cut)]) + known
  }

  /// Both operators write the same grammars.
  private static let formats = AllLogFormats.formats(of: .operator)

  private static func parse(_ line: LineBytes) -> OperatorLogLine? {
    let (time, rest) = LogIntake.split(line)
    return LogIntake.clean(rest) { (text, _) -> OperatorLogLine? in
      let (format, head) = AllLogFormats.read(text, as: formats)
      let vocabulary = AllLogFormats.vocabulary(of: format)
      let fields = AllLogFormats.format(format).fields(text, head)
      let known = AllKnownLines.recognise(text, head, vocabulary, .operator)
      return (known.flatMap { kind($0, fields) } ?? failedEvent(fields)).map {
        OperatorLogLine(time: time?.date, kind: $0)
      }
    }
  }

  /// (provider: operator/ip/operator.go)
  private static func failedEvent(_ line: LogFields) -> Kind? {
    guard line.message.starts(with: "failed applying event".utf8) else { return nil }
    return .eventFailed(value(of: ["err", "error"], in: line) ?? "")
  }

  private static func value(of keys: [String], in line: LogFields) -> String? {
    line.fields.first { keys.contains(String(decoding: $0.key, as: UTF8.self)) }
      .map { String(decoding: $0.value, as: UTF8.self) }
  }

  private static func kind(_ known: KnownLineID, _ line: LogFields) -> Kind? {
    func value(_ keys: String...) -> String? { Self.value(of: keys, in: line) }
    switch known {
    case .operatorStarted: return .started
    case .lookupFailed: return .lookupFailed(value("error", "err") ?? "")
    case .lookupSucceeded: return .lookupSucceeded
    case .watchRenewed: return .observationStopped(nil)
    case .lookupAwaited, .metricsUnreachable, .leaseServiceRefused, .rightsMissing:
      return .observationStopped(value("err", "error"))
    case .barrierOpened: return .opened
    case .barrierLocked: return .locked
    case .worksForProvider: return value("addr").map { .worksFor($0) }
    case .addressRefused: return .addressRefused(String(decoding: line.message, as: UTF8.self))
    case .providerReady: return .allReady
    case .operatorNotReady: return .stillWaits(value("err", "error") ?? "")
    case .addressesUnknown: return .addressesUnknown(value("err", "error") ?? "")
    case .inventoryRead, .providerStarted, .operatorAnswersLocked, .addressesExhausted,
      .leasesSwitchedOff, .allocationFailed, .configurationStale, .configurationLoaded,
      .internalError, .webhookUnreachable, .authorityUnknown, .forbidden, .livenessRestart,
      .panicked:
      return nil
    }
  }
}
