extension LogFormat {
  /// L6: JSON with `level`, `ts`, `logger`, `msg`; `ts` was a number of seconds in early 0.13.
  static let controllerRuntime = LogFormat(
    id: .controllerRuntime, title: "MetalLB's controller-runtime",
    head: { line in JSONLine.head(line, hasLogger: true) },
    fields: { line, _ in JSONLine.fields(line, messageKeys: ["msg", "error"]) })
}
