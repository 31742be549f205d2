/// What kind of program writes a log; it settles the source's tag and its grammars.
package enum LogRole: String, Hashable, Sendable, CaseIterable {
  case provider
  case `operator`
  case hostnameOperator = "hostname-operator"
  case controller
  case speaker
  case kubeProxy = "kube-proxy"
  /// Kubernetes events, written as `WRN reason key=value …` (the grammar of the root logger).
  case events
  /// What this console did, in the same form as the events.
  case journal

  /// For a narrow column; speakers get a number behind it.
  package var tag: String {
    switch self {
    case .provider: "prv"
    case .operator: "op"
    case .hostnameOperator: "hn"
    case .controller: "ctl"
    case .speaker: "sp"
    case .kubeProxy: "kp"
    case .events: "ev"
    case .journal: "jr"
    }
  }

  /// The grammars its containers may write, the likeliest first.
  package var formats: [LogFormat.ID] {
    switch self {
    case .provider: [.zerologClock, .tendermint, .zerolog, .zerologPlain, .script]
    case .operator, .hostnameOperator:
      [.zerolog, .tendermint, .zerologClock, .zerologPlain, .script]
    case .controller, .speaker: [.goKit, .controllerRuntime, .klog, .frr, .script]
    case .kubeProxy: [.klog, .script]
    case .events: [.zerologPlain]
    case .journal: [.zerologPlain, .commandLine]
    }
  }
}

/// One container's log, or one of the streams beside them.
package struct LogSource: Hashable, Sendable {
  package var role: LogRole
  /// Short and unique among the sources shown: `op`, `prv`, `ctl`, `sp1`.
  package var tag: String
  package var namespace: String
  package var pod: String
  package var container: String
  package var node: String?
  /// The container that ran before the last restart.
  package var isPrevious: Bool
  package var formats: [LogFormat.ID]

  package init(
    _ role: LogRole, tag: String? = nil, namespace: String = "", pod: String = "",
    container: String = "", node: String? = nil, isPrevious: Bool = false,
    formats: [LogFormat.ID]? = nil
  ) {
    self.role = role
    self.tag = tag ?? role.tag
    self.namespace = namespace
    self.pod = pod
    self.container = container
    self.node = node
    self.isPrevious = isPrevious
    self.formats = formats ?? role.formats
  }

  /// What the lines of a stream are kept under: the same container keeps its identity when the
  /// stream is taken up again.
  package struct ID: Hashable, Sendable {
    package var role: LogRole
    package var namespace: String
    package var pod: String
    package var container: String
    package var isPrevious: Bool
  }

  package var id: ID {
    ID(
      role: role, namespace: namespace, pod: pod, container: container, isPrevious: isPrevious)
  }
}
