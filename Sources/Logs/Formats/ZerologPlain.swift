extension LogFormat {
  /// L4: `LVL message key=value …`
  static let zerologPlain = LogFormat(
    id: .zerologPlain, title: "other commands of provider-services",
    head: { line in
      ZerologLevel(line, at: 0).map { LogHead(level: $0.level, body: $0.end) }
    },
    fields: { line, head in KeyValueText.split(line.dropFirst(head.body)) })
}
