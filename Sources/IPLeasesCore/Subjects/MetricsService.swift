import Cluster

/// The Service by which the IP operator finds MetalLB's metrics: it asks DNS for this name and for
/// the port of this name, once in its life.
struct MetricsService {
  static let namespace = ConsoleSettings.metallbNamespace
  static let name = "controller"
  static let portName = "monitoring"
  /// MetalLB's own, where its controller does not say another.
  private static let usualPort = 7472

  /// nil where there is none.
  let service: Service?
  /// Where its port must lead.
  let metricsPort: Int
  let readyEndpoints: Int
  private let controller: Workload?

  init(_ snapshot: ClusterSnapshot) {
    let installation = snapshot.metallbInstallation
    service = snapshot.cluster.value?.service(Self.name, in: Self.namespace)
    metricsPort = installation?.metricsPort?.containerPort ?? Self.usualPort
    readyEndpoints = snapshot.metallb.value?.readyEndpoints(of: Self.name) ?? 0
    controller = installation?.controller
  }

  /// The port of the name; nil where there is none.
  var port: Service.Port? { service?.spec?.ports?.first { $0.name == Self.portName } }

  /// What the Service must select: the labels of the controller's pods.
  var selector: [String: String]? { controller?.spec?.selector?.matchLabels }

  /// Why it leads nowhere, in words; empty where it is right, or is not there.
  var faults: [String] { headlessFaults + portFaults + selectorFaults }

  /// The operator's lookup of a Service without an address of its own fails, for ever.
  var headlessFaults: [String] {
    service?.spec?.clusterIP == "None" ? ["it is headless: it has no address of its own"] : []
  }

  var portFaults: [String] {
    guard service != nil else { return [] }
    guard let port else { return ["no port is named \(Self.portName)"] }
    var faults: [String] = []
    if (port.protocol ?? "TCP") != "TCP" { faults.append("port \(Self.portName) is not TCP") }
    let leadsThere =
      switch port.targetPort {
      case .int(let number): number == metricsPort
      case .string(let name): name == Self.portName
      case nil: port.port == metricsPort
      }
    if !leadsThere { faults.append("port \(Self.portName) does not lead to \(metricsPort)") }
    return faults
  }

  var selectorFaults: [String] {
    guard let service, let selector,
      let podLabels = controller?.spec?.template?.metadata?.labels
    else { return [] }
    let own = service.spec?.selector ?? [:]
    let matches = !own.isEmpty && own.allSatisfy { podLabels[$0.key] == $0.value }
    if matches { return [] }
    let text = selector.map { "\($0)=\($1)" }.sorted().joined(separator: ",")
    return ["it selects other pods than \(text)"]
  }
}
