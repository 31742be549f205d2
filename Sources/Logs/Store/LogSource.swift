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
    formats: [LogFormat]? = nil
  ) {
    self.role = role
    self.tag = tag ?? role.tag
    self.namespace = namespace
    self.pod = pod
    self.container = container
    self.node = node
    self.isPrevious = isPrevious
    self.formats =
      formats?.map(AllLogFormats.id) ?? AllLogFormats.formats(of: role, container: container)
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
