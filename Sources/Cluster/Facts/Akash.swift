extension FactName {
  /// Deployments, StatefulSets, ConfigMaps, Pods and EndpointSlices of `akash-services`, and of the
  /// namespace of the provider where that is another.
  package static let akash = FactName("akash")
}

extension ClusterSnapshot {
  package var akash: Fact<NamespaceObjects> {
    get { self[.akash] }
    set { self[.akash] = newValue }
  }
}

extension FactDefinition {
  static let akash: FactDefinition = {
    var definition = listed(
      .akash, listings(in: ConsoleSettings.akashNamespace),
      purpose: "read the workloads of \(ConsoleSettings.akashNamespace)",
      make: NamespaceObjects.init(listed:))
    definition.change { listed in
      listed.showsManagedFields = true
      listed.further = { snapshot in
        guard let release = snapshot.unusualProvider,
          release.namespace != ConsoleSettings.akashNamespace
        else { return [] }
        return listings(in: release.namespace)
      }
      listed.add = { snapshot, further in
        guard var objects = snapshot.akash.value, case .known(let more, let at) = further else {
          return
        }
        objects.add(NamespaceObjects(listed: more))
        snapshot.akash = .known(objects, at: at)
      }
    }
    return definition
  }()

  private static func listings(in namespace: String) -> [Listing] {
    [.deployments, .statefulSets, .configMaps, .pods, .endpointSlices].map {
      Listing($0, in: namespace)
    }
  }
}

extension ClusterSnapshot {
  /// The provider's release, where its name or namespace is not the guide's.
  var unusualProvider: Release? {
    providerRelease.flatMap { release in
      let isUsual =
        release.name == "akash-provider" && release.namespace == ConsoleSettings.akashNamespace
      return isUsual ? nil : release
    }
  }
}
