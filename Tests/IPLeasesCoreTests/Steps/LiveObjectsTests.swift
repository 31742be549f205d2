import Foundation
import TestSupport
import Testing

@testable import Cluster

struct LiveObjectsTests {
  @Test(.seeded) func whatChangesOneByOneIsWhatAListOfAllWouldBring() {
    var random = SeededRandom(stream: 0x11fe)
    let listing = Listing(.services)
    var live = LiveObjects()
    var plain: [String: Service] = [:]
    for number in 0..<2_000 {
      let service = Self.service(number, &random)
      switch random.below(number % 500 == 0 ? 1 : 40) {
      case 0:
        // A list may name an object twice where it changed while it was read.
        let all = (0..<30).map { Self.service(number + $0, &random) }
        live.replace(listing, by: all)
        plain = Dictionary(all.map { ($0.key, $0) }) { $1 }
      case 1..<15:
        live.remove(service, of: listing)
        plain[service.key] = nil
      default:
        live.put(service, in: listing)
        plain[service.key] = service
      }
      #expect(Self.services(of: &live) == Self.sorted(plain))
    }
  }

  /// A node tells every few seconds that it lives. What is patched is to be known with its version.
  @Test func whatChangesNothingThatIsLookedAtIsNoNews() {
    func changed(_ listing: Listing, _ old: any ClusterObject, _ new: any ClusterObject) -> Bool {
      var live = LiveObjects()
      live.put(old, in: listing)
      var snapshot = ClusterSnapshot()
      live.settle(&snapshot, [], at: .distantPast)
      live.put(new, in: listing)
      return !live.changed.isEmpty
    }
    func meta(_ version: String) -> ObjectMeta {
      ObjectMeta(name: "a", resourceVersion: version)
    }
    let node = Node(metadata: meta("1"))
    var other = Node(metadata: meta("2"))
    #expect(!changed(Listing(.nodes), node, other))
    other.spec = Node.Spec(unschedulable: true)
    #expect(changed(Listing(.nodes), node, other))
    let service = Service(metadata: meta("1"))
    #expect(changed(Listing(.services), service, Service(metadata: meta("2"))))
  }

  @Test func whatIsNotThereCanBeRemoved() {
    var random = SeededRandom(stream: 0x11ff)
    let listing = Listing(.services)
    var live = LiveObjects()
    live.remove(Self.service(1, &random), of: listing)
    #expect(!live.isKnown(listing))
    #expect(live.changed.isEmpty)
    live.replace(listing, by: [])
    #expect(live.isKnown(listing))
    #expect(Self.services(of: &live) == [])
  }

  // MARK: Helpers

  /// Few names, each in several namespaces or in none.
  private static func service(_ number: Int, _ random: inout SeededRandom) -> Service {
    let namespace = random.below(5)
    return Service(
      metadata: ObjectMeta(
        name: "web-\(random.below(8))", namespace: namespace == 0 ? nil : "n\(namespace)",
        resourceVersion: "\(number)"))
  }

  private static func services(of live: inout LiveObjects) -> [Service]? {
    var snapshot = ClusterSnapshot()
    live.replace(Listing(.nodes), by: [])
    live.replace(Listing(.namespaces), by: [])
    live.settle(&snapshot, [.cluster], at: .distantPast)
    return snapshot.cluster.value?.services
  }

  private static func sorted(_ plain: [String: Service]) -> [Service] {
    plain.values.sorted { one, other in
      (one.metadata.namespace ?? "", one.metadata.name)
        < (other.metadata.namespace ?? "", other.metadata.name)
    }
  }
}

extension Service {
  fileprivate var key: String { "\(metadata.namespace ?? "")/\(metadata.name)" }
}
