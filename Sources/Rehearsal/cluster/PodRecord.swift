import Basics

/// A pod and what runs in it.
struct PodRecord: Codable, Hashable, Sendable {
  var name: String
  var namespace: String
  var uid: String
  /// The workload it belongs to.
  var owner: ObjectKey
  /// Hash of the template it was made from.
  var revision: String
  var template: JSONValue
  var address: String
  var createdAt: Double
  /// nil: never, it crashes at each start.
  var readyAt: Double?
  var crashReason: String?
  /// When a crashing container is tried once more.
  var retriesAt: Double?
  var restarts = 0
  /// When a container of it ended last.
  var endedAt: Double?
  /// Why the kubelet does not start its containers ("ImagePullBackOff").
  var waiting: String?
  /// When its process was started; nil before.
  var startedAt: Double?
  /// When it was asked to end, and when it is gone.
  var deletedAt: Double?
  var goneAt: Double?
  /// The MetalLB controller's webhook answers from here on.
  var webhookAt: Double?
  var ipOperator: IPOperatorProcess?
  var provider: ProviderProcess?

  var key: String { "\(namespace)/\(name)" }
  var labels: [String: String] { template["metadata"]["labels"].texts }
  var isLeaving: Bool { deletedAt != nil }

  func isReady(at time: Double) -> Bool {
    guard let readyAt, !isLeaving else { return false }
    return readyAt <= time
  }

  var program: PodProgram {
    let labels = labels
    let isByChart =
      labels["app.kubernetes.io/name"] == "metallb"
      && labels["app.kubernetes.io/component"] == "controller"
    let isByManifest = labels["app"] == "metallb" && labels["component"] == "controller"
    if isByChart || isByManifest { return .metallbController }
    if namespace == Names.akash {
      if owner.name == "operator-ip" || owner.name == "akash-ip-operator" { return .ipOperator }
      if labels["app.kubernetes.io/name"] == "provider" { return .provider }
    }
    return .other
  }

  /// The version in the image's tag.
  var imageVersion: Version? {
    let image = template["spec"]["containers"].items.first?["image"].text ?? ""
    return Version(String(image.split(separator: ":").last ?? ""))
  }

  /// Finds a port of its containers by number or name.
  func port(_ target: JSONValue) -> Int? {
    if let number = target.number { return number }
    let ports = template["spec"]["containers"].items.flatMap { $0["ports"].items }
    return ports.first { $0["name"] == target }?["containerPort"].number
  }
}

/// What runs in a pod, as far as it has a behaviour here.
enum PodProgram {
  case metallbController
  case ipOperator
  case provider
  case other
}
