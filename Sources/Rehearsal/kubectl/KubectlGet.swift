import Basics
import Execution
import Foundation

extension KubectlRehearsal {
  func get(_ words: [String]) throws(ToolRefusal) -> Answer {
    if let path = arguments.last("raw") {
      let patience = arguments.seconds("request-timeout") ?? 60
      return try ServiceProxy(state: state, patience: patience).answer(path)
    }
    guard let first = words.first else {
      throw .tool("You must specify the type of resource to get")
    }
    var kinds: [ResourceKind] = []
    var names = Array(words.dropFirst())
    if first.contains("/") {
      let (kind, found) = try target(words)
      kinds = [kind]
      names = found
    } else {
      for name in first.split(separator: ",") { kinds.append(try kind(String(name))) }
    }
    var objects: [(kind: ResourceKind, object: JSONValue)] = []
    for kind in kinds {
      if names.isEmpty {
        objects += list(kind).map { (kind, $0) }
        continue
      }
      for name in names {
        let found = list(kind).first { $0["metadata"]["name"].text == name }
        if let found {
          objects.append((kind, found))
        } else if !arguments.isOn("ignore-not-found") {
          throw .server("NotFound", "\(kind.fullName) \"\(name)\" not found")
        }
      }
    }
    return try show(objects, isOne: names.count == 1 && kinds.count == 1)
  }

  /// The objects of a kind that the flags select, as the API server shows them.
  private func list(_ kind: ResourceKind) -> [JSONValue] {
    let isEverywhere = arguments.isOn("all-namespaces") || !kind.isNamespaced
    let labels = (arguments.last("selector") ?? "").split(separator: ",").map {
      $0.split(separator: "=").map(String.init)
    }
    let fields = (arguments.last("field-selector") ?? "").split(separator: ",").map {
      $0.split(separator: "=").map(String.init)
    }
    return ShownObjects(state: state).of(kind, namespace: isEverywhere ? nil : namespace).filter {
      object in
      labels.allSatisfy { label in
        let value = object["metadata"]["labels"][label[0]].text
        return label.count > 1 ? value == label[1] : value != nil
      }
        && fields.allSatisfy { field in
          let value = field[0].split(separator: ".").reduce(object) { $0[String($1)] }
          return value.text == (field.count > 1 ? field[1] : "")
        }
    }
  }

  private func show(_ objects: [(kind: ResourceKind, object: JSONValue)], isOne: Bool)
    throws(ToolRefusal) -> Answer
  {
    let shown = objects.map { entry in
      var object = entry.object
      if !arguments.isOn("show-managed-fields") { object["metadata"]["managedFields"] = .null }
      return object
    }
    let whole: JSONValue = [
      "apiVersion": "v1", "items": .array(shown), "kind": "List",
      "metadata": ["resourceVersion": ""],
    ]
    if isOne, objects.isEmpty { return Answer("", delay: Self.ownTime) }
    switch arguments.last("output") {
    case "json": return done(JSONText.indented(isOne ? shown[0] : whole))
    case "yaml":
      return Answer(YAMLWriter.text(isOne ? shown[0] : whole), delay: Self.ownTime)
    case "name":
      let lines = objects.map { "\($0.kind.shownName)/\($0.object["metadata"]["name"].text ?? "")" }
      return lines.isEmpty ? Answer("", delay: Self.ownTime) : done(lines.joined(separator: "\n"))
    case nil, "wide": return table(objects)
    case .some(let path) where path.hasPrefix("jsonpath={."):
      return Answer(field(path, of: isOne ? shown[0] : whole), delay: Self.ownTime)
    case .some(let other):
      throw .tool(
        "unable to match a printer suitable for the output format \"\(other)\", allowed formats "
          + "are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,"
          + "jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml")
    }
  }

  /// One plain path, as in `jsonpath={.spec.addresses}`: text as it is, everything else as JSON, and
  /// nothing for what is not there.
  private func field(_ template: String, of object: JSONValue) -> String {
    let path = template.dropFirst("jsonpath={.".count).prefix { $0 != "}" }
    let value = path.split(separator: ".").reduce(object) { $0[String($1)] }
    return value.isNull ? "" : value.text ?? JSONText.compact(value)
  }

  private func table(_ objects: [(kind: ResourceKind, object: JSONValue)]) -> Answer {
    guard let kind = objects.first?.kind else {
      var answer = Answer("", delay: Self.ownTime)
      answer.warn(
        arguments.isOn("all-namespaces")
          ? "No resources found\n" : "No resources found in \(namespace) namespace.\n")
      return answer
    }
    let isEverywhere = arguments.isOn("all-namespaces") && kind.isNamespaced
    var rows = objects.map { entry in
      (isEverywhere ? [entry.object["metadata"]["namespace"].text ?? ""] : [])
        + state.columns(entry.object, entry.kind).map(\.value)
    }
    let heads = state.columns(objects[0].object, kind).map(\.head)
    if !arguments.isOn("no-headers") {
      rows.insert((isEverywhere ? ["NAMESPACE"] : []) + heads, at: 0)
    }
    let widths = (0..<(rows.map(\.count).min() ?? 0)).map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    let lines = rows.map { row in
      zip(row, widths).enumerated().map { index, cell in
        let isLast = index == widths.count - 1
        return isLast ? cell.0 : cell.0.padded(to: cell.1 + 3)
      }.joined()
    }
    return done(lines.joined(separator: "\n"))
  }
}

extension RehearsalState {
  /// The columns kubectl shows of an object.
  func columns(_ object: JSONValue, _ kind: ResourceKind) -> [(head: String, value: String)] {
    let name = object["metadata"]["name"].text ?? ""
    let key = ObjectKey(kind.plural, object["metadata"]["namespace"].text ?? "", name)
    var columns = [("NAME", name)]
    switch kind.plural {
    case "namespaces": columns.append(("STATUS", object["status"]["phase"].text ?? ""))
    case "nodes":
      columns += [("STATUS", "Ready"), ("ROLES", "control-plane")]
    case "pods":
      guard let pod = pods["\(key.namespace)/\(name)"] else { break }
      let count = pod.template["spec"]["containers"].items.count
      columns += [
        ("READY", "\(pod.isReady(at: time) ? count : 0)/\(count)"),
        ("STATUS", pod.shownStatus(at: time)), ("RESTARTS", String(pod.restarts)),
      ]
    case "deployments", "statefulsets":
      let count = ShownObjects(state: self).counts(of: key)
      columns.append(("READY", "\(count.ready)/\(count.wanted)"))
      if kind.plural == "deployments" {
        columns += [("UP-TO-DATE", "\(count.updated)"), ("AVAILABLE", "\(count.ready)")]
      }
    case "services":
      let addresses = object["status"]["loadBalancer"]["ingress"].items.compactMap(\.["ip"].text)
      let ports = object["spec"]["ports"].items.map {
        "\($0["port"].number ?? 0)\($0["nodePort"].number.map { ":\($0)" } ?? "")/TCP"
      }
      let isBalanced = object["spec"]["type"].text == "LoadBalancer"
      columns += [
        ("TYPE", object["spec"]["type"].text ?? ""),
        ("CLUSTER-IP", object["spec"]["clusterIP"].text ?? ""),
        ("EXTERNAL-IP", addresses.first ?? (isBalanced ? "<pending>" : "<none>")),
        ("PORT(S)", ports.joined(separator: ",")),
      ]
    default: break
    }
    let created = object["metadata"]["creationTimestamp"].text ?? ""
    let age = (try? Date(created, strategy: .iso8601)).map { time - $0.timeIntervalSince1970 }
    columns.append(("AGE", age.map(Timestamp.age) ?? "<unknown>"))
    return columns
  }
}
