/// The lines whose meaning is known; the order is settled by `AllKnownLines`.
package enum KnownLineID: UInt8, Hashable, Sendable, CaseIterable {
  // The IP operator's way from its start to the open barrier, and what stops it.
  case operatorStarted = 1
  case worksForProvider
  case lookupSucceeded
  case lookupFailed
  case inventoryRead
  case barrierOpened
  case barrierLocked
  case watchRenewed
  case lookupAwaited
  case metricsUnreachable
  case leaseServiceRefused
  case rightsMissing
  case addressRefused

  // The provider.
  case providerStarted
  case providerReady
  case operatorNotReady
  case operatorAnswersLocked
  case addressesUnknown
  case addressesExhausted
  case leasesSwitchedOff

  // MetalLB.
  case allocationFailed
  case configurationStale
  case configurationLoaded
  case internalError

  // Any of them, and Kubernetes' events.
  case webhookUnreachable
  case authorityUnknown
  case forbidden
  case livenessRestart
  case panicked
}
