import Basics
import Cluster
import Execution
import Foundation

/// Checks with what is kept of earlier rounds.
extension Session {
  /// A round of the checks that were made. It is taken into the history, except with `--read-only`.
  ///
  /// - Parameters:
  ///   - codes: nil means all.
  ///   - proof: the rows of the proof are added.
  ///   - isAsked: false for a round that came by itself.
  /// - Returns: the report, and why it was not kept; nil where it was.
  package func report(
    _ survey: Survey, only codes: [String]? = nil, duration: Duration,
    addingProof proof: Bool = false, isAsked: Bool = true, at time: Date? = nil
  ) -> (report: CheckReport, problem: UserMessage?) {
    let time = time ?? now
    var results = survey.checks.filter { codes?.contains($0.code) ?? true }
    if proof { results += proofRows(survey.snapshot, at: time) }
    var history = findings.history
    var problem: UserMessage?
    let mayKeep = !settings.isReadOnly && identity.obstacle == nil
    if history.record(results, at: time, isAsked: isAsked), mayKeep {
      do throws(UserMessage) {
        history = try findings.change { $0.record(results, at: time, isAsked: isAsked) }
      } catch {
        problem = error
      }
    }
    let report = CheckReport(
      results: results, context: identity.context, duration: duration, madeAt: time,
      aside: findings.aside(at: time), history: history)
    return (report, problem)
  }

  package func proofRows(_ snapshot: ClusterSnapshot, at time: Date) -> [CheckResult] {
    ProofResults.rows(
      findings.proof, refusal: proofRefusal(snapshot), canaries: CanaryProof.canaries(snapshot),
      at: time)
  }

  /// Why no proof can be made now; nil where one can.
  package func proofRefusal(_ snapshot: ClusterSnapshot) -> UserMessage? {
    do throws(UserMessage) {
      _ = try CanaryProof.plan(snapshot, settings, token: "0")
      return nil
    } catch {
      return error
    }
  }

  /// Since when the report says what it says: by what the cluster tells, else by the first run that
  /// saw it. nil where nothing is wrong.
  package func since(_ status: StatusReport, at time: Date) -> Date? {
    guard status.state == .fail || status.state == .warn else { return nil }
    if let since = status.since { return since }
    var history = findings.history
    let since = history.noteHeadline(status.now, at: time)
    guard !settings.isReadOnly, identity.obstacle == nil, since == time else { return since }
    _ = try? findings.change { _ = $0.noteHeadline(status.now, at: time) }
    return since
  }
}
