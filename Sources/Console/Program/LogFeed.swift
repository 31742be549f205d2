import IPLeasesCore
import Logs

/// Between the follower and the loop: lines go into the store as they come, from any thread, and the
/// loop gets a view of it now and then.
struct LogFeed: Sendable {
  let store: LogStore
  let inbox: Inbox

  func showStore() { inbox.post(.logsChanged(store.view())) }

  /// The screen is shown as soon as its own lines are filtered.
  func setFilter(_ filter: LogFilter, around top: LogLineID?) {
    store.setFilter(filter, around: top, onScreen: showStore)
    showStore()
  }

  func setFolding(of line: LogLineID, isFolded: Bool) {
    store.setFolding(of: line, isFolded: isFolded)
    showStore()
  }

  /// Gives up when the task is cancelled.
  func find(_ search: LogSearch) {
    let view = store.view()
    let hit = search.hit(in: view)
    if Task.isCancelled { return }
    inbox.post(.logLineFound(hit, of: search))
    let hits = LogHits(
      pattern: search.pattern, lines: view.count(of: search.pattern), takenLines: view.takenLines)
    if Task.isCancelled { return }
    inbox.post(.logHitsCounted(hits))
  }
}
