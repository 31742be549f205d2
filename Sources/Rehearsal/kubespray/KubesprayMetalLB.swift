import Basics

/// MetalLB as Kubespray's role leaves it: 0.13.9 by manifests, with names and labels of its own.
enum KubesprayMetalLB {
  static let version = "v0.13.9"

  /// - Parameter tag: of its images, which is all that `metallb_version` changes.
  static func objects(tag: String = version) -> [JSONValue] {
    let definitions = ResourceKind.ofMetalLB(Version(0, 13, 9)).map(Charts.definition)
    let manifest = manifest.replacing(":\(version)", with: ":\(tag)")
    guard
      let objects = try? YAMLDocument.json(
        in: ([manifest] + definitions).joined(separator: "\n---\n"))
    else { preconditionFailure("Kubespray's manifest of MetalLB is not YAML") }
    return objects
  }

  private static let manifest = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: metallb-system
      labels:
        pod-security.kubernetes.io/audit: privileged
        pod-security.kubernetes.io/enforce: privileged
        pod-security.kubernetes.io/warn: privileged
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: webhook-service, namespace: metallb-system}
    spec:
      ports: [{port: 443, targetPort: 9443, protocol: TCP}]
      selector: {component: controller}
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: metallb-webhook-configuration}
    webhooks:
    - name: ipaddresspoolvalidationwebhook.metallb.io
      admissionReviewVersions: [v1]
      sideEffects: None
      failurePolicy: Fail
      clientConfig:
        caBundle: cmVoZWFyc2Fs
        service:
          name: webhook-service
          namespace: metallb-system
          path: /validate-metallb-io-v1beta1-ipaddresspool
          port: 443
      rules:
      - apiGroups: [metallb.io]
        apiVersions: [v1beta1]
        operations: [CREATE, UPDATE]
        resources: [ipaddresspools]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: controller, namespace: metallb-system, labels: {app: metallb, component: controller}}
    spec:
      revisionHistoryLimit: 3
      selector: {matchLabels: {app: metallb, component: controller}}
      template:
        metadata:
          annotations: {prometheus.io/port: "7472", prometheus.io/scrape: "true"}
          labels: {app: metallb, component: controller}
        spec:
          serviceAccountName: controller
          terminationGracePeriodSeconds: 0
          containers:
          - name: controller
            image: quay.io/metallb/controller:v0.13.9
            args: [--port=7472, --log-level=info]
            ports:
            - {name: monitoring, containerPort: 7472}
            - {name: webhook-server, containerPort: 9443}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: speaker, namespace: metallb-system, labels: {app: metallb, component: speaker}}
    spec:
      selector: {matchLabels: {app: metallb, component: speaker}}
      template:
        metadata: {labels: {app: metallb, component: speaker}}
        spec:
          serviceAccountName: speaker
          hostNetwork: true
          terminationGracePeriodSeconds: 0
          containers:
          - name: speaker
            image: quay.io/metallb/speaker:v0.13.9
            args: [--port=7472, --log-level=info]
            ports:
            - {name: monitoring, containerPort: 7472}
            - {name: memberlist-tcp, containerPort: 7946}
    """
}
