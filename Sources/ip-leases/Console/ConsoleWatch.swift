import Basics
import Cluster
import Console
import Execution
import Foundation
import IPLeasesCore
import Synchronization

/// The watch of an open console: fed with whatever is read, also while a plan runs, and kept for
/// later once a baseline was taken by a word.
final class ConsoleWatch: Sendable {
  private let kept = Mutex(Kept())

  private struct Kept: Sendable {
    var session: Session?
    var run: WatchRun?
    var hasBaseline = false
    var gap: DateInterval?
    var problem: UserMessage?
    /// What is kept on this machine, as it was looked at or written last; nil: it was not yet.
    var version: String?
    /// What was seen last; where nothing changes it is seen again.
    var last: Observation?
    var secrets = KnownSecrets()
    var acts: OwnActs?
    var writtenAt: Date?
    var onLook: (@Sendable (WatchLook) -> Void)?
  }

  /// What is waited for comes to its end also where nothing changes.
  private static let pause = Duration.seconds(2)
  /// Seconds after which what does not change is seen again: longer would be told as a gap.
  private static let quietPause = 20.0
  /// Seconds after which also what did not change is written down.
  private static let keeping = 10.0

  // MARK: What is seen

  /// - Parameter results: of the checks on this snapshot.
  func take(
    _ snapshot: ClusterSnapshot, _ results: [CheckResult], _ secrets: KnownSecrets,
    _ session: Session
  ) {
    kept.withLock { kept in
      if let known = kept.session, known.identity.key != session.identity.key {
        // Another cluster: nothing of the one before holds for it.
        let onLook = kept.onLook
        kept = Kept()
        kept.onLook = onLook
      }
      if kept.acts == nil { kept.acts = OwnActs(session) }
      kept.session = session
      kept.secrets.add(secrets)
      let now = session.executor.runClock.date()
      var seen = Observation(
        snapshot, results, at: now, acts: Self.acts(&kept, now),
        clean: kept.secrets.redaction.redacting)
      seen.waysBack = kept.acts?.waysBack
      Self.see(seen, session, &kept)
    }
  }

  /// Sees the same again where something waits, where nothing was seen for long, and where another
  /// process keeps a watch.
  private func lookAgain() {
    kept.withLock { kept in
      guard let session = kept.session, let run = kept.run, var same = kept.last else { return }
      let now = session.executor.runClock.date()
      let isWaiting =
        run.tracks.contains { $0.state.kind == .waiting }
        || kept.hasBaseline && run.verdict.kind == .wait
      let isDue =
        isWaiting || now.timeIntervalSince(same.time) >= Self.quietPause
        || session.identity.obstacle == nil
          && WatchStore(folder: session.folder).version != kept.version
      guard isDue else { return }
      same.time = Observation(time: now).time
      same.acts = Self.acts(&kept, now)
      Self.see(same, session, &kept)
    }
  }

  private static func acts(_ kept: inout Kept, _ now: Date) -> [Observation.Act] {
    kept.acts?.since(kept.run?.timeline.last.time ?? now) ?? []
  }

  private static func see(_ seen: Observation, _ session: Session, _ kept: inout Kept) {
    let before = kept
    kept.last = seen
    lookBack(seen, session, &kept)
    var run = kept.run ?? WatchRun(Self.baseline(seen, session))
    let step = run.feed(seen)
    kept.run = run
    keep(run, isDue: !step.isEmpty, session, &kept)
    let isOther =
      before.hasBaseline != kept.hasBaseline
      || before.run?.baseline.time != run.baseline.time || before.problem != kept.problem
    let isTold = before.run?.tracks == run.tracks && before.run?.verdict == run.verdict
    if isOther || !isTold || !step.events.isEmpty { tell(kept) }
  }

  private static func baseline(_ seen: Observation, _ session: Session) -> WatchBaseline {
    WatchBaseline(
      cluster: session.identity.key, context: session.identity.context, part: nil,
      observation: seen)
  }

  // MARK: Over a restart

  /// A watch that was not brought to its end goes on: one that an earlier process left, or one that
  /// another began since.
  private static func lookBack(_ seen: Observation, _ session: Session, _ kept: inout Kept) {
    guard session.identity.obstacle == nil else { return }
    let store = WatchStore(folder: session.folder)
    let version = store.version
    guard version != kept.version else { return }
    kept.version = version
    do throws(UserMessage) {
      guard let run = try store.unfinished(of: session.identity.key, at: seen.time) else {
        return
      }
      if kept.hasBaseline, let own = kept.run, run.baseline.time <= own.baseline.time { return }
      let last = run.timeline.last.time
      let isGap = seen.time.timeIntervalSince(last) > Double(WatchTimeline.gap)
      kept.gap = isGap ? DateInterval(start: last, end: seen.time) : nil
      kept.run = run
      kept.hasBaseline = true
    } catch {
      kept.problem = error
    }
  }

  private static func keep(
    _ run: WatchRun, isDue: Bool, _ session: Session, _ kept: inout Kept
  ) {
    guard kept.hasBaseline, !session.settings.isReadOnly, session.identity.obstacle == nil else {
      return
    }
    let now = run.timeline.last.time
    let isLate = kept.writtenAt.map { now.timeIntervalSince($0) >= keeping } ?? true
    guard isDue || isLate else { return }
    do throws(UserMessage) {
      let store = WatchStore(folder: session.folder)
      try store.keep(run)
      kept.version = store.version
      kept.writtenAt = now
      kept.problem = nil
    } catch {
      kept.problem = error
    }
  }

  // MARK: The console

  /// Tells how the watch stands, at first and whenever that changes, until the task is cancelled.
  func follow(_ onLook: @escaping @Sendable (WatchLook) -> Void) async {
    kept.withLock { kept in
      kept.onLook = onLook
      Self.tell(kept)
    }
    while (try? await Task.sleep(for: Self.pause)) != nil { lookAgain() }
  }

  private static func tell(_ kept: Kept) {
    guard let look = look(kept) else { return }
    kept.onLook?(look)
  }

  private static func look(_ kept: Kept) -> WatchLook? {
    guard let run = kept.run, let session = kept.session else { return nil }
    var look = WatchLook(run: run, hasBaseline: kept.hasBaseline)
    look.gap = kept.gap
    look.problem = kept.problem
    let saved = session.undo.savedIDs
    look.waysBack = Upgrade.Part.allCases.filter { saved.contains($0.recordID) }
    return look
  }

  /// What is seen now is what is compared with from now on.
  func takeBaseline() -> Result<WatchLook, UserMessage> {
    kept.withLock { kept in
      guard let session = kept.session, var seen = kept.last, !seen.services.isUnread else {
        return .failure(UserMessage("No baseline was taken", reason: "the cluster is not read"))
      }
      if session.settings.isReadOnly {
        return .failure(UserMessage("No baseline was taken", reason: "--read-only was given"))
      }
      if let obstacle = session.identity.obstacle { return .failure(obstacle) }
      let now = session.executor.runClock.date()
      seen.time = Observation(time: now).time
      seen.acts = []
      var run = WatchRun(Self.baseline(seen, session))
      _ = run.feed(seen)
      let store = WatchStore(folder: session.folder)
      do throws(UserMessage) { try store.keep(run) } catch {
        return .failure(error)
      }
      kept.last = seen
      kept.run = run
      kept.hasBaseline = true
      kept.version = store.version
      kept.gap = nil
      kept.problem = nil
      kept.writtenAt = seen.time
      guard let look = Self.look(kept) else {
        return .failure(UserMessage("No baseline was taken"))
      }
      return .success(look)
    }
  }
}
