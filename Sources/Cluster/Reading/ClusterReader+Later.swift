/// Reads that are worth a command, or whose command is known, only once something else was read.
extension ClusterReader {
  struct Later {
    /// Those of them that are read at all must have been.
    var after: Set<FactName>
    var reads: (ClusterSnapshot) -> [Read?]
  }

  func later(_ names: Set<FactName>) -> [Later] {
    let onDemand: [(FactName, Later)] = [
      (.operatorRights, Later(after: [.operatorUsage, .akash]) { [operatorRightsRead($0)] }),
      (
        .leaseStatus,
        Later(after: [.operatorUsage, .akash, .cluster]) { [leaseStatusRead($0)] }
      ),
      (
        .providerVersion,
        Later(after: [.providerStatus, .releases]) { [providerVersionRead($0)] }
      ),
      (.webhookAnswer, Later(after: [.webhook, .pools]) { [webhookAnswerRead($0)] }),
      (.routing, Later(after: [.metallb]) { [routingRead($0)] }),
      (.histories, Later(after: [.releases]) { historyReads($0) }),
      (
        .metallbValues,
        Later(after: [.releases]) { snapshot in
          [
            snapshot.metallbRelease.map {
              valuesRead(release: $0.name, namespace: $0.namespace, to: \.metallbValues)
            }
          ]
        }
      ),
    ]
    return corrections(names) + onDemand.filter { names.contains($0.0) }.map(\.1)
  }

  /// The first reads ask for the usual names, so that nothing waits for anything; what was found
  /// under other names is asked for again.
  private func corrections(_ names: Set<FactName>) -> [Later] {
    var later: [Later] = []
    func add(_ name: FactName, after: FactName, _ read: @escaping (ClusterSnapshot) -> Read?) {
      guard names.contains(name) else { return }
      later.append(Later(after: [name, after]) { [read($0)] })
    }
    add(.providerValues, after: .releases) { snapshot in
      snapshot.unusualProvider.map { valuesRead(release: $0.name, namespace: $0.namespace) }
    }
    add(.providerStatus, after: .releases) { snapshot in
      snapshot.unusualProvider.map {
        statusRead(service: $0.fullName(of: "provider"), namespace: $0.namespace)
      }
    }
    add(.providerLog, after: .releases) { snapshot in
      snapshot.unusualProvider.map {
        providerLogRead(set: $0.fullName(of: "provider"), namespace: $0.namespace)
      }
    }
    add(.akash, after: .releases) { snapshot in
      guard let release = snapshot.unusualProvider,
        release.namespace != ConsoleSettings.akashNamespace
      else { return nil }
      return akashRead(in: release.namespace)
    }
    add(.operatorUsage, after: .akash) { snapshot in
      guard snapshot.operatorUsage.isAbsent, snapshot.ipOperator?.generation == .before9 else {
        return nil
      }
      return usageRead(service: ChartGeneration.before9.usageService)
    }
    add(.operatorLog, after: .akash) { snapshot in
      snapshot.ipOperator?.generation == .before9 ? operatorLogRead(.before9) : nil
    }
    return later
  }
}

extension ClusterSnapshot {
  /// The provider's release, where its name or namespace is not the guide's.
  fileprivate var unusualProvider: Release? {
    providerRelease.flatMap { release in
      let isUsual =
        release.name == "akash-provider" && release.namespace == ConsoleSettings.akashNamespace
      return isUsual ? nil : release
    }
  }
}
