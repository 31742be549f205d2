import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Synchronization

/// A watch that goes on now: what is seen is judged, told, recorded and kept.
struct LiveWatch {
  let call: Call
  let session: Session
  let output: WatchOutput

  /// As it was asked for.
  struct Wish {
    var part: Upgrade.Part?
    /// Seconds.
    var hold: Int?
    /// The file of the record.
    var record: String?
    var isNew: Bool
  }

  private var run: WatchRun?
  private var recorder: WatchRecorder?
  private var secrets = KnownSecrets()
  /// The values they are known of.
  private var secretsOf: SecretText?
  private var acts: OwnActs
  private let clock: RunClock
  private let began: (date: Date, instant: Duration)
  /// What was written down last, and when.
  private var kept: (observation: Observation, at: Date)?
  private var hasToldKeeping = false
  /// Who goes on has seen nothing of it yet.
  private var tellsAll = false

  /// Seconds after which also what did not change is written down: as much of a gap may be
  /// told too long after a kill.
  private static let keeping = 10.0

  init(call: Call, session: Session, output: WatchOutput) {
    self.call = call
    self.session = session
    self.output = output
    acts = OwnActs(session)
    clock = session.executor.runClock
    began = (clock.date(), clock.now())
  }

  private var store: WatchStore { WatchStore(folder: session.folder) }
  private var mayKeep: Bool { !session.settings.isReadOnly && session.identity.obstacle == nil }
  private var now: Date { began.date.addingTimeInterval((clock.now() - began.instant).inSeconds) }

  // MARK: The beginning

  /// Takes the baseline, or goes on with the one of a watch that was cut off.
  mutating func begin(_ snapshot: ClusterSnapshot, _ wish: Wish) throws(UserMessage) {
    learnSecrets(snapshot)
    var isResumed = false
    if !wish.isNew, var unfinished = try self.unfinished(wish.part) {
      if let part = wish.part { unfinished.name(part) }
      unfinished.hold = wish.hold ?? unfinished.hold
      isResumed = true
      run = unfinished
    } else {
      run = WatchRun(
        WatchBaseline(
          cluster: session.identity.key, context: session.identity.context, part: wish.part,
          observation: observation(snapshot)), hold: wish.hold)
    }
    guard let run else { return }
    if let path = wish.record {
      recorder = try WatchRecorder(path, of: run, isResumed: isResumed)
    }
    _ = output.show(run.baseline, isResumed: isResumed)
    if mayKeep {
      let again = Advice(own: ["watch"]).text(call.ownOptions)
      Interruption.sayAtTheEnd("\nThe baseline is kept: \(again) goes on with it.\n")
    }
    tellsAll = isResumed
  }

  /// The one to go on with; nil where none is kept.
  ///
  /// - Throws: where it is of something else than what is asked for.
  func unfinished(_ part: Upgrade.Part?) throws(UserMessage) -> WatchRun? {
    guard let run = try store.unfinished(of: session.identity.key, at: now) else { return nil }
    guard let part, let own = run.baseline.part, part != own else { return run }
    throw UserMessage(
      "A watch of \(own.title), begun at \(run.baseline.time.formatted(.iso8601)), was not brought "
        + "to its end: its baseline is not given up without a word.",
      advice:
        "\(own: ["watch", own.rawValue]) goes on with it; with --new-baseline this one begins "
        + "anew.")
  }

  // MARK: What is seen

  /// - Returns: the exit code.
  mutating func follow(_ source: any SnapshotSource, _ upgrade: WatchedUpgrade?) async -> Int32 {
    // `head` may leave while there is nothing to tell.
    let isReaderGone = Mutex(false)
    call.streams.watchReader { isReaderGone.withLock { $0 = true } }
    var watch = self
    await source.follow(Observation.needs) { snapshot in
      guard !isReaderGone.withLock({ $0 }) else { return false }
      return watch.take(snapshot, isChanging: upgrade?.isRunning ?? false)
    }
    self = watch
    if Interruption.hasHappened { return Exit.interrupted }
    return run?.exitCode ?? Exit.untold
  }

  /// After a way back: whether it helped, as far as one look can tell.
  mutating func judgeBack(_ snapshot: ClusterSnapshot) {
    guard var run else { return }
    let step = run.feed(observation(snapshot))
    self.run = run
    _ = output.show(step)
    keep(run, step, run.timeline.last)
    let open = run.tracks.filter { $0.state.kind != .kept }.map(\.id.rawValue)
    call.error(
      open.isEmpty
        ? "Every promise is kept again.\n"
        : "Not kept yet: \(open.joined(separator: ", ")). "
          + Advice(own: ["watch"]).text(call.ownOptions) + " goes on and tells whether it helped.\n"
    )
  }

  /// - Returns: whether to go on.
  private mutating func take(_ snapshot: ClusterSnapshot, isChanging: Bool) -> Bool {
    guard var run, !Interruption.hasHappened else { return false }
    learnSecrets(snapshot)
    var seen = observation(snapshot)
    // What is seen may be older than what runs: nothing is quiet before the upgrade has ended.
    if isChanging { seen.rolling.append(run.baseline.part?.title ?? "an upgrade") }
    var step = run.feed(seen)
    if tellsAll {
      step = run.whole(step)
      tellsAll = false
    }
    self.run = run
    record(seen)
    guard output.show(step) else { return false }
    keep(run, step, seen)
    // An upgrade that has not come to its end is not over well.
    if run.isOver, !isChanging || run.verdict.kind == .goBack { return false }
    if let limit = session.settings.waitLimit, clock.now() - began.instant > limit {
      call.problem(
        UserMessage(
          "There is no verdict within \(limit.components.seconds) s.", reason: run.verdict.why,
          advice: "\(own: "watch") goes on with the same baseline."))
      return false
    }
    return true
  }

  /// Looking for them anew costs more than all the rest: only where the values changed.
  private mutating func learnSecrets(_ snapshot: ClusterSnapshot) {
    let values = snapshot.providerValues.value
    guard run == nil || values != secretsOf else { return }
    secrets.add(KnownSecrets(of: snapshot))
    secretsOf = values
  }

  private mutating func observation(_ snapshot: ClusterSnapshot) -> Observation {
    let redaction = secrets.redaction
    var seen = Observation(
      snapshot, Checks.run(snapshot), at: now,
      acts: acts.since(run?.timeline.last.time ?? now), clean: redaction.redacting)
    seen.waysBack = acts.waysBack
    return seen
  }

  private mutating func record(_ seen: Observation) {
    do throws(UserMessage) { try recorder?.note(seen) } catch {
      recorder = nil
      call.error("The record ends here. \(error.text(call.ownOptions))\n")
    }
  }

  private mutating func keep(_ run: WatchRun, _ step: WatchRun.Step, _ seen: Observation) {
    guard mayKeep else { return }
    var same = seen
    if let kept { same.time = kept.observation.time }
    let isDue = kept.map { seen.time.timeIntervalSince($0.at) >= Self.keeping } ?? true
    guard isDue || !step.isEmpty || same != kept?.observation else { return }
    do throws(UserMessage) {
      try store.keep(run)
      kept = (seen, seen.time)
    } catch {
      if !hasToldKeeping {
        call.error("The watch is not kept for later. \(error.text(call.ownOptions))\n")
      }
      hasToldKeeping = true
    }
  }
}
