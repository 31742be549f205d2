import Cluster
import Foundation
import Logs

/// A container whose log can be read, as the cluster showed it at one moment.
package struct LogContainer: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    case running(since: Date?)
    /// The reason ("ImagePullBackOff").
    case waiting(String)
    /// How it ended, in a few words.
    case terminated(String)
  }

  package var source: LogSource
  /// Tells a pod from its successor of the same name.
  package var podUID: String
  package var restart: Int
  package var image: String
  package var state: State
  /// The pod is being deleted.
  package var isLeaving: Bool
  package var isInit: Bool
  /// How the container before the last restart ended.
  package var lastEnd: Pod.Reason?

  /// One life of a pod's container, restarts included.
  struct Key: Hashable {
    var uid: String
    var id: LogSource.ID
  }

  var key: Key { Key(uid: podUID, id: source.id) }

  var isRunning: Bool { if case .running = state { true } else { false } }

  package var startedAt: Date? { if case .running(let since) = state { since } else { nil } }

  /// nil where the pod has no such container, or does not tell its state yet.
  init?(_ source: LogSource, of pod: Pod) {
    let spec = pod.spec
    isInit = spec?.initContainers?.contains { $0.name == source.container } ?? false
    let containers = isInit ? spec?.initContainers : spec?.containers
    guard let container = containers?.first(where: { $0.name == source.container }) else {
      return nil
    }
    let all = isInit ? pod.status?.initContainerStatuses : pod.status?.containerStatuses
    let status = all?.first { $0.name == source.container }
    self.source = source
    podUID = pod.metadata.uid ?? ""
    restart = status?.restartCount ?? 0
    image = container.image ?? ""
    isLeaving = pod.metadata.deletionTimestamp != nil
    lastEnd = status?.lastState?.terminated
    if let running = status?.state?.running {
      state = .running(since: running.startedAt)
    } else if let end = status?.state?.terminated {
      state = .terminated(Self.words(end))
    } else {
      state = .waiting(status?.state?.waiting?.reason ?? "ContainerCreating")
    }
  }

  static func words(_ end: Pod.Reason) -> String {
    let reason = end.reason ?? "ended"
    return end.exitCode.map { $0 == 0 ? reason : "\(reason), exit code \($0)" } ?? reason
  }

  /// The container before the last restart, as a source of its own; nil where there was none.
  package var previous: LogContainer? {
    guard restart > 0, !isInit else { return nil }
    var other = self
    other.source.isPrevious = true
    other.source.tag += ".prev"
    other.state = .terminated(lastEnd.map(Self.words) ?? "ended")
    return other
  }
}
