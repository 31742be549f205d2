import Execution

/// What is known about lines of the IP operator, the provider, MetalLB and Kubernetes' events. A
/// new one is a case of `KnownLineID`, a line here, and its words in `recognise`.
package enum AllKnownLines {
  /// In the order of the identities (a test compares them).
  static let inOrder: [KnownLine] = [
    good(.operatorStarted, "a new process begins"),
    good(.worksForProvider, "the provider it works for"),
    good(.lookupSucceeded, "it found MetalLB's metrics"),
    KnownLine(
      id: .lookupFailed, code: "IPL-0704",
      meaning: "its one lookup of MetalLB's metrics found nothing, and it never looks again",
      weight: .problem, remedies: [.bounceOperator, .metricsService]),
    good(.inventoryRead, "it read the pool's size from MetalLB"),
    good(.barrierOpened, "it serves"),
    KnownLine(
      id: .barrierLocked, code: "IPL-0704",
      meaning: "it does not serve yet; a trouble only if it lasts", weight: .problemIfItLasts,
      remedies: [.bounceOperator]),
    KnownLine(
      id: .watchRenewed, code: nil,
      meaning: "the API server closed a watch; it is opened again at once", weight: .routine,
      remedies: []),
    KnownLine(
      id: .lookupAwaited, code: "IPL-0704",
      meaning: "it still waits for the answer of its one lookup of MetalLB's metrics",
      weight: .problemIfItLasts, remedies: [.bounceOperator, .metricsService]),
    KnownLine(
      id: .metricsUnreachable, code: "IPL-0203", meaning: "MetalLB's metrics do not answer it",
      weight: .problemIfItLasts, remedies: [.metricsService, .lowerMetalLB]),
    bad(
      .leaseServiceRefused, "IPL-0903", "a Service of a lease was edited, and it refuses to go on"),
    bad(.rightsMissing, "IPL-0705", "it may not read what it needs, or the kind is missing"),
    bad(.addressRefused, "IPL-0701", "it was given a provider address that is none"),

    good(.providerStarted, "a new process begins"),
    good(.providerReady, "everything it waits for answers"),
    KnownLine(
      id: .operatorNotReady, code: "IPL-0611",
      meaning: "it waits for an operator; a trouble only if it lasts", weight: .problemIfItLasts,
      remedies: []),
    KnownLine(
      id: .operatorAnswersLocked, code: "IPL-0704",
      meaning: "the operator answers that its barrier is locked", weight: .problemIfItLasts,
      remedies: [.bounceOperator]),
    bad(
      .addressesUnknown, "IPL-0757",
      "the operator does not answer about addresses; bidding may have stopped", [.restartProvider]),
    bad(.addressesExhausted, "IPL-0758", "there are not enough free addresses for an order"),
    bad(
      .leasesSwitchedOff, "IPL-0607", "an order wants an address, and leasing them is switched off"),

    bad(
      .allocationFailed, "IPL-0751",
      "a Service got no address; the provider may stop bidding because of it", [.restartProvider]),
    bad(
      .configurationStale, "IPL-0318",
      "MetalLB rejected its configuration and goes on with the one before"),
    good(.configurationLoaded, "MetalLB took its configuration"),
    bad(.internalError, nil, "MetalLB calls this a fault of its own"),

    bad(.webhookUnreachable, "IPL-0302", "the pools' webhook does not answer"),
    bad(
      .authorityUnknown, "IPL-0303",
      "a certificate was signed by an authority that is not trusted"),
    bad(.forbidden, "IPL-0003", "it may not do what it tried"),
    bad(
      .livenessRestart, "IPL-0612", "the kubelet restarts a container that does not answer",
      [.restartProvider]),
    bad(.panicked, "IPL-0754", "the process broke down"),
  ]

  private static func good(_ id: KnownLineID, _ meaning: String) -> KnownLine {
    KnownLine(id: id, code: nil, meaning: meaning, weight: .milestone, remedies: [])
  }

  private static func bad(
    _ id: KnownLineID, _ code: String?, _ meaning: String, _ remedies: [RemedyID] = []
  ) -> KnownLine {
    KnownLine(id: id, code: code, meaning: meaning, weight: .problem, remedies: remedies)
  }

  /// What a line means where it was written.
  package static func line(_ id: KnownLineID, _ role: LogRole) -> KnownLine {
    var line = inOrder[Int(id.rawValue) - 1]
    switch (id, role) {
    case (.lookupFailed, .provider):
      line.code = "IPL-0655"
      line.meaning = "it looked for its operator once, found none, and never looks again"
      line.remedies = [.restartProvider]
    case (.forbidden, .operator): line.code = "IPL-0705"
    case (.panicked, .provider): line.code = "IPL-0653"
    case (.panicked, .controller), (.panicked, .speaker): line.code = "IPL-0151"
    case (.panicked, .hostnameOperator): line.code = "IPL-0654"
    case (.panicked, .inventoryOperator), (.panicked, .kubeProxy), (.panicked, .file):
      line.code = nil
    default: break
    }
    return line
  }

  static func weight(_ id: KnownLineID) -> KnownLine.Weight {
    inOrder[Int(id.rawValue) - 1].weight
  }

  static func isFinding(_ id: KnownLineID) -> Bool {
    switch weight(id) {
    case .problem, .problemIfItLasts: true
    case .routine, .milestone: false
    }
  }
}
