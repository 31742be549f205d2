import IPLeasesCore

/// Between the follower and the loop: lines go into the store as they come, from any thread, and the
/// loop gets a view of it now and then.
struct LogFeed: Sendable {
  let store: LogStore
  let inbox: Inbox

  func showStore() { inbox.post(.logsChanged(store.view())) }

  func setFilter(_ filter: LogFilter) {
    store.setFilter(filter)
    showStore()
  }

  func setFolding(of line: LogLineID, isFolded: Bool) {
    store.setFolding(of: line, isFolded: isFolded)
    showStore()
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
