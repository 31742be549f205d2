import Addresses
import Basics

extension ClusterSnapshot {
  /// How MetalLB came into the cluster; nil where it is not there.
  package var wayFound: Way? {
    if metallbRelease != nil { return .helm }
    guard releases.value != nil, let found = metallbInstallation else { return nil }
    // The manifests Kubespray lays down carry this label, the chart's do not.
    return found.controller.metadata.label("app") == "metallb" ? .kubespray : nil
  }

  package func way(_ settings: ConsoleSettings) -> Way { settings.way ?? wayFound ?? .helm }

  /// Why a way is not for this cluster; nil where it may be chosen.
  package func obstacle(to way: Way, _ settings: ConsoleSettings) -> String? {
    switch (way, wayFound) {
    case (.helm, .kubespray):
      "MetalLB came by manifests; a Helm release beside them would fight over the same kinds"
    case (.kubespray, .helm):
      "MetalLB came by Helm; Kubespray would lay a second one beside it"
    case (.kubespray, nil) where settings.inventory == nil:
      "no inventory was named: --inventory FILE"
    case (.helm, _), (.kubespray, _): nil
    }
  }

  /// Which variables Kubespray reads: as chosen, as its checkout shows, or as the MetalLB it has
  /// brought shows (kubespray: 0.12.1 up to v2.21, 0.13.9 since v2.22).
  package func kubesprayForm(_ settings: ConsoleSettings) -> KubesprayForm? {
    if let chosen = settings.kubesprayForm ?? inventory.value?.checkout?.form { return chosen }
    guard wayFound == .kubespray, let version = metallbInstallation?.version else { return nil }
    return version < Version(0, 13, 0) ? .old : .new
  }
}

extension ConsoleSettings {
  /// Where no ranges were given, those the inventory has already.
  package func withRanges(of snapshot: ClusterSnapshot) -> ConsoleSettings {
    guard poolRanges.isEmpty, let form = snapshot.kubesprayForm(self),
      let ranges = snapshot.inventory.value?.ranges(ofPool: Self.poolName, form)
    else { return self }
    var settings = self
    settings.poolRanges = ranges.map(PoolEntry.init)
    return settings
  }
}
