import Basics
import Execution
import Foundation

/// Brings facts from the cluster with few commands, several of them side by side.
package struct ClusterReader: Sendable {
  let executor: any CommandExecutor
  let settings: ConsoleSettings
  let kubectl: Kubectl
  let helm: Helm
  private let now: @Sendable () -> Date
  private let patience: ReadRound.Patience

  /// More at once do not end sooner on two cores.
  private static let sideBySide = 4
  /// From so many reads on it is worth it to begin with something that they share.
  private static let worthSharing = 3

  package init(
    executor: any CommandExecutor, settings: ConsoleSettings,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.init(executor: executor, settings: settings, now: now, patience: ReadRound.Patience())
  }

  init(
    executor: any CommandExecutor, settings: ConsoleSettings, now: @escaping @Sendable () -> Date,
    patience: ReadRound.Patience
  ) {
    self.executor = executor
    self.settings = settings
    self.now = now
    self.patience = patience
    kubectl = Kubectl(settings.connection)
    helm = Helm(settings.connection)
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
    let batches = self.batches(for: names)
    let single = names.subtracting(batches.flatMap(\.facts)).sorted { cost(of: $0) > cost(of: $1) }
    func reads(where isMeant: (Int) -> Bool) -> [Read] {
      single.filter { isMeant(cost(of: $0)) }.compactMap { read(named: $0, bringing: [$0]) }
    }
    var first = reads { $0 > 6 } + batches.map(\.read) + reads { $0 <= 6 }
    var pending = Set(first.flatMap(\.facts))
    var later = self.later(names)
    /// What waits for nothing any more.
    func ready(_ snapshot: ClusterSnapshot) -> [Read] {
      let due = later.filter { $0.after.isDisjoint(with: pending) }
      later.removeAll { $0.after.isDisjoint(with: pending) }
      return due.flatMap { $0.reads(snapshot) }.compactMap(\.self)
    }
    first += ready(snapshot)
    func run(_ executor: any CommandExecutor) async {
      var round = ReadRound(
        executor: executor, kubectl: kubectl, sideBySide: Self.sideBySide, now: now,
        patience: patience)
      if let onEarly { round.onEarly = { onEarly(addingFiles(names, to: $0)) } }
      await round.run(first, into: &snapshot) { read, snapshot in
        let batch = batches.first { $0.facts == read.facts }
        if let batch, batch.isRefused(snapshot) {
          return batch.facts.compactMap { self.read(named: $0, bringing: [$0]) }
        }
        pending.subtract(read.facts)
        return [read.then(snapshot)].compactMap(\.self) + ready(snapshot)
      }
    }
    if first.count < Self.worthSharing {
      await run(executor)
    } else {
      await executor.together(settings.connection) { await run($0) }
    }
    return addingFiles(names, to: snapshot)
  }

  private func addingFiles(
    _ names: Set<FactName>, to snapshot: ClusterSnapshot
  ) -> ClusterSnapshot {
    var snapshot = snapshot
    if names.contains(.providerFile) { snapshot.providerFile = readProviderFile() }
    if names.contains(.inventory) {
      snapshot.inventory = InventoryReader.read(settings.inventory, at: now())
    }
    return snapshot
  }

  // MARK: What is run

  /// One command and what its result does to the snapshot.
  struct Read: Sendable {
    var command: Command
    /// The facts that are known once it has ended.
    var facts: Set<FactName> = []
    /// What is read as well where that is worth it by what this one brought.
    var then: @Sendable (ClusterSnapshot) -> Read? = { _ in nil }
    var take: @Sendable (inout ClusterSnapshot, Result<CommandResult, UserMessage>, Date) -> Void
  }

  /// The slowest first, so that they do not stand at the end of the row.
  private func cost(of name: FactName) -> Int {
    switch name {
    // Runs a tool whatever the others share.
    case .helmVersion: 10
    case .releases: 9
    case .providerValues, .operatorCharts, .providerCharts, .metallbCharts, .repositories: 8
    case .cluster: 7
    case .metallb, .akash, .kubeProxy, .pools, .permissions, .versions: 6
    default: 1
    }
  }

  private func read(named name: FactName, bringing facts: Set<FactName>) -> Read? {
    var read = read(named: name)
    read?.facts = facts
    return read
  }

  private func read(named name: FactName) -> Read? {
    switch name {
    case .cluster: clusterRead()
    case .metallb:
      objectsRead(
        Self.metallbKinds, in: ConsoleSettings.metallbNamespace, to: \.metallb)
    case .akash: akashRead(in: ConsoleSettings.akashNamespace)
    case .kubeProxy:
      objectsRead(
        ["configmaps", "daemonsets", "pods"], in: "kube-system", to: \.kubeProxy,
        showManagedFields: true)
    case .pools: poolsRead()
    case .releases: jsonRead(helm.list(), to: \.releases)
    case .repositories: jsonRead(helm.repositories(), to: \.repositories)
    case .operatorCharts:
      jsonRead(helm.chartVersions(PublishedChart.ipOperator.name), to: \.operatorCharts)
    case .providerCharts:
      jsonRead(helm.chartVersions(PublishedChart.provider.name), to: \.providerCharts)
    case .metallbCharts:
      jsonRead(helm.chartVersions(PublishedChart.metallb.name), to: \.metallbCharts)
    case .providerValues:
      valuesRead(release: "akash-provider", namespace: ConsoleSettings.akashNamespace)
    case .providerFile, .inventory: nil
    case .playbook:
      settings.inventory == nil
        ? nil
        : textRead(Ansible.version(), to: \.playbook) {
          $0.split(separator: "\n").first.map(String.init)
        }
    case .helmVersion:
      textRead(helm.version(), to: \.helmVersion) { Version($0.trimmingSuffixSpaces) }
    case .versions: versionsRead()
    case .permissions:
      Read(command: kubectl.mayDoEverything()) { snapshot, result, at in
        // kubectl answers "no" with exit code 1.
        guard case .success(let answer) = result else {
          snapshot.permissions = Self.failed(result, at)
          return
        }
        let word = answer.outputText.trimmingSuffixSpaces
        snapshot.permissions =
          word == "yes" || word == "no" ? .known(word == "yes", at: at) : .notRead
      }
    case .leasedIPKind: leasedIPKindRead()
    case .leasedIPs: leasedIPsRead()
    case .operatorUsage: usageRead(service: "operator-ip:rest")
    case .metallbMetrics: metricsRead()
    case .providerStatus:
      statusRead(service: "akash-provider", namespace: ConsoleSettings.akashNamespace)
    case .metallbSurroundings, .metallbConfiguration, .webhook, .announcements, .leaseEndpoints,
      .operatorLog, .providerLog:
      furtherRead(named: name)
    // Whether they are worth a command is known only after others.
    case .operatorRights, .providerVersion, .leaseStatus, .histories, .webhookAnswer, .routing,
      .metallbValues:
      nil
    }
  }

  private func readProviderFile() -> Fact<SecretText> {
    if let obstacle = AtomicFile.obstacle(toWriting: settings.providerFile) {
      return .unreadable(obstacle, at: now())
    }
    do {
      guard let bytes = try AtomicFile.read(settings.providerFile) else {
        return .absent(at: now())
      }
      return .known(SecretText(String(decoding: bytes, as: UTF8.self)), at: now())
    } catch {
      return .unreadable(error, at: now())
    }
  }

  // MARK: Helpers

  func jsonRead<Value: Decodable & Sendable>(
    _ command: Command, to path: any WritableKeyPath<ClusterSnapshot, Fact<Value>> & Sendable
  ) -> Read {
    Read(command: command) { snapshot, result, at in
      snapshot[keyPath: path] = Self.decode(result, command, at, as: Value.self) { $0 }
    }
  }

  func textRead<Value: Sendable>(
    _ command: Command, to path: any WritableKeyPath<ClusterSnapshot, Fact<Value>> & Sendable,
    make: @escaping @Sendable (String) -> Value?
  ) -> Read {
    Read(command: command) { snapshot, result, at in
      guard case .success(let answer) = result, answer.exit.isSuccess else {
        snapshot[keyPath: path] = Self.failed(result, at, command)
        return
      }
      let value = make(answer.outputText)
      let strange = UserMessage("\(command.tool.rawValue) gave an answer that cannot be read.")
      snapshot[keyPath: path] = value.map { .known($0, at: at) } ?? .unreadable(strange, at: at)
    }
  }

  static func failed<Value>(
    _ result: Result<CommandResult, UserMessage>, _ at: Date, _ command: Command? = nil
  ) -> Fact<Value> {
    switch result {
    case .failure(let message): return .unreadable(message, at: at)
    case .success(let answer):
      guard let command else { return .notRead }
      switch ToolFailure.meaning(of: answer, command: command) {
      case .absent: return .absent(at: at)
      case .unreadable(let message): return .unreadable(message, at: at)
      }
    }
  }

  static func decode<Answer: Decodable, Value>(
    _ result: Result<CommandResult, UserMessage>, _ command: Command, _ at: Date,
    as type: Answer.Type, to make: (Answer) -> Value
  ) -> Fact<Value> {
    guard case .success(let answer) = result, answer.exit.isSuccess else {
      return failed(result, at, command)
    }
    do {
      return .known(
        make(try JSONDecoder.withTimes.decode(Answer.self, from: answer.standardOutput)), at: at)
    } catch {
      let beginning = SafeText.line(answer.outputText.prefix(80))
      return .unreadable(
        UserMessage(
          "To \(command.purpose): the answer is not what it should be.",
          reason: "it begins with: \(beginning)",
          advice: "See what \(command.shellText) prints."), at: at)
    }
  }
}

extension String {
  /// Without the line end a tool prints after one word.
  fileprivate var trimmingSuffixSpaces: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}
