import Cluster

extension Session {
  /// Follows the cluster until the task is cancelled: what was read, with what this machine knows of
  /// it, at first and whenever it changed.
  package func follow(
    _ names: Set<FactName>, _ nudge: LiveNudge = LiveNudge(),
    pace: LiveReader.Pace = LiveReader.Pace(),
    onNews: @escaping @Sendable (LiveNews) async -> Void
  ) async {
    await LiveReader(executor: executor, settings: settings, pace: pace).follow(names, nudge) {
      news in
      var news = news
      news.snapshot = seen(news.snapshot)
      await onNews(news)
    }
  }
}
