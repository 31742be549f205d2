import Execution

/// Answers helm's argument vectors (Helm 3.20.1) from the simulated cluster and the two chart
/// repositories. `state` has been brought up to now; changes are made in it.
struct HelmRehearsal {
  var state: RehearsalState
  var arguments: ArgumentVector
  /// Reads a values file of this machine; nil if it cannot be read.
  var readFile: @Sendable (String) -> String?
  static let ownTime = 0.15

  static func answer(
    _ argv: [String], state: inout RehearsalState,
    readFile: @escaping @Sendable (String) -> String?
  ) -> Answer {
    do throws(ArgumentVector.UnknownFlag) {
      let arguments = try ArgumentVector(
        argv, valued: valuedFlags, switches: switchFlags, shorthands: shorthands)
      var helm = HelmRehearsal(state: state, arguments: arguments, readFile: readFile)
      let answer = helm.answer()
      if !helm.isDryRun { state = helm.state }
      return answer
    } catch {
      return failed(.tool("unknown flag: \(error.flag)"))
    }
  }

  private static func failed(_ failure: ToolRefusal) -> Answer {
    var answer = Answer("", exit: .code(1), delay: max(ownTime, failure.delay))
    answer.warn("Error: \(failure.message)\n")
    return answer
  }

  private mutating func answer() -> Answer {
    do throws(ToolRefusal) {
      return try dispatch()
    } catch {
      return Self.failed(error)
    }
  }

  private mutating func dispatch() throws(ToolRefusal) -> Answer {
    let words = Array(arguments.words.dropFirst())
    switch arguments.words.first {
    case "version": return version()
    case "repo": return try repository(words)
    case "search": return try search(words)
    default: break
    }
    try checkConnection()
    switch arguments.words.first {
    case "list", "ls": return try list()
    case "get": return try get(words)
    case "status": return try status(words)
    case "history", "hist": return try history(words)
    case "install": return try install(words)
    case "upgrade": return try upgrade(words)
    case "rollback": return try rollback(words)
    case "uninstall", "delete": return try uninstall(words)
    default:
      throw .tool(
        "unknown command \"\(arguments.words.first ?? "")\" for \"helm\"\n"
          + "Run 'helm --help' for usage.")
    }
  }

  private func checkConnection() throws(ToolRefusal) {
    let own = state.context
    if let context = arguments.last("kube-context"), context != own {
      throw .tool("Kubernetes cluster unreachable: context \"\(context)\" does not exist")
    }
    if state.apiAnswersAt > state.time {
      throw .tool(
        "Kubernetes cluster unreachable: Get \"https://127.0.0.1:6443/version\": dial tcp "
          + "127.0.0.1:6443: connect: connection refused")
    }
    if state.faults.contains(.secretsForbidden) {
      throw .tool(
        "query: failed to query with labels: secrets is forbidden: User \"jane\" cannot list "
          + "resource \"secrets\" in API group \"\" at the cluster scope")
    }
  }

  // MARK: What every verb needs

  var namespace: String { arguments.last("namespace") ?? "default" }
  var isDryRun: Bool { arguments.last("dry-run").map { $0 != "none" && $0 != "false" } ?? false }

  func index(of name: String) -> Int? {
    state.releases.firstIndex { $0.name == name && $0.namespace == namespace }
  }

  func release(_ words: [String], verb: String) throws(ToolRefusal) -> ReleaseRecord {
    guard let name = words.first else {
      throw .tool("\"helm \(verb)\" requires 1 argument")
    }
    guard let index = index(of: name) else { throw .tool("release: not found") }
    return state.releases[index]
  }

  func done(_ text: String) -> Answer { Answer(text, delay: Self.ownTime) }

  /// Columns of equal width with tabs between them, as helm prints tables.
  static func table(_ rows: [[String]]) -> String {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).map { $0.0.padded(to: $0.1) }.joined(separator: "\t") + "\n"
    }.joined()
  }

  private func version() -> Answer {
    if state.faults.contains(.helmTwo) { return done("v2.17.0") }
    if let template = arguments.last("template") {
      return done(template.replacing("{{.Version}}", with: "v3.20.1"))
    }
    if arguments.isOn("short") { return done("v3.20.1+ga2369ca\n") }
    return done(
      "version.BuildInfo{Version:\"v3.20.1\", GitCommit:\"a2369ca71c0ef633bf6e4fccd66d634eb379b371\", "
        + "GitTreeState:\"clean\", GoVersion:\"go1.26.6\"}\n")
  }

  static let valuedFlags: Set<String> = [
    "namespace", "output", "version", "set", "set-string", "values", "timeout", "kube-context",
    "kubeconfig", "max", "offset", "template", "revision", "filter", "description",
    "history-max", "selector", "username", "password", "ca-file", "max-col-width",
  ]
  static let switchFlags: Set<String> = [
    "all-namespaces", "all", "deployed", "failed", "pending", "uninstalling", "superseded",
    "uninstalled", "short", "wait", "wait-for-jobs", "dry-run", "versions", "reuse-values",
    "reset-values", "reset-then-reuse-values", "install", "create-namespace", "atomic", "force",
    "keep-history", "ignore-not-found", "force-update", "devel", "debug", "no-hooks",
    "cleanup-on-fail", "skip-crds", "hide-secret", "client", "date", "reverse", "no-headers",
    "regexp", "take-ownership",
  ]
  static let shorthands: [Character: String] = [
    "n": "namespace", "o": "output", "f": "values", "A": "all-namespaces", "a": "all",
    "l": "versions", "i": "install", "q": "short", "m": "max",
  ]
}
