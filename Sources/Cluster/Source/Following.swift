import Basics
import Execution
import Foundation

/// One way to the API server, for as long as it lasts. What comes of it is taken one after another.
struct Following {
  private let source: ClusterSource
  private let settings: ConsoleSettings
  private let now: @Sendable () -> Date
  private let pace: LiveReader.Pace
  private let definitions: [FactDefinition]
  private let names: Set<FactName>

  private(set) var news: LiveNews
  private var objects = LiveObjects()
  private var watched: Set<Listing> = []
  /// Since when each of them gets no answer.
  private var silent: [Listing: LiveNews.Lost] = [:]
  /// Since when the server itself gives no sign of life: a watch cannot tell that from quiet.
  private var stopped: LiveNews.Lost?
  private var readAtIntervals: Set<Listing> = []
  /// When each fact that is asked for is asked for next.
  private var due: [FactName: ContinuousClock.Instant] = [:]
  private var isAsking = false
  private var isSettling = false
  /// When the facts were brought up to date last.
  private var settledAt: ContinuousClock.Instant?
  /// Everything that is asked for has been answered once, on this way.
  private var hasAnswers = false
  /// The lists have all come once, on this way.
  private var isListed = false
  private var alarm: ContinuousClock.Instant?

  private enum Event: Sendable {
    case object(Listing, ObjectWatch.News)
    case releasesChanged
    case settled
    case answered(Set<FactName>, ClusterSnapshot)
    case early
    case earlyAnswer(ClusterSnapshot)
    case alarm
    case pulse(UserMessage?)
    case nudged
    case ended
  }

  init(
    _ source: ClusterSource, _ settings: ConsoleSettings, _ names: Set<FactName>,
    from news: LiveNews, now: @escaping @Sendable () -> Date, pace: LiveReader.Pace
  ) {
    self.source = source
    self.settings = settings
    self.names = names
    self.news = news
    self.now = now
    self.pace = pace
    definitions = AllFacts.definitions.filter { names.contains($0.name) }
  }

  // MARK: Following

  /// Until the way is gone, or everything is to be read anew.
  mutating func run(
    _ nudge: LiveNudge, _ onNews: @escaping @Sendable (LiveNews) async -> Void
  ) async {
    let (events, feed) = AsyncStream.makeStream(of: Event.self)
    news.hasPulse = true
    // Asked before this reading began: it is the answer.
    var isAwaited = nudge.isAwaited
    await withTaskGroup(of: Void.self) { group in
      watch(listings, &group, feed)
      if names.contains(.releases), source.keepsReleases {
        group.addTask { [source] in
          await ReleaseWatch(source: source) { feed.yield(.releasesChanged) }.run()
        }
      }
      let nudges = nudge.listen()
      group.addTask {
        for await _ in nudges { feed.yield(.nudged) }
      }
      group.addTask { [source, pace] in
        while (try? await Task.sleep(for: pace.pulse)) != nil {
          let problem = await source.silence
          feed.yield(.pulse(problem))
        }
      }
      // Where nothing is listed there is nothing to wait for.
      if listings.isEmpty { feed.yield(.settled) }
      wait(pace.early, .early, &group, feed)
      events: for await event in events {
        switch event {
        case .object(let listing, let news): take(news, of: listing, &group, feed)
        case .releasesChanged: mark([.releases])
        case .settled:
          isSettling = false
          settledAt = .now
          if settle(&group, feed) { await send(onNews) }
        case .early:
          guard !isListed, !news.isComplete else { break }
          objects.settle(&news.snapshot, definitions, at: now())
          await send(onNews)
        case .earlyAnswer(let snapshot):
          var early = news
          early.snapshot = snapshot
          if !news.isComplete { await onNews(early) }
        case .answered(let names, let snapshot):
          isAsking = false
          let isChanged = take(snapshot, names)
          if isAwaited || isChanged { await send(onNews) }
        case .alarm: alarm = nil
        case .pulse(let problem):
          let wasStopped = stopped != nil
          stopped = problem.map { stopped ?? LiveNews.Lost(since: now(), problem: $0) }
          // A server that goes on as before brought nothing.
          let isChanged = wasStopped != (stopped != nil) && settle(&group, feed)
          if isChanged || pace.tellsPulse && news.isComplete { await send(onNews) }
        case .nudged:
          if !isAwaited { break events }
        case .ended: break events
        }
        if isListed { ask(&group, feed) }
        if isAwaited, !isAsking, news.lost != nil || isListed && news.isComplete {
          nudge.answer(news)
          isAwaited = false
        }
      }
      group.cancelAll()
    }
  }

  private var listings: [Listing] {
    definitions.flatMap { definition -> [Listing] in
      guard case .listed(let listed) = definition.making else { return [] }
      return listed.listings + listed.further(news.snapshot)
    }
  }

  private var asked: [FactDefinition] {
    definitions.filter { if case .listed = $0.making { false } else { true } }
  }

  private mutating func watch(
    _ listings: [Listing], _ group: inout TaskGroup<Void>, _ feed: AsyncStream<Event>.Continuation
  ) {
    for listing in listings where watched.insert(listing).inserted {
      let watch = ObjectWatch(listing: listing, source: source) {
        feed.yield(.object(listing, $0))
      }
      group.addTask {
        await watch.run()
        feed.yield(.ended)
      }
    }
  }

  private func wait(
    _ duration: Duration, _ event: Event, _ group: inout TaskGroup<Void>,
    _ feed: AsyncStream<Event>.Continuation
  ) {
    group.addTask {
      try? await Task.sleep(for: duration)
      feed.yield(event)
    }
  }

  // MARK: Objects

  private mutating func take(
    _ change: ObjectWatch.News, of listing: Listing, _ group: inout TaskGroup<Void>,
    _ feed: AsyncStream<Event>.Continuation
  ) {
    switch change {
    case .listed(let all): objects.replace(listing, by: all)
    case .changed(let object): objects.put(object, in: listing)
    case .deleted(let object): objects.remove(object, of: listing)
    case .failed(let trouble): objects.fail(listing, trouble)
    case .readAtIntervals: readAtIntervals.insert(listing)
    case .answers:
      guard silent.removeValue(forKey: listing) != nil else { return }
    case .silent(let problem):
      guard silent[listing] == nil else { return }
      silent[listing] = LiveNews.Lost(since: now(), problem: problem)
    }
    guard !isSettling else { return }
    isSettling = true
    // After a time of quiet the first change is told at once.
    let rest = settledAt.map { max(.zero, pace.settling - $0.duration(to: .now)) }
    wait(rest ?? pace.settling, .settled, &group, feed)
  }

  /// Brings the facts up to date.
  ///
  /// - Returns: whether there is something to tell.
  private mutating func settle(
    _ group: inout TaskGroup<Void>, _ feed: AsyncStream<Event>.Continuation
  ) -> Bool {
    let lost = (silent.values + [stopped].compactMap(\.self)).min { $0.since < $1.since }
    let isOther = (lost == nil) != (news.lost == nil)
    if isOther {
      news.lost = lost
      if lost == nil { mark(Set(asked.map(\.name))) }
    }
    guard isListed || listings.allSatisfy(objects.isKnown) else { return isOther }
    let before = news.snapshot
    objects.settle(&news.snapshot, definitions, at: now())
    let changed = news.snapshot.differing(from: before)
    if isListed {
      markNear(changed)
    } else {
      isListed = true
      mark(Set(asked.map(\.name)))
      if asked.isEmpty { news.isComplete = true }
    }
    // A provider in a namespace of its own brings more.
    watch(listings, &group, feed)
    return isOther || !changed.isEmpty
  }

  // MARK: Asking

  private mutating func mark(_ names: Set<FactName>, after delay: Duration = .zero) {
    let moment = ContinuousClock.now + delay
    for name in names where self.names.contains(name) {
      due[name] = min(due[name] ?? moment, moment)
    }
  }

  private mutating func markNear(_ changed: Set<FactName>) {
    var near = Set(asked.filter { !$0.near.isDisjoint(with: changed) }.map(\.name))
    // Where helm's own records cannot be followed, what it changes tells of it.
    if !source.keepsReleases, !changed.isDisjoint(with: [.metallb, .akash]) {
      near.formUnion(names.intersection([.releases]))
    }
    mark(near)
    echoes.formUnion(near)
  }

  /// Those that are asked for once more a little later.
  private var echoes: Set<FactName> = []

  private mutating func ask(
    _ group: inout TaskGroup<Void>, _ feed: AsyncStream<Event>.Continuation
  ) {
    guard !isAsking, news.lost == nil else { return }
    let moment = ContinuousClock.now
    let names = Set(due.filter { $0.value <= moment }.keys)
    if names.isEmpty {
      guard let next = due.values.min(), alarm.map({ next < $0 }) ?? true else { return }
      alarm = next
      wait(moment.duration(to: next), .alarm, &group, feed)
      return
    }
    for name in names { due[name] = nil }
    isAsking = true
    let reader = ClusterReader(source, settings, now: now)
    group.addTask { [snapshot = news.snapshot] in
      let answered = await reader.read(names, onto: snapshot) { feed.yield(.earlyAnswer($0)) }
      feed.yield(.answered(names, answered))
    }
  }

  private mutating func take(_ answered: ClusterSnapshot, _ names: Set<FactName>) -> Bool {
    let before = news.snapshot
    news.snapshot.take(names, from: answered)
    let changed = news.snapshot.differing(from: before)
    // What is near one another was asked for together.
    if hasAnswers { markNear(changed) }
    hasAnswers = true
    for definition in asked where names.contains(definition.name) {
      if let calm = calm(of: definition) { mark([definition.name], after: calm) }
    }
    mark(echoes.intersection(names), after: pace.echo)
    echoes.subtract(names)
    let isFirst = !news.isComplete
    news.isComplete = true
    return isFirst || !changed.isEmpty
  }

  /// What does not answer is not left for long: nothing near it may change when it answers again.
  private func calm(of definition: FactDefinition) -> Duration? {
    guard let calm = definition.calm,
      case .unreadable(let problem) = news.snapshot.reading(of: definition.name),
      problem.obstacle != .rights
    else { return definition.calm }
    return min(calm, pace.again)
  }

  private mutating func send(_ onNews: @Sendable (LiveNews) async -> Void) async {
    let kinds = Set(readAtIntervals.map(\.resource.name)).sorted().joined(separator: ", ")
    news.atIntervals = kinds.isEmpty ? nil : "this user may list but not watch: \(kinds)"
    await onNews(news)
  }

  // MARK: Reading at intervals

  /// Where it cannot be followed: reads everything once, and waits until it is time again.
  mutating func look(
    _ nudge: LiveNudge, _ onNews: @escaping @Sendable (LiveNews) async -> Void
  ) async {
    let reader = ClusterReader(source, settings, now: now)
    let (early, feed) = AsyncStream.makeStream(of: ClusterSnapshot.self)
    let names = names
    var news = news
    news.atIntervals = "the API server cannot be followed from here"
    news.hasPulse = false
    await withTaskGroup(of: ClusterSnapshot.self) { group in
      group.addTask { [snapshot = news.snapshot] in
        defer { feed.finish() }
        return await reader.read(names, onto: snapshot) { feed.yield($0) }
      }
      for await snapshot in early where !news.isComplete {
        var partial = news
        partial.snapshot = snapshot
        await onNews(partial)
      }
      if let snapshot = await group.next() { news.snapshot = snapshot }
    }
    guard !Task.isCancelled else { return }
    news.isComplete = true
    if nudge.isAwaited { nudge.answer(news) }
    let problem = news.snapshot.cluster.problem
    let isSilent = problem?.obstacle == .silence
    news.lost = isSilent ? news.lost ?? problem.map { .init(since: now(), problem: $0) } : nil
    self.news = news
    await onNews(news)
    await withTaskGroup(of: Void.self) { [pace] group in
      let nudges = nudge.listen()
      group.addTask { for await _ in nudges { return } }
      group.addTask { try? await Task.sleep(for: pace.interval) }
      await group.next()
      group.cancelAll()
    }
  }
}

/// Tells that helm has written a revision: by the names of its Secrets, not by what is in them.
struct ReleaseWatch: Sendable {
  let source: ClusterSource
  let onChange: @Sendable () -> Void

  private static let path = "/api/v1/secrets?labelSelector=owner%3Dhelm"
  private static let metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
  private static let pause = Duration.seconds(2)

  func run() async {
    while !Task.isCancelled, await source.isOpen {
      if let version = await source.resourceVersion(of: Self.path) {
        _ = await source.follow(
          "\(Self.path)&watch=1&resourceVersion=\(version)&timeoutSeconds=1800",
          accept: Self.metadata
        ) { _ in onChange() }
      }
      guard !Task.isCancelled else { return }
      try? await Task.sleep(for: Self.pause)
      // What came between is not known.
      onChange()
    }
  }
}
