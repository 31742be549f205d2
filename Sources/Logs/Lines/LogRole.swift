/// What kind of program writes a log; it settles the source's tag.
package enum LogRole: String, Hashable, Sendable, CaseIterable {
  case provider
  case `operator`
  case hostnameOperator = "hostname-operator"
  case inventoryOperator = "inventory-operator"
  case controller
  case speaker
  case kubeProxy = "kube-proxy"
  /// Kubernetes events, written as `WRN reason key=value …` (the grammar of the root logger).
  case events
  /// What this console did, in the same form as the events.
  case journal
  /// A file that was given, of whatever program.
  case file

  /// The programs that run in a container.
  static let containers = Set(allCases).subtracting([.events, .journal, .file])

  /// For a narrow column; speakers get a number behind it.
  package var tag: String {
    switch self {
    case .provider: "prv"
    case .operator: "op"
    case .hostnameOperator: "hn"
    case .inventoryOperator: "inv"
    case .controller: "ctl"
    case .speaker: "sp"
    case .kubeProxy: "kp"
    case .events: "ev"
    case .journal: "jr"
    case .file: "file"
    }
  }
}
