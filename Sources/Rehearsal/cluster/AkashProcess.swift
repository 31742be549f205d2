import Basics

/// The IP operator's process (provider: operator/ip/operator.go).
struct IPOperatorProcess: Codable, Hashable, Sendable {
  /// Its one DNS lookup failed: locked until the pod is replaced.
  var isStuck: Bool
  /// When it next tries to open the barrier; nil once open.
  var triesAt: Double?
  /// The provider address it was started with.
  var address: String?
  /// When it was locked; every three seconds from then on it tries again.
  var lockedAt: Double?
  /// When a watch of it was renewed.
  var renewals: [Double]?
  var isOpen = false
  /// Pool `default` as it last read it.
  var total = 0
  var inUse = 0
  var readAt = 0.0
  /// The addresses of leased Services at the last reading.
  var leases: [String] = []
  /// Leases it gave up after three failures, as owner/dseq/gseq/oseq/provider; nil is none.
  var givenUp: [String]?

  /// The operator's words, nil for a good address of the chain `akash`.
  static func problem(withProvider address: String) -> String? {
    let tail = "provider address must valid bech32"
    if address.isEmpty { return "empty address string is not allowed: \(tail)" }
    let wrong = "decoding bech32 failed: invalid character or prefix: \(tail)"
    guard address.hasPrefix("akash1") else { return wrong }
    do throws(Bech32.Flaw) {
      _ = try Bech32(parsing: address)
      return nil
    } catch {
      return error == .checksum ? "decoding bech32 failed: invalid checksum: \(tail)" : wrong
    }
  }
}

/// The provider's process.
struct ProviderProcess: Codable, Hashable, Sendable {
  /// The environment its container was started with.
  var environment: [String: String]
  /// Its one lookup of an operator failed: `/status` hangs until the pod is replaced.
  var isStuck: Bool
  /// When `/status` answers; nil while it waits for its operators.
  var servesAt: Double?
  /// Its log tells of the failed lookup.
  var hasMissed: Bool?
  /// Addresses it holds reserved that nobody has; nil is none.
  var heldBack: Int?
  /// Why its questions about addresses fail.
  var addressError: String?

  var wantsIPOperator: Bool { environment["AKASH_IP_OPERATOR"] == "true" }
}
