import Basics
import Cluster
import Execution
import Foundation
import Synchronization

/// Keeps the record of addresses beside the journal: each look at the cluster is taken in, and the
/// file is written where something changed, else once in a while.
package final class AddressNotes: Sendable {
  private struct Memory {
    var services: Set<Sight> = []
    var leases: [Lease: [String]] = [:]
    var writtenAt: Date?
  }

  private struct Sight: Hashable {
    var title: String
    var uid: String?
    var addresses: [String]
  }

  private let file: JSONFile<AddressRecord>
  private let memory = Mutex(Memory())

  /// Bytes: thousands of spans.
  private static let limit = 32 << 20
  /// Seconds after which a look that brought nothing new is written down.
  private static let pause = 60.0

  init(folder: StateFolder) { file = JSONFile(path: folder.addresses, limit: Self.limit) }

  /// What was seen until now.
  ///
  /// - Throws: `UserMessage` where it cannot be read.
  package func record() throws(UserMessage) -> AddressRecord { try file.read() ?? AddressRecord() }

  /// - Parameter mayWrite: false: what was kept before is only read.
  /// - Returns: the addresses that leases had, as far as is known here.
  func note(_ snapshot: ClusterSnapshot, mayWrite: Bool) -> [Lease: [String]] {
    guard let services = snapshot.cluster.value?.index.ofMetalLB,
      let time = snapshot.cluster.readAt
    else { return memory.withLock(\.leases) }
    let held = services.filter { !$0.addresses.isEmpty }
    let sights = Set(
      held.map { Sight(title: $0.title, uid: $0.metadata.uid, addresses: $0.addresses) })
    return memory.withLock { memory in
      let isFresh = memory.writtenAt.map { time.timeIntervalSince($0) < Self.pause } ?? false
      if isFresh, sights == memory.services { return memory.leases }
      memory.services = sights
      memory.writtenAt = time
      // Nothing was ever held, and nothing is: there is nothing to keep.
      let isThere = !file.version.isEmpty
      if mayWrite, isThere || !held.isEmpty {
        let leases = try? file.update(overDamage: true) { kept throws(UserMessage) in
          var record = kept ?? AddressRecord()
          record.note(held, at: time)
          kept = record
          return record.leases(at: time)
        }
        memory.leases = leases ?? memory.leases
      } else {
        memory.leases = file.value?.leases(at: time) ?? [:]
      }
      return memory.leases
    }
  }
}
