import Foundation

/// Brings facts from the cluster with few commands, several of them side by side.
package struct ClusterReader: Sendable {
  let executor: any CommandExecutor
  private let settings: ConsoleSettings
  let kubectl: Kubectl
  let helm: Helm
  private let now: @Sendable () -> Date

  /// More at once do not end sooner on two cores.
  private static let sideBySide = 4

  package init(
    executor: any CommandExecutor, settings: ConsoleSettings,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.executor = executor
    self.settings = settings
    self.now = now
    kubectl = Kubectl(settings.connection)
    helm = Helm(settings.connection)
  }

  /// Reads the named facts and leaves the others of `base` as they are. Never throws: what cannot
  /// be read says so in its fact.
  package func read(
    _ names: Set<FactName>, onto base: ClusterSnapshot = ClusterSnapshot()
  ) async -> ClusterSnapshot {
    var snapshot = base
    var single = names
    var first: [Read?] = []
    let batches = self.batches(for: names)
    for batch in batches {
      single.subtract(batch.facts)
      first.append(batch.read)
    }
    first =
      single.filter { cost(of: $0) > 6 }.sorted { cost(of: $0) > cost(of: $1) }
      .map { read(named: $0) } + first
    first += single.filter { cost(of: $0) <= 6 }.sorted { cost(of: $0) > cost(of: $1) }
      .map { read(named: $0) }
    if await run(first, into: &snapshot) {
      let apart = batches.filter { $0.isRefused(snapshot) }.flatMap(\.facts)
      await run(apart.map { read(named: $0) }, into: &snapshot)
      await run(corrections(names, snapshot), into: &snapshot)
    }
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
    var take: @Sendable (inout ClusterSnapshot, Result<CommandResult, UserMessage>, Date) -> Void
  }

  /// - Returns: false where the cluster does not answer: another round would only wait as long.
  @discardableResult
  private func run(_ reads: [Read?], into snapshot: inout ClusterSnapshot) async -> Bool {
    await ReadRound(executor: executor, kubectl: kubectl, sideBySide: Self.sideBySide, now: now)
      .run(reads.compactMap(\.self), into: &snapshot)
  }

  /// The slowest first, so that they do not stand at the end of the row.
  private func cost(of name: FactName) -> Int {
    switch name {
    case .releases: 9
    case .providerValues, .operatorCharts, .repositories: 8
    case .cluster: 7
    case .metallb, .akash, .kubeProxy, .pools: 6
    default: 1
    }
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
      jsonRead(helm.chartVersions("akash/akash-ip-operator"), to: \.operatorCharts)
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
    case .metallbSurroundings, .webhook, .announcements, .leaseEndpoints, .operatorLog,
      .providerLog:
      furtherRead(named: name)
    // Whether they are worth a command is known only after the first round.
    case .operatorRights, .providerVersion, .leaseStatus, .histories, .webhookAnswer, .routing: nil
    }
  }

  /// The first round asks for the usual names, so that nothing waits for anything; what was found
  /// under other names is asked for again.
  private func corrections(_ names: Set<FactName>, _ snapshot: ClusterSnapshot) -> [Read?] {
    var reads: [Read?] = []
    if let release = snapshot.providerRelease {
      let isUsual =
        release.name == "akash-provider" && release.namespace == ConsoleSettings.akashNamespace
      if !isUsual {
        if names.contains(.providerValues) {
          reads.append(valuesRead(release: release.name, namespace: release.namespace))
        }
        if names.contains(.providerStatus) {
          reads.append(
            statusRead(service: release.fullName(of: "provider"), namespace: release.namespace))
        }
        if names.contains(.providerLog) {
          reads.append(
            providerLogRead(set: release.fullName(of: "provider"), namespace: release.namespace))
        }
        if names.contains(.akash), release.namespace != ConsoleSettings.akashNamespace {
          reads.append(akashRead(in: release.namespace))
        }
      }
    }
    if names.contains(.operatorUsage), snapshot.operatorUsage.isAbsent,
      let generation = snapshot.ipOperator?.generation, generation == .before9
    {
      reads.append(usageRead(service: generation.usageService))
    }
    if names.contains(.operatorLog), snapshot.ipOperator?.generation == .before9 {
      reads.append(operatorLogRead(.before9))
    }
    if names.contains(.operatorRights) { reads.append(operatorRightsRead(snapshot)) }
    if names.contains(.leaseStatus) { reads.append(leaseStatusRead(snapshot)) }
    if names.contains(.providerVersion) { reads.append(providerVersionRead(snapshot)) }
    if names.contains(.webhookAnswer) { reads.append(webhookAnswerRead(snapshot)) }
    if names.contains(.routing) { reads.append(routingRead(snapshot)) }
    if names.contains(.histories) { reads += historyReads(snapshot) }
    return reads
  }

  // MARK: One read each

  private func clusterRead() -> Read {
    let command = kubectl.get(
      Self.clusterKinds, allNamespaces: true,
      purpose: "read the nodes, namespaces and Services")
    return Read(command: command) { snapshot, result, at in
      snapshot.cluster = Self.decode(
        result, command, at, as: ObjectList.self, to: ClusterObjects.init(list:))
    }
  }

  private func objectsRead(
    _ kinds: [String], in namespace: String,
    to path: any WritableKeyPath<ClusterSnapshot, Fact<NamespaceObjects>> & Sendable,
    showManagedFields: Bool = false
  ) -> Read {
    let command = kubectl.get(
      kinds, namespace: namespace, showManagedFields: showManagedFields,
      purpose: "read the workloads of \(namespace)")
    return Read(command: command) { snapshot, result, at in
      snapshot[keyPath: path] = Self.decode(
        result, command, at, as: ObjectList.self, to: NamespaceObjects.init(list:))
    }
  }

  private func akashRead(in namespace: String) -> Read {
    let command = kubectl.get(
      Self.akashKinds, namespace: namespace, purpose: "read the workloads of \(namespace)")
    return Read(command: command) { snapshot, result, at in
      let found = Self.decode(
        result, command, at, as: ObjectList.self, to: NamespaceObjects.init(list:))
      // A provider in another namespace: its objects join those of the operators.
      if var objects = snapshot.akash.value, let further = found.value {
        objects.add(further)
        snapshot.akash = .known(objects, at: at)
      } else {
        snapshot.akash = found
      }
    }
  }

  private func poolsRead() -> Read {
    let command = kubectl.get(
      Self.poolKinds, namespace: ConsoleSettings.metallbNamespace,
      purpose: "read the pools and advertisements")
    return Read(command: command) { snapshot, result, at in
      snapshot.pools = Self.decode(
        result, command, at, as: ObjectList.self, to: PoolObjects.init(list:))
    }
  }

  private func valuesRead(release: String, namespace: String) -> Read {
    textRead(helm.values(of: release, namespace: namespace), to: \.providerValues) {
      SecretText($0)
    }
  }

  private func versionsRead() -> Read {
    let command = kubectl.version()
    return Read(command: command) { snapshot, result, at in
      snapshot.versions = Self.decode(result, command, at, as: VersionAnswer.self) { answer in
        KubernetesVersions(
          client: answer.clientVersion.gitVersion,
          server: answer.serverVersion.flatMap { Version($0.gitVersion) })
      }
    }
  }

  private func leasedIPKindRead() -> Read {
    let command = kubectl.get(
      ["customresourcedefinitions.apiextensions.k8s.io"],
      names: [Self.leasedIPKind], purpose: "read the kind ProviderLeasedIP")
    return Read(command: command) { snapshot, result, at in
      guard case .success(let answer) = result, answer.exit.isSuccess else {
        snapshot.leasedIPKind = Self.failed(result, at, command)
        return
      }
      // With --ignore-not-found a missing object is an empty output and exit code 0.
      snapshot.leasedIPKind =
        answer.standardOutput.isEmpty ? .absent(at: at) : .known("providerleasedips", at: at)
    }
  }

  private func leasedIPsRead() -> Read {
    let command = kubectl.get(
      [Self.leasedIPKind], allNamespaces: true,
      purpose: "read what the provider has leased")
    return Read(command: command) { snapshot, result, at in
      snapshot.leasedIPs = Self.decode(result, command, at, as: ObjectList.self) { list in
        list.items.compactMap { item in
          if case .leasedIP(let leased) = item { leased } else { nil }
        }
      }
    }
  }

  private func usageRead(service: String) -> Read {
    let command = kubectl.raw(
      Self.proxyPath(service, ConsoleSettings.akashNamespace, "usage"),
      purpose: "ask the IP operator for its totals")
    return Read(command: command) { snapshot, result, at in
      if case .success(let answer) = result, !answer.exit.isSuccess,
        Self.saysLocked(answer.errorText + answer.outputText)
      {
        snapshot.operatorUsage = .known(.locked, at: at)
        return
      }
      snapshot.operatorUsage = Self.decode(result, command, at, as: UsageAnswer.self) {
        .totals(available: $0.available, inUse: $0.inUse)
      }
    }
  }

  private func metricsRead() -> Read {
    let command = kubectl.raw(
      Self.proxyPath("controller:monitoring", ConsoleSettings.metallbNamespace, "metrics"),
      purpose: "read MetalLB's metrics")
    return textRead(command, to: \.metallbMetrics) { text in
      MetalLBMetrics(
        total: Self.gauge("metallb_allocator_addresses_total", in: text),
        inUse: Self.gauge("metallb_allocator_addresses_in_use_total", in: text),
        isStale: text.split(separator: "\n").contains { line in
          line.hasPrefix("metallb_k8s_client_config_stale_bool") && line.hasSuffix(" 1")
        })
    }
  }

  private func statusRead(service: String, namespace: String) -> Read {
    let command = kubectl.raw(
      Self.proxyPath("https:\(service):8443", namespace, "status"),
      purpose: "ask the provider for its status")
    return Read(command: command) { snapshot, result, at in
      snapshot.providerStatus = Self.decode(result, command, at, as: StatusAnswer.self) {
        ProviderStatus(address: $0.address, leases: $0.cluster?.leases)
      }
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

  /// The address of a Service's port behind the API server.
  package static func proxyPath(_ service: String, _ namespace: String, _ path: String) -> String {
    "/api/v1/namespaces/\(namespace)/services/\(service)/proxy/\(path)"
  }

  /// The operator answers 503 to everything while its barrier is locked
  /// (provider: operator/ip/operator.go); a Service without endpoints gives 503 too, in other words.
  private static func saysLocked(_ text: String) -> Bool {
    let is503 =
      text.contains("(ServiceUnavailable)") || text.contains("unable to handle the request")
    return is503 && !text.contains("no endpoints available")
  }

  /// A gauge of pool `default` in Prometheus' text format.
  private static func gauge(_ name: String, in text: String) -> Int? {
    let start = "\(name){pool=\"\(ConsoleSettings.poolName)\"}"
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(start) }) else {
      return nil
    }
    return line.split(separator: " ").last.flatMap { Double($0) }.flatMap { Int(exactly: $0) }
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
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      return .known(make(try decoder.decode(Answer.self, from: answer.standardOutput)), at: at)
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

private struct VersionAnswer: Decodable {
  struct Build: Decodable { var gitVersion: String }
  var clientVersion: Build
  var serverVersion: Build?
}

private struct UsageAnswer: Decodable {
  var available: Int
  var inUse: Int

  enum CodingKeys: String, CodingKey {
    case available = "Available"
    case inUse = "InUse"
  }
}

private struct StatusAnswer: Decodable {
  struct Cluster: Decodable { var leases: Int? }
  var cluster: Cluster?
  var address: String?
}

extension String {
  /// Without the line end a tool prints after one word.
  fileprivate var trimmingSuffixSpaces: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}
