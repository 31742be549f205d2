import Basics
import Execution
import Foundation
import Synchronization

/// What is known of the cluster by now.
package struct LiveNews: Sendable {
  package struct Lost: Equatable, Sendable {
    package var since: Date
    package var problem: UserMessage
  }

  package var snapshot: ClusterSnapshot
  /// Everything that was asked for has been read once.
  package var isComplete: Bool
  /// The cluster does not answer; nil where it does.
  package var lost: Lost?
  /// Why it is read at intervals; nil where it is followed.
  package var atIntervals: String?
  /// It is asked all the time whether the server lives; without that, quiet tells nothing.
  package var hasPulse = false
}

/// Asks those who follow the cluster to read everything anew.
package final class LiveNudge: Sendable {
  typealias Answered = CheckedContinuation<LiveNews?, Never>

  private struct State {
    var listener: AsyncStream<Void>.Continuation?
    var waiting: [Answered] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// - Returns: what is known once everything was read anew; nil where nobody follows the cluster.
  package func nudge() async -> LiveNews? {
    await withCheckedContinuation { answered in
      let isHeard = state.withLock { state in
        guard let listener = state.listener else { return false }
        state.waiting.append(answered)
        listener.yield()
        return true
      }
      if !isHeard { answered.resume(returning: nil) }
    }
  }

  /// Who listened before hears nothing any more.
  func listen() -> AsyncStream<Void> {
    let (nudges, feed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    state.withLock { state in
      state.listener = feed
      if !state.waiting.isEmpty { feed.yield() }
    }
    return nudges
  }

  var isAwaited: Bool { state.withLock { !$0.waiting.isEmpty } }

  /// - Parameter news: nil: nobody follows the cluster any more.
  func answer(_ news: LiveNews?) {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      if news == nil { state.listener = nil }
      return state.waiting
    }
    for answered in waiting { answered.resume(returning: news) }
  }
}

/// Keeps facts as the cluster is: reads them once, then follows what changes. What is no object is
/// asked for anew when something near it changed, and at calm intervals.
package struct LiveReader: Sendable {
  private let executor: any CommandExecutor
  private let settings: ConsoleSettings
  private let now: @Sendable () -> Date
  private let pace: Pace

  package struct Pace: Sendable {
    /// Several changes that come together are one.
    var settling = Duration.milliseconds(60)
    /// What changed may have its effect a little later than it is seen.
    var echo = Duration.seconds(4)
    /// Before what did not answer is asked once more.
    var again = Duration.seconds(5)
    /// Between two readings of a cluster that cannot be followed.
    var interval = Duration.seconds(15)
    /// Before another way to the server is taken.
    var retry = Duration.milliseconds(500)
    /// What is known by then is handed out.
    var early = Duration.milliseconds(900)
    /// Between two looks at whether the server lives.
    var pulse = Duration.seconds(5)
    /// Tells also that it does, where nothing changed.
    var tellsPulse = false

    package init() {}

    /// For those who judge by the time that passes: nothing is taken for quiet that is only silent.
    package static let watching: Pace = {
      var pace = Pace()
      pace.pulse = .seconds(2)
      pace.tellsPulse = true
      return pace
    }()
  }

  package init(
    executor: any CommandExecutor, settings: ConsoleSettings, pace: Pace = Pace(),
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.executor = executor
    self.settings = settings
    self.now = now
    self.pace = pace
  }

  /// Until the task is cancelled.
  ///
  /// - Parameter onNews: gets everything there is at first, then all anew when something changed.
  package func follow(
    _ names: Set<FactName>, _ nudge: LiveNudge = LiveNudge(),
    onNews: @escaping @Sendable (LiveNews) async -> Void
  ) async {
    var snapshot = ClusterSnapshot()
    snapshot.connection = settings.connection
    var news = LiveNews(snapshot: snapshot, isComplete: false)
    defer { nudge.answer(nil) }
    while !Task.isCancelled {
      news = await ClusterSource(executor, settings.connection).shared(for: .following) {
        [news] source in
        var news = news
        repeat {
          var following = Following(source, settings, names, from: news, now: now, pace: pace)
          if await source.canFollow {
            await following.run(nudge, onNews)
          } else {
            await following.look(nudge, onNews)
          }
          news = following.news
        } while await source.isOpen && !Task.isCancelled
        return news
      }
      try? await Task.sleep(for: pace.retry)
    }
  }
}
