import Foundation
import Testing

@testable import Basics
@testable import Execution

/// Two consoles of different machines, contexts or folders, and one Lease.
struct ClusterLeaseTests {
  private typealias Answer = ScriptedExecutor.Answer
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)
  private static let create = "kubectl create -f -"
  private static let get =
    "kubectl -n akash-services get leases.coordination.k8s.io ip-leases --ignore-not-found -o json"
  private static let replace = "kubectl replace -f -"
  private static let delete =
    "kubectl -n akash-services delete lease ip-leases --ignore-not-found --wait=false"
  private static let isThere =
    "Error from server (AlreadyExists): leases.coordination.k8s.io \"ip-leases\" already exists\n"

  private func lease(_ answers: [Answer]) -> ClusterLease {
    ClusterLease(
      executor: ScriptedExecutor(answers), connection: Connection(), namespace: "akash-services",
      now: { Self.now })
  }

  private func kept(_ holder: String, secondsAgo: Double) -> String {
    let time = Self.now.addingTimeInterval(-secondsAgo)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    return """
      {"metadata":{"resourceVersion":"7"},"spec":{"holderIdentity":"\(holder)",\
      "leaseDurationSeconds":600,"acquireTime":"\(time)","renewTime":"\(time)"}}
      """
  }

  private func found(_ holder: String, secondsAgo: Double) -> [Answer] {
    [
      Answer(Self.create, exit: .code(1), complains: Self.isThere),
      Answer(Self.get, prints: kept(holder, secondsAgo: secondsAgo)),
    ]
  }

  @Test func whoComesFirstHoldsItAndGivesItBack() async {
    guard case .held(let held) = await lease([Answer(Self.create), Answer(Self.delete)]).take()
    else {
      Issue.record("it is not held")
      return
    }
    await held.release()
  }

  @Test func whoComesSecondIsToldWhoHoldsIt() async {
    let other = "bob@other, process 12, machine 0123"
    guard case .refused(let message) = await lease(found(other, secondsAgo: 30)).take() else {
      Issue.record("it is not refused")
      return
    }
    #expect(message.reason?.contains("is held by \(other), since 20") == true, "\(message)")
  }

  @Test func oneThatIsGoneIsPassedOver() async {
    let own = ClusterLease.identity.split(separator: " ").map(String.init)
    // No process has so high a number.
    let dead = ([own[0], own[1], "4194305,"] + own.dropFirst(3)).joined(separator: " ")
    for (holder, age) in [("bob@other, process 12, machine 0123", 601.0), (dead, 1), ("", 1)] {
      let answers = found(holder, secondsAgo: age) + [Answer(Self.replace), Answer(Self.delete)]
      guard case .held(let held) = await lease(answers).take() else {
        Issue.record("\(holder) is not passed over")
        continue
      }
      await held.release()
    }
  }

  @Test func whoIsPassedOverByAnotherMeanwhileIsRefused() async {
    let late = "Error from server (Conflict): the object has been modified\n"
    let answers =
      found("", secondsAgo: 1) + [Answer(Self.replace, exit: .code(1), complains: late)]
    guard case .refused = await lease(answers).take() else {
      Issue.record("it is not refused")
      return
    }
  }

  @Test func withoutTheRightToItItIsSaid() async {
    let text = "Error from server (Forbidden): leases is forbidden\n"
    let answer = await lease([Answer(Self.create, exit: .code(1), complains: text)]).take()
    guard case .unavailable(let reason) = answer else {
      Issue.record("it is there")
      return
    }
    #expect(reason == "Error from server (Forbidden): leases is forbidden")
  }
}
