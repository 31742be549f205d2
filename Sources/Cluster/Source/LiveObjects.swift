import Algorithms
import Basics
import Foundation

/// The objects of all listings that are followed, as they are now. Pure: what comes of the cluster is
/// handed in.
package struct LiveObjects: Sendable {
  /// Why a listing has no objects.
  package enum Trouble: Equatable, Sendable {
    /// Its kind is not in the cluster.
    case absent
    case unreadable(UserMessage)
  }

  private struct Entry: Sendable {
    var namespace: String
    var name: String
    var object: any ClusterObject

    init(_ object: any ClusterObject) {
      namespace = object.metadata.namespace ?? ""
      name = object.metadata.name
      self.object = object
    }

    func isBefore(_ other: Entry) -> Bool {
      (namespace, name) < (other.namespace, other.name)
    }
  }

  /// Of each listing by namespace and name: one that changes is found without looking at the others.
  private var objects: [Listing: [Entry]] = [:]
  private var troubles: [Listing: Trouble] = [:]
  /// Those whose facts are to be made anew.
  private(set) var changed: Set<Listing> = []

  mutating func replace(_ listing: Listing, by all: [any ClusterObject]) {
    var entries: [Entry] = []
    for entry in all.map(Entry.init).sorted(by: { $0.isBefore($1) }) {
      // Of two of one name the later counts.
      if let last = entries.last, !last.isBefore(entry) { entries.removeLast() }
      entries.append(entry)
    }
    objects[listing] = entries
    troubles[listing] = nil
    changed.insert(listing)
  }

  mutating func put(_ object: any ClusterObject, in listing: Listing) {
    let entry = Entry(object)
    let (place, isThere) = place(of: entry, in: listing)
    if isThere {
      if let old = objects[listing]?[place].object, object.isNoNews(after: old) { return }
      objects[listing]?[place] = entry
    } else {
      objects[listing, default: []].insert(entry, at: place)
    }
    changed.insert(listing)
  }

  mutating func remove(_ object: any ClusterObject, of listing: Listing) {
    let (place, isThere) = place(of: Entry(object), in: listing)
    guard isThere else { return }
    objects[listing]?.remove(at: place)
    changed.insert(listing)
  }

  /// Where it stands, or would.
  private func place(of entry: Entry, in listing: Listing) -> (place: Int, isThere: Bool) {
    let entries = objects[listing] ?? []
    let place = entries.partitioningIndex { !$0.isBefore(entry) }
    return (place, place < entries.count && !entry.isBefore(entries[place]))
  }

  mutating func fail(_ listing: Listing, _ trouble: Trouble) {
    guard troubles[listing] != trouble else { return }
    objects[listing] = nil
    troubles[listing] = trouble
    changed.insert(listing)
  }

  mutating func drop(_ listing: Listing) {
    objects[listing] = nil
    troubles[listing] = nil
    changed.remove(listing)
  }

  /// Each listing was read, or is known not to be readable.
  func isKnown(_ listing: Listing) -> Bool {
    objects[listing] != nil || troubles[listing] != nil
  }

  /// Brings the facts up to date that are made of what changed.
  mutating func settle(
    _ snapshot: inout ClusterSnapshot, _ definitions: [FactDefinition], at time: Date
  ) {
    for definition in definitions {
      guard case .listed(let listed) = definition.making else { continue }
      let further = listed.further(snapshot)
      let all = listed.listings + further
      guard !changed.isDisjoint(with: all), let fact = fact(of: listed.listings, at: time) else {
        continue
      }
      listed.take(&snapshot, fact)
      if !further.isEmpty, let more = self.fact(of: further, at: time) {
        listed.add(&snapshot, more)
      }
    }
    changed = []
  }

  /// - Returns: nil while one of them was not read yet.
  private func fact(of listings: [Listing], at time: Date) -> Fact<ListedObjects>? {
    var found = ListedObjects()
    for listing in listings {
      switch troubles[listing] {
      case .absent: return .absent(at: time)
      case .unreadable(let problem): return .unreadable(problem, at: time)
      case nil: break
      }
      guard let objects = objects[listing] else { return nil }
      found[listing] = objects.map(\.object)
    }
    return .known(found, at: time)
  }
}
