extension AllKnownLines {
  /// What kind of line it is, by its message. Only what stands at the start of a message counts
  /// where a line may quote another one.
  package static func recognise(
    _ text: LineBytes, _ head: LogHead, _ vocabulary: LogFormat.Vocabulary, _ role: LogRole
  ) -> KnownLineID? {
    switch vocabulary {
    case .akash:
      let body = text.dropFirst(head.body)
      if role == .events { return ofEvent(body) }
      return ofAkash(body, head.level) ?? ofTrouble(body, head.level)
    case .metallb:
      return ofMetalLB(text, head.level) ?? ofTrouble(text, head.level)
    case .troubles:
      return ofTrouble(text, head.level)
    }
  }

  private static func ofAkash(_ body: LineBytes, _ level: LogLevel?) -> KnownLineID? {
    switch body[0] {
    case UInt8(ascii: "a"):
      if body.hasPrefix("associated provider") { return .worksForProvider }
      if body.hasPrefix("all waitables ready") { return .providerReady }
    case UInt8(ascii: "b"):
      if body.hasPrefix("barrier is locked") { return .barrierLocked }
      if body.hasPrefix("barrier can now be passed") { return .barrierOpened }
    case UInt8(ascii: "c"):
      if body.hasPrefix("checking IP addresses") { return .addressesUnknown }
      if body.hasPrefix("check result"), body.contains("status=503") {
        return .operatorAnswersLocked
      }
    case UInt8(ascii: "d"):
      if body.hasPrefix("dns discovery failed") { return .lookupFailed }
      if body.hasPrefix("dns discovery success") { return .lookupSucceeded }
    case UInt8(ascii: "i"):
      if body.hasPrefix("ip operator start") { return .operatorStarted }
      if body.hasPrefix("ip address inventory") { return .inventoryRead }
    case UInt8(ascii: "n"):
      if body.hasPrefix("not yet ready") { return .operatorNotReady }
    case UInt8(ascii: "o"):
      if body.hasPrefix("observation stopped") { return observation(body) }
    case UInt8(ascii: "s"):
      if body.hasPrefix("starting provider service") { return .providerStarted }
    default: break
    }
    if body.contains("insufficient number of IP") { return .addressesExhausted }
    if body.contains("no leased IPs available") { return .leasesSwitchedOff }
    return nil
  }

  private static func observation(_ body: LineBytes) -> KnownLineID {
    let error = KeyValueText.split(body).fields.first {
      [Array("err".utf8), Array("error".utf8)].contains($0.key)
    }
    return ObservationEnd(error: error.map { String(decoding: $0.value, as: UTF8.self) }).line
  }

  /// JSON, its keys in alphabetical order.
  private static func ofMetalLB(_ text: LineBytes, _ level: LogLevel?) -> KnownLineID? {
    guard level != nil, level != .debug else { return nil }
    if text.contains("\"event\":\"config reloaded\"") { return .configurationLoaded }
    guard level != .info else { return nil }
    if text.contains("\"bug\":\"true\"") || text.contains("\"bug\":true") { return .internalError }
    if text.contains("\"op\":\"allocateIPs\"") { return .allocationFailed }
    // Of its reconcilers' error lines only the tool's own reason is left: the key is given twice.
    let isConfiguration =
      text.contains("\"controller\":\"ConfigReconciler\"")
      || text.contains("\"controller\":\"PoolReconciler\"")
      || text.contains("\"op\":\"setConfig\"")
    return isConfiguration ? .configurationStale : nil
  }

  /// `WRN AllocationFailed object=… message=…`
  private static func ofEvent(_ body: LineBytes) -> KnownLineID? {
    if body.hasPrefix("AllocationFailed") { return .allocationFailed }
    if body.hasPrefix("InternalError") { return .internalError }
    if body.hasPrefix("Unhealthy"), body.contains("Liveness probe failed") {
      return .livenessRestart
    }
    if body.hasPrefix("Killing"), body.contains("failed liveness probe") {
      return .livenessRestart
    }
    return ofTrouble(body, .warn)
  }

  /// Troubles told in the middle of a line, looked for only where the line tells of one.
  private static func ofTrouble(_ text: LineBytes, _ level: LogLevel?) -> KnownLineID? {
    if let level, level < .warn { return nil }
    if text.hasPrefix("panic: ") || text.hasPrefix("fatal error: ") { return .panicked }
    if text.contains("must valid bech32") { return .addressRefused }
    // A trace of a script shows what it will do, not what happened.
    if text[0] == UInt8(ascii: "+") { return nil }
    if text.contains("failed calling webhook") { return .webhookUnreachable }
    if text.contains("x509: ") { return .authorityUnknown }
    if text.contains(" is forbidden: ") || text.contains("is forbidden: User") {
      return .forbidden
    }
    return nil
  }
}

/// Why the IP operator stopped observing, by the error it gives (provider:
/// operator/ip/operator.go).
package enum ObservationEnd: Hashable, Sendable {
  /// The API server closed a watch.
  case renewal
  /// The minute's deadline while the lookup's answer is awaited.
  case lookupAwaited
  case metricsUnreachable
  case rightsMissing
  case serviceRefused

  package init(error: String?) {
    guard let error, !["null", "nil", "<nil>", "", "observation stopped"].contains(error) else {
      self = .renewal
      return
    }
    let isRights =
      error.contains("forbidden") || error.contains("could not find the requested resource")
    let isMetrics =
      error.contains("/metrics") || error.contains("connection refused")
      || error.contains("HTTPS server") || error.contains("i/o timeout")
      || error.contains("response status")
    if isRights {
      self = .rightsMissing
    } else if error.contains("deadline exceeded"), !error.contains("http") {
      // A deadline of the request itself names the address it asked.
      self = .lookupAwaited
    } else {
      self = isMetrics ? .metricsUnreachable : .serviceRefused
    }
  }

  var line: KnownLineID {
    switch self {
    case .renewal: .watchRenewed
    case .lookupAwaited: .lookupAwaited
    case .metricsUnreachable: .metricsUnreachable
    case .rightsMissing: .rightsMissing
    case .serviceRefused: .leaseServiceRefused
    }
  }
}
