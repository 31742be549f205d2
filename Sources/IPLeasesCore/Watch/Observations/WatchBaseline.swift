import Foundation

/// What a watch compares with, and of which cluster it is.
package struct WatchBaseline: Hashable, Sendable, Codable {
  /// The cluster's key in the state folder.
  package let cluster: String
  package let context: String
  /// nil where no upgrade was named.
  package let part: Upgrade.Part?
  package private(set) var observation: Observation

  package init(
    cluster: String, context: String, part: Upgrade.Part?, observation: Observation
  ) {
    self.cluster = cluster
    self.context = context
    self.part = part
    self.observation = observation
  }

  package var time: Date { observation.time }

  /// What could not be read when it was taken is as it is read first.
  mutating func complete(with later: Observation) {
    if !observation.unread.isEmpty { observation = observation.completed(from: later) }
  }

  /// In one line.
  package var text: String {
    let versions = Upgrade.Part.allCases.compactMap { part in
      observation.versions[part.rawValue].map { "\(part.title) \($0)" }
    }
    let held = (observation.services.value ?? [:]).values.count { !$0.addresses.isEmpty }
    return (versions + ["\(held) Service(s) with an address"]).joined(separator: ", ")
  }
}
