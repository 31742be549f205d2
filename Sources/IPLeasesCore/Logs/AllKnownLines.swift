/// What is known about lines of the IP operator, the provider, MetalLB and Kubernetes' events.
package enum AllKnownLines {
  static func isFinding(_ id: KnownLineID) -> Bool {
    switch weight(id) {
    case .problem, .problemIfItLasts: true
    case .routine, .milestone: false
    }
  }

  static func weight(_ id: KnownLineID) -> KnownLine.Weight {
    switch id {
    case .operatorStarted, .worksForProvider, .lookupSucceeded, .inventoryRead, .barrierOpened,
      .providerStarted, .providerReady, .configurationLoaded:
      .milestone
    case .watchRenewed: .routine
    // The last two recover by themselves, and their causes are told apart by what comes with them.
    case .barrierLocked, .lookupAwaited, .metricsUnreachable, .operatorNotReady,
      .operatorAnswersLocked:
      .problemIfItLasts
    case .lookupFailed, .leaseServiceRefused, .rightsMissing, .addressRefused, .addressesUnknown,
      .addressesExhausted, .leasesSwitchedOff, .allocationFailed, .configurationStale,
      .internalError, .webhookUnreachable, .authorityUnknown, .forbidden, .livenessRestart,
      .panicked:
      .problem
    }
  }

  /// What a line means where it was written.
  package static func line(_ id: KnownLineID, _ role: LogRole) -> KnownLine {
    let (code, meaning, remedies) = explanation(id, role)
    return KnownLine(
      id: id, code: code, meaning: meaning, weight: weight(id), remedies: remedies)
  }

  private typealias Explanation = (code: String?, meaning: String, remedies: [RemedyID])

  private static func explanation(_ id: KnownLineID, _ role: LogRole) -> Explanation {
    switch id {
    case .operatorStarted, .worksForProvider, .lookupSucceeded, .lookupFailed, .inventoryRead,
      .barrierOpened, .barrierLocked, .watchRenewed, .lookupAwaited, .metricsUnreachable,
      .leaseServiceRefused, .rightsMissing, .addressRefused:
      ofOperator(id, role)
    case .providerStarted, .providerReady, .operatorNotReady, .operatorAnswersLocked,
      .addressesUnknown, .addressesExhausted, .leasesSwitchedOff:
      ofProvider(id)
    case .allocationFailed, .configurationStale, .configurationLoaded, .internalError,
      .webhookUnreachable, .authorityUnknown, .forbidden, .livenessRestart, .panicked:
      ofOthers(id, role)
    }
  }

  private static func ofOperator(_ id: KnownLineID, _ role: LogRole) -> Explanation {
    switch id {
    case .operatorStarted: (nil, "a new process begins", [])
    case .worksForProvider: (nil, "the provider it works for", [])
    case .lookupSucceeded: (nil, "it found MetalLB's metrics", [])
    case .lookupFailed where role == .provider:
      (
        "IPL-0655", "it looked for its operator once, found none, and never looks again",
        [.restartProvider]
      )
    case .lookupFailed:
      (
        "IPL-0704", "its one lookup of MetalLB's metrics found nothing, and it never looks again",
        [.bounceOperator, .metricsService]
      )
    case .inventoryRead: (nil, "it read the pool's size from MetalLB", [])
    case .barrierOpened: (nil, "it serves", [])
    case .barrierLocked:
      ("IPL-0704", "it does not serve yet; a trouble only if it lasts", [.bounceOperator])
    case .watchRenewed: (nil, "the API server closed a watch; it is opened again at once", [])
    case .lookupAwaited:
      (
        "IPL-0704", "it still waits for the answer of its one lookup of MetalLB's metrics",
        [.bounceOperator, .metricsService]
      )
    case .metricsUnreachable:
      ("IPL-0203", "MetalLB's metrics do not answer it", [.metricsService, .lowerMetalLB])
    case .leaseServiceRefused:
      ("IPL-0903", "a Service of a lease was edited, and it refuses to go on", [])
    case .rightsMissing:
      ("IPL-0705", "it may not read what it needs, or the kind is missing", [])
    default: ("IPL-0701", "it was given a provider address that is none", [])
    }
  }

  private static func ofProvider(_ id: KnownLineID) -> Explanation {
    switch id {
    case .providerStarted: (nil, "a new process begins", [])
    case .providerReady: (nil, "everything it waits for answers", [])
    case .operatorNotReady:
      ("IPL-0611", "it waits for an operator; a trouble only if it lasts", [])
    case .operatorAnswersLocked:
      ("IPL-0704", "the operator answers that its barrier is locked", [.bounceOperator])
    case .addressesUnknown:
      (
        "IPL-0757", "the operator does not answer about addresses; bidding may have stopped",
        [.restartProvider]
      )
    case .addressesExhausted: ("IPL-0758", "there are not enough free addresses for an order", [])
    default: ("IPL-0607", "an order wants an address, and leasing them is switched off", [])
    }
  }

  private static func ofOthers(_ id: KnownLineID, _ role: LogRole) -> Explanation {
    switch id {
    case .allocationFailed:
      (
        "IPL-0751", "a Service got no address; the provider may stop bidding because of it",
        [.restartProvider]
      )
    case .configurationStale:
      ("IPL-0318", "MetalLB rejected its configuration and goes on with the one before", [])
    case .configurationLoaded: (nil, "MetalLB took its configuration", [])
    case .internalError: (nil, "MetalLB calls this a fault of its own", [])
    case .webhookUnreachable: ("IPL-0302", "the pools' webhook does not answer", [])
    case .authorityUnknown:
      ("IPL-0303", "a certificate was signed by an authority that is not trusted", [])
    case .forbidden where role == .operator: ("IPL-0705", "it may not do what it tried", [])
    case .forbidden: ("IPL-0003", "it may not do what it tried", [])
    case .livenessRestart:
      ("IPL-0612", "the kubelet restarts a container that does not answer", [.restartProvider])
    default:
      (role == .provider ? "IPL-0653" : "IPL-0754", "the process broke down", [])
    }
  }
}
