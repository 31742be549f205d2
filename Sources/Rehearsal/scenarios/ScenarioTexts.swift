/// The manifests and values the scenarios start from.
extension Scenarios {
  /// Key, password and price script are canaries: whoever shows one of them has leaked a secret.
  static let providerValues = """
    from: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx
    key: Q0FOQVJZLUtFWS1yZWhlYXJzYWwtbXVzdC1uZXZlci1iZS1zaG93bg==
    keysecret: Q0FOQVJZLVBBU1NXT1JELXJlaGVhcnNhbC1tdXN0LW5ldmVyLWJlLXNob3du
    domain: example.test
    node: http://akash-node-1:26657
    withdrawalperiod: 24h
    attributes:
    - key: region
      value: eu-west
    - key: host
      value: akash
    - key: tier
      value: community
    - key: organization
      value: example
    email: admin@example.test
    bidpricescript: IyEvYmluL2Jhc2gKIyBDQU5BUlktUFJJQ0UtU0NSSVBULXJlaGVhcnNhbAplY2hvIDEK

    """

  static let pool = """
    apiVersion: metallb.io/v1beta1
    kind: IPAddressPool
    metadata: {name: default, namespace: metallb-system}
    spec:
      addresses:
      - 194.28.98.216/29
      - 198.51.100.10-198.51.100.14
      autoAssign: true
      avoidBuggyIPs: false
    ---
    apiVersion: metallb.io/v1beta1
    kind: L2Advertisement
    metadata: {name: l2advertisement1, namespace: metallb-system}
    spec: {ipAddressPools: [default]}

    """

  static let node = """
    apiVersion: v1
    kind: Node
    metadata:
      name: node1
      labels:
        kubernetes.io/arch: amd64
        kubernetes.io/hostname: node1
        kubernetes.io/os: linux
        node-role.kubernetes.io/control-plane: ""
        node.kubernetes.io/exclude-from-external-load-balancers: ""
    spec:
      podCIDR: 10.233.64.0/24
      podCIDRs: [10.233.64.0/24]
    status:
      addresses:
      - {address: 10.245.0.11, type: InternalIP}
      - {address: node1, type: Hostname}
      capacity: {cpu: "32", memory: 128Gi, pods: "250"}
      conditions:
      - {type: MemoryPressure, status: "False", reason: KubeletHasSufficientMemory}
      - {type: DiskPressure, status: "False", reason: KubeletHasNoDiskPressure}
      - {type: PIDPressure, status: "False", reason: KubeletHasSufficientPID}
      - {type: Ready, status: "True", reason: KubeletReady}
      nodeInfo:
        architecture: amd64
        containerRuntimeVersion: containerd://1.7.24
        kubeProxyVersion: v1.31.4
        kubeletVersion: v1.31.4
        operatingSystem: linux
        osImage: Debian GNU/Linux 12 (bookworm)
    """

  /// k3s writes its own arguments on its nodes.
  static var k3sNode: String {
    node.replacing("v1.31.4", with: "v1.31.4+k3s1")
      .replacing("    node.kubernetes.io/exclude-from-external-load-balancers: \"\"\n", with: "")
      .replacing(
        "spec:\n",
        with: """
            annotations:
              k3s.io/node-args: '["server","--disable","traefik","--disable-network-policy"]'
          spec:

          """)
  }

  /// No kube-proxy; a Service of the cluster's own whose ports ServiceLB holds on every node.
  static let k3sSystemObjects = """
    apiVersion: v1
    kind: Service
    metadata: {name: kubernetes, namespace: default, labels: {component: apiserver, provider: kubernetes}}
    spec: {ports: [{name: https, port: 443, targetPort: 6443}]}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: svclb-ingress-nginx-3f7a1b2c
      namespace: kube-system
      labels:
        objectset.rio.cattle.io/hash: 3f7a1b2c
        svccontroller.k3s.cattle.io/svcname: ingress-nginx
        svccontroller.k3s.cattle.io/svcnamespace: ingress-nginx
    spec:
      selector: {matchLabels: {app: svclb-ingress-nginx-3f7a1b2c}}
      template:
        metadata: {labels: {app: svclb-ingress-nginx-3f7a1b2c}}
        spec:
          containers:
          - {name: lb-tcp-80, image: "rancher/klipper-lb:v0.4.9"}

    """

  /// KubeProxyConfiguration as kubeadm writes it.
  static let proxyConfiguration = """
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    bindAddress: 0.0.0.0
    bindAddressHardFail: false
    clientConnection:
      acceptContentTypes: ""
      burst: 0
      contentType: ""
      kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
      qps: 0
    clusterCIDR: 10.233.64.0/18
    configSyncPeriod: 0s
    conntrack:
      maxPerCore: null
      min: null
      tcpCloseWaitTimeout: null
      tcpEstablishedTimeout: null
    enableProfiling: false
    healthzBindAddress: ""
    hostnameOverride: ""
    iptables:
      masqueradeAll: false
      masqueradeBit: null
      minSyncPeriod: 0s
      syncPeriod: 0s
    ipvs:
      excludeCIDRs: null
      minSyncPeriod: 0s
      scheduler: ""
      strictARP: false
      syncPeriod: 0s
      tcpFinTimeout: 0s
      tcpTimeout: 0s
      udpTimeout: 0s
    kind: KubeProxyConfiguration
    metricsBindAddress: ""
    mode: ipvs
    nodePortAddresses: null
    oomScoreAdj: null
    portRange: ""
    showHiddenMetricsForVersion: ""
    """

  static var systemObjects: String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: kubernetes, namespace: default, labels: {component: apiserver, provider: kubernetes}}
    spec: {ports: [{name: https, port: 443, targetPort: 6443}]}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: kube-proxy, namespace: kube-system, labels: {app: kube-proxy}}
    data:
      config.conf: |-
    \(proxyConfiguration.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      kubeconfig.conf: |-
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
            server: https://lb-apiserver.kubernetes.local:6443
          name: default
        current-context: default
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: kubeadm-config, namespace: kube-system}
    data:
      ClusterConfiguration: |
        apiVersion: kubeadm.k8s.io/v1beta4
        controlPlaneEndpoint: lb-apiserver.kubernetes.local:6443
        kind: ClusterConfiguration
        kubernetesVersion: v1.31.4
        networking:
          dnsDomain: cluster.local
          podSubnet: 10.233.64.0/18
          serviceSubnet: 10.233.0.0/18
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: kube-proxy, namespace: kube-system}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: kube-proxy, namespace: kube-system, labels: {k8s-app: kube-proxy}}
    spec:
      selector: {matchLabels: {k8s-app: kube-proxy}}
      template:
        metadata: {labels: {k8s-app: kube-proxy}}
        spec:
          serviceAccountName: kube-proxy
          hostNetwork: true
          nodeSelector: {kubernetes.io/os: linux}
          tolerations: [{operator: Exists}]
          containers:
          - name: kube-proxy
            image: registry.k8s.io/kube-proxy:v1.31.4
            command: [/usr/local/bin/kube-proxy, --config=/var/lib/kube-proxy/config.conf]
          volumes: [{name: kube-proxy, configMap: {name: kube-proxy}}]
    """
  }

  /// As the guide's readers had it: one pool, on the local network.
  static let legacyConfiguration = """
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
    """
}
