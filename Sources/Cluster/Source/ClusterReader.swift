import Basics
import Execution
import Foundation

/// Brings facts from the cluster with few questions, several of them side by side.
package struct ClusterReader: Sendable {
  private let source: ClusterSource
  private let settings: ConsoleSettings
  private let now: @Sendable () -> Date
  private let patience: ReadRound.Patience

  /// Processes of tools: more at once do not end sooner on two cores.
  private static let toolsSideBySide = 4
  /// Questions over one way to the server, where only the line takes time.
  private static let questionsSideBySide = 32
  /// From so many reads on it is worth it to begin with something that they share.
  private static let worthSharing = 3

  package init(
    executor: any CommandExecutor, settings: ConsoleSettings,
    now: (@Sendable () -> Date)? = nil
  ) {
    let now = now ?? { executor.readDate ?? Date() }
    self.init(executor: executor, settings: settings, now: now, patience: ReadRound.Patience())
  }

  init(
    executor: any CommandExecutor, settings: ConsoleSettings, now: @escaping @Sendable () -> Date,
    patience: ReadRound.Patience
  ) {
    self.init(
      ClusterSource(executor, settings.connection), settings, now: now, patience: patience)
  }

  package init(
    _ source: ClusterSource, _ settings: ConsoleSettings, now: @escaping @Sendable () -> Date
  ) {
    self.init(source, settings, now: now, patience: ReadRound.Patience())
  }

  private init(
    _ source: ClusterSource, _ settings: ConsoleSettings, now: @escaping @Sendable () -> Date,
    patience: ReadRound.Patience
  ) {
    self.source = source
    self.settings = settings
    self.now = now
    self.patience = patience
  }

  /// Reads the named facts and leaves the others of `base` as they are. Never throws: what cannot
  /// be read says so in its fact.
  ///
  /// - Parameter onEarly: gets what is known so far, each second until that is all.
  package func read(
    _ names: Set<FactName>, onto base: ClusterSnapshot = ClusterSnapshot(),
    onEarly: (@Sendable (ClusterSnapshot) -> Void)? = nil
  ) async -> ClusterSnapshot {
    var snapshot = base
    snapshot.connection = settings.connection
    let definitions = AllFacts.definitions.filter { names.contains($0.name) }
    let batches = Batch.of(definitions)
    var later = questions(of: definitions)
    var first = firstReads(of: definitions, batches, snapshot)
    var pending = Set(first.flatMap(\.facts))
    /// What waits for nothing any more.
    func ready(_ snapshot: ClusterSnapshot) -> [Read] {
      let due = later.filter { $0.after.isDisjoint(with: pending) }
      later.removeAll { $0.after.isDisjoint(with: pending) }
      return due.flatMap { $0.reads(snapshot, settings) }
    }
    first += ready(snapshot)
    func run(_ source: ClusterSource) async {
      var round = ReadRound(
        source: source,
        sideBySide: source.access == nil ? Self.toolsSideBySide : Self.questionsSideBySide,
        now: now, patience: patience)
      if let onEarly { round.onEarly = { onEarly(addingFiles(definitions, to: $0)) } }
      await round.run(first, into: &snapshot) { read, snapshot in
        let batch = batches.first { $0.facts == read.facts }
        if let batch, batch.isRefused(snapshot) {
          return batch.definitions.flatMap { Batch([$0]).read.map { [$0] } ?? [] }
        }
        pending.subtract(read.facts)
        return [read.then(snapshot)].compactMap(\.self) + ready(snapshot)
      }
    }
    // What was recorded is known by the paths of the API server alone.
    if first.count < Self.worthSharing, source.executor.readDate == nil {
      await run(source)
    } else {
      await source.shared { await run($0) }
    }
    return addingFiles(definitions, to: snapshot)
  }

  private func addingFiles(
    _ definitions: [FactDefinition], to snapshot: ClusterSnapshot
  ) -> ClusterSnapshot {
    var snapshot = snapshot
    for definition in definitions {
      if case .local(let read) = definition.making { read(&snapshot, settings, now()) }
    }
    return snapshot
  }

  // MARK: What is read

  /// The slowest first, so that they do not stand at the end of the row.
  private func firstReads(
    of definitions: [FactDefinition], _ batches: [Batch], _ snapshot: ClusterSnapshot
  ) -> [Read] {
    var asked: [(cost: Int, read: Read)] = []
    for definition in definitions {
      guard case .asked(let questions) = definition.making else { continue }
      for question in questions where question.after.isEmpty {
        for var read in question.reads(snapshot, settings) {
          read.facts = [definition.name]
          asked.append((definition.cost, read))
        }
      }
    }
    asked.sort { $0.cost > $1.cost }
    let slow = asked.filter { $0.cost > Batch.cost }.map(\.read)
    let quick = asked.filter { $0.cost <= Batch.cost }.map(\.read)
    return slow + batches.compactMap(\.read) + quick
  }

  private func questions(of definitions: [FactDefinition]) -> [FactDefinition.Question] {
    definitions.flatMap { definition -> [FactDefinition.Question] in
      switch definition.making {
      case .asked(let questions): questions.filter { !$0.after.isEmpty }
      case .listed(let listed): [listed.furtherQuestion(definition.name)]
      case .local: []
      }
    }
  }
}

/// Facts of one namespace, or of all, that come together: one call of a tool costs more than what it
/// reads. A cluster without one of the kinds, or a user who may not read one, gets nothing of it: its
/// facts are then read apart.
private struct Batch {
  var definitions: [FactDefinition]
  private var listed: [FactDefinition.Listed]

  /// As that of other reads.
  static let cost = 6

  init(_ definitions: [FactDefinition]) {
    self.definitions = definitions
    listed = definitions.compactMap { definition in
      if case .listed(let listed) = definition.making { listed } else { nil }
    }
  }

  static func of(_ definitions: [FactDefinition]) -> [Batch] {
    var batches: [[FactDefinition]] = []
    for definition in definitions {
      guard case .listed(let listed) = definition.making else { continue }
      let place = batches.firstIndex { others in
        others.allSatisfy { other in
          guard case .listed(let beside) = other.making else { return false }
          return listed.joins(beside)
        }
      }
      if let place { batches[place].append(definition) } else { batches.append([definition]) }
    }
    return batches.map { Batch($0) }
  }

  var facts: Set<FactName> { Set(definitions.map(\.name)) }

  var read: Read? {
    guard let first = listed.first else { return nil }
    var listings: [Listing] = []
    for listing in listed.flatMap(\.listings) where !listings.contains(listing) {
      listings.append(listing)
    }
    let request = ClusterRead.objects(
      listings, showManagedFields: listed.contains(where: \.showsManagedFields),
      purpose: first.purpose)
    var read = Read(request) { snapshot, answer in
      for listed in listed { listed.take(&snapshot, answer.objects(listed.listings)) }
    }
    read.facts = facts
    return read
  }

  func isRefused(_ snapshot: ClusterSnapshot) -> Bool {
    guard definitions.count > 1, let first = definitions.first else { return false }
    switch snapshot.reading(of: first.name) {
    // A kind is missing, or may not be read: one of several spoils it for all.
    case .unreadable(let problem): return problem.obstacle == .rights
    case .done: return definitions.allSatisfy { snapshot.isAbsent($0.name) }
    case .notRead: return false
    }
  }
}

extension FactDefinition.Listed {
  /// They come with one call.
  fileprivate func joins(_ other: Self) -> Bool {
    if isApart || other.isApart { return listings == other.listings }
    return listings.first?.namespace == other.listings.first?.namespace
  }

  fileprivate func furtherQuestion(_ name: FactName) -> FactDefinition.Question {
    FactDefinition.Question(after: [name, .releases]) { [self] snapshot, _ in
      let more = further(snapshot)
      guard !more.isEmpty else { return [] }
      let request = ClusterRead.objects(
        more, showManagedFields: showsManagedFields, purpose: purpose)
      return [
        Read(request) { snapshot, answer in add(&snapshot, answer.objects(more)) }
      ]
    }
  }
}

extension Answer {
  fileprivate func objects(_ listings: [Listing]) -> Fact<ListedObjects> {
    guard case .objects(let objects) = reply else { return failed() }
    return .known(objects.only(listings), at: at)
  }
}
