import Execution
import Foundation

/// The log of one container, each line with the runtime's time.
package struct ContainerLog: Hashable, Sendable {
  package var namespace: String
  package var pod: String
  package var container: String
  package var extent: Kubectl.LogExtent

  package init(
    namespace: String, pod: String, container: String, _ extent: Kubectl.LogExtent
  ) {
    self.namespace = namespace
    self.pod = pod
    self.container = container
    self.extent = extent
  }

  package func command(_ connection: Connection) -> Command {
    Kubectl(connection).log(pod: pod, container: container, namespace: namespace, extent)
  }

  /// Where the API server has it; nil where a name cannot be part of a path.
  var target: String? {
    guard let path = URLWords.path(ofPod: pod, in: namespace) else { return nil }
    var items = [("container", container), ("timestamps", "true")]
    if extent.follows { items.append(("follow", "true")) }
    if extent.isPrevious { items.append(("previous", "true")) }
    if let since = extent.since {
      items.append(("sinceSeconds", "\(max(1, since.components.seconds))"))
    }
    if let time = extent.sinceTime { items.append(("sinceTime", time.formatted(.iso8601))) }
    if let lines = extent.lines { items.append(("tailLines", "\(lines)")) }
    let query = items.map { "\($0)=\(URLWords.encoded($1))" }.joined(separator: "&")
    return "\(path)/log?\(query)"
  }
}
