import Basics
import Cluster
import Execution
import Foundation
import Logs

/// Stays with one container from its start to the end of its pod, through cut streams and restarts.
struct LogAttendance {
  let follower: LogFollower
  var container: LogContainer
  let emit: LogFollower.Emit
  /// Of what was written before; nil means all that is kept.
  var since: Duration?
  var lines: Int?
  /// It came while others were followed already.
  var isSuccessor = false
  /// Whether its pod is still among those of the last look at all of them.
  var isListed: @Sendable () -> Bool = { true }

  private var joint = LogJoint()
  private var pause = BackOff()
  /// That the stream has ended was said, and it has not been taken up since.
  private var isEndSaid = false
  /// The last stream was cut: what was written since may be gone.
  private var isCut = false

  init(follower: LogFollower, container: LogContainer, emit: @escaping LogFollower.Emit) {
    self.follower = follower
    self.container = container
    self.emit = emit
  }

  /// - Returns: the restart it has seen last.
  mutating func run() async -> Int {
    if container.source.isPrevious {
      await readPrevious(from: nil)
      return container.restart
    }
    guard await waitForStart() else { return container.restart }
    if container.restart > 0 || isSuccessor { sayStart() }
    while !Task.isCancelled {
      let opened = container
      await readOn()
      guard !Task.isCancelled else { break }
      let isDrained = !isCut && (!opened.isRunning || opened.isLeaving)
      if isDrained, opened.isInit { break }
      guard await goOn(from: opened, isDrained: isDrained) else { break }
    }
    return container.restart
  }

  // MARK: One stream after another

  private mutating func readOn() async {
    var extent = Kubectl.LogExtent()
    extent.follows = container.isRunning
    extent.sinceTime = joint.resumeTime
    if extent.sinceTime == nil {
      extent.since = since
      extent.lines = lines
    }
    let outcome = await follower.stream(
      container.source, extent, joint, isLast: !container.isRunning, emit)
    if outcome.hasCome {
      pause.reset()
      isEndSaid = false
    }
    joint = outcome.joint
    isCut = outcome.failure != nil
    if let failure = outcome.failure, !Task.isCancelled {
      sayEnd(failure.reason ?? failure.what)
    }
  }

  /// Waits until there is something to read again.
  ///
  /// - Returns: false where nothing will come any more.
  private mutating func goOn(from opened: LogContainer, isDrained: Bool) async -> Bool {
    let lost = follower.clock.date()
    while !Task.isCancelled {
      try? await follower.clock.sleep(pause.next())
      guard !Task.isCancelled else { return false }
      switch await follower.look(at: container) {
      case .unknown(let problem):
        if isListed() {
          sayEnd(problem.reason ?? problem.what)
        } else {
          sayGone(lost)
          return false
        }
      case .gone:
        sayGone(lost)
        return false
      case .here(let now) where now.restart > container.restart:
        await changeOver(to: now)
        return true
      case .here(let now):
        container = now
        // What is over stays as it is until it is started again, or goes.
        if isDrained, !now.isRunning || now.isLeaving { continue }
        if !isCut { sayEnd("the server closed it") }
        joint.resume(lost: lost, at: follower.clock.now())
        return true
      }
    }
    return false
  }

  /// The container was started anew. What its predecessor said last is asked for, and only then the
  /// new one is read from its beginning.
  private mutating func changeOver(to now: LogContainer) async {
    let start = now.lastEnd?.startedAt ?? follower.clock.date()
    if now.restart == container.restart + 1 {
      joint.resume(lost: follower.clock.date(), at: follower.clock.now())
      await readPrevious(from: joint.resumeTime)
      if isCut { say(.gapUnfilled(from: lastTime, to: now.startedAt ?? start), at: lastTime) }
    } else {
      // Of all that ran meanwhile only the last one's log is kept.
      say(.gapUnfilled(from: lastTime, to: max(lastTime, start)), at: lastTime)
      joint = LogJoint()
      say(.containerStarted(restart: now.restart - 1, image: now.image), at: start)
      await readPrevious(from: nil)
    }
    container = now
    joint = LogJoint()
    since = nil
    lines = nil
    isEndSaid = false
    sayStart()
  }

  private mutating func readPrevious(from time: Date?) async {
    var extent = Kubectl.LogExtent()
    extent.isPrevious = true
    extent.sinceTime = time
    if time == nil {
      extent.since = since
      extent.lines = lines
    }
    let outcome = await follower.stream(container.source, extent, joint, isLast: true, emit)
    joint = outcome.joint
    // A clean end was complete without it.
    isCut = isCut && outcome.failure != nil
  }

  /// - Returns: false where it never started.
  private mutating func waitForStart() async -> Bool {
    while !Task.isCancelled, case .waiting(let reason) = container.state, container.restart == 0 {
      if !["ContainerCreating", "PodInitializing"].contains(reason) {
        sayEnd("the container waits to start: \(reason)")
      }
      try? await follower.clock.sleep(pause.next())
      guard !Task.isCancelled else { return false }
      switch await follower.look(at: container) {
      case .unknown(let problem):
        guard isListed() else { return false }
        sayEnd(problem.reason ?? problem.what)
      case .gone: return false
      case .here(let now): container = now
      }
    }
    pause.reset()
    isEndSaid = false
    return !Task.isCancelled
  }

  // MARK: Notes

  private var lastTime: Date {
    joint.newest?.date ?? container.startedAt ?? follower.clock.date()
  }

  private mutating func sayEnd(_ reason: String) {
    if isEndSaid { return }
    isEndSaid = true
    say(.streamEnded(reason: reason), at: follower.clock.date())
  }

  private func sayGone(_ lost: Date) {
    if isCut { say(.gapUnfilled(from: lastTime, to: max(lastTime, lost)), at: lastTime) }
    say(.streamEnded(reason: "the pod is gone"), at: follower.clock.date())
  }

  private func sayStart() {
    say(
      .containerStarted(restart: container.restart, image: container.image),
      at: container.startedAt ?? follower.clock.date())
  }

  private func say(_ note: LogNote, at date: Date) {
    emit([LogEvent(container.source, .note(note, at: date))])
  }
}

extension LogFollower {
  enum Look: Sendable {
    case here(LogContainer)
    /// The pod was deleted, or is another one of the same name.
    case gone
    case unknown(UserMessage)
  }

  /// The container as the cluster shows it now.
  func look(at container: LogContainer) async -> Look {
    let source = container.source
    switch await self.source.pod(source.pod, in: source.namespace) {
    case .gone: return .gone
    case .unknown(let problem): return .unknown(problem)
    case .here(let pod):
      guard pod.metadata.uid ?? "" == container.podUID, let now = LogContainer(source, of: pod)
      else { return .gone }
      return .here(now)
    }
  }
}
