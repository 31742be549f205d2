import Foundation
import IPLeasesCore
import Terminal

/// The loop that owns the state and the screen, on one thread of its own. It sleeps until a key, an
/// event or a signal comes; at rest it does not wake up at all.
package final class Program {
  package private(set) var state: State
  private let screen: any Screen
  private let waiting: any Waiting
  private let desk: any TerminalDesk
  private let inbox: Inbox
  private let effects: EffectRunner
  private let now: () -> Date
  private let instant: () -> ContinuousClock.Instant

  /// The frame on the screen; nil: whatever is drawn next is new.
  private var shown: Canvas?
  private var shownAt: ContinuousClock.Instant?
  private var budget = FrameBudget()
  /// Something came that is not drawn yet.
  private var isStale = true
  private var exitCode: Int32?

  /// Frames made by data come no faster than this; a key is drawn at once.
  private static let frameInterval = Duration.milliseconds(100)

  package init(
    state: State, screen: any Screen, waiting: any Waiting, desk: any TerminalDesk, inbox: Inbox,
    effects: EffectRunner, now: @escaping () -> Date = { Date() },
    instant: @escaping () -> ContinuousClock.Instant = { ContinuousClock.now }
  ) {
    self.state = state
    self.screen = screen
    self.waiting = waiting
    self.desk = desk
    self.inbox = inbox
    self.effects = effects
    self.now = now
    self.instant = instant
  }

  /// Runs until the console is left.
  ///
  /// - Returns: the exit code.
  package func run() -> Int32 {
    apply(.tick(now()))
    apply(.resized(screen.size))
    apply(.started)
    draw()
    while exitCode == nil { turn() }
    effects.cancelReading()
    effects.finishKeeping()
    return exitCode ?? 0
  }

  /// One turn of the loop: sleep, take what came, draw when it is time.
  package func turn() {
    let reasons = waiting.wait(timeout: timeout())
    apply(.tick(now()))
    var isUrgent = false
    for reason in reasons {
      switch reason {
      case .input: isUrgent = true
      case .inbox: break
      case .resized:
        apply(.resized(screen.size))
        isUrgent = true
      case .terminated: apply(.terminate)
      case .suspendRequested: perform(.suspend)
      case .resumed: apply(.resumed)
      }
    }
    for event in inbox.take() { apply(event) }
    if reasons.contains(.input) { takeKeys() }
    guard exitCode == nil else { return }
    if isUrgent || (isStale && timeToFrame() <= .zero) { draw() }
    if state.isDroppingKeys { openTypedWord() }
  }

  /// The line of a typed word listens only after it was on the screen and whatever had been typed
  /// by then is dropped.
  private func openTypedWord() {
    draw()
    takeKeys()
    apply(.inputDrained)
    draw()
  }

  private func takeKeys() {
    for key in screen.readKeys() where exitCode == nil { apply(.key(key)) }
  }

  private func apply(_ event: Event) {
    let before = state.now
    let performed = update(&state, event)
    isStale = isStale || changesFrame(event, before: before)
    for effect in performed where exitCode == nil { perform(effect) }
  }

  /// A tick changes the frame only where a clock is on, and then once a second.
  private func changesFrame(_ event: Event, before: Date) -> Bool {
    guard case .tick(let now) = event else { return true }
    guard state.isRunning || state.isClockOn else { return false }
    return Int(before.timeIntervalSince1970) != Int(now.timeIntervalSince1970)
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .quit(let code): exitCode = code
    case .copy(let text): desk.copy(text)
    case .saveLogs(let path): effects.save(state.logView, state.secrets.redaction, path: path)
    case .plainPrint(let lines):
      desk.printPlain(lines)
      shown = nil
    case .suspend:
      desk.suspend()
      shown = nil
      apply(.resumed)
    case .redraw:
      desk.forgetFrame()
      shown = nil
    case .read, .stopReading, .followFacts, .followWatch, .takeBaseline, .makePlan, .stopPlanning,
      .run, .stopRun, .setAside, .setFindingAside, .chooseWay, .readActivity, .importRanges,
      .keepDrafts, .save, .followLogs,
      .filterLogs, .foldLogs, .findInLogs:
      _ = effects.perform(effect)
    }
  }

  private func draw() {
    isStale = false
    var canvas = Canvas(size: state.size)
    view(state.scene, &canvas)
    guard canvas != shown else { return }
    screen.show(canvas)
    let now = instant()
    budget.spend(FrameBudget.bytes(from: shown, to: canvas), at: now)
    shown = canvas
    shownAt = now
  }

  /// How long to sleep; nil: until something happens.
  private func timeout() -> Duration? {
    let frame = isStale ? max(.zero, timeToFrame()) : nil
    return [frame, delayToNextTick(state.known)].compactMap { $0 }.min()
  }

  private func timeToFrame() -> Duration {
    guard let shownAt else { return .zero }
    let now = instant()
    return max(Self.frameInterval - shownAt.duration(to: now), budget.wait(at: now))
  }
}
