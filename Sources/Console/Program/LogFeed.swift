import IPLeasesCore

/// Between the follower and the loop: lines go into the store as they come, from any thread, and the
/// loop gets a view of it now and then.
struct LogFeed: Sendable {
  let store: LogStore
  let inbox: Inbox

  /// Views are not made faster than frames are.
  private static let interval = Duration.milliseconds(100)

  /// Follows until the task is cancelled.
  func follow(_ service: any ConsoleService) async {
    let (signals, signal) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await service.followLogs { news in
          switch news {
          case .lines(let events):
            store.take(events)
            signal.yield()
          case .redaction, .unread: inbox.post(.logNews(news))
          }
        }
      }
      group.addTask {
        for await _ in signals {
          inbox.post(.logsChanged(store.view()))
          do { try await Task.sleep(for: Self.interval) } catch { return }
        }
      }
    }
  }

  func setFilter(_ filter: LogFilter) {
    store.setFilter(filter)
    inbox.post(.logsChanged(store.view()))
  }

  func setFolding(of line: LogLineID, isFolded: Bool) {
    store.setFolding(of: line, isFolded: isFolded)
    inbox.post(.logsChanged(store.view()))
  }

  func count(_ pattern: LogPattern) {
    let view = store.view()
    let hits = LogHits(
      pattern: pattern, lines: view.count(of: pattern), takenLines: view.takenLines)
    inbox.post(.logHitsCounted(hits))
  }
}

/// What following the logs brings.
package enum LogNews: Sendable {
  case lines([LogEvent])
  /// What must be hidden in every line; comes before the first of them.
  case redaction(Redaction)
  /// Sources that cannot be read at present.
  case unread([LogFollower.Problem])
}
