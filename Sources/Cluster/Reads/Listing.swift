import Basics

/// All objects of a kind, of one namespace or of all.
package struct Listing: Hashable, Sendable {
  package let resource: APIResource
  /// nil: of all.
  package let namespace: String?
  /// Labels an object must have.
  package let labels: [String: String]

  package init(
    _ resource: APIResource, in namespace: String? = nil, labels: [String: String] = [:]
  ) {
    self.resource = resource
    self.namespace = namespace
    self.labels = labels
  }

  /// As the API server and kubectl take it; nil where any object is meant.
  var selector: String? {
    labels.isEmpty ? nil : labels.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ",")
  }

  func holds(_ object: any ClusterObject) -> Bool {
    labels.allSatisfy { object.metadata.label($0.key) == $0.value }
  }
}

/// The objects that listings brought.
package struct ListedObjects: Sendable {
  private var all: [Listing: [any ClusterObject]] = [:]

  package init() {}

  subscript(listing: Listing) -> [any ClusterObject] {
    get { all[listing] ?? [] }
    set { all[listing] = newValue }
  }

  /// Those of a kind, of all its listings.
  func of<Object: ClusterObject>(_ resource: APIResource, as type: Object.Type = Object.self)
    -> [Object]
  {
    all.filter { $0.key.resource == resource }.sorted {
      ($0.key.namespace ?? "") < ($1.key.namespace ?? "")
    }.flatMap { $0.value.compactMap { $0 as? Object } }
  }

  /// Those of these listings alone.
  func only(_ listings: [Listing]) -> ListedObjects {
    var some = ListedObjects()
    for listing in listings { some[listing] = self[listing] }
    return some
  }
}
