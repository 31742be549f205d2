import Glibc
import Terminal
import TestSupport
import Testing

struct EventWaiterTests {
  /// A pipe in the place of a terminal.
  private final class Line {
    let reading: Int32
    private(set) var writing: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      (reading, writing) = (ends[0], ends[1])
    }

    deinit {
      close(reading)
      if writing >= 0 { close(writing) }
    }

    func hangUp() {
      close(writing)
      writing = -1
    }
  }

  @Test func aTimeoutIsWaitedFor() throws {
    let line = try Line()
    let waiter = EventWaiter(input: line.reading, catchesSignals: false)
    let clock = ContinuousClock()
    let start = clock.now
    #expect(waiter.wait(timeout: .milliseconds(5)).isEmpty)
    #expect(clock.now - start >= .milliseconds(5))
    #expect(waiter.wait(timeout: .zero).isEmpty)
    #expect(waiter.wait(timeout: .seconds(-1)).isEmpty)
  }

  @Test func inputWakes() throws {
    let line = try Line()
    let waiter = EventWaiter(input: line.reading, catchesSignals: false)
    #expect(write(line.writing, "x", 1) == 1)
    let wake = waiter.wait()
    #expect(wake.hasInput && !wake.isPosted && !wake.isHungUp)
    line.hangUp()
    #expect(waiter.wait().isHungUp)
  }

  @Test func manyPostsAreOneWake() throws {
    let line = try Line()
    let waiter = EventWaiter(input: line.reading, catchesSignals: false)
    for _ in 0..<1000 { waiter.wakeup.post() }
    #expect(waiter.wait().isPosted)
    #expect(waiter.wait(timeout: .zero).isEmpty)
    waiter.wakeup.post()
    #expect(waiter.wait(timeout: .seconds(1000 * 365 * 86400)).isPosted)
  }

  @Test func noPostOfAnotherThreadIsLost() async throws {
    let line = try Line()
    let waiter = EventWaiter(input: line.reading, catchesSignals: false)
    let wakeup = waiter.wakeup
    let rounds = 2000
    let echo = try Line()
    let answer = EventWaiter(input: echo.reading, catchesSignals: false)
    let other = answer.wakeup
    var seen = 0
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Ring(wakeup: wakeup, waiter: answer, rounds: rounds))
    try #require(
      pthread_create(
        &thread, nil,
        { pointer in
          guard let pointer else { return nil }
          Unmanaged<Ring>.fromOpaque(pointer).takeRetainedValue().run()
          return nil
        }, work.toOpaque()) == 0)
    while seen < rounds, waiter.wait(timeout: patience).isPosted {
      seen += 1
      other.post()
    }
    pthread_join(thread, nil)
    #expect(seen == rounds)
  }

  @Test func aWakeupMayOutliveItsWaiter() {
    var waiter: EventWaiter? = EventWaiter(input: -1, catchesSignals: false)
    let wakeup = waiter?.wakeup
    waiter = nil
    wakeup?.post()
    #expect(wakeup != nil)
  }
}

/// Posts, waits for the answer, and so on.
private final class Ring {
  private let wakeup: Wakeup
  private let waiter: EventWaiter
  private let rounds: Int

  init(wakeup: Wakeup, waiter: EventWaiter, rounds: Int) {
    self.wakeup = wakeup
    self.waiter = waiter
    self.rounds = rounds
  }

  func run() {
    for _ in 0..<rounds {
      wakeup.post()
      guard waiter.wait(timeout: patience).isPosted else { return }
    }
  }
}
