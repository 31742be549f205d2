import Basics

/// The objects of the IP operator's chart. Up to 8.0.0 the operator has another name, other labels
/// and another port than since 9.0.0.
struct IPOperatorChart {
  var chart: ChartReference
  var values: JSONValue

  var manifest: String { chart.number >= Version(9, 0, 0) ? new : old }

  private var image: String {
    let tag = values["image"]["tag"].text ?? chart.imageTag
    return Charts.quoted(.string("ghcr.io/akash-network/provider:\(tag)"))
  }
  private var address: String { Charts.quoted(values["provider_address"]) }

  private var new: String {
    let labels = AkashLabels.of(operator: "ip")
    let settings = [
      "k8s-manifest-ns", "prune-interval", "web-refresh-interval", "retry-delay",
      "event-failure-limit",
    ]
    let environment = settings.map { key in
      let name = "AP_" + key.uppercased().replacing("-", with: "_")
      return
        "        - {name: \(name), valueFrom: {configMapKeyRef: {name: operator-ip, key: \(key)}}}"
    }
    return """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: operator-ip, namespace: akash-services, labels: {\(labels)}}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: operator-ip, namespace: akash-services}
      data:
        event-failure-limit: "3"
        ignore-list-age-limit: 2613600s
        ignore-list-entry-limit: "131072"
        k8s-manifest-ns: lease
        provider-address: \(address)
        prune-interval: 600s
        retry-delay: 3s
        web-refresh-interval: 5s
      ---
      \(AkashLabels.role("akash-operator-ip", account: "operator-ip"))
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: operator-ip, namespace: akash-services, labels: {\(labels)}}
      spec:
        selector: {\(labels)}
        ports: [{name: rest, port: 8080, targetPort: rest}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: operator-ip, namespace: akash-services, labels: {\(labels)}}
      spec:
        replicas: 1
        revisionHistoryLimit: 1
        selector: {matchLabels: {\(labels)}}
        template:
          metadata: {labels: {\(labels)}}
          spec:
            serviceAccountName: operator-ip
            containers:
            - name: operator-ip
              image: \(image)
              args: [provider-services, operator, ip]
              ports: [{name: rest, containerPort: 8080}]
              env:
      \(environment.joined(separator: "\n"))
              - {name: AP_PROVIDER, valueFrom: {configMapKeyRef: {name: operator-ip, key: provider-address}}}
      """
  }

  private var old: String {
    """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: akash-ip-operator, namespace: akash-services}
    ---
    \(AkashLabels.role("akash-ip-op-services", account: "akash-ip-operator"))
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: akash-ip-operator, namespace: akash-services}
    spec:
      selector: {akash.network/component: akash-ip-operator}
      ports: [{name: api, port: 8086}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: akash-ip-operator
      namespace: akash-services
      labels: {akash.network/component: akash-ip-operator}
    spec:
      replicas: 1
      selector: {matchLabels: {app: akash-ip-operator}}
      template:
        metadata:
          labels: {app: akash-ip-operator, akash.network/component: akash-ip-operator}
        spec:
          serviceAccountName: akash-ip-operator
          containers:
          - name: akash-ip-operator
            image: \(image)
            args: [provider-services, ip-operator, --provider, \(address)]
            ports: [{name: api, containerPort: 8086}]
            env:
            - {name: AP_K8S_MANIFEST_NS, value: lease}
            - {name: AP_PRUNE_INTERVAL, value: 600s}
            - {name: AP_WEB_REFRESH_INTERVAL, value: 5s}
            - {name: AP_RETRY_DELAY, value: 3s}
    """
  }
}
