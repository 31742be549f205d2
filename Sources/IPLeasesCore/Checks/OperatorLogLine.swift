import Foundation

/// A line of the IP operator's or the provider's log that says something about waiting, in any of
/// the formats of provider-services (provider: operator/common/logger.go at v0.4.8 and v0.10.0).
package struct OperatorLogLine: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case started
    /// The one DNS lookup came back empty; the reason.
    case lookupFailed(String)
    case lookupSucceeded
    /// nil: a watch that the API server closed, which is routine.
    case observationStopped(String?)
    case opened
    case locked
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
  package static func parse(_ log: String) -> [OperatorLogLine] {
    log.split(whereSeparator: \.isNewline).compactMap { line in
      let (time, text) = splitTime(line)
      return kind(of: plain(text)).map { OperatorLogLine(time: time, kind: $0) }
    }
  }

  // MARK: One line

  private static func splitTime(_ line: Substring) -> (Date?, Substring) {
    guard let blank = line.firstIndex(of: " ") else { return (nil, line) }
    let word = line[..<blank]
    // Nanoseconds are more than the parser takes; whole seconds are enough here.
    guard word.hasSuffix("Z"), let seconds = word.split(separator: ".").first,
      let time = try? Date(
        seconds.hasSuffix("Z") ? String(seconds) : "\(seconds)Z", strategy: .iso8601)
    else { return (nil, line) }
    return (time, line[line.index(after: blank)...])
  }

  /// Without colours.
  private static func plain(_ text: Substring) -> String {
    guard text.utf8.contains(0x1B) else { return String(text) }
    var result = ""
    var isInside = false
    for character in text {
      if character == "\u{1B}" {
        isInside = true
      } else if !isInside {
        result.append(character)
      } else if character.isLetter {
        isInside = false
      }
    }
    return result
  }

  private static func kind(of line: String) -> Kind? {
    if line.contains("provider address must valid bech32") { return .addressRefused(line) }
    let message = message(of: line)
    if message.hasPrefix("ip operator start") { return .started }
    if message.hasPrefix("dns discovery failed") {
      return .lookupFailed(value(of: ["error", "err"], in: message) ?? "")
    }
    if message.hasPrefix("dns discovery success") { return .lookupSucceeded }
    if message.hasPrefix("observation stopped") {
      let error = value(of: ["err", "error"], in: message)
      let isRoutine =
        error == nil || ["null", "nil", "<nil>", "", "observation stopped"].contains(error)
      return .observationStopped(isRoutine ? nil : error)
    }
    if message.hasPrefix("barrier can now be passed") { return .opened }
    if message.hasPrefix("barrier is locked") { return .locked }
    if message.hasPrefix("associated provider") {
      return value(of: ["addr"], in: message).map { .worksFor($0) }
    }
    if message.hasPrefix("all waitables ready") { return .allReady }
    if message.hasPrefix("not yet ready") {
      return .stillWaits(value(of: ["err", "error"], in: message) ?? "")
    }
    if message.hasPrefix("checking IP addresses") {
      return .addressesUnknown(value(of: ["err", "error"], in: message) ?? "")
    }
    return nil
  }

  /// What stands behind time and level: `E[2023-06-22|13:11:42.428] MESSAGE`,
  /// `<nil> ERR MESSAGE`, `3:16PM ERR MESSAGE`, `ERR MESSAGE`.
  private static func message(of line: String) -> Substring {
    var rest = line[...]
    if rest.dropFirst().hasPrefix("[20"), let end = rest.firstIndex(of: "]") {
      return rest[rest.index(after: end)...].drop { $0 == " " }
    }
    for _ in 0..<2 {
      guard let blank = rest.firstIndex(of: " ") else { return rest }
      let word = rest[..<blank]
      let isLevel = word.count == 3 && word.allSatisfy { $0.isUppercase || $0 == "?" }
      let isTime = word == "<nil>" || word.hasSuffix("AM") || word.hasSuffix("PM")
      guard isLevel || isTime else { return rest }
      rest = rest[rest.index(after: blank)...]
      if isLevel { break }
    }
    return rest
  }

  /// `key=word` or `key="quoted text"`.
  private static func value(of keys: [String], in message: Substring) -> String? {
    for key in keys {
      guard let start = message.range(of: " \(key)=")?.upperBound else { continue }
      let rest = message[start...]
      guard rest.first == "\"" else { return String(rest.prefix { $0 != " " }) }
      var text = ""
      var isEscaped = false
      for character in rest.dropFirst() {
        if isEscaped {
          text.append(character)
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          break
        } else {
          text.append(character)
        }
      }
      return text
    }
    return nil
  }
}
