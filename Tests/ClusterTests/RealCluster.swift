import Foundation
import IPLeasesCore
import Testing

/// The one real cluster, brought back to its starting state past the program.
struct RealCluster {
  let site: ClusterSite

  init(_ site: ClusterSite) { self.site = site }

  /// Takes away whatever an earlier test left; on a fresh cluster it changes nothing.
  func restore() async throws {
    let list = try await site.read(
      .helm, "list", "--all-namespaces", "--deployed", "--failed", "--pending", "--uninstalling",
      "--max", "0", "-o", "json")
    let releases = try JSONDecoder().decode([Release].self, from: list.standardOutput)
    for release in releases where ["metallb", "akash-ip-operator"].contains(release.chartName) {
      try await site.succeed(.helm, "uninstall", release.name, "-n", release.namespace, "--wait")
    }
    try await site.succeed(
      .kubectl, "delete", "namespace", "metallb-system", "--ignore-not-found", "--wait=true")
    try await restoreKubeProxy()
    let provider = try #require(releases.first { $0.chartName == "provider" })
    try await restore(provider)
  }

  private func restoreKubeProxy() async throws {
    let map = try await site.read(
      .kubectl, "-n", "kube-system", "get", "configmap", "kube-proxy", "-o", "json")
    guard map.outputText.contains("strictARP: true") else { return }
    let old = map.outputText.replacing("strictARP: true", with: "strictARP: false")
    try await site.succeed(.kubectl, "replace", "-f", "-", input: old)
  }

  private func restore(_ provider: Release) async throws {
    let values = try await site.read(
      .helm, "get", "values", provider.name, "-o", "yaml", "-n", provider.namespace)
    if !values.outputText.contains("ipoperator: true"), provider.status == "deployed" { return }
    var lines: [Substring] = []
    var isInAttribute = false
    for line in values.outputText.split(separator: "\n") where line != "ipoperator: true" {
      isInAttribute =
        ["- key: feat-endpoint-ip", "- key: ip-lease"].contains(line)
        || (isInAttribute && line.hasPrefix("  "))
      if !isInAttribute { lines.append(line) }
    }
    try await site.succeed(
      .helm, "upgrade", provider.name, "akash/provider", "--version", provider.chartVersionText,
      "-n", provider.namespace, "--wait", "-f", "-",
      input: lines.joined(separator: "\n") + "\n")
  }
}
