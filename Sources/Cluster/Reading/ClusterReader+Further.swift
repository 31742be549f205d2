import Basics
import Execution

/// The facts only checks and remedies look at.
extension ClusterReader {
  /// Lines of a log that are looked at. A locked operator writes two each three seconds: most of an
  /// hour of them.
  private static let operatorLines = 2_000
  private static let providerLines = 200

  func furtherRead(named name: FactName) -> Read? {
    switch name {
    case .metallbSurroundings: surroundingsRead()
    case .metallbConfiguration: configurationRead()
    case .webhook: webhookRead()
    case .announcements: announcementsRead()
    case .leaseEndpoints: leaseEndpointsRead()
    case .operatorLog: operatorLogRead(.since9)
    case .providerLog:
      providerLogRead(set: "akash-provider", namespace: ConsoleSettings.akashNamespace)
    default: nil
    }
  }

  private func surroundingsRead() -> Read {
    let command = kubectl.get(
      Self.surroundingKinds,
      namespace: ConsoleSettings.metallbNamespace,
      purpose: "read the events and network policies of \(ConsoleSettings.metallbNamespace)")
    return Read(command: command) { snapshot, result, at in
      snapshot.metallbSurroundings = Self.decode(
        result, command, at, as: ObjectList.self, to: MetalLBSurroundings.init(list:))
    }
  }

  private func configurationRead() -> Read {
    textRead(
      kubectl.manifests(
        Self.configurationKinds, namespace: ConsoleSettings.metallbNamespace,
        purpose: "read MetalLB's configuration whole"),
      to: \.metallbConfiguration
    ) { SecretText($0) }
  }

  private func webhookRead() -> Read {
    let command = kubectl.get(
      [Self.webhookKind],
      names: [Self.webhookName], purpose: "read MetalLB's webhook configuration")
    return Read(command: command) { snapshot, result, at in
      // With --ignore-not-found a missing object is an empty output and exit code 0.
      if case .success(let answer) = result, answer.exit.isSuccess, answer.standardOutput.isEmpty {
        snapshot.webhook = .absent(at: at)
        return
      }
      snapshot.webhook = Self.decode(result, command, at, as: WebhookConfiguration.self) { $0 }
    }
  }

  private func announcementsRead() -> Read {
    let command = kubectl.get(
      [Self.announcementKind], allNamespaces: true,
      purpose: "read which node answers for which Service")
    return Read(command: command) { snapshot, result, at in
      snapshot.announcements = Self.decode(result, command, at, as: ObjectList.self) { list in
        list.items.compactMap { if case .l2Status(let status) = $0 { status } else { nil } }
      }
    }
  }

  private func leaseEndpointsRead() -> Read {
    let command = kubectl.get(
      ["endpointslices"], allNamespaces: true,
      selector: "akash.network/service-target=metal-lb",
      purpose: "read what stands behind the leased addresses")
    return Read(command: command) { snapshot, result, at in
      snapshot.leaseEndpoints = Self.decode(result, command, at, as: ObjectList.self) { list in
        list.items.compactMap { if case .endpointSlice(let slice) = $0 { slice } else { nil } }
      }
    }
  }

  func operatorLogRead(_ generation: ChartGeneration) -> Read {
    textRead(
      kubectl.logs(
        of: "deployment/\(generation.operatorName)", namespace: ConsoleSettings.akashNamespace,
        lines: Self.operatorLines),
      to: \.operatorLog
    ) { OperatorLogLine.parse($0, limit: Self.operatorLines) }
  }

  func providerLogRead(set: String, namespace: String) -> Read {
    textRead(
      kubectl.logs(
        of: "statefulset/\(set)", container: "provider", namespace: namespace,
        lines: Self.providerLines),
      to: \.providerLog
    ) { OperatorLogLine.parse($0, limit: Self.providerLines) }
  }

  /// Only a locked operator's rights are worth a command: an open barrier proves them.
  func operatorRightsRead(_ snapshot: ClusterSnapshot) -> Read? {
    if case .totals? = snapshot.operatorUsage.value { return nil }
    guard let found = snapshot.ipOperator else { return nil }
    let account = "\(ConsoleSettings.akashNamespace):\(found.generation.operatorName)"
    let command = kubectl.may(
      "list", "providerleasedips.akash.network", namespace: "lease", account: account)
    return Read(command: command) { snapshot, result, at in
      guard case .success(let answer) = result else {
        snapshot.operatorRights = Self.failed(result, at, command)
        return
      }
      // kubectl answers "no" with exit code 1; other lines are warnings.
      switch answer.outputText.split(whereSeparator: \.isNewline).last {
      case "yes": snapshot.operatorRights = .known(true, at: at)
      case "no": snapshot.operatorRights = .known(false, at: at)
      default: snapshot.operatorRights = Self.failed(result, at, command)
      }
    }
  }

  /// The operator's word about one lease; only where it serves and there is a lease.
  func leaseStatusRead(_ snapshot: ClusterSnapshot) -> Read? {
    guard case .totals? = snapshot.operatorUsage.value, let found = snapshot.ipOperator,
      let service = snapshot.leaseServices.first
    else { return nil }
    let lease = ["owner", "dseq", "gseq", "oseq"].compactMap {
      service.metadata.label("akash.network/lease.id.\($0)")
    }
    guard lease.count == 4 else { return nil }
    let command = kubectl.raw(
      Self.proxyPath(
        found.generation.usageService, ConsoleSettings.akashNamespace,
        "ip-lease-status/\(lease.joined(separator: "/"))"),
      purpose: "ask the IP operator about a lease")
    return Read(command: command) { snapshot, result, at in
      guard case .success(let answer) = result else {
        snapshot.leaseStatus = Self.failed(result, at, command)
        return
      }
      let isError = !answer.exit.isSuccess && answer.errorText.contains("(InternalError)")
      snapshot.leaseStatus =
        answer.exit.isSuccess || isError
        ? .known(!isError, at: at) : Self.failed(result, at, command)
    }
  }

  /// Only a provider whose `/status` keeps quiet is asked this too.
  func providerVersionRead(_ snapshot: ClusterSnapshot) -> Read? {
    guard snapshot.providerStatus.value == nil, let release = snapshot.providerRelease else {
      return nil
    }
    let service = release.fullName(of: "provider")
    return textRead(
      kubectl.raw(
        Self.proxyPath("https:\(service):8443", release.namespace, "version"),
        purpose: "ask the provider for its version"),
      to: \.providerVersion
    ) { $0 }
  }

  /// The API server's proxy takes the way its calls of the webhook take. Whatever the server there
  /// says of a path that is not its own, it answers.
  func webhookAnswerRead(_ snapshot: ClusterSnapshot) -> Read? {
    guard let target = snapshot.webhook.value?.proxyTarget else { return nil }
    let command = kubectl.raw(
      Self.proxyPath(target.service, target.namespace, ""),
      purpose: "see whether MetalLB's webhook answers")
    return Read(command: command, then: webhookTrialRead) { snapshot, result, at in
      guard case .success(let answer) = result else {
        snapshot.webhookAnswer = Self.failed(result, at, command)
        return
      }
      let text = answer.errorText
      let isCut =
        text.contains("error trying to reach service") || text.contains("no endpoints available")
      if isCut || answer.exit == .timedOut {
        let reason = ToolFailure.reason(in: answer, redaction: Redaction()) ?? "no answer in time"
        let isRefused = reason.contains("connection refused")
        snapshot.webhookAnswer = .known(isRefused ? .hidden : .unreachable(reason), at: at)
      } else if answer.exit.isSuccess || text.hasPrefix("Error from server") {
        snapshot.webhookAnswer =
          text.contains("(Forbidden)") ? Self.failed(result, at, command) : .known(.answers, at: at)
      } else {
        snapshot.webhookAnswer = Self.failed(result, at, command)
      }
    }
  }

  /// Where the look was refused, a change of a pool tells, which the API server shows to the webhook
  /// and does not keep. Only what it says of the webhook is taken.
  private func webhookTrialRead(_ snapshot: ClusterSnapshot) -> Read? {
    guard snapshot.webhookAnswer.value == .hidden, let pool = snapshot.pools.value?.pools.first,
      let hooks = snapshot.webhook.value?.webhooks, !hooks.contains(where: \.letsThrough)
    else { return nil }
    let command = kubectl.tryOut(
      pool: pool.metadata.name,
      namespace: pool.metadata.namespace ?? ConsoleSettings.metallbNamespace)
    return Read(command: command) { snapshot, result, at in
      guard case .success(let answer) = result else { return }
      // Other webhooks have their say too.
      let isItsOwn = hooks.contains { answer.errorText.contains("webhook \"\($0.name)\"") }
      if answer.exit.isSuccess || isItsOwn && answer.errorText.contains("denied the request") {
        snapshot.webhookAnswer = .known(.answers, at: at)
      } else if isItsOwn, ToolFailure.isWebhookNotReady(answer) {
        let reason = ToolFailure.reason(in: answer, redaction: Redaction()) ?? "no reason"
        snapshot.webhookAnswer = .known(.unreachable(reason), at: at)
      }
    }
  }

  /// Only names: a BGPPeer may hold a password.
  func routingRead(_ snapshot: ClusterSnapshot) -> Read? {
    guard snapshot.legacyConfigMap != nil else { return nil }
    let command = kubectl.names(
      of: ["bgppeers.metallb.io", "bfdprofiles.metallb.io", "communities.metallb.io"],
      namespace: ConsoleSettings.metallbNamespace,
      purpose: "read which BGP objects there are")
    return textRead(command, to: \.routing) { text in
      Set(text.split(whereSeparator: \.isNewline).map(String.init))
    }
  }

  /// One command for each release that is looked at.
  func historyReads(_ snapshot: ClusterSnapshot) -> [Read] {
    let releases =
      [snapshot.metallbRelease, snapshot.ipOperatorRelease].compactMap(\.self)
      + snapshot.providerReleases
    return releases.map { release in
      let command = helm.history(of: release.name, namespace: release.namespace)
      return Read(command: command) { snapshot, result, at in
        let read = Self.decode(result, command, at, as: [Revision].self) {
          [release.name: $0]
        }
        guard var all = snapshot.histories.value, let more = read.value else {
          if snapshot.histories.value == nil { snapshot.histories = read }
          return
        }
        all.merge(more) { $1 }
        snapshot.histories = .known(all, at: at)
      }
    }
  }
}
