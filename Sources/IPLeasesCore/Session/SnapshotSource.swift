import Cluster
import Execution
import Foundation

/// The cluster over time: the one place a watch gets its snapshots from.
package protocol SnapshotSource: Sendable {
  /// Gives a snapshot when something changed, and every few seconds also where nothing did: what is
  /// waited for comes to its end then. Goes on until it is told that it is enough, or cancelled.
  ///
  /// - Parameter onSnapshot: says whether to go on.
  func follow(
    _ needs: Set<FactName>, _ onSnapshot: (ClusterSnapshot) async -> Bool
  ) async
}

/// Reads anew every two seconds. What costs a tool's start and changes rarely is read less often.
package struct PolledSnapshots: SnapshotSource {
  private let session: Session
  private let first: ClusterSnapshot

  /// Between the end of a reading and the next.
  private static let pause = Duration.seconds(2)
  private static let longPause = Duration.seconds(30)
  /// They tell of tools, rights and values; what an upgrade changes of them shows elsewhere first.
  private static let slow: Set<FactName> = [
    .helmVersion, .repositories, .permissions, .versions, .operatorCharts, .providerValues,
    .providerFile, .inventory, .playbook,
  ]

  /// - Parameter first: what was read already; it is given first.
  package init(_ session: Session, from first: ClusterSnapshot) {
    self.session = session
    self.first = first
  }

  package func follow(
    _ needs: Set<FactName>, _ onSnapshot: (ClusterSnapshot) async -> Bool
  ) async {
    let clock = session.executor.runClock
    var snapshot = first
    var slowRead = clock.now()
    while await onSnapshot(snapshot), !Task.isCancelled {
      guard (try? await clock.sleep(Self.pause)) != nil else { return }
      let isSlowDue = clock.now() - slowRead >= Self.longPause
      let names = isSlowDue ? needs : needs.subtracting(Self.slow)
      if isSlowDue { slowRead = clock.now() }
      snapshot = await session.survey(names, onto: snapshot).snapshot
    }
  }
}
