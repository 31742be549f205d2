import Basics
import Execution

/// What a change of a release does to the objects of the cluster, and what refuses it.
extension HelmRehearsal {
  func key(of object: JSONValue) -> ObjectKey? {
    guard let kind = ResourceKind.of(object) else { return nil }
    let space = kind.isNamespaced ? object["metadata"]["namespace"].text ?? namespace : ""
    return ObjectKey(kind.plural, space, object["metadata"]["name"].text ?? "")
  }

  mutating func apply(_ object: JSONValue, old: [JSONValue]) {
    guard let kind = ResourceKind.of(object), let key = key(of: object) else { return }
    guard let live = state.object(key) else {
      state.create(object, kind, manager: "helm")
      return
    }
    let before = old.first { self.key(of: $0) == key } ?? .empty
    let new = Self.threeWay(old: before, new: object, live: live)
    state.update(key, to: new, manager: "helm")
  }

  /// What the old manifest had and the new one has not goes; what others have added stays.
  static func threeWay(old: JSONValue, new: JSONValue, live: JSONValue) -> JSONValue {
    guard case .object(let newFields) = new, case .object = live else { return new }
    var result = live
    for key in old.fields.keys where newFields[key] == nil { result[key] = .null }
    for (key, value) in newFields {
      result[key] =
        live[key].isNull ? value : threeWay(old: old[key], new: value, live: live[key])
    }
    return result
  }

  func checkOwnership(
    of objects: [JSONValue], _ release: ReleaseRecord, isInstall: Bool
  ) throws(ToolRefusal) {
    for object in objects {
      guard let key = key(of: object), let live = state.object(key) else { continue }
      let annotations = live["metadata"]["annotations"].texts
      var problems: [String] = []
      if live["metadata"]["labels"]["app.kubernetes.io/managed-by"].text != "Helm" {
        let current = live["metadata"]["labels"]["app.kubernetes.io/managed-by"].text
        problems.append(
          "label validation error: "
            + (current.map {
              "key \"app.kubernetes.io/managed-by\" must equal \"Helm\": current value is \"\($0)\""
            }
              ?? "missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\""))
      }
      let owners = [
        ("meta.helm.sh/release-name", release.name),
        ("meta.helm.sh/release-namespace", release.namespace),
      ]
      for (name, wanted) in owners where annotations[name] != wanted {
        problems.append(
          "annotation validation error: "
            + (annotations[name].map {
              "key \"\(name)\" must equal \"\(wanted)\": current value is \"\($0)\""
            } ?? "missing key \"\(name)\": must be set to \"\(wanted)\""))
      }
      if problems.isEmpty { continue }
      throw .tool(
        "Unable to continue with \(isInstall ? "install" : "update"): \(object["kind"].text ?? "") "
          + "\"\(key.name)\" in namespace \"\(key.namespace)\" exists and cannot be imported into "
          + "the current release: invalid ownership metadata; "
          + problems.joined(separator: "; "))
    }
  }

  /// The API server's refusal of a StatefulSet whose volume claims would change.
  func immutableChange(in objects: [JSONValue]) -> String? {
    for object in objects where object["kind"].text == "StatefulSet" {
      guard let key = key(of: object), let live = state.object(key),
        live["spec"]["volumeClaimTemplates"] != object["spec"]["volumeClaimTemplates"]
      else { continue }
      return "cannot patch \"\(key.name)\" with kind StatefulSet: StatefulSet.apps \"\(key.name)\" "
        + "is invalid: spec: Forbidden: updates to statefulset spec for fields other than "
        + "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
        + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    }
    return nil
  }

  func checkRights() throws(ToolRefusal) {
    guard state.faults.contains(.forbidden) else { return }
    throw .tool(
      "secrets is forbidden: User \"jane\" cannot create resource \"secrets\" in API group \"\" in "
        + "the namespace \"\(namespace)\"")
  }
}
