import Basics
import Execution

/// The verbs that change objects.
extension KubectlRehearsal {
  // MARK: create, apply

  mutating func create(_ words: [String]) throws(ToolRefusal) -> Answer {
    if arguments.last("filename") != nil { return try createFromManifest(isApply: false) }
    guard let word = words.first, word == "namespace" || word == "ns" else {
      throw .tool("must specify one of -f and -k")
    }
    guard words.count == 2 else {
      throw .tool(
        "exactly one NAME is required, got \(words.count - 1)\n"
          + "See 'kubectl create namespace -h' for help and examples")
    }
    let kind = try kind("namespaces")
    try checkRights("create", kind)
    if state.object("namespaces", "", words[1]) != nil {
      throw .server("AlreadyExists", "namespaces \"\(words[1])\" already exists")
    }
    state.create(
      ["metadata": ["name": .string(words[1])]], kind, manager: "kubectl-create")
    return done("namespace/\(words[1]) created\(dryRunMark)")
  }

  mutating func apply() throws(ToolRefusal) -> Answer {
    guard arguments.last("filename") != nil else {
      throw .tool("must specify one of -f and -k")
    }
    return try createFromManifest(isApply: true)
  }

  // MARK: patch, label, expose, scale

  mutating func patch(_ words: [String]) throws(ToolRefusal) -> Answer {
    let (kind, names) = try target(words)
    guard let name = names.first else {
      throw .tool("resource(s) were provided, but no name was specified")
    }
    let text = arguments.last("patch") ?? standardInput
    try checkRights("patch", kind)
    let live = try existing(kind, name)
    var new: JSONValue
    if arguments.last("type") == "json" {
      do throws(JSONPatch.Refusal) {
        new = try JSONPatch.apply(text, to: live)
      } catch {
        switch error {
        case .unreadable(let message): throw .server("BadRequest", message)
        case .invalid:
          throw .bare(
            "The request is invalid: the server rejected our request due to an error in our request",
            delay: Self.ownTime)
        }
      }
    } else {
      guard let change = try? YAMLDocument.json(in: text).first else {
        throw .tool("unable to parse \"\(text)\": yaml: not a mapping")
      }
      new = live.merged(with: change)
    }
    new = ObjectDefaults.filled(new, kind)
    if new == live { return done("\(kind.shownName)/\(name) patched (no change)") }
    try checkSchema(new, kind, name)
    try admit(new, kind, isNew: false)
    state.update(key(kind, name), to: new, manager: "kubectl-patch")
    return done("\(kind.shownName)/\(name) patched")
  }

  mutating func label(_ words: [String]) throws(ToolRefusal) -> Answer {
    try mark("label", "labels", past: "labeled", words)
  }

  mutating func annotate(_ words: [String]) throws(ToolRefusal) -> Answer {
    try mark("annotation", "annotations", past: "annotated", words)
  }

  private mutating func mark(
    _ noun: String, _ field: String, past: String, _ words: [String]
  ) throws(ToolRefusal) -> Answer {
    let changes = words.filter { $0.contains("=") || $0.hasSuffix("-") }
    let (kind, names) = try target(words.filter { !changes.contains($0) })
    guard let name = names.first else { throw .tool("one or more resources must be specified") }
    try checkRights("patch", kind)
    let live = try existing(kind, name)
    var new = live
    var answer = Answer("", delay: Self.ownTime)
    for change in changes {
      if let equals = change.firstIndex(of: "=") {
        let label = String(change[..<equals])
        let value = String(change[change.index(after: equals)...])
        let old = live["metadata"][field][label].text
        if let old, old != value, !arguments.isOn("overwrite") {
          guard noun == "label" else {
            throw .tool(
              "--overwrite is false but found the following declared annotation(s): '\(label)' already "
                + "has a value (\(old))")
          }
          throw .tool("'\(label)' already has a value (\(old)), and --overwrite is false")
        }
        new["metadata"][field][label] = .string(value)
      } else {
        let label = String(change.dropLast())
        if noun == "label", live["metadata"][field][label].isNull {
          answer.pieces.append(
            .init(after: answer.delay, text: "label \"\(label)\" not found.\n", isError: false))
        }
        new["metadata"][field][label] = .null
      }
    }
    let hasChanged = state.update(key(kind, name), to: new, manager: "kubectl-\(noun)")
    // Of annotations kubectl says so also where nothing has changed.
    let verb = hasChanged || noun != "label" ? past : "not \(past)"
    answer.pieces.append(
      .init(
        after: answer.delay, text: "\(kind.shownName)/\(name) \(verb)\(dryRunMark)\n",
        isError: false))
    return answer
  }

  mutating func expose(_ words: [String]) throws(ToolRefusal) -> Answer {
    let (kind, names) = try target(words)
    guard let name = names.first else {
      throw .tool("resource(s) were provided, but no name was specified")
    }
    let workload = try existing(kind, name)
    let services = try self.kind("services")
    try checkRights("create", services)
    let service = arguments.last("name") ?? name
    var overrides = JSONValue.empty
    if let text = arguments.last("overrides") {
      do throws(JSONText.SyntaxError) {
        overrides = try JSONText.parse(text)
      } catch {
        throw .tool("invalid character in overrides: \(text)")
      }
    }
    var ports = workload["spec"]["template"]["spec"]["containers"].items
      .flatMap { $0["ports"].items }.enumerated().map { index, port -> JSONValue in
        [
          "name": .string("port-\(index + 1)"), "port": port["containerPort"],
          "protocol": port["protocol"], "targetPort": port["containerPort"],
        ]
      }
    if let port = arguments.last("port").flatMap(Int.init) {
      let targetPort = arguments.last("target-port").flatMap(Int.init) ?? port
      ports = [["port": .int(port), "protocol": "TCP", "targetPort": .int(targetPort)]]
    }
    var object: JSONValue = [
      "metadata": [
        "name": .string(service), "namespace": .string(namespace),
        "labels": workload["metadata"]["labels"],
      ],
      "spec": ["selector": workload["spec"]["selector"]["matchLabels"], "ports": .array(ports)],
    ]
    if let type = arguments.last("type") { object["spec"]["type"] = .string(type) }
    object = object.merged(with: overrides)
    if object["spec"]["ports"].items.isEmpty {
      throw .tool("couldn't find port via --port flag or introspection")
    }
    if state.object("services", namespace, service) != nil {
      throw .server("AlreadyExists", "services \"\(service)\" already exists")
    }
    state.create(object, services, manager: "kubectl-expose")
    return done("service/\(service) exposed\(dryRunMark)")
  }

  mutating func scale(_ words: [String]) throws(ToolRefusal) -> Answer {
    let (kind, names) = try target(words)
    guard let name = names.first, let count = arguments.last("replicas").flatMap(Int.init) else {
      throw .tool(
        "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    }
    try checkRights("patch", kind)
    var new = try existing(kind, name)
    new["spec"]["replicas"] = .int(count)
    state.update(key(kind, name), to: new, manager: "kubectl")
    return done("\(kind.shownName)/\(name) scaled\(dryRunMark)")
  }

  // MARK: delete

  mutating func delete(_ words: [String]) throws(ToolRefusal) -> Answer {
    let (kind, given) = try target(words)
    try checkRights("delete", kind)
    var names = given
    if let selector = arguments.last("selector") {
      let pairs = selector.split(separator: ",").map { $0.split(separator: "=").map(String.init) }
      names = ShownObjects(state: state).of(kind, namespace: kind.isNamespaced ? namespace : nil)
        .filter { object in
          pairs.allSatisfy { object["metadata"]["labels"][$0[0]].text == $0.last }
        }.compactMap(\.["metadata"]["name"].text)
      if names.isEmpty { return done("No resources found") }
    }
    var answer = Answer("", delay: Self.ownTime)
    for name in names {
      let isThere =
        kind.plural == "pods"
        ? state.pods["\(namespace)/\(name)"] != nil : state.object(key(kind, name)) != nil
      guard isThere else {
        if arguments.isOn("ignore-not-found") { continue }
        throw .server("NotFound", "\(kind.fullName) \"\(name)\" not found")
      }
      answer.pieces.append(
        .init(
          after: Self.ownTime, text: "\(kind.shownName) \"\(name)\" deleted\(dryRunMark)\n",
          isError: false))
      if isDryRun { continue }
      answer.delay = max(answer.delay, remove(kind, name) + Self.ownTime)
    }
    return answer
  }

  /// Returns the seconds until the object is gone, 0 with `--wait=false`.
  private mutating func remove(_ kind: ResourceKind, _ name: String) -> Double {
    let waits = arguments.last("wait") != "false"
    switch kind.plural {
    case "namespaces":
      state.beginDeletion(ofNamespace: name)
      return waits ? max(0, (state.namespaceEnds[name] ?? state.time) - state.time) : 0
    case "pods":
      guard let pod = state.pods["\(namespace)/\(name)"] else { return 0 }
      if !pod.isLeaving { state.end(pod) }
      return waits ? 0.8 : 0
    default:
      state.remove(key(kind, name))
      return 0
    }
  }
}
