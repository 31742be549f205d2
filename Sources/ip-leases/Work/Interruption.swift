import Execution
import Foundation
import IPLeasesCore
import Synchronization

/// SIGINT, SIGTERM and SIGHUP while something runs without a screen: the one place that answers
/// them.
///
/// While nothing but reads runs, these are ended, and the program with them. While a change runs the
/// first SIGINT stops on purpose: the running command is asked to end. SIGTERM and SIGHUP end this
/// program and leave a running change to finish; a proof is taken away first, for which a second
/// one of these signals does not wait.
enum Interruption {
  private struct State {
    var sources: [any DispatchSourceSignal] = []
    /// What is stopped in good order instead of the usual end.
    var change: Stopping?
    /// What is said at the usual end; "" where nothing needs to be.
    var lastWords = ""
  }

  private struct Stopping: Sendable {
    var runner: PlanRunner
    var cancel: @Sendable () -> Void
  }

  /// Seconds for ending while nothing is changed: a question at the terminal cannot be cancelled.
  private static let patience = 1.0
  /// Seconds; a registration takes milliseconds.
  private static let registrationPatience = 5.0

  private static let state = Mutex(State())
  private static let seen = Atomic<Bool>(false)
  private static let isEnding = Atomic<Bool>(false)

  static var hasHappened: Bool { seen.load(ordering: .relaxed) }

  /// From now on a signal ends these reads and the program; before the first of them is started.
  static func begin(ending reads: RunningReads, of call: Call) {
    guard call.ownsProcess else { return }
    // A signal that comes before its source is registered is lost: nothing is started until then.
    let registering = DispatchGroup()
    defer { _ = registering.wait(timeout: .now() + registrationPatience) }
    state.withLock { state in
      guard state.sources.isEmpty else { return }
      state.sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
        var before = sigaction()
        sigaction(number, nil, &before)
        // nohup(1) wants it to stay so.
        if number == SIGHUP, isIgnored(before) { return nil }
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { answer(number, reads, call) }
        registering.enter()
        source.setRegistrationHandler { registering.leave() }
        source.resume()
        return source
      }
    }
  }

  /// A change, or a proof: what is done stops in good order.
  static func watch<Value: Sendable>(
    _ runner: PlanRunner, of call: Call, _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    guard call.ownsProcess else { return await body() }
    let work = Task { await body() }
    let stopping = Stopping(runner: runner, cancel: { work.cancel() })
    state.withLock { $0.change = stopping }
    Call.goesOnUnread.store(true, ordering: .relaxed)
    defer {
      state.withLock { $0.change = nil }
      Call.goesOnUnread.store(false, ordering: .relaxed)
    }
    return await work.value
  }

  /// Said when a signal ends the program.
  static func sayAtTheEnd(_ words: String) { state.withLock { $0.lastWords = words } }

  /// Leaves the end of the program to a signal that is ending it: what the reads answered meanwhile is
  /// the signal's doing.
  static func yieldToSignal() {
    while isEnding.load(ordering: .sequentiallyConsistent) { pause() }
  }

  private static func answer(_ number: Int32, _ reads: RunningReads, _ call: Call) {
    if let change = state.withLock({ $0.change }) { return stop(change, number, reads, call) }
    end(reads, call)
  }

  private static func end(_ reads: RunningReads, _ call: Call) -> Never {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    reads.endAll()
    let words = state.withLock(\.lastWords)
    if !words.isEmpty { call.error(words) }
    _exit(Exit.interrupted)
  }

  private static func stop(
    _ change: Stopping, _ number: Int32, _ reads: RunningReads, _ call: Call
  ) {
    let isFirst = !seen.exchange(true, ordering: .relaxed)
    if number != SIGINT, !isFirst { end(reads, call) }
    guard change.runner.isAtWork else {
      // A plan is made, or its word waited for; what was done before is still told.
      change.cancel()
      DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
        if !change.runner.isAtWork { end(reads, call) }
      }
      return
    }
    guard number == SIGINT else { return change.cancel() }
    if isFirst {
      call.error("\nStopping: the running command is asked to end.\n")
      Task { await change.runner.stop() }
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
