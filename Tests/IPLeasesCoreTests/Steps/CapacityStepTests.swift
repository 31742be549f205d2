import Testing

@testable import Basics
@testable import IPLeasesCore

@Suite struct CapacityStepTests {
  private func assessment(usage problem: UserMessage) throws -> Assessment {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.operatorUsage = .unreadable(problem, at: HealthyCluster.now)
    return CapacityStep().assess(snapshot, Sample.settings)
  }

  @Test func anOperatorThatIsSilentIsWaitedFor() throws {
    let found = try assessment(
      usage: UserMessage("ask the operator failed", reason: "error trying to reach service"))
    #expect(found.state == .todo)
    #expect(found.evidence == "the operator does not answer yet")
  }

  /// Waiting would never end.
  @Test func whatThisUserMayNotAskIsNotCalledSilence() throws {
    let refusal = UserMessage(
      "This user may not read that.",
      reason: "services \"https:operator-ip:rest\" is forbidden: User \"reader\" cannot get "
        + "resource \"services/proxy\"", obstacle: .rights)
    let found = try assessment(usage: refusal)
    #expect(found.state == .unknown)
    #expect(found.problem == refusal)
  }
}
