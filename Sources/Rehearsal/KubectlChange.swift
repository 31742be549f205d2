import IPLeasesCore

/// The verbs that change objects.
extension KubectlRehearsal {
  // MARK: create, apply

  mutating func create(_ words: [String]) throws(ToolFailure) -> Answer {
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

  mutating func apply() throws(ToolFailure) -> Answer {
    guard arguments.last("filename") != nil else {
      throw .tool("must specify one of -f and -k")
    }
    return try createFromManifest(isApply: true)
  }

  private mutating func createFromManifest(isApply: Bool) throws(ToolFailure) -> Answer {
    let source = try manifest()
    let objects: [JSONValue]
    do throws(YAMLDocument.ReadFailure) {
      objects = try YAMLText.read(source.text)
    } catch {
      throw .tool(
        "error parsing \(source.name): error converting YAML to JSON: yaml: line "
          + "\(max(1, error.line - 1)): \(error.problem)")
    }
    if objects.isEmpty {
      throw .tool("no objects passed to \(isApply ? "apply" : "create")")
    }
    var answer = Answer("", delay: Self.ownTime + 0.05)
    for object in objects {
      do throws(ToolFailure) {
        let line = try create(object, isApply: isApply, source: source.name)
        answer.pieces.append(
          Answer.Piece(after: answer.delay, text: line + "\n", isError: false))
      } catch {
        answer.exit = .code(1)
        answer.warn(error.text)
      }
    }
    return answer
  }

  /// The text behind `-f`, and what kubectl calls it.
  private func manifest() throws(ToolFailure) -> (text: String, name: String) {
    let path = arguments.last("filename") ?? "-"
    if path == "-" { return (standardInput, "STDIN") }
    guard let text = read(path) else { throw .tool("the path \"\(path)\" does not exist") }
    return (text, path)
  }

  private mutating func create(_ manifest: JSONValue, isApply: Bool, source: String)
    throws(ToolFailure) -> String
  {
    var object = manifest
    let name = object["metadata"]["name"].text ?? ""
    let given = object["metadata"]["namespace"].text
    guard let kind = ResourceKind.of(object),
      !kind.isCustom || state.object("customresourcedefinitions", "", kind.fullName) != nil
    else {
      throw .tool(
        "resource mapping not found for name: \"\(name)\" namespace: \"\(given ?? "")\" from "
          + "\"\(source)\": no matches for kind \"\(object["kind"].text ?? "")\" in version "
          + "\"\(object["apiVersion"].text ?? "")\"\nensure CRDs are installed first")
    }
    let space = kind.isNamespaced ? given ?? namespace : ""
    if kind.isNamespaced { object["metadata"]["namespace"] = .string(space) }
    let key = ObjectKey(kind.plural, space, name)
    let isThere = state.object(key) != nil
    do throws(ToolFailure) {
      try checkRights(isThere ? "patch" : "create", kind)
      if kind.isNamespaced { try checkNamespace(space, kind, name) }
      if isThere, !isApply {
        throw .server("AlreadyExists", "\(kind.fullName) \"\(name)\" already exists")
      }
      try checkSchema(object, kind, name)
      try admit(object, kind, isNew: !isThere)
    } catch {
      if arguments.isOn("server-side") { throw error }
      throw error.about("error when \(isThere && isApply ? "patching" : "creating") \"\(source)\"")
    }
    let shown = "\(kind.shownName)/\(name)"
    if arguments.isOn("server-side") {
      return try applyOnServer(object, kind, key) + dryRunMark
    }
    if isThere, let live = state.object(key) {
      var new = live.merged(with: object)
      new["spec"] = live["spec"].merged(with: object["spec"])
      let hasChanged = state.update(key, to: new, manager: "kubectl-client-side-apply")
      return "\(shown) \(hasChanged ? "configured" : "unchanged")\(dryRunMark)"
    }
    state.create(object, kind, manager: isApply ? "kubectl-client-side-apply" : "kubectl-create")
    return "\(shown) created\(dryRunMark)"
  }

  /// A field that another manager has set otherwise is not taken from it.
  private mutating func applyOnServer(_ object: JSONValue, _ kind: ResourceKind, _ key: ObjectKey)
    throws(ToolFailure) -> String
  {
    let shown = "\(kind.shownName)/\(key.name) serverside-applied"
    guard let live = state.object(key) else {
      state.create(object, kind, manager: "kubectl")
      return shown
    }
    let owner = live["metadata"]["managedFields"].items.lazy.compactMap(\.["manager"].text)
      .first { $0 != "kubectl" }
    if let owner {
      let fields = ["spec", "data"].flatMap { part in
        object[part].fields.keys.sorted().filter { key in
          !live[part][key].isNull && live[part][key] != object[part][key]
        }.map { ".\(part).\($0)" }
      }
      if !fields.isEmpty { throw conflict(with: owner, over: fields, kind) }
    }
    state.update(key, to: live.merged(with: object), manager: "kubectl")
    return shown
  }

  private func conflict(with manager: String, over fields: [String], _ kind: ResourceKind)
    -> ToolFailure
  {
    let head = "conflict with \"\(manager)\" using \(kind.apiVersion):"
    let list =
      fields.count == 1
      ? "1 conflict: \(head) \(fields[0])"
      : "\(fields.count) conflicts: \(head)\n" + fields.map { "- \($0)" }.joined(separator: "\n")
    return .tool(
      """
      Apply failed with \(list)
      Please review the fields above--they currently have other managers. Here
      are the ways you can resolve this warning:
      * If you intend to manage all of these fields, please re-run the apply
        command with the `--force-conflicts` flag.
      * If you do not intend to manage all of the fields, please edit your
        manifest to remove references to the fields that should keep their
        current managers.
      * You may co-own fields by updating your manifest to match the existing
        value; in this case, you'll become the manager if the other manager(s)
        stop managing the field (remove it from their configuration).
      See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
      """)
  }

  private func checkNamespace(_ space: String, _ kind: ResourceKind, _ name: String)
    throws(ToolFailure)
  {
    guard state.object("namespaces", "", space) != nil else {
      throw .server("NotFound", "namespaces \"\(space)\" not found")
    }
    guard state.namespaceEnds[space] == nil else {
      throw .server(
        "Forbidden",
        "\(kind.fullName) \"\(name)\" is forbidden: unable to create new content in namespace "
          + "\(space) because it is being terminated")
    }
  }

  private func checkSchema(_ object: JSONValue, _ kind: ResourceKind, _ name: String)
    throws(ToolFailure)
  {
    guard kind.plural == "ipaddresspools", case .array = object["spec"]["addresses"] else {
      if kind.plural != "ipaddresspools" { return }
      throw .server(
        "Invalid",
        "\(kind.kind).\(kind.group) \"\(name)\" is invalid: spec.addresses: Required value")
    }
  }

  /// Asks MetalLB's webhook about an object.
  private func admit(_ object: JSONValue, _ kind: ResourceKind, isNew: Bool) throws(ToolFailure) {
    guard kind.group == "metallb.io", kind.plural != "servicel2statuses",
      let isAnswering = state.isWebhookAnswering
    else { return }
    let hook = "\(kind.singular)validationwebhook.metallb.io"
    guard isAnswering else {
      let service = state.object(
        "services", ConsoleSettings.metallbNamespace, "metallb-webhook-service")
      let address = service?["spec"]["clusterIP"].text ?? "10.233.0.2"
      let path = "validate-metallb-io-\(kind.version)-\(kind.singular)"
      throw .server(
        "InternalError",
        "Internal error occurred: failed calling webhook \"\(hook)\": failed to call webhook: Post "
          + "\"https://metallb-webhook-service.metallb-system.svc:443/\(path)?timeout=10s\": dial "
          + "tcp \(address):443: connect: connection refused")
    }
    if let reason = state.refusal(of: object, kind, isNew: isNew) {
      throw .server("Forbidden", "admission webhook \"\(hook)\" denied the request: \(reason)")
    }
  }

  // MARK: patch, label, expose, scale

  mutating func patch(_ words: [String]) throws(ToolFailure) -> Answer {
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
      guard let change = try? YAMLText.read(text).first else {
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

  mutating func label(_ words: [String]) throws(ToolFailure) -> Answer {
    try mark("label", "labels", past: "labeled", words)
  }

  mutating func annotate(_ words: [String]) throws(ToolFailure) -> Answer {
    try mark("annotation", "annotations", past: "annotated", words)
  }

  private mutating func mark(
    _ noun: String, _ field: String, past: String, _ words: [String]
  ) throws(ToolFailure) -> Answer {
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

  mutating func expose(_ words: [String]) throws(ToolFailure) -> Answer {
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

  mutating func scale(_ words: [String]) throws(ToolFailure) -> Answer {
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

  mutating func delete(_ words: [String]) throws(ToolFailure) -> Answer {
    let (kind, given) = try target(words)
    try checkRights("delete", kind)
    var names = given
    if let selector = arguments.last("selector") {
      let pairs = selector.split(separator: ",").map { $0.split(separator: "=").map(String.init) }
      names = state.shown(kind, namespace: kind.isNamespaced ? namespace : nil).filter { object in
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
