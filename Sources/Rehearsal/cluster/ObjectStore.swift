import Basics
import Foundation

/// The API server's storage: objects are made, changed and removed here and nowhere else.
extension RehearsalState {
  func object(_ key: ObjectKey) -> JSONValue? { objects[key.text] }

  func object(_ plural: String, _ namespace: String, _ name: String) -> JSONValue? {
    objects[ObjectKey(plural, namespace, name).text]
  }

  /// Objects as stored, by namespace and name.
  func stored(_ plural: String, namespace: String? = nil) -> [JSONValue] {
    let head = namespace.map { "\(plural)/\($0)/" } ?? "\(plural)/"
    return objects.keys.filter { $0.hasPrefix(head) }.sorted().compactMap { objects[$0] }
  }

  /// Adds an object with what the API server fills in.
  mutating func create(_ object: JSONValue, _ kind: ResourceKind, manager: String) {
    var object = ObjectDefaults.filled(object, kind)
    let name = object["metadata"]["name"].text ?? ""
    let namespace = kind.isNamespaced ? object["metadata"]["namespace"].text ?? "default" : ""
    let key = ObjectKey(kind.plural, namespace, name)
    object["apiVersion"] = .string(kind.apiVersion)
    object["kind"] = .string(kind.kind)
    if kind.isNamespaced { object["metadata"]["namespace"] = .string(namespace) }
    object["metadata"]["uid"] = .string(StableHash.uid("\(key.text) \(nextNumber())"))
    object["metadata"]["creationTimestamp"] = .string(Timestamp.rfc3339(time))
    object["metadata"]["resourceVersion"] = .string(String(nextNumber()))
    if Self.hasGeneration(kind) { object["metadata"]["generation"] = 1 }
    object["metadata"]["managedFields"] = [managedEntry(kind, manager)]
    if kind.plural == "services" { fillAddresses(of: &object, key) }
    if kind.plural == "namespaces" {
      object["metadata"]["labels"]["kubernetes.io/metadata.name"] = .string(name)
      object["spec"]["finalizers"] = ["kubernetes"]
      object["status"]["phase"] = "Active"
    }
    objects[key.text] = object
    noteTemplate(of: key, object)
    if kind.plural == "namespaces" { createNamespaceContents(name) }
  }

  /// Replaces an object. Returns false, and changes nothing, if it is the same as before.
  @discardableResult
  mutating func update(_ key: ObjectKey, to new: JSONValue, manager: String) -> Bool {
    guard let old = objects[key.text], let kind = ResourceKind.named(key.plural) else {
      return false
    }
    var new = ObjectDefaults.filled(new, kind)
    if new == old { return false }
    new["metadata"]["resourceVersion"] = .string(String(nextNumber()))
    if Self.hasGeneration(kind), new["spec"] != old["spec"] {
      new["metadata"]["generation"] = .int((old["metadata"]["generation"].number ?? 1) + 1)
    }
    let others = old["metadata"]["managedFields"].items.filter { $0["manager"].text != manager }
    new["metadata"]["managedFields"] = .array(others + [managedEntry(kind, manager)])
    objects[key.text] = new
    noteTemplate(of: key, new)
    return true
  }

  /// Its hash is asked for at every moment, and changes with the object only.
  private mutating func noteTemplate(of key: ObjectKey, _ object: JSONValue) {
    guard Self.workloadKinds.contains(key.plural) else { return }
    templateHashes = templateHashes ?? [:]
    templateHashes?[key.text] = Self.hash(ofTemplateIn: object)
  }

  mutating func remove(_ key: ObjectKey) {
    objects[key.text] = nil
    templateHashes?[key.text] = nil
    guard key.plural == "customresourcedefinitions", let dot = key.name.firstIndex(of: ".") else {
      return
    }
    // The objects of a kind go with its definition.
    let head = key.name[..<dot] + "/"
    for other in objects.keys where other.hasPrefix(head) { objects[other] = nil }
  }

  /// Marks a namespace as terminating; what is in it goes with it.
  mutating func beginDeletion(ofNamespace name: String) {
    let key = ObjectKey("namespaces", "", name)
    guard var namespace = object(key), namespaceEnds[name] == nil else { return }
    namespace["metadata"]["deletionTimestamp"] = .string(Timestamp.rfc3339(time))
    namespace["metadata"]["resourceVersion"] = .string(String(nextNumber()))
    namespace["status"]["phase"] = "Terminating"
    objects[key.text] = namespace
    namespaceEnds[name] = time + 5
    let ofWorkloads = ["deployments", "daemonsets", "statefulsets"]
    for plural in ofWorkloads {
      for object in stored(plural, namespace: name) {
        remove(ObjectKey(plural, name, object["metadata"]["name"].text ?? ""))
      }
    }
  }

  mutating func finishDeletion(ofNamespace name: String) {
    namespaceEnds[name] = nil
    objects["namespaces//\(name)"] = nil
    for key in objects.keys where key.contains("/\(name)/") {
      let parts = key.split(separator: "/", omittingEmptySubsequences: false)
      if parts[1] == name { objects[key] = nil }
    }
    pods = pods.filter { $0.value.namespace != name }
    releases.removeAll { $0.namespace == name }
  }

  // MARK: Helpers

  private func managedEntry(_ kind: ResourceKind, _ manager: String) -> JSONValue {
    [
      "apiVersion": .string(kind.apiVersion), "fieldsType": "FieldsV1", "fieldsV1": [:],
      "manager": .string(manager), "operation": "Update",
      "time": .string(Timestamp.rfc3339(time)),
    ]
  }

  private static func hasGeneration(_ kind: ResourceKind) -> Bool {
    kind.isCustom || kind.group == "apps" || kind.plural == "customresourcedefinitions"
      || kind.plural == "validatingwebhookconfigurations"
  }

  private mutating func createNamespaceContents(_ name: String) {
    guard let maps = ResourceKind.named("configmaps"),
      let accounts = ResourceKind.named("serviceaccounts")
    else { return }
    let certificate: JSONValue = [
      "metadata": ["name": "kube-root-ca.crt", "namespace": .string(name)],
      "data": [
        "ca.crt": "-----BEGIN CERTIFICATE-----\nrehearsal\n-----END CERTIFICATE-----\n"
      ],
    ]
    create(certificate, maps, manager: "kube-controller-manager")
    create(
      ["metadata": ["name": "default", "namespace": .string(name)]], accounts,
      manager: "kube-controller-manager")
  }

  private mutating func fillAddresses(of service: inout JSONValue, _ key: ObjectKey) {
    let hash = StableHash.number("address \(key.text) \(counter)")
    let address = "10.233.\(hash % 60 + 1).\(hash / 64 % 250 + 2)"
    service["spec"]["clusterIP"] = .string(address)
    service["spec"]["clusterIPs"] = [.string(address)]
    if service["spec"]["type"].text == "LoadBalancer" {
      let ports = service["spec"]["ports"].items.enumerated().map { index, port in
        var port = port
        port["nodePort"] = .int(30000 + Int((hash / 4096 + UInt64(index)) % 2767))
        return port
      }
      service["spec"]["ports"] = .array(ports)
      service["spec"]["allocateLoadBalancerNodePorts"] = true
      service["spec"]["externalTrafficPolicy"] = "Cluster"
    }
  }
}
