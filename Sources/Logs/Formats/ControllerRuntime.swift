extension LogFormat {
  /// L6: JSON with `level`, `ts`, `logger`, `msg`; `ts` was a number of seconds in early 0.13.
  package static let controllerRuntime = LogFormat(
    title: "MetalLB's controller-runtime", writers: [.controller, .speaker], vocabulary: .metallb,
    head: { line in JSONLine.head(line, hasLogger: true) },
    fields: { line, _ in JSONLine.fields(line, messageKeys: ["msg", "error"]) })
}
