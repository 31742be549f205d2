extension LogFormat {
  /// L5: one JSON object with `caller`, `level`, `ts` and what else there is to say.
  package static let goKit = LogFormat(
    title: "MetalLB", writers: [.controller, .speaker], vocabulary: .metallb,
    head: { line in JSONLine.head(line, hasLogger: false) },
    fields: { line, _ in
      JSONLine.fields(line, messageKeys: ["msg", "message", "event", "action", "op", "error"])
    })
}
