/// Kind (plural), namespace ("" for cluster-wide) and name of an object.
struct ObjectKey: Codable, Hashable, Sendable {
  var plural: String
  var namespace: String
  var name: String

  init(_ plural: String, _ namespace: String, _ name: String) {
    self.plural = plural
    self.namespace = namespace
    self.name = name
  }

  var text: String { "\(plural)/\(namespace)/\(name)" }
}
