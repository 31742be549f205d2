import Basics
import Execution
import Foundation

extension FactName {
  /// Which revision of the provider's release switched IP leases off, where they are off now.
  package static let switchedOff = FactName("switchedOff")
}

extension ClusterSnapshot {
  package var switchedOff: Fact<SwitchedOff> {
    get { self[.switchedOff] }
    set { self[.switchedOff] = newValue }
  }
}

/// The search for the newest revision that had IP leases on.
package struct SwitchedOff: Hashable, Sendable {
  /// nil: none of those looked at.
  package var on: Int?
  /// The one that follows it.
  package var off: Int
  /// When that was made.
  package var at: Date?
  /// Those not looked at yet, the newest first.
  var older: [Revision]

  package init(on: Int?, off: Int, at: Date?) {
    self.init(on: on, off: off, at: at, older: [])
  }

  init(on: Int?, off: Int, at: Date?, older: [Revision]) {
    self.on = on
    self.off = off
    self.at = at
    self.older = older
  }
}

extension FactDefinition {
  static let switchedOff: FactDefinition = {
    var definition = asked(
      .switchedOff, cost: 8, near: [.releases], calm: nil,
      [Question(after: [.providerValues, .releases]) { snapshot, _ in reads(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// So many older revisions are looked at, at most: each is a call of helm.
  private static let mostRevisions = 3

  private static func reads(_ snapshot: ClusterSnapshot) -> [Read] {
    guard let release = snapshot.providerRelease, release.revision != "1",
      let values = snapshot.providerValues.value, !isOn(values.reveal())
    else { return [] }
    let command = Helm(snapshot.connection).history(of: release.name, namespace: release.namespace)
    return [
      Read(.tool(command), then: next) { snapshot, answer in
        let history: Fact<[Revision]> = answer.decoded(as: [Revision].self) { $0 }
        snapshot.switchedOff = history.map { history in
          let newest = history.last { "\($0.revision)" == release.revision }
          let older = history.filter { $0.wasGood && "\($0.revision)" != release.revision }
          return SwitchedOff(
            on: nil, off: newest?.revision ?? 0, at: newest?.updatedAt,
            older: older.suffix(mostRevisions).reversed())
        }
      }
    ]
  }

  /// Nothing is kept of the values but whether the setting was on.
  private static func next(_ snapshot: ClusterSnapshot) -> Read? {
    guard let search = snapshot.switchedOff.value, search.on == nil,
      let revision = search.older.first, let release = snapshot.providerRelease
    else { return nil }
    let command = Helm(snapshot.connection).values(
      of: release.name, namespace: release.namespace, revision: revision.revision)
    return Read(.tool(command), then: next) { snapshot, answer in
      let wasOn: Fact<Bool> = answer.text { isOn($0) }
      snapshot.switchedOff = wasOn.map { wasOn in
        wasOn
          ? SwitchedOff(on: revision.revision, off: search.off, at: search.at)
          : SwitchedOff(
            on: nil, off: revision.revision, at: revision.updatedAt,
            older: Array(search.older.dropFirst()))
      }
    }
  }

  private static func isOn(_ values: String) -> Bool {
    (try? ProviderValues(parsing: values))?.ipOperator ?? false
  }
}
