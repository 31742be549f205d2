import Basics
import Execution

/// Answers kubectl's argument vectors from the simulated cluster. `state` has been brought up to
/// now; changes are made in it.
struct KubectlRehearsal {
  var state: RehearsalState
  var arguments: ArgumentVector
  var standardInput: String
  var read: (String) -> String?
  /// What a plain call costs, in seconds.
  static let ownTime = 0.12

  /// - Parameter read: gives the text of a file; nil where there is none.
  static func answer(
    _ argv: [String], standardInput: String, state: inout RehearsalState,
    read: @escaping (String) -> String? = { _ in nil }
  ) -> Answer {
    do throws(ArgumentVector.UnknownFlag) {
      let arguments = try ArgumentVector(
        argv, valued: valuedFlags, switches: switchFlags, shorthands: shorthands)
      var kubectl = KubectlRehearsal(
        state: state, arguments: arguments, standardInput: standardInput, read: read)
      let answer = kubectl.answer()
      if !kubectl.isDryRun { state = kubectl.state }
      return answer
    } catch {
      let verb = argv.first { !$0.hasPrefix("-") } ?? ""
      return failed(
        .tool("unknown flag: \(error.flag)\nSee 'kubectl \(verb) --help' for usage."))
    }
  }

  static func failed(_ failure: ToolRefusal) -> Answer {
    var answer = Answer("", exit: .code(1), delay: max(ownTime, failure.delay))
    answer.warn(failure.text)
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
    let verb = arguments.words.first ?? ""
    let words = Array(arguments.words.dropFirst())
    try checkConnection(verb)
    switch verb {
    case "get": return try get(words)
    case "version": return version()
    case "config": return try config(words)
    case "auth": return mayDo(words)
    case "create": return try create(words)
    case "apply": return try apply()
    case "delete": return try delete(words)
    case "label": return try label(words)
    case "annotate": return try annotate(words)
    case "expose": return try expose(words)
    case "patch": return try patch(words)
    case "scale": return try scale(words)
    case "rollout": return try rollout(words)
    case "logs": return try logs(words)
    default: throw .tool("unknown command \"\(verb)\" for \"kubectl\"")
    }
  }

  /// What stands between the tool and the API server: a wrong context, or a server that is down.
  private func checkConnection(_ verb: String) throws(ToolRefusal) {
    let own = state.context
    if let context = arguments.last("context"), context != own {
      throw .bare(
        "Error in configuration: context was not found for specified context: \(context)")
    }
    if verb != "config", state.apiAnswersAt > state.time {
      throw .bare(
        "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host "
          + "or port?")
    }
  }

  // MARK: What every verb needs

  var namespace: String { arguments.last("namespace") ?? "default" }
  var isDryRun: Bool { arguments.last("dry-run").map { $0 != "none" && $0 != "false" } ?? false }
  /// What is printed behind the verb's own words.
  var dryRunMark: String {
    switch arguments.last("dry-run") {
    case "server", "true": " (server dry run)"
    case "client": " (dry run)"
    default: ""
    }
  }

  /// Kinds as given ("deployments,pods" or "daemonset/kube-proxy").
  func kind(_ name: String) throws(ToolRefusal) -> ResourceKind {
    let isKnown = ResourceKind.named(name).map { kind in
      !kind.isCustom || state.object("customresourcedefinitions", "", kind.fullName) != nil
    }
    guard let kind = ResourceKind.named(name), isKnown == true else {
      let plain = name.split(separator: ".").first.map(String.init) ?? name
      throw .tool("the server doesn't have a resource type \"\(plain)\"")
    }
    return kind
  }

  /// "daemonset/kube-proxy" or "daemonset kube-proxy".
  func target(_ words: [String]) throws(ToolRefusal) -> (ResourceKind, [String]) {
    guard let first = words.first else {
      throw .tool("You must specify the type of resource")
    }
    if let slash = first.firstIndex(of: "/") {
      let kind = try kind(String(first[..<slash]))
      return (kind, [String(first[first.index(after: slash)...])])
    }
    return (try kind(first), Array(words.dropFirst()))
  }

  func key(_ kind: ResourceKind, _ name: String) -> ObjectKey {
    ObjectKey(kind.plural, kind.isNamespaced ? namespace : "", name)
  }

  func existing(_ kind: ResourceKind, _ name: String) throws(ToolRefusal) -> JSONValue {
    guard let object = state.object(key(kind, name)) else {
      throw .server("NotFound", "\(kind.fullName) \"\(name)\" not found")
    }
    return object
  }

  /// Refuses a change where the user may only read.
  func checkRights(_ verb: String, _ kind: ResourceKind) throws(ToolRefusal) {
    guard state.faults.contains(.forbidden) else { return }
    let scope =
      kind.isNamespaced ? "in the namespace \"\(namespace)\"" : "at the cluster scope"
    throw .server(
      "Forbidden",
      "\(kind.fullName) is forbidden: User \"jane\" cannot \(verb) resource \"\(kind.plural)\" in "
        + "API group \"\(kind.group)\" \(scope)")
  }

  func done(_ text: String) -> Answer { Answer(text + "\n", delay: Self.ownTime) }

  // MARK: Small verbs

  private func version() -> Answer {
    func build(_ version: String, _ minor: String) -> JSONValue {
      [
        "major": "1", "minor": .string(minor), "gitVersion": .string(version),
        "gitCommit": "a78aa47129b8539636eb86a9d00e31b2720fe06b", "gitTreeState": "clean",
        "buildDate": "2024-12-11T20:04:18Z", "goVersion": "go1.22.9", "compiler": "gc",
        "platform": "linux/amd64",
      ]
    }
    if arguments.last("output") != "json" {
      return done(
        "Client Version: v1.31.4\nKustomize Version: v5.4.2\nServer Version: v1.31.4")
    }
    let value: JSONValue = [
      "clientVersion": build("v1.31.4", "31"), "kustomizeVersion": "v5.4.2",
      "serverVersion": build("v1.31.4", "31"),
    ]
    return done(JSONText.indented(value, by: 2))
  }

  private func config(_ words: [String]) throws(ToolRefusal) -> Answer {
    if words == ["view"], arguments.last("output") == "json" { return done(view) }
    guard words.first == "current-context" else {
      throw .tool("unknown command \"\(words.joined(separator: " "))\" for \"kubectl config\"")
    }
    return done(state.context)
  }

  /// Without what kubectl leaves out of it: the credentials.
  private var view: String {
    let name = JSONValue.string(state.context)
    let view: JSONValue = [
      "kind": "Config", "apiVersion": "v1",
      "clusters": [["name": name, "cluster": ["server": "https://127.0.0.1:6443"]]],
      "contexts": [["name": name, "context": ["cluster": name, "user": name]]],
      "current-context": name,
    ]
    return JSONText.indented(view)
  }

  private func mayDo(_ words: [String]) -> Answer {
    if arguments.last("as") != nil {
      let may = !state.faults.contains(.rightsMissing)
      return Answer(may ? "yes\n" : "no\n", exit: .code(may ? 0 : 1), delay: Self.ownTime)
    }
    let isReading = words.count > 1 && ["get", "list", "watch"].contains(words[1])
    let may = isReading || !state.faults.contains(.forbidden)
    return Answer(
      may ? "yes\n" : "no\n", exit: .code(may ? 0 : 1), delay: Self.ownTime)
  }

  private static let valuedFlags: Set<String> = [
    "namespace", "output", "filename", "selector", "patch", "patch-file", "type", "timeout",
    "request-timeout", "context", "kubeconfig", "raw", "name", "overrides", "port", "target-port",
    "replicas", "tail", "since", "since-time", "container", "grace-period", "cluster", "user",
    "field-selector", "sort-by", "as", "field-manager", "subresource", "max-log-requests",
    "limit-bytes", "v", "chunk-size", "protocol", "override-type",
  ]
  private static let switchFlags: Set<String> = [
    "all-namespaces", "ignore-not-found", "show-managed-fields", "show-labels", "no-headers",
    "dry-run", "wait", "overwrite", "follow", "timestamps", "prefix", "previous", "all", "force",
    "watch", "server-side", "validate", "all-containers", "save-config", "now", "quiet", "client",
    "cascade", "minify",
  ]
  private static let shorthands: [Character: String] = [
    "n": "namespace", "o": "output", "f": "filename", "l": "selector", "p": "patch",
    "A": "all-namespaces", "c": "container", "w": "watch", "v": "v", "q": "quiet",
  ]
}
