import Basics

/// kube-proxy, the operator, the counts and the provider.
extension StartingFaults {
  private static let metallb = RehearsalState.metallb
  private static let akash = RehearsalState.akash
  private static let otherAddress = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"

  static let ofKubeProxy = [
    StartingFault("strict-arp-off", "IPL-0502", "strictARP was switched off again") {
      $0.edit("configmaps", "kube-system", "kube-proxy") {
        let text = $0["data"]["config.conf"].text ?? ""
        $0["data"]["config.conf"] = .string(
          text.replacing("strictARP: true", with: "strictARP: false"))
      }
    },
    StartingFault(
      "kube-proxy-old", "IPL-0503", "kube-proxy was not restarted since its change",
      cure: .restartKubeProxy
    ) {
      $0.edit("configmaps", "kube-system", "kube-proxy") {
        let text = $0["data"]["config.conf"].text ?? ""
        $0["data"]["config.conf"] = .string(
          text.replacing("scheduler: \"\"", with: "scheduler: rr"))
      }
    },
  ]

  static let ofOperator = [
    StartingFault(
      "operator-release", "IPL-0750", "an upgrade of the operator failed", cure: .rollBackRelease
    ) { $0.spoil("akash-ip-operator", status: "failed") },
    StartingFault("no-operator", "IPL-0752", "the IP operator was uninstalled") {
      Scenarios.helm(["uninstall", "akash-ip-operator", "-n", akash], &$0)
    },
    StartingFault("no-leased-ip-kind", "IPL-0706", "the kind ProviderLeasedIP was deleted") {
      $0.remove("customresourcedefinitions", "", "providerleasedips.akash.network")
    },
    StartingFault("operator-locked-f", "IPL-0701", "state F: its provider address is mistyped") {
      $0.setOperatorAddress("akash1wrong")
      $0.replacePods(of: "deployments", akash, "operator-ip")
    },
    StartingFault("other-address", "IPL-0702", "it works for another provider") {
      $0.setOperatorAddress(otherAddress)
      $0.replacePods(of: "deployments", akash, "operator-ip")
    },
    StartingFault("operator-image", "IPL-0753", "the operator's image cannot be pulled") {
      $0.hold("deployments", akash, "operator-ip", "ErrImagePull")
    },
    StartingFault("operator-crashes", "IPL-0754", "the operator crashes") {
      $0.hold("deployments", akash, "operator-ip", "CrashLoopBackOff")
    },
    StartingFault("operator-not-ready", "IPL-0755", "the operator's pod is not ready") {
      $0.changePods(of: "deployments", akash, "operator-ip") { $0.readyAt = nil }
    },
    StartingFault("operator-locked-d", "IPL-0705", "state D: its account may not list leases") {
      $0.faults.insert(.rightsMissing)
    },
    StartingFault("old-operator", "IPL-0710", "the operator's chart is from before 9") {
      Scenarios.helm(["uninstall", "akash-ip-operator", "-n", akash], &$0)
      Scenarios.installOperator("8.0.0", &$0)
    },
    StartingFault("mixed-versions", "IPL-0709", "the operator's chart is 12.1.4", verdict: .warn) {
      Scenarios.helm(
        [
          "upgrade", "akash-ip-operator", "akash/akash-ip-operator", "--version", "12.1.4", "-n",
          akash,
        ], &$0)
    },
    StartingFault(
      "operator-setting", "IPL-0756", "it was not restarted after its address was put right",
      cure: .bounceOperator
    ) {
      $0.setOperatorAddress(otherAddress)
      $0.replacePods(of: "deployments", akash, "operator-ip")
      $0.setOperatorAddress(Names.providerAddress)
    },
    StartingFault(
      "operator-locked-a", "IPL-0704", "state A: it started before DNS answered",
      cure: .bounceOperator
    ) { $0.startOperatorBeforeDNS() },
    StartingFault("operator-locked-b", "IPL-0704", "state B: a firewall keeps it from the metrics")
    {
      $0.faults.insert(.operatorCutOff)
    },
    StartingFault("operator-locked-c", "IPL-0903", "state C: a lease's Service was edited") {
      $0.editLease { $0["spec"]["type"] = "ClusterIP" }
    },
    StartingFault("operator-locked-h", "IPL-0704", "state H: a quota refuses a lease's Service") {
      $0.faults.insert(.eventRefused)
    },
    StartingFault(
      "leases-ignored", "IPL-0760", "the operator gave up a lease", cure: .bounceOperator
    ) {
      let labels = $0.leasedServices.first?["metadata"]["labels"] ?? .empty
      let lease = ["owner", "dseq", "gseq", "oseq", "provider"].map {
        labels["akash.network/lease.id.\($0)"].text ?? ""
      }.joined(separator: "/")
      $0.changePods(of: "deployments", akash, "operator-ip") { $0.ipOperator?.givenUp = [lease] }
    },
    StartingFault("operator-locked-e", nil, "state E: its watches are renewed, as ever") { state in
      let now = state.time
      state.changePods(of: "deployments", akash, "operator-ip") { pod in
        pod.ipOperator?.renewals = [0, 1, 2].map { now - Double($0) * 2400 }
      }
    },
  ]

  static let ofCounts = [
    StartingFault("miscount", "IPL-0353", "MetalLB counts otherwise than the pool") {
      $0.faults.insert(.miscounted)
    },
    StartingFault(
      "operator-sees-none", "IPL-0707", "the operator read the pool before it was filled",
      cure: .bounceOperator, age: StartingFault.justNow
    ) { $0.setCount(0) },
    StartingFault(
      "operator-late", "IPL-0708", "the operator has not seen an edit of the pool yet",
      verdict: .warn, age: StartingFault.justNow
    ) { $0.setCount(4) },
    StartingFault("pool-full", "IPL-0758", "every address is leased", verdict: .warn) {
      $0.editPool { $0["spec"]["addresses"] = ["194.28.98.216-194.28.98.218"] }
    },
    StartingFault(
      "foreign-service", "IPL-0762", "a gateway's Service takes an address", verdict: .warn
    ) {
      $0.make(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: gateway, namespace: default}
        spec: {type: LoadBalancer, ports: [{port: 80}], selector: {app: gateway}}
        """)
    },
    StartingFault(
      "provider-no-counts", "IPL-0660", "the provider cannot ask its operator how many are free",
      verdict: .warn
    ) { $0.faults.insert(.countsUntold) },
    StartingFault(
      "several-ports", "IPL-0661", "a lease has a second port at its address", verdict: .warn
    ) { $0.addPortToLease() },
    StartingFault(
      "held-back", "IPL-0661", "the provider holds an address back that nobody has",
      verdict: .warn
    ) {
      $0.changePods(of: "statefulsets", akash, "akash-provider") { $0.provider?.heldBack = 1 }
    },
  ]

  static let ofProvider = [
    StartingFault(
      "provider-pending", "IPL-0650", "an upgrade of the provider was cut off",
      cure: .rollBackRelease
    ) { $0.spoil("akash-provider", status: "pending-upgrade") },
    StartingFault("values-null", "IPL-0601", "helm knows no values of the provider") {
      $0.faults.insert(.valuesNull)
    },
    StartingFault("provider-off", "IPL-0651", "IP leases were switched off again") {
      Scenarios.upgradeProvider(
        Scenarios.enabledValues.replacing("ipoperator: true", with: "ipoperator: false"), &$0)
    },
    StartingFault(
      "playbook-ran", "IPL-0651", "a playbook wrote the provider's values without IP leases"
    ) { Scenarios.upgradeProvider(Scenarios.providerValues, &$0) },
    StartingFault(
      "attribute-missing", "IPL-0609", "an attribute is missing", verdict: .warn,
      cure: .offerAttributes
    ) {
      Scenarios.upgradeProvider(
        Scenarios.enabledValues.replacing("key: ip-lease", with: "key: other"), &$0)
    },
    StartingFault(
      "provider-old-pod", "IPL-0607", "the pod is older than its setting", cure: .restartProvider
    ) {
      let values = Scenarios.settingInConfigMap(&$0)
      Scenarios.upgradeProvider(
        values.replacing("ipoperator: true", with: "ipoperator: false"), &$0)
      Scenarios.upgradeProvider(values, &$0)
    },
    StartingFault(
      "provider-off-old-pod", "IPL-0656", "IP leases were switched off, the pod has them on",
      cure: .restartProvider
    ) {
      let values = Scenarios.settingInConfigMap(&$0)
      $0.advance(to: $0.time + 60)
      Scenarios.upgradeProvider(
        values.replacing("ipoperator: true", with: "ipoperator: false"), &$0)
    },
    StartingFault(
      "provider-9.2.7", "IPL-0613", "a provider whose restart may tear leases down",
      verdict: .warn
    ) { Scenarios.reinstallProvider("9.2.7", operator: "9.1.4", &$0) },
    StartingFault(
      "provider-11.6.4", "IPL-0659", "provider and operator of chart 11.6", verdict: .warn
    ) {
      Scenarios.reinstallProvider("11.6.4", operator: "11.6.1", &$0)
    },
    StartingFault("charts-19.0.1", nil, "provider and operator are one chart behind") {
      Scenarios.reinstallProvider("19.0.1", operator: "19.0.1", &$0)
    },
    StartingFault(
      "no-grpc-port", "IPL-0659", "port 8444 was taken out of the provider's Service",
      verdict: .warn
    ) {
      $0.edit("services", akash, "akash-provider") {
        $0["spec"]["ports"] = .array(
          $0["spec"]["ports"].items.filter { $0["port"].number != 8_444 })
      }
    },
    StartingFault(
      "update-refused", "IPL-0657", "the chain refuses the provider's attributes", verdict: .warn
    ) { $0.faults.insert(.updateRefused) },
    StartingFault(
      "lets-encrypt-off", "IPL-0658", "letsEncrypt is off in the provider's values",
      verdict: .warn
    ) {
      Scenarios.upgradeProvider(
        Scenarios.enabledValues + "letsEncrypt: {enabled: false}\n", &$0)
    },
    StartingFault("provider-image", "IPL-0652", "the provider's image cannot be pulled") {
      $0.hold("statefulsets", akash, "akash-provider", "ImagePullBackOff")
    },
    StartingFault("provider-crashes", "IPL-0653", "the provider crashes") {
      $0.hold("statefulsets", akash, "akash-provider", "CrashLoopBackOff")
    },
    StartingFault("provider-init", "IPL-0610", "its init container waits for a synced node") {
      $0.hold("statefulsets", akash, "akash-provider", "PodInitializing")
    },
    StartingFault("no-hostname-operator", "IPL-0654", "the hostname operator is gone") {
      $0.remove("deployments", akash, "operator-hostname")
    },
    StartingFault(
      "provider-lookup", "IPL-0655", "the provider started before its operator",
      cure: .restartProvider, age: StartingFault.justNow
    ) {
      $0.restartProviderInPlace()
      $0.changePods(of: "statefulsets", akash, "akash-provider") {
        $0.provider?.isStuck = true
        $0.provider?.hasMissed = true
      }
    },
    StartingFault(
      "status-hangs", "IPL-0611", "/status hangs for a reason of its own",
      cure: .restartProvider, age: StartingFault.justNow
    ) {
      $0.restartProviderInPlace()
      $0.changePods(of: "statefulsets", akash, "akash-provider") { $0.provider?.isStuck = true }
    },
    StartingFault("provider-restarts", "IPL-0612", "it is restarted often", verdict: .warn) {
      let now = $0.time
      $0.changePods(of: "statefulsets", akash, "akash-provider") {
        $0.restarts = 7
        $0.endedAt = now + 3000
      }
    },
  ]
}

extension RehearsalState {
  mutating func setOperatorAddress(_ address: String) {
    edit("configmaps", Self.akash, "operator-ip") {
      $0["data"]["provider-address"] = .string(address)
    }
  }

  /// What the operator read last, as if the pool had been another one then.
  mutating func setCount(_ total: Int) {
    let now = time
    changePods(of: "deployments", Self.akash, "operator-ip") {
      $0.ipOperator?.total = total
      $0.ipOperator?.inUse = 0
      $0.ipOperator?.readAt = now
    }
  }

  /// Changes the Service of the first lease.
  mutating func editLease(_ change: (inout JSONValue) -> Void) {
    guard let metadata = leasedServices.first?["metadata"] else { return }
    edit("services", metadata["namespace"].text ?? "", metadata["name"].text ?? "", change)
  }

  /// A second port at the address of the first lease.
  mutating func addPortToLease() {
    guard var service = leasedServices.first, let kind = ResourceKind.named("services") else {
      return
    }
    let name = service["spec"]["selector"]["akash.network/manifest-service"].text ?? ""
    let sequence = service["metadata"]["labels"]["akash.network/lease.id.dseq"]
    service["metadata"]["name"] = .string("\(name)-ip-9090-tcp")
    service["metadata"]["uid"] = .null
    service["metadata"]["annotations"] = [
      "metallb.universe.tf/allow-shared-ip":
        service["metadata"]["annotations"]["metallb.universe.tf/allow-shared-ip"]
    ]
    service["spec"]["clusterIP"] = .null
    service["spec"]["clusterIPs"] = .null
    service["spec"]["ports"] = [["name": "1-extra", "port": 9090, "targetPort": 9090]]
    service["status"] = .empty
    create(service, kind, manager: "operator")
    guard let leased = ResourceKind.named("providerleasedips"),
      var declaration = stored("providerleasedips").first(where: {
        $0["spec"]["lease_id"]["dseq"] == sequence
      })
    else { return }
    let key = declaration["spec"]["sharing_key"].text ?? ""
    declaration["metadata"]["name"] = .string("\(key)-tcp-9090")
    declaration["metadata"]["uid"] = .null
    declaration["spec"]["port"] = 9090
    declaration["spec"]["external_port"] = 9090
    create(declaration, leased, manager: "provider-services")
  }

  mutating func setNodeCondition(_ type: String, _ status: String, _ reason: String) {
    editNode { node in
      let others = node["status"]["conditions"].items.filter { $0["type"].text != type }
      node["status"]["conditions"] = .array(
        others + [
          ["type": .string(type), "status": .string(status), "reason": .string(reason)]
        ])
    }
  }

  /// The pods behind the first lease.
  mutating func makeTenant() {
    guard let service = leasedServices.first else { return }
    let name = service["spec"]["selector"]["akash.network/manifest-service"].text ?? ""
    let namespace = service["metadata"]["namespace"].text ?? ""
    guard object("deployments", namespace, name) == nil else { return }
    make(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \(name), namespace: \(namespace)}
      spec:
        selector: {matchLabels: {akash.network/manifest-service: \(name)}}
        template:
          metadata: {labels: {akash.network/manifest-service: \(name)}}
          spec: {containers: [{name: \(name), image: "example.org/\(name):1"}]}
      """)
  }
}
