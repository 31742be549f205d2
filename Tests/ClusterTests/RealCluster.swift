import Cluster
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

  /// What MetalLB 0.12 leaves when only its programs are removed: its ConfigMap, and Services that
  /// hold the addresses it gave them.
  func makeLegacy() async throws {
    try await site.succeed(.kubectl, "create", "namespace", "metallb-system")
    try await site.succeed(
      .kubectl, "create", "-f", "-",
      input: """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config, namespace: metallb-system}
        data:
          config: |
            address-pools:
            - name: default
              protocol: layer2
              addresses:
              - 194.28.98.216/29
              - 198.51.100.10-198.51.100.20
              avoid-buggy-ips: true
        """)
    for (tenant, address) in Self.tenants {
      let service = """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web-ip","namespace":"\(tenant)",
        "labels":{"akash.network/service-target":"metal-lb"},
        "annotations":{"metallb.universe.tf/allow-shared-ip":"\(tenant)"}},
        "spec":{"type":"LoadBalancer","selector":{"a":"b"},"ports":[{"name":"p","port":80}]}}
        """
      try await site.succeed(.kubectl, "create", "namespace", tenant)
      try await site.succeed(.kubectl, "create", "-f", "-", input: service)
      let status = #"{"status":{"loadBalancer":{"ingress":[{"ip":"\#(address)"}]}}}"#
      let live = try await site.read(
        .kubectl, "-n", tenant, "get", "service", "web-ip", "-o", "json")
      var object = try #require(
        try JSONSerialization.jsonObject(with: live.standardOutput) as? [String: Any])
      object["status"] =
        (try JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any])?["status"]
      let whole = try JSONSerialization.data(withJSONObject: object)
      try await site.succeed(
        .kubectl, "replace", "--raw", "/api/v1/namespaces/\(tenant)/services/web-ip/status", "-f",
        "-", input: String(decoding: whole, as: UTF8.self))
    }
  }

  func forgetTenants() async throws {
    for (tenant, _) in Self.tenants {
      try await site.succeed(.kubectl, "delete", "namespace", tenant, "--wait=true")
    }
  }

  private static let tenants = [("tenant-a", "198.51.100.14"), ("tenant-b", "194.28.98.219")]

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
        [
          "- key: feat-endpoint-ip", "- key: ip-lease", "- key: capabilities/ip-lease",
        ].contains(line)
        || (isInAttribute && line.hasPrefix("  "))
      if !isInAttribute { lines.append(line) }
    }
    try await site.succeed(
      .helm, "upgrade", provider.name, "akash/provider", "--version", provider.chartVersionText,
      "-n", provider.namespace, "--wait", "-f", "-",
      input: lines.joined(separator: "\n") + "\n")
  }
}
