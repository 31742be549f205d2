/// Every grammar. A new one is one file and one line here.
package enum AllLogFormats {
  /// What is written most comes first; the last one takes what no other knows.
  package static let inOrder: [LogFormat] = [
    .zerologClock, .zerolog, .zerologPlain, .tendermint, .goKit, .controllerRuntime, .klog,
    .commandLine, .frr, .script,
  ]

  /// What no grammar knows.
  static let plain = LogFormat.ID(place: UInt8(inOrder.count - 1))

  package static func format(_ id: LogFormat.ID) -> LogFormat { inOrder[Int(id.place)] }

  package static func vocabulary(of id: LogFormat.ID) -> LogFormat.Vocabulary {
    inOrder[Int(id.place)].vocabulary
  }

  package static func id(of format: LogFormat) -> LogFormat.ID {
    id { $0.title == format.title }[0]
  }

  /// The grammars that a container of a role may write; one that is not named may be any of its pod.
  package static func formats(of role: LogRole, container: String = "") -> [LogFormat.ID] {
    id { format in
      (role == .file || format.writers.contains(role))
        && (container.isEmpty || format.containers?.contains(container) ?? true)
    }
  }

  private static func id(where isMeant: (LogFormat) -> Bool) -> [LogFormat.ID] {
    inOrder.indices.filter { isMeant(inOrder[$0]) }.map { LogFormat.ID(place: UInt8($0)) }
  }

  /// The first of the grammars that knows the line; what none knows is plain text.
  package static func read(_ line: LineBytes, as formats: [LogFormat.ID]) -> (LogFormat.ID, LogHead)
  {
    for id in formats {
      if let head = inOrder[Int(id.place)].head(line) { return (id, head) }
    }
    return (plain, LogHead(body: 0))
  }
}
