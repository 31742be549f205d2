import Cluster
import Execution
import Foundation
import IPLeasesCore

/// What `-o openmetrics` reads of a cluster, and what it makes of that.
enum Gauges {
  static func needs(of codes: [String]?) -> Set<FactName> {
    StatusReport.needs.union(Checks.needs(of: codes)).union(PoolReading.needs)
      .union(Observation.needs)
  }

  static func show(
    _ session: Session, _ survey: Survey, _ report: CheckReport, _ call: Call
  ) {
    let status = StatusReport(
      survey.snapshot, survey.checklist, results: survey.checks,
      aside: Set(session.findings.aside(at: session.now).keys))
    call.show(
      OpenMetrics(
        status, PoolReading.pools(survey.snapshot), report, promises(session, survey)))
  }

  /// As a watch that goes on would judge now; none where there is no baseline.
  private static func promises(_ session: Session, _ survey: Survey) -> [PromiseTrack] {
    let now = session.executor.runClock.date()
    guard
      var run = try? WatchStore(folder: session.folder).unfinished(
        of: session.identity.key, at: now)
    else { return [] }
    var acts = OwnActs(session)
    var seen = Observation(
      survey.snapshot, survey.checks, at: now, acts: acts.since(run.timeline.last.time))
    seen.waysBack = acts.waysBack
    _ = run.feed(seen)
    return run.tracks
  }
}
