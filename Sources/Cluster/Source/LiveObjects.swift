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

  private struct Name: Hashable {
    var namespace: String?
    var name: String

    init(_ object: any ClusterObject) {
      namespace = object.metadata.namespace
      name = object.metadata.name
    }
  }

  private var objects: [Listing: [Name: any ClusterObject]] = [:]
  private var troubles: [Listing: Trouble] = [:]
  /// Those whose facts are to be made anew.
  private(set) var changed: Set<Listing> = []

  mutating func replace(_ listing: Listing, by all: [any ClusterObject]) {
    objects[listing] = Dictionary(all.map { (Name($0), $0) }, uniquingKeysWith: { $1 })
    troubles[listing] = nil
    changed.insert(listing)
  }

  mutating func put(_ object: any ClusterObject, in listing: Listing) {
    objects[listing, default: [:]][Name(object)] = object
    changed.insert(listing)
  }

  mutating func remove(_ object: any ClusterObject, of listing: Listing) {
    if objects[listing]?.removeValue(forKey: Name(object)) != nil { changed.insert(listing) }
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
      found[listing] = objects.sorted { one, other in
        (one.key.namespace ?? "", one.key.name) < (other.key.namespace ?? "", other.key.name)
      }.map(\.value)
    }
    return .known(found, at: time)
  }
}
