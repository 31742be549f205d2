import Execution
import Foundation

/// The path of a pod, or of a container's log.
struct PodTarget {
  var command: Command
  var isLog: Bool

  init?(_ target: String) {
    guard let url = URLComponents(string: target) else { return nil }
    let parts = url.path.split(separator: "/").map(String.init)
    guard parts.count == 6 || parts.count == 7 && parts[6] == "log",
      parts[...2] == ["api", "v1", "namespaces"], parts[4] == "pods"
    else { return nil }
    isLog = parts.count == 7
    let (namespace, pod) = (parts[3], parts[5])
    guard isLog else {
      command = Command(
        .kubectl, ["-n", namespace, "get", "pods", pod, "-o", "json"],
        purpose: "read the pod \(pod)")
      return
    }
    func item(_ name: String) -> String? { url.queryItems?.first { $0.name == name }?.value }
    var extent = Kubectl.LogExtent()
    extent.follows = item("follow") == "true"
    extent.isPrevious = item("previous") == "true"
    extent.since = item("sinceSeconds").flatMap { Int($0) }.map { .seconds($0) }
    extent.sinceTime = item("sinceTime").flatMap { try? Date($0, strategy: .iso8601) }
    extent.lines = item("tailLines").flatMap { Int($0) }
    command = Kubectl(Connection()).log(
      pod: pod, container: item("container") ?? "", namespace: namespace, extent)
  }
}
