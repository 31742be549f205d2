import Foundation
import Testing

@testable import Cluster
@testable import IPLeasesCore

/// What the provider says that it sells, beside the other three counts.
struct ProviderCountTests {
  private func count(_ told: LeasedIPCount?) throws -> StatusReport.AddressCount {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.providerStatus = .known(
      ProviderStatus(address: HealthyCluster.address, leases: 3, leasedIP: told),
      at: HealthyCluster.now)
    let settings = ConsoleSettings(providerFile: "/none", stateDirectory: "/none")
    let report = StatusReport(snapshot, Checklist(snapshot, settings))
    return try #require(report.addresses.first { $0.source == .provider })
  }

  @Test func itsOwnNumbersStandWhereItTellsThem() throws {
    let count = try count(LeasedIPCount(allocatable: 8, allocated: 2))
    #expect(count.total == "8" && count.inUse == "2")
    #expect(count.state == .warn && count.readAt == HealthyCluster.now)
    #expect(count.note == "1 reserved, not in use")
    let even = try self.count(LeasedIPCount(allocatable: 8, allocated: 1))
    #expect(even.state == .ok && even.note.isEmpty)
  }

  @Test func oneThatCouldNotAskItsOperatorIsUnknownAndSaysSo() throws {
    let count = try count(LeasedIPCount(allocatable: nil, allocated: nil))
    #expect(count.total == nil && count.state == .unknown)
    #expect(count.note == "the provider could not ask its operator")
  }

  @Test func anOlderOneDoesNotTell() throws {
    let count = try count(nil)
    #expect(count.total == nil && count.state == .unknown && count.readAt == nil)
    #expect(count.note == "the provider does not tell")
  }
}
