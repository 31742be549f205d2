import Basics
import Cluster
import Foundation

/// The proof as rows beside the checks. It is no check: a run of checks only reads.
package enum ProofResults {
  /// A proof older than this says little about now.
  private static let patience: TimeInterval = 7 * 86_400

  package static let announcedCode = "IPL-0951"
  package static let outsideCode = "IPL-0952"
  package static let codes = [announcedCode, outsideCode]

  /// - Parameters:
  ///   - record: the last proof; nil where none was made.
  ///   - refusal: why none could be made now.
  package static func rows(
    _ record: ProofRecord?, refusal: UserMessage?, canaries: [Service], at now: Date
  ) -> [CheckResult] {
    let leftover = canaries.first.map { service in
      Verdict.warn(
        got: "test Service \(service.title) is there\(holding(service)); a proof is under way, or "
          + "was cut off: the next apply or start of the console takes it away")
    }
    return [
      result(
        announcedCode, "proof-announced", "a test Service gets an address and is announced",
        want: "its address within 30 s, event nodeAssigned, ServiceL2Status",
        why: "What is set up for addresses does not give one, whatever the single checks say.",
        leftover ?? verdict(of: record, refusal, now)),
      result(
        outsideCode, "proof-outside", "it answers from outside",
        want: "an answer on a second machine, outside of the cluster",
        why: "Only from outside it shows whether ARP and the routers lead to the node.",
        outside(record, refusal, now)),
    ]
  }

  private static func result(
    _ code: String, _ id: String, _ title: String, want: String, why: String, _ verdict: Verdict
  ) -> CheckResult {
    CheckResult(
      code: code, id: id, group: .proof, title: title, want: want, why: why,
      hint: "\(own: "verify --proof") shows the plan, asks, and removes the Service for certain. "
        + "By hand: kubectl get services -A -l \(CanaryProof.label)",
      remedies: [], verdict: verdict)
  }

  private static func verdict(of record: ProofRecord?, _ refusal: UserMessage?, _ now: Date)
    -> Verdict
  {
    guard let record else { return possible(refusal, "borrows one free address for some seconds") }
    let when = "\(SafeText.line(record.address, limit: 60)), \(text(of: record.time))"
    switch record.ending {
    case .done:
      let by = record.node.isEmpty ? "" : " by \(SafeText.line(record.node, limit: 60))"
      if now.timeIntervalSince(record.time) > patience {
        return possible(refusal, "the last one is old: \(when)")
      }
      return .pass(got: "\(when), announced\(by)")
    case .failed: return .fail(got: "\(when): \(SafeText.line(record.problem, limit: 300))")
    case .stopped: return possible(refusal, "the last one was stopped: \(when)")
    }
  }

  /// Nobody but the second machine knows whether it answered.
  private static func outside(_ record: ProofRecord?, _ refusal: UserMessage?, _ now: Date)
    -> Verdict
  {
    guard let record, record.ending == .done, let seconds = record.heldSeconds,
      now.timeIntervalSince(record.time) <= patience
    else { return possible(refusal, "keeps the address a minute for a try from a second machine") }
    return .notRun(
      .onRequest(
        "kept \(seconds) s for it on \(text(of: record.time)); what it showed, the second machine "
          + "saw"))
  }

  private static func possible(_ refusal: UserMessage?, _ offer: String) -> Verdict {
    guard let refusal else { return .notRun(.onRequest(offer)) }
    let reason = refusal.reason.map { ": \($0)" } ?? ""
    let what = refusal.what.hasSuffix(".") ? String(refusal.what.dropLast()) : refusal.what
    return .notRun(.nothingToTest("\(what.lowercasedAtStart)\(reason)"))
  }

  private static func holding(_ service: Service) -> String {
    service.addresses.isEmpty ? "" : " and holds \(service.addresses.joined(separator: ", "))"
  }

  private static func text(of time: Date) -> String { time.formatted(.iso8601) }
}

extension String {
  fileprivate var lowercasedAtStart: String { prefix(1).lowercased() + dropFirst() }
}
