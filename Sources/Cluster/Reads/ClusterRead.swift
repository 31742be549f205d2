import Basics
import Execution
import Foundation

/// Something that is asked of a cluster, whoever answers it: the API server itself or a tool.
package enum ClusterRead: Hashable, Sendable {
  /// Objects of several kinds, all of one namespace or all of every one.
  case objects([Listing], showManagedFields: Bool, purpose: String)
  /// A path of the API server, what stands behind its proxy among them; how long it may take.
  case endpoint(path: String, patience: Duration, purpose: String)
  case log(WorkloadLog)
  /// The last revision of each release of all namespaces, but for those that are gone.
  case releases
  /// The values the admin gave a release, as YAML.
  case values(release: String, namespace: String)
  case repositories
  /// What only a tool can tell.
  case tool(Command)

  package static func endpoint(_ path: String, purpose: String) -> ClusterRead {
    .endpoint(path: path, patience: .seconds(5), purpose: purpose)
  }

  /// The command that answers it.
  func command(_ connection: Connection) -> Command {
    let kubectl = Kubectl(connection)
    let helm = Helm(connection)
    switch self {
    case .objects(let listings, let showManagedFields, let purpose):
      // What else comes is passed over: one call is cheaper than two.
      let selectors = Set(listings.map(\.selector))
      return kubectl.get(
        listings.map(\.resource.name), namespace: listings.first?.namespace,
        allNamespaces: listings.first?.namespace == nil,
        selector: selectors.count == 1 ? selectors.first ?? nil : nil,
        showManagedFields: showManagedFields, purpose: purpose)
    case .endpoint(let path, let patience, let purpose):
      return kubectl.raw(path, timeout: patience, purpose: purpose)
    case .log(let log):
      return kubectl.logs(
        of: "\(log.kind)/\(log.name)", container: log.container, namespace: log.namespace,
        lines: log.lines)
    case .releases: return helm.list()
    case .values(let release, let namespace):
      return helm.values(of: release, namespace: namespace)
    case .repositories: return helm.repositories()
    case .tool(let command): return command
    }
  }

  /// The address of a Service's port behind the API server.
  package static func proxyPath(_ service: String, _ namespace: String, _ path: String) -> String {
    "/api/v1/namespaces/\(namespace)/services/\(service)/proxy/\(path)"
  }
}

/// The last lines of the log of a workload's pod.
package struct WorkloadLog: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable { case deployment, statefulset }

  package var kind: Kind
  package var name: String
  /// nil: its only one.
  package var container: String?
  package var namespace: String
  package var lines: Int
  /// Its only one, with the container that is meant, where that is known.
  package var pod: Pod?

  package struct Pod: Hashable, Sendable {
    package var name: String
    package var container: String
  }
}

/// What came of a read.
package enum Reply: Sendable {
  case objects(ListedObjects)
  case releases([Release])
  case repositories([ChartRepository])
  /// What a tool or an endpoint says; also that it does not.
  case said(CommandResult)
  /// It could not be asked at all.
  case failed(UserMessage)
}
