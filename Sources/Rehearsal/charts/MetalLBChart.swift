import Basics

/// The objects of MetalLB's chart (MetalLB: charts/metallb/templates).
struct MetalLBChart {
  var chart: ChartReference
  var values: JSONValue
  var release: String
  var namespace: String

  var manifest: String {
    // 0.12 has no kinds and nothing that judges them.
    let parts =
      ["controller", "speaker"].map(access)
      + (hasKinds ? [configuration, webhook] : [inlineConfiguration].compactMap(\.self))
      + [controller, speaker] + (hasKinds ? definitions : [])
    return parts.joined(separator: "\n---\n")
  }

  private var isSecure: Bool { chart.number >= Version(0, 16, 0) }
  private var hasKinds: Bool { chart.number >= Version(0, 13, 0) }
  private var prefix: String { release.contains("metallb") ? release : "\(release)-metallb" }
  private var metricsPort: Int {
    values["prometheus"]["metricsPort"].number ?? (isSecure ? 9120 : 7472)
  }
  private var portName: String { isSecure ? "metricshttps" : "monitoring" }
  private var hasFRR: Bool { values["speaker"]["frr"]["enabled"].flag ?? (!isSecure && hasKinds) }

  private var selector: String {
    "app.kubernetes.io/name: metallb, app.kubernetes.io/instance: \(Charts.quoted(.string(release)))"
  }

  private var labels: String {
    "helm.sh/chart: \(chart.text), \(selector), app.kubernetes.io/version: \(chart.appVersion)"
  }

  private func access(_ part: String) -> String {
    """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: \(prefix)-\(part)
      namespace: \(namespace)
      labels: {\(labels), app.kubernetes.io/component: \(part)}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: "\(prefix):\(part)", labels: {\(labels)}}
    rules:
    - apiGroups: [""]
      resources: [services, services/status, nodes, namespaces, events]
      verbs: ["*"]
    - apiGroups: [metallb.io]
      resources: ["*"]
      verbs: [get, list, watch, update]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: "\(prefix):\(part)", labels: {\(labels)}}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "\(prefix):\(part)"}
    subjects: [{kind: ServiceAccount, name: \(prefix)-\(part), namespace: \(namespace)}]
    """
  }

  /// 0.12's pools, where the values give them.
  private var inlineConfiguration: String? {
    let given = values["configInline"]
    if given.isNull { return nil }
    let data: JSONValue = ["config": .string(YAMLWriter.text(given))]
    return """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: \(prefix), namespace: \(namespace), labels: {\(labels)}}
      data: \(JSONText.compact(data))
      """
  }

  private var configuration: String {
    let excluded = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: metallb-excludel2, namespace: \(namespace), labels: {\(labels)}}
      data:
        excludel2.yaml: |
          announcedInterfacesToExclude: ["^docker.*", "^veth.*", "^lo$", "^cali.*", "^cni.*"]
      """
    guard hasFRR else { return excluded }
    return excluded + "\n" + """
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: \(prefix)-frr-startup, namespace: \(namespace), labels: {\(labels)}}
      data: {daemons: "bgpd=yes\\nbfdd=yes\\n"}
      """
  }

  private var webhook: String {
    let kinds = [
      ("bgppeer", "bgppeers"), ("ipaddresspool", "ipaddresspools"),
      ("bgpadvertisement", "bgpadvertisements"), ("community", "communities"),
      ("bfdprofile", "bfdprofiles"), ("l2advertisement", "l2advertisements"),
    ]
    let policy = Charts.quoted(values["crds"]["validationFailurePolicy"], or: "Fail")
    let hooks = kinds.map { singular, plural in
      let version = singular == "bgppeer" ? "v1beta2" : "v1beta1"
      return """
        - name: \(singular)validationwebhook.metallb.io
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: \(policy)
          timeoutSeconds: 10
          clientConfig:
            caBundle: cmVoZWFyc2Fs
            service:
              name: metallb-webhook-service
              namespace: \(namespace)
              path: /validate-metallb-io-\(version)-\(singular)
              port: 443
          rules:
          - apiGroups: [metallb.io]
            apiVersions: [\(version)]
            operations: [CREATE, UPDATE]
            resources: [\(plural)]
            scope: "*"
        """
    }
    return """
      apiVersion: v1
      kind: Secret
      metadata: {name: metallb-webhook-cert, namespace: \(namespace), labels: {\(labels)}}
      type: Opaque
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: metallb-webhook-service, namespace: \(namespace), labels: {\(labels)}}
      spec:
        ports: [{port: 443, targetPort: 9443, protocol: TCP}]
        selector: {\(selector), app.kubernetes.io/component: controller}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: metallb-webhook-configuration, labels: {\(labels)}}
      webhooks:
      \(hooks.joined(separator: "\n"))
      """
  }

  private var controller: String {
    let tag = Charts.quoted(
      .string(
        "quay.io/metallb/controller:\(values["controller"]["image"]["tag"].text ?? chart.imageTag)")
    )
    return """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: \(prefix)-controller
        namespace: \(namespace)
        labels: {\(labels), app.kubernetes.io/component: controller}
      spec:
        selector:
          matchLabels: {\(selector), app.kubernetes.io/component: controller}
        template:
          metadata:
            labels: {\(selector), app.kubernetes.io/component: controller}
          spec:
            serviceAccountName: \(prefix)-controller
            terminationGracePeriodSeconds: 0
            nodeSelector: {kubernetes.io/os: linux}
            containers:
            - name: controller
              image: \(tag)
              args: [--port=\(metricsPort), --log-level=info]
              env:
              - {name: METALLB_ML_SECRET_NAME, value: \(prefix)-memberlist}
              - {name: METALLB_DEPLOYMENT, value: \(prefix)-controller}
              ports:
              - {name: \(portName), containerPort: \(metricsPort)}
              - {name: webhook-server, containerPort: 9443}
              readinessProbe: {httpGet: {path: /metrics, port: \(portName)}}
      """
  }

  private var speaker: String {
    let ignores = values["speaker"]["ignoreExcludeLB"].flag == true
    let arguments =
      ["--port=\(metricsPort)", "--log-level=info"] + (ignores ? ["--ignore-exclude-lb"] : [])
    let frr = """
            - {name: frr, image: "quay.io/frrouting/frr:9.1.0"}
            - {name: reloader, image: "quay.io/frrouting/frr:9.1.0"}
            - {name: frr-metrics, image: "quay.io/frrouting/frr:9.1.0", args: [--metrics-port=7473]}
      """
    return """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata:
        name: \(prefix)-speaker
        namespace: \(namespace)
        labels: {\(labels), app.kubernetes.io/component: speaker}
      spec:
        selector:
          matchLabels: {\(selector), app.kubernetes.io/component: speaker}
        template:
          metadata:
            labels: {\(selector), app.kubernetes.io/component: speaker}
          spec:
            serviceAccountName: \(prefix)-speaker
            hostNetwork: true
            terminationGracePeriodSeconds: 0
            nodeSelector: {kubernetes.io/os: linux}
            tolerations:
            - {key: node-role.kubernetes.io/master, effect: NoSchedule, operator: Exists}
            - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule, operator: Exists}
            containers:
            - name: speaker
              image: quay.io/metallb/speaker:\(chart.imageTag)
              args: [\(arguments.joined(separator: ", "))]
              env:
              - {name: METALLB_NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
              ports:
              - {name: \(portName), containerPort: \(metricsPort)}
              - {name: memberlist-tcp, containerPort: 7946}
              - {name: memberlist-udp, containerPort: 7946, protocol: UDP}
      \(hasFRR ? frr : "")
      """
  }

  private var definitions: [String] {
    guard values["crds"]["enabled"].flag ?? true else { return [] }
    return ResourceKind.ofMetalLB(chart.number).map(Charts.definition)
  }
}
