import Basics
import Foundation

/// The objects of the provider's chart (helm-charts: charts/akash-provider). The environment of its
/// process is in the StatefulSet, in a ConfigMap, or in both, by version.
struct ProviderChart {
  var chart: ChartReference
  var values: JSONValue
  var release: String
  var namespace: String

  var manifest: String {
    [access, scripts, mainMap, service, statefulSet].compactMap(\.self)
      .joined(separator: "\n---\n")
  }

  private var hasMainMap: Bool { chart.number >= Version(11, 6, 4) }
  private var hasClaims: Bool { chart.number >= Version(12, 0, 0) }
  private var isSinceNine: Bool { chart.number >= Version(9, 0, 0) }
  private var encrypts: Bool {
    values["letsEncrypt"]["enabled"].flag ?? (chart.number >= Version(12, 1, 3))
  }
  private var name: String { release.contains("provider") ? release : "\(release)-provider" }
  private var scriptsName: String {
    if hasMainMap { return "\(name)-script" }
    return isSinceNine ? "\(name)-scripts" : "\(name)-boot"
  }
  private var tag: String { values["image"]["tag"].text ?? chart.imageTag }

  private var selector: String {
    "app.kubernetes.io/name: provider, app.kubernetes.io/instance: \(Charts.quoted(.string(release)))"
  }
  private var labels: String {
    "helm.sh/chart: \(chart.text), \(selector), app.kubernetes.io/version: \"\(chart.appVersion)\""
  }

  /// Name and value of every setting, by name.
  private var settings: [(name: String, value: String)] {
    func value(_ key: String, or standard: String = "") -> String {
      Charts.quoted(values[key], or: standard)
    }
    let domain = values["domain"].text ?? ""
    return [
      ("AKASH_BID_PRICE_IP_SCALE", value("bidpriceipscale", or: "60")),
      ("AKASH_BOOT_KEYS", "\"/boot-keys\""),
      ("AKASH_CHAIN_ID", value("chainid", or: "akashnet-2")),
      ("AKASH_CLUSTER_K8S", "\"true\""),
      ("AKASH_CLUSTER_PUBLIC_HOSTNAME", Charts.quoted(.string("provider.\(domain)"))),
      ("AKASH_DEBUG", value("debug", or: "false")),
      ("AKASH_DEPLOYMENT_INGRESS_DOMAIN", Charts.quoted(.string("ingress.\(domain)"))),
      ("AKASH_FROM", value("from")),
      ("AKASH_HOME", value("home", or: "/root/.akash")),
      ("AKASH_IP_OPERATOR", value("ipoperator", or: "false")),
      ("AKASH_KEYRING_BACKEND", value("keyringbackend", or: "test")),
      ("AKASH_LOG_LEVEL", "\"info\""),
      ("AKASH_MINIMUM_BALANCE", value("minimumbalance", or: "10000000")),
      ("AKASH_NODE", value("node", or: "http://akash-node-1:26657")),
      ("AKASH_VERSION", Charts.quoted(.string(tag))),
      ("AKASH_WITHDRAWAL_PERIOD", value("withdrawalperiod", or: "1h")),
    ]
  }

  private var access: String {
    """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: \(name), namespace: \(namespace), labels: {\(labels)}}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: \(name)-keys, namespace: \(namespace)}
    type: Opaque
    data:
      key.txt: \(Charts.quoted(values["key"]))
      key-pass.txt: \(Charts.quoted(values["keysecret"]))
    """
  }

  /// The script that registers the provider. The attributes stand in it, so a changed attribute
  /// changes the checksum on the pods and rolls them.
  private var initScript: String {
    var lines = ["#!/bin/bash", "cat > provider.yaml <<EOT"]
    lines.append("host: https://provider.\(values["domain"].text ?? ""):8443")
    lines.append("attributes:")
    for attribute in values["attributes"].items {
      lines.append("  - key: \(attribute["key"].text ?? "")")
      let value = attribute["value"]
      lines.append("    value: \(value.text ?? JSONText.compact(value))")
    }
    lines.append("owner: \(values["from"].text ?? "")")
    lines.append("EOT")
    return lines.joined(separator: "\n") + "\n"
  }

  private var scripts: String {
    var data: JSONValue = [
      "init.sh": .string(initScript), "run.sh": "#!/bin/bash\nexec provider-services run\n",
    ]
    if let script = values["bidpricescript"].text {
      let decoded = Data(base64Encoded: script) ?? Data()
      data["price_script.sh"] = .string(String(decoding: decoded, as: UTF8.self))
    }
    return """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: \(scriptsName), namespace: \(namespace)}
      data: \(JSONText.compact(data))
      """
  }

  private var mainMap: String? {
    guard hasMainMap else { return nil }
    return """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: \(name)-main
        namespace: \(namespace)
        labels: {app: \(name), \(labels)}
      data:
      \(settings.map { "  \($0.name): \($0.value)" }.joined(separator: "\n"))
      """
  }

  private var service: String {
    var ports = ["{name: api, port: 8443, targetPort: api}"]
    if isSinceNine { ports.append("{name: grpc, port: 8444, targetPort: grpc}") }
    if hasClaims, encrypts { ports.append("{name: http-challenge, port: 80, targetPort: 5002}") }
    return """
      apiVersion: v1
      kind: Service
      metadata:
        name: \(name)
        namespace: \(namespace)
        labels: {akash.network: "true", app.kubernetes.io/component: operator, \(labels)}
      spec:
        ports: [\(ports.joined(separator: ", "))]
        selector: {app: \(name), \(selector)}
      """
  }

  private var statefulSet: String {
    let checksum = StableHash.hexadecimal(scripts, digits: 64)
    let image = Charts.quoted(.string("ghcr.io/akash-network/provider:\(tag)"))
    var container: [String] = []
    if hasMainMap { container.append("envFrom: [{configMapRef: {name: \(name)-main}}]") }
    if !hasMainMap || (hasClaims && encrypts) {
      container.append("env:")
      container += settings.map { "- {name: \($0.name), value: \($0.value)}" }
    }
    container.append("ports:")
    container.append("- {name: api, containerPort: 8443}")
    if isSinceNine {
      container += [
        "- {name: grpc, containerPort: 8444}", "livenessProbe:",
        "  exec: {command: [sh, -c, /scripts/liveness_checks.sh]}",
        "  failureThreshold: 1", "  initialDelaySeconds: 240", "  periodSeconds: 30",
        "  successThreshold: 1", "  timeoutSeconds: 30",
      ]
    }
    let claims = """
        volumeClaimTemplates:
        - apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: home}
          spec:
            accessModes: [ReadWriteOnce]
            resources: {requests: {storage: 10Gi}}
            volumeMode: Filesystem
          status: {phase: Pending}
      """
    return """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata:
        name: \(name)
        namespace: \(namespace)
        labels: {app: \(name), \(labels)}
      spec:
        replicas: 1
        serviceName: \(name)
        selector:
          matchLabels: {app: \(name), \(selector)}
      \(hasClaims ? claims : "")
        template:
          metadata:
            annotations: {checksum/cm-\(isSinceNine ? "scripts" : "boot"): "\(checksum)"}
            labels: {app: \(name), \(selector)}
          spec:
            serviceAccountName: \(name)
            initContainers:
            - {name: init, image: \(image), args: [/bin/bash, /scripts/init.sh]}
            containers:
            - name: provider
              image: \(image)
              args: [/bin/bash, /scripts/run.sh]
      \(container.map { "        \($0)" }.joined(separator: "\n"))
      """
  }
}
