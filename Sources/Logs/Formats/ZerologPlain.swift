extension LogFormat {
  /// L4: `LVL message key=value …`
  package static let zerologPlain = LogFormat(
    title: "other commands of provider-services",
    writers: [.provider, .operator, .hostnameOperator, .inventoryOperator, .events, .journal],
    vocabulary: .akash,
    head: { line in
      ZerologLevel(line, at: 0).map { LogHead(level: $0.level, body: $0.end) }
    },
    fields: { line, head in KeyValueText.split(line.dropFirst(head.body)) })
}
