import Basics
import Synchronization

/// A chart by name and version, as in `provider-19.0.2`.
struct ChartReference: Codable, Hashable, Sendable {
  var name: String
  var version: String

  var text: String { "\(name)-\(version)" }
  var number: Version { Version(version) ?? Version(0, 0, 0) }
  var appVersion: String { Charts.appVersion(of: self) }
  /// The tag of its images where the values name none.
  var imageTag: String { appVersion }
}

/// What the two chart repositories hold.
enum Charts {
  struct Entry: Sendable {
    var name: String
    var description: String
    /// Chart version and application version, newest first.
    var versions: [(chart: String, app: String)]
  }

  static let repositories: [(url: String, charts: [Entry])] = [
    (
      "https://metallb.github.io/metallb",
      [
        Entry(
          name: "metallb",
          description: "A network load-balancer implementation for Kubernetes using standard "
            + "routing protocols",
          versions: [
            ("0.16.1", "v0.16.1"), ("0.15.3", "v0.15.3"), ("0.14.9", "v0.14.9"),
            ("0.14.8", "v0.14.8"), ("0.13.12", "v0.13.12"), ("0.12.1", "v0.12.1"),
          ])
      ]
    ),
    (
      "https://akash-network.github.io/helm-charts",
      [
        Entry(
          name: "akash-hostname-operator",
          description: "An operator to map Ingress objects to Akash deployments (required)",
          versions: operatorVersions),
        Entry(
          name: "akash-ip-operator",
          description: "An operator required for ip marketplace (optional)",
          versions: operatorVersions),
        Entry(
          name: "provider", description: "Installs an Akash provider (required)",
          versions: [
            ("19.0.2", "0.16.2"), ("19.0.1", "0.16.1"), ("19.0.0", "0.16.0"),
            ("18.0.2", "0.14.2"), ("12.1.4", "0.8.4"), ("11.6.4", "0.6.11-rc1"),
            ("11.6.3", "0.6.11-rc1"), ("11.6.1", "0.6.10"), ("9.2.7", "0.5.13"),
            ("8.0.3", "0.4.8"),
          ]),
      ]
    ),
  ]

  private static let operatorVersions = [
    (chart: "19.0.2", app: "0.16.2"), (chart: "19.0.1", app: "0.16.1"),
    (chart: "19.0.0", app: "0.16.0"), (chart: "18.0.2", app: "0.14.2"),
    (chart: "12.1.4", app: "0.8.4"),
    (chart: "11.6.1", app: "0.6.11-rc1"), (chart: "11.6.0", app: "0.6.10"),
    (chart: "9.1.4", app: "0.5.13"),
    (chart: "8.0.0", app: "0.4.8"),
  ]

  static func appVersion(of chart: ChartReference) -> String {
    for entry in repositories.flatMap(\.charts) where entry.name == chart.name {
      return entry.versions.first { $0.chart == chart.version }?.app ?? ""
    }
    return ""
  }

  /// The manifest of a revision, with Helm's marks of ownership.
  static func objects(of revision: ReleaseRecord.Revision, of release: ReleaseRecord)
    -> [JSONValue]
  {
    render(revision.chart, revision.values, release: release.name, namespace: release.namespace)
      .map { object in
        var object = object
        object["metadata"]["annotations"]["meta.helm.sh/release-name"] = .string(release.name)
        object["metadata"]["annotations"]["meta.helm.sh/release-namespace"] = .string(
          release.namespace)
        object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm"
        return object
      }
  }

  /// The manifest as the chart's templates give it.
  static func render(
    _ chart: ChartReference, _ values: JSONValue, release: String, namespace: String
  ) -> [JSONValue] {
    let text =
      switch chart.name {
      case "metallb":
        MetalLBChart(chart: chart, values: values, release: release, namespace: namespace).manifest
      case "provider":
        ProviderChart(chart: chart, values: values, release: release, namespace: namespace)
          .manifest
      case "akash-ip-operator": IPOperatorChart(chart: chart, values: values).manifest
      case "akash-hostname-operator": HostnameOperatorChart(chart: chart, values: values).manifest
      default: ""
      }
    // The same release is rendered for each look at its history.
    if let objects = manifests.withLock({ $0[text] }) { return objects }
    guard let objects = try? YAMLDocument.json(in: text) else {
      preconditionFailure("the manifest of \(chart.text) is not YAML")
    }
    manifests.withLock { manifests in
      if manifests.count == manifestLimit { manifests = [:] }
      manifests[text] = objects
    }
    return objects
  }

  private static let manifests = Mutex<[String: [JSONValue]]>([:])
  private static let manifestLimit = 100

  /// Text as a double-quoted YAML scalar.
  static func quoted(_ value: JSONValue, or standard: String = "") -> String {
    switch value {
    case .null: JSONText.compact(.string(standard))
    case .string: JSONText.compact(value)
    default: JSONText.compact(.string(JSONText.compact(value)))
    }
  }

  /// A definition of a custom kind, without its schema.
  static func definition(_ kind: ResourceKind) -> String {
    """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: \(kind.fullName)}
    spec:
      group: \(kind.group)
      names:
        kind: \(kind.kind)
        listKind: \(kind.kind)List
        plural: \(kind.plural)
        singular: \(kind.singular)
      scope: \(kind.isNamespaced ? "Namespaced" : "Cluster")
      versions: [{name: \(kind.version), served: true, storage: true}]
    status:
      conditions:
      - {type: NamesAccepted, status: "True", reason: NoConflicts, message: no conflicts found}
      - {type: Established, status: "True", reason: InitialNamesAccepted, message: the initial names have been accepted}
      storedVersions: [\(kind.version)]
    """
  }
}
