import Basics

/// The objects of the hostname operator's chart, which every provider runs.
struct HostnameOperatorChart {
  var chart: ChartReference
  var values: JSONValue

  var manifest: String {
    let isNew = chart.number >= Version(9, 0, 0)
    let name = isNew ? "operator-hostname" : "akash-hostname-operator"
    let labels =
      isNew
      ? AkashLabels.of(operator: "hostname")
      : "app.kubernetes.io/name: akash-hostname-operator, "
        + "app.kubernetes.io/instance: akash-hostname-operator"
    let port =
      isNew
      ? "{name: rest, port: 8080, targetPort: rest}" : "{name: status, port: 8085}"
    let configuration = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: operator-hostname, namespace: akash-services}
      data:
        k8s-manifest-ns: lease
        prune-interval: 600s
        retry-delay: 3s
        web-refresh-interval: 5s
        ingress-mode: gateway-api
        gateway-name: akash-gateway
        gateway-namespace: akash-gateway
      ---

      """
    return (isNew ? configuration : "") + """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: \(name), namespace: akash-services, labels: {\(labels)}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: \(name), namespace: akash-services, labels: {\(labels)}}
      spec:
        selector: {\(labels)}
        ports: [\(port)]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \(name), namespace: akash-services, labels: {\(labels)}}
      spec:
        replicas: 1
        selector: {matchLabels: {\(labels)}}
        template:
          metadata: {labels: {\(labels)}}
          spec:
            serviceAccountName: \(name)
            containers:
            - name: \(name)
              image: "ghcr.io/akash-network/provider:\(chart.imageTag)"
              args: [provider-services, \(isNew ? "operator, hostname" : "hostname-operator")]
              ports: [{name: \(isNew ? "rest" : "status"), containerPort: \(isNew ? 8080 : 8085)}]
      """
  }
}
