import Basics
import Foundation

/// MetalLB as it is found: by Helm or by manifests, under whatever name.
package struct MetalLBInstallation: Hashable, Sendable {
  package var controller: Workload
  package var speaker: Workload?
  /// From the controller's image tag.
  package var version: Version?
  package var versionText: String

  /// The port the controller serves metrics on, and its name in the chart.
  package var metricsPort: Workload.ContainerPort? {
    controller.spec?.template?.spec?.containers?.lazy.compactMap { container in
      container.ports?.first { $0.name == "monitoring" || $0.name == "metricshttps" }
    }.first
  }

  package var isRolledOut: Bool { controller.isRolledOut && (speaker?.isRolledOut ?? false) }
}

/// The Akash IP operator as it is found.
package struct IPOperatorInstallation: Hashable, Sendable {
  package var deployment: Workload
  package var generation: ChartGeneration
  /// The provider address it works for; "" where none was given.
  package var providerAddress: String
  package var pods: [Pod]
}

extension Release {
  /// The charts' name for their objects: the release's name if it contains the chart's, else both
  /// (MetalLB: charts/metallb/templates/_helpers.tpl@v0.14.8, helm-charts: charts/akash-provider).
  package func fullName(of chart: String) -> String {
    name.contains(chart) ? name : "\(name)-\(chart)"
  }
}

extension ClusterSnapshot {
  /// Releases of the provider's chart, whatever their names.
  package var providerReleases: [Release] {
    releases.value?.filter { $0.chartName == "provider" } ?? []
  }

  /// The one release of the provider; nil if there is none or more than one.
  package var providerRelease: Release? {
    providerReleases.count == 1 ? providerReleases.first : nil
  }

  /// MetalLB may be there twice; the one where Akash looks for it is meant.
  package var metallbRelease: Release? {
    let found = releases.value?.filter { $0.chartName == "metallb" } ?? []
    return found.first { $0.namespace == ConsoleSettings.metallbNamespace } ?? found.first
  }

  package var ipOperatorRelease: Release? {
    releases.value?.first { $0.chartName == "akash-ip-operator" }
  }

  package var providerStatefulSet: Workload? {
    guard let release = providerRelease else {
      return providerByHand.flatMap { $0.kind == "statefulset" ? $0.workload : nil }
    }
    return akash.value?.statefulSets.first { $0.metadata.name == release.fullName(of: "provider") }
  }

  package var providerPod: Pod? {
    guard let set = providerStatefulSet else { return nil }
    return akash.value?.pods.first { $0.metadata.name == "\(set.metadata.name)-0" }
  }

  /// A Deployment of MetalLB's controller: the chart's labels, or those of the manifests and of
  /// Kubespray (`app=metallb,component=controller`).
  package var metallbInstallation: MetalLBInstallation? {
    guard let objects = metallb.value,
      let controller = objects.deployments.first(where: { isMetalLB($0, "controller") })
    else { return nil }
    let speaker = objects.daemonSets.first { isMetalLB($0, "speaker") }
    let image = controller.spec?.template?.spec?.containers?.first?.image ?? ""
    let tag = image.prefix { $0 != "@" }.split(separator: ":").last.map(String.init) ?? ""
    return MetalLBInstallation(
      controller: controller, speaker: speaker, version: Version(tag), versionText: tag)
  }

  package var ipOperator: IPOperatorInstallation? {
    guard let objects = akash.value else { return nil }
    for generation in ChartGeneration.allCases {
      guard
        let deployment = objects.deployments.first(where: {
          $0.metadata.name == generation.operatorName
        })
      else { continue }
      let pods = objects.pods(matching: deployment.spec?.selector?.matchLabels ?? [:])
      return IPOperatorInstallation(
        deployment: deployment, generation: generation,
        providerAddress: operatorAddress(deployment, generation, objects), pods: pods)
    }
    return nil
  }

  package func isMetalLB(_ workload: Workload, _ component: String) -> Bool {
    let meta = workload.metadata
    let isChart =
      meta.label("app.kubernetes.io/name") == "metallb"
      && meta.label("app.kubernetes.io/component") == component
    let isManifest = meta.label("app") == "metallb" && meta.label("component") == component
    return isChart || isManifest
  }

  private func operatorAddress(
    _ deployment: Workload, _ generation: ChartGeneration, _ objects: NamespaceObjects
  ) -> String {
    switch generation {
    case .since9:
      let map = objects.configMaps.first { $0.metadata.name == generation.operatorName }
      return map?.data?["provider-address"] ?? ""
    case .before9:
      let arguments = deployment.spec?.template?.spec?.containers?.first?.args ?? []
      guard let flag = arguments.firstIndex(of: "--provider"), flag + 1 < arguments.count else {
        return ""
      }
      return arguments[flag + 1]
    }
  }
}
