import Basics

/// The starting states. Each is made by the commands an admin would have run, in the past.
enum Scenarios {
  static func make(_ start: RehearsalStart, now: Double) -> RehearsalState {
    let day = 86400.0
    let minute = 60.0
    var state = RehearsalState(scenario: start.scenario, time: now - 40 * day)
    state.startedWith = start.faults.isEmpty ? nil : start.faults
    addBase(&state)
    if start.scenario == .noHelm { addProviderByHand(&state) } else { addProvider(&state) }
    switch start.scenario {
    case .fresh, .oldCharts, .k3s, .noHelm: break
    case .kubespray: addMetalLBByKubespray(&state)
    case .legacy:
      addLeases(&state)
      addLegacyConfiguration(&state)
    case .enabled, .barrier, .upgrade:
      state.advance(to: now - 30 * day)
      enable(&state)
      state.advance(to: now - 6 * day)
      addLeases(&state)
    }
    let calls = start.faults.compactMap(StartingFaults.called)
    for fault in calls.filter({ $0.after == nil }).map(\.fault).sorted(by: { $0.age > $1.age }) {
      state.advance(to: now - fault.age)
      fault.happen(&state)
    }
    if start.scenario == .barrier {
      state.advance(to: now - 40 * minute)
      state.startOperatorBeforeDNS()
      state.restartProviderInPlace()
    }
    if start.scenario == .upgrade {
      state.advance(to: now - 25 * minute)
      upgradeMetalLB(&state)
    }
    state.advance(to: now)
    let later = calls.compactMap { call in
      call.after.map { ComingFault(word: call.fault.word, at: now + $0) }
    }
    state.comingFaults = later.isEmpty ? nil : later
    return state
  }

  private static func addBase(_ state: inout RehearsalState) {
    create(state.scenario == .k3s ? k3sNode : node, in: &state)
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
      create("apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name)}", in: &state)
    }
    create(state.scenario == .k3s ? k3sSystemObjects : systemObjects, in: &state)
    let custom = ["akash.network", "gateway.networking.k8s.io"]
    let isOld = state.scenario == .oldCharts
    for kind in ResourceKind.all where custom.contains(kind.group) {
      if isOld, kind.group == custom[1] { continue }
      create(Charts.definition(kind), in: &state)
    }
    create(
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: akash-services, labels: {akash.network/name: akash-services, akash.network: "true"}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: lease, labels: {akash.network: "true"}}
      """, in: &state)
  }

  private static func addProvider(_ state: inout RehearsalState) {
    let isOld = state.scenario == .oldCharts
    let operatorVersion = isOld ? "8.0.0" : "19.0.2"
    helm(["repo", "add", "akash", "https://akash-network.github.io/helm-charts"], &state)
    helm(
      [
        "install", "akash-hostname-operator", "akash/akash-hostname-operator", "--version",
        operatorVersion, "-n", "akash-services",
      ], &state)
    helm(
      [
        "install", "akash-provider", "akash/provider", "--version", isOld ? "8.0.3" : "19.0.2",
        "-f", "provider.yaml", "-n", "akash-services",
      ], &state, values: providerValues)
  }

  private static func addMetalLBByKubespray(_ state: inout RehearsalState) {
    for object in KubesprayMetalLB.objects() {
      guard let kind = ResourceKind.of(object) else { continue }
      state.create(object, kind, manager: "kubectl-client-side-apply")
    }
    state.advance(to: state.time + 30)
  }

  /// The hostname operator and the provider as their charts make them, laid down without Helm.
  private static func addProviderByHand(_ state: inout RehearsalState) {
    guard let values = try? YAMLDocument.json(in: providerValues).first else { return }
    let hostname = ChartReference(name: "akash-hostname-operator", version: "19.0.2")
    let provider = ChartReference(name: "provider", version: "19.0.2")
    for (chart, release) in [(hostname, hostname.name), (provider, "akash-provider")] {
      for object in Charts.render(
        chart, values, release: release, namespace: Names.akash)
      {
        guard let kind = ResourceKind.of(object) else { continue }
        var object = object
        object["metadata"]["labels"]["helm.sh/chart"] = .null
        state.create(object, kind, manager: "kubectl-create")
      }
    }
    state.advance(to: state.time + 30)
  }

  private static func enable(_ state: inout RehearsalState) {
    create(
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: metallb-system
        labels:
          pod-security.kubernetes.io/audit: privileged
          pod-security.kubernetes.io/enforce: privileged
          pod-security.kubernetes.io/warn: privileged
      """, in: &state)
    helm(["repo", "add", "metallb", "https://metallb.github.io/metallb"], &state)
    helm(
      [
        "install", "metallb", "metallb/metallb", "--version", "0.14.8", "--set",
        "speaker.ignoreExcludeLB=true", "-n", "metallb-system",
      ], &state)
    kubectl(
      [
        "-n", "metallb-system", "expose", "deployment", "metallb-controller", "--name=controller",
        #"--overrides={"spec":{"ports":[{"protocol":"TCP","name":"monitoring","port":7472}]}}"#,
      ], &state)
    kubectl(["create", "-f", "-"], &state, standardInput: pool)
    installOperator("19.0.2", &state)
    upgradeProvider(enabledValues, &state)
    let configuration = proxyConfiguration.replacing(
      "strictARP: false", with: "strictARP: true")
    let patch: JSONValue = [
      ["op": "replace", "path": "/data/config.conf", "value": .string(configuration)]
    ]
    kubectl(
      ["-n", "kube-system", "patch", "configmap", "kube-proxy", "--type=json"], &state,
      standardInput: JSONText.compact(patch))
    kubectl(["-n", "kube-system", "rollout", "restart", "daemonset/kube-proxy"], &state)
  }

  /// What MetalLB 0.12 leaves when only its programs are removed.
  private static func addLegacyConfiguration(_ state: inout RehearsalState) {
    create("apiVersion: v1\nkind: Namespace\nmetadata: {name: metallb-system}", in: &state)
    create(legacyConfiguration, in: &state)
    // 0.12 gave addresses in no order that could be guessed today.
    let addresses = ["198.51.100.14", "194.28.98.219", "198.51.100.11"]
    let services = state.stored("services").filter { $0["spec"]["type"].text == "LoadBalancer" }
    for (service, address) in zip(services, addresses) {
      let metadata = service["metadata"]
      var new = service
      new["status"]["loadBalancer"] = ["ingress": [["ip": .string(address), "ipMode": "VIP"]]]
      state.update(
        ObjectKey("services", metadata["namespace"].text ?? "", metadata["name"].text ?? ""),
        to: new, manager: "controller")
    }
  }

  static func addLeases(_ state: inout RehearsalState) {
    let leases = [
      ("0c5lgm6i0mpk3rnoiqpm2ko4h4aim5jsj9qqjv3jdsj7k", "web", 8080, "19123456", "myendpoint"),
      ("4r9vd2p7q1xk8s3mz6tnwy5cg0hb2fj7ls4ue9ia1qo6k", "api", 443, "19150021", "apiendpoint"),
      ("9b3xq7t2m5kz1w8rn4vh6sd0yc5pl2gj7fu9ea3io1t4k", "game", 25565, "19188310", "minecraft"),
    ]
    let owner = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"
    for (namespace, service, port, sequence, endpoint) in leases {
      create(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: \(namespace), labels: {akash.network: "true"}}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: \(service)-ip-\(port)-tcp
          namespace: \(namespace)
          labels:
            akash.network: "true"
            akash.network/service-target: metal-lb
            akash.network/lease.id.owner: \(owner)
            akash.network/lease.id.dseq: "\(sequence)"
            akash.network/lease.id.gseq: "1"
            akash.network/lease.id.oseq: "1"
            akash.network/lease.id.provider: \(Names.providerAddress)
          annotations:
            metallb.universe.tf/allow-shared-ip: \(owner)-ip-\(endpoint)
        spec:
          type: LoadBalancer
          selector: {akash.network/manifest-service: \(service)}
          ports: [{name: 0-\(service), port: \(port), targetPort: \(port), protocol: TCP}]
        ---
        apiVersion: akash.network/v2beta2
        kind: ProviderLeasedIP
        metadata:
          name: \(owner)-ip-\(endpoint)-tcp-\(port)
          namespace: lease
          labels: {akash.network: "true", akash.network/manifest-service: \(service)}
        spec:
          lease_id: {owner: \(owner), dseq: "\(sequence)", gseq: 1, oseq: 1, provider: \(Names.providerAddress)}
          service_name: \(service)
          port: \(port)
          external_port: \(port)
          sharing_key: \(owner)-ip-\(endpoint)
          protocol: TCP
        ---
        apiVersion: akash.network/v2beta2
        kind: Manifest
        metadata: {name: \(namespace), namespace: lease, labels: {akash.network: "true"}}
        spec:
          lease_id: {owner: \(owner), dseq: "\(sequence)", gseq: 1, oseq: 1, provider: \(Names.providerAddress)}
          group:
            name: dcloud
            services:
            - name: \(service)
              image: example.org/\(service):1
              count: 1
              expose: [{port: \(port), external_port: \(port), proto: TCP, global: true, ip: \(endpoint)}]
        """, in: &state)
    }
  }

  // MARK: Changes that faults make again

  static let enabledValues =
    providerValues.replacing(
      "attributes:",
      with: "attributes:\n- key: feat-endpoint-ip\n  value: true\n- key: ip-lease\n  value: true\n"
        + "- key: capabilities/ip-lease\n  value: true")
    + "ipoperator: true\n"

  static func upgradeProvider(_ values: String, _ state: inout RehearsalState) {
    let release = state.releases.first { $0.name == "akash-provider" }
    helm(
      [
        "upgrade", "akash-provider", "akash/provider", "--version",
        release?.latest?.chart.version ?? "19.0.2", "-f", "provider.yaml", "-n", "akash-services",
      ], &state, values: values)
  }

  /// The provider with its own values, and its operator where there is one, by other charts.
  ///
  /// - Parameter given: other values than its own.
  static func reinstallProvider(
    _ version: String, operator operatorVersion: String, _ state: inout RehearsalState,
    values given: String? = nil
  ) {
    let names = Set(state.releases.map(\.name))
    let values = state.releases.first { $0.name == "akash-provider" }?.latest?.values ?? .empty
    for name in ["akash-ip-operator", "akash-provider"] where names.contains(name) {
      helm(["uninstall", name, "-n", "akash-services"], &state)
    }
    if names.contains("akash-ip-operator") { installOperator(operatorVersion, &state) }
    helm(
      [
        "install", "akash-provider", "akash/provider", "--version", version, "-f",
        "provider.yaml", "-n", "akash-services",
      ], &state, values: given ?? YAMLWriter.text(values))
  }

  /// The newest provider by a chart with which its setting stands in the ConfigMap only, so that a
  /// change of it does not replace the pod.
  ///
  /// - Returns: the values.
  static func settingInConfigMap(_ state: inout RehearsalState) -> String {
    let values = enabledValues + "image: {tag: 0.16.2}\n"
    reinstallProvider("11.6.4", operator: "19.0.2", &state, values: values)
    state.advance(to: state.time + 60)
    return values
  }

  static func installOperator(_ version: String, _ state: inout RehearsalState) {
    helm(
      [
        "install", "akash-ip-operator", "akash/akash-ip-operator", "--version", version, "--set",
        "provider_address=\(Names.providerAddress)", "-n", "akash-services",
      ], &state)
  }

  /// To the newest chart, which is what helm takes where nobody names a version.
  static func upgradeMetalLB(_ state: inout RehearsalState) {
    helm(["upgrade", "metallb", "metallb/metallb", "-n", "metallb-system"], &state)
  }

  // MARK: Ways to make things

  private static func create(_ manifest: String, in state: inout RehearsalState) {
    guard let objects = try? YAMLDocument.json(in: manifest) else {
      preconditionFailure("a manifest of the scenarios is not YAML")
    }
    for object in objects {
      guard let kind = ResourceKind.of(object) else {
        preconditionFailure("a kind of the scenarios is not known")
      }
      state.create(object, kind, manager: "kubectl-create")
    }
    state.advance(to: state.time + 1)
  }

  static func helm(
    _ arguments: [String], _ state: inout RehearsalState, values: String? = nil
  ) {
    let answer = HelmRehearsal.answer(arguments, state: &state) { _ in values }
    // A scenario's own calls succeed; one of a fault may find nothing to change.
    if !answer.exit.isSuccess { state.groundless = answer.errors }
    state.advance(to: state.time + 20)
  }

  private static func kubectl(
    _ arguments: [String], _ state: inout RehearsalState, standardInput: String = ""
  ) {
    let answer = KubectlRehearsal.answer(
      arguments, standardInput: standardInput, state: &state)
    if !answer.exit.isSuccess { state.groundless = answer.errors }
    state.advance(to: state.time + 20)
  }
}
