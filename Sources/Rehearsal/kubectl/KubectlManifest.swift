import Basics
import Execution

/// Objects from a manifest: create, and apply on either side.
extension KubectlRehearsal {
  mutating func createFromManifest(isApply: Bool) throws(ToolRefusal) -> Answer {
    let source = try manifest()
    let objects: [JSONValue]
    do throws(YAMLDocument.ReadFailure) {
      objects = try YAMLDocument.json(in: source.text)
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
      do throws(ToolRefusal) {
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
  private func manifest() throws(ToolRefusal) -> (text: String, name: String) {
    let path = arguments.last("filename") ?? "-"
    if path == "-" { return (standardInput, "STDIN") }
    guard let text = read(path) else { throw .tool("the path \"\(path)\" does not exist") }
    return (text, path)
  }

  private mutating func create(_ manifest: JSONValue, isApply: Bool, source: String)
    throws(ToolRefusal) -> String
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
    do throws(ToolRefusal) {
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
    throws(ToolRefusal) -> String
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
    -> ToolRefusal
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
    throws(ToolRefusal)
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

  func checkSchema(_ object: JSONValue, _ kind: ResourceKind, _ name: String)
    throws(ToolRefusal)
  {
    guard kind.plural == "ipaddresspools", case .array = object["spec"]["addresses"] else {
      if kind.plural != "ipaddresspools" { return }
      throw .server(
        "Invalid",
        "\(kind.kind).\(kind.group) \"\(name)\" is invalid: spec.addresses: Required value")
    }
  }

  /// Asks MetalLB's webhook about an object.
  func admit(_ object: JSONValue, _ kind: ResourceKind, isNew: Bool) throws(ToolRefusal) {
    guard kind.group == "metallb.io", kind.plural != "servicel2statuses",
      let isAnswering = MetalLB(state: state).isWebhookAnswering
    else { return }
    let hook = "\(kind.singular)validationwebhook.metallb.io"
    guard isAnswering else {
      let service = state.object(
        "services", Names.metallb, "metallb-webhook-service")
      let address = service?["spec"]["clusterIP"].text ?? "10.233.0.2"
      let path = "validate-metallb-io-\(kind.version)-\(kind.singular)"
      throw .server(
        "InternalError",
        "Internal error occurred: failed calling webhook \"\(hook)\": failed to call webhook: Post "
          + "\"https://metallb-webhook-service.metallb-system.svc:443/\(path)?timeout=10s\": dial "
          + "tcp \(address):443: connect: connection refused")
    }
    if let reason = MetalLB(state: state).refusal(of: object, kind, isNew: isNew) {
      throw .server("Forbidden", "admission webhook \"\(hook)\" denied the request: \(reason)")
    }
  }
}
