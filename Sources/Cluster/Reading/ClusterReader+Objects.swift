import Basics
import Foundation

/// What kubectl and helm tell of objects and versions.
extension ClusterReader {
  func clusterRead() -> Read {
    let command = kubectl.get(
      Self.clusterKinds, allNamespaces: true,
      purpose: "read the nodes, namespaces and Services")
    return Read(command: command) { snapshot, result, at in
      snapshot.cluster = Self.decode(
        result, command, at, as: ObjectList.self, to: ClusterObjects.init(list:))
    }
  }

  func objectsRead(
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

  func akashRead(in namespace: String) -> Read {
    let command = kubectl.get(
      Self.akashKinds, namespace: namespace, showManagedFields: true,
      purpose: "read the workloads of \(namespace)")
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

  func poolsRead() -> Read {
    let command = kubectl.get(
      Self.poolKinds, namespace: ConsoleSettings.metallbNamespace,
      purpose: "read the pools and advertisements")
    return Read(command: command) { snapshot, result, at in
      snapshot.pools = Self.decode(
        result, command, at, as: ObjectList.self, to: PoolObjects.init(list:))
    }
  }

  func valuesRead(
    release: String, namespace: String,
    to path: any WritableKeyPath<ClusterSnapshot, Fact<SecretText>> & Sendable = \.providerValues
  ) -> Read {
    textRead(helm.values(of: release, namespace: namespace), to: path) { SecretText($0) }
  }

  func versionsRead() -> Read {
    let command = kubectl.version()
    return Read(command: command) { snapshot, result, at in
      snapshot.versions = Self.decode(result, command, at, as: VersionAnswer.self) { answer in
        KubernetesVersions(
          client: answer.clientVersion.gitVersion,
          server: answer.serverVersion.flatMap { Version($0.gitVersion) })
      }
    }
  }

  func leasedIPKindRead() -> Read {
    let command = kubectl.get(
      ["customresourcedefinitions"], names: ["\(Self.leasedIPKind).akash.network"],
      purpose: "read the kind ProviderLeasedIP")
    return Read(command: command) { snapshot, result, at in
      guard case .success(let answer) = result, answer.exit.isSuccess else {
        snapshot.leasedIPKind = Self.failed(result, at, command)
        return
      }
      // With --ignore-not-found a missing object is an empty output and exit code 0.
      snapshot.leasedIPKind =
        answer.standardOutput.isEmpty ? .absent(at: at) : .known(Self.leasedIPKind, at: at)
    }
  }

  func leasedIPsRead() -> Read {
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
}

private struct VersionAnswer: Decodable {
  struct Build: Decodable { var gitVersion: String }
  var clientVersion: Build
  var serverVersion: Build?
}
