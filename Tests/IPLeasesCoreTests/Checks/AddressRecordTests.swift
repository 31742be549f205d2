import Addresses
import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// Who had which address when.
struct AddressRecordTests {
  private static let start = HealthyCluster.now

  private func time(_ minutes: Int) -> Date {
    Self.start.addingTimeInterval(Double(minutes) * 60)
  }

  private func service(_ name: String, _ address: String, made: Int = -600) throws -> Service {
    var service = try HealthyCluster.service(name, "tenant", addresses: [address])
    service.metadata.creationTimestamp = time(made)
    service.metadata.uid = "uid-\(name)"
    return service
  }

  private func address(_ text: String) throws -> IPAddress {
    try #require(IPAddress(parsing: text))
  }

  @Test func anAddressThatChangesHandsIsToldWithTheTimesThatAreCertain() throws {
    var record = AddressRecord()
    #expect(record.note([try service("web", "203.0.113.8")], at: time(0)))
    #expect(!record.note([try service("web", "203.0.113.8")], at: time(10)))
    #expect(record.note([try service("api", "203.0.113.8", made: 12)], at: time(20)))
    let past = record.history(of: try address("203.0.113.8"))
    #expect(past.map(\.name) == ["api", "web"])
    let web = past[1]
    #expect(web.notBefore == time(-600) && web.from == time(0))
    #expect(web.to == time(10) && web.goneBy == time(20))
    #expect(past[0].notBefore == time(12) && past[0].from == time(20) && past[0].to == nil)
    #expect(web.lease == Lease(owner: HealthyCluster.tenant, sequence: "100"))
    func holders(_ minutes: Int) -> [String] {
      record.holders(at: time(minutes)).map { "\($0.span.name) \($0.certainty)" }
    }
    #expect(holders(5) == ["web certain"])
    #expect(holders(11) == ["web possible"])
    #expect(holders(15) == ["api possible", "web possible"])
    #expect(holders(20) == ["api certain"])
    #expect(holders(-1) == ["web possible"])
    #expect(holders(-601) == [])
    #expect(holders(500) == ["api possible"])
  }

  @Test func leasesOfTheLastMonthAreRemembered() throws {
    var record = AddressRecord()
    record.note([try service("web", "203.0.113.8")], at: time(0))
    record.note([], at: time(10))
    let lease = Lease(owner: HealthyCluster.tenant, sequence: "100")
    #expect(record.leases(at: time(20)) == [lease: ["203.0.113.8"]])
    #expect(record.leases(at: time(60 * 24 * 31)) == [:])
    // What it had before is no matter once it has another.
    record.note(
      [try service("web", "203.0.113.9"), try service("web", "203.0.113.7")], at: time(20))
    #expect(record.leases(at: time(30)) == [lease: ["203.0.113.7", "203.0.113.9"]])
  }

  @Test(.seeded) func whateverComesAndGoesEachLookIsAnsweredAsItWas() throws {
    var random = SeededRandom(stream: 0xadd2)
    for _ in 0..<40 {
      var record = AddressRecord()
      var looks: [[String]] = []
      for minute in 0..<30 {
        let held = try (0..<random.below(6)).map { number in
          try service("s\(number)", "203.0.113.\(random.below(4))")
        }
        record.note(held, at: time(minute))
        looks.append(held.map { "\($0.metadata.name) \($0.addresses[0])" }.sorted())
      }
      for (minute, look) in looks.enumerated() {
        let told = record.holders(at: time(minute)).filter { $0.certainty == .certain }
        #expect(told.map { "\($0.span.name) \($0.span.address)" }.sorted() == look)
      }
      let kept = try #require(
        JSONFile<AddressRecord>.decode(
          try {
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .iso8601
            return try encoder.encode(record)
          }()))
      #expect(kept == record)
    }
  }

  @Test func theRecordIsBoundedAndLetsGoWhatEndedFirst() throws {
    var record = AddressRecord()
    for round in 0..<5 {
      let services = (0..<5_000).map { number in
        Service(
          metadata: ObjectMeta(
            name: "s\(round)-\(number)", namespace: "n", uid: "\(round)-\(number)"),
          status: Service.Status(
            loadBalancer: Service.LoadBalancer(
              ingress: [Service.Ingress(ip: "198.18.\(number >> 8).\(number & 255)", hostname: nil)]
            )))
      }
      record.note(services, at: time(round))
    }
    #expect(record.spans.count == 20_000)
    #expect(record.holders(at: time(4)).count { $0.certainty == .certain } == 5_000)
    #expect(record.holders(at: time(0)).isEmpty)
  }

  @Test func aSessionKeepsWhatItSeesForItsUserAloneAndNothingWhereItMayOnlyRead() throws {
    let folder = TemporaryFolder()
    let state = folder.state
    var snapshot = try HealthyCluster.snapshot()
    let reading = AddressNotes(folder: state)
    #expect(reading.note(snapshot, mayWrite: false).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: state.addresses))
    let notes = AddressNotes(folder: state)
    let lease = Lease(owner: HealthyCluster.tenant, sequence: "100")
    #expect(notes.note(snapshot, mayWrite: true) == [lease: ["203.0.113.8"]])
    let mode = try FileManager.default.attributesOfItem(atPath: state.addresses)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    snapshot.cluster = .known(ClusterObjects(), at: time(5))
    #expect(AddressNotes(folder: state).note(snapshot, mayWrite: true)[lease] != nil)
    #expect(try notes.record().holders(at: time(0)).map(\.span.name) == ["web-ip-80-tcp"])
    #expect(try notes.record().spans.first?.goneBy == time(5))
  }
}
