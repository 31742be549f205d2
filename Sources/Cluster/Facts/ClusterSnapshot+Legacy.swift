extension ClusterSnapshot {
  /// The ConfigMap MetalLB 0.12 is configured by. By manifests it is called `config`; the chart
  /// called it after its release.
  package var legacyConfigMap: ConfigMap? {
    let maps = (metallb.value?.configMaps ?? []).filter { $0.data?[ConfigMap.metallbKey] != nil }
    return maps.first { $0.metadata.name == "config" }
      ?? maps.first { map in
        let text = map.data?[ConfigMap.metallbKey] ?? ""
        return text.contains("address-pools") || text.contains("peers")
      }
  }
}

extension ConfigMap {
  /// The key MetalLB 0.12 reads (metallb: controller/main.go).
  package static let metallbKey = "config"
}
