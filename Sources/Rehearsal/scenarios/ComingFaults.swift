extension RehearsalState {
  /// Works out everything up to `now`, with the faults that begin by then.
  mutating func live(to now: Double) {
    while let next = comingFaults?.filter({ $0.at <= now }).min(by: { $0.at < $1.at }) {
      advance(to: next.at)
      comingFaults?.removeAll { $0 == next }
      StartingFaults.named(next.word)?.happen(&self)
    }
    advance(to: now)
  }
}
