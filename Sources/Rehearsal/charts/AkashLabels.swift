/// What the charts of Akash's operators have in common.
enum AkashLabels {
  static func of(operator name: String) -> String {
    "app.kubernetes.io/name: \(name), app.kubernetes.io/instance: \(name)-service, "
      + "app.kubernetes.io/component: operator, app.kubernetes.io/part-of: provider"
  }

  static func role(_ name: String, account: String) -> String {
    """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: \(name)}
    rules:
    - apiGroups: [""]
      resources: [services]
      verbs: [get, list, create, update, delete, deletecollection, watch]
    - {apiGroups: [""], resources: [services/proxy], verbs: [get]}
    - {apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}
    - {apiGroups: [akash.network], resources: [providerleasedips], verbs: [get, list, watch]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: \(name)}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: \(name)}
    subjects: [{kind: ServiceAccount, name: \(account), namespace: akash-services}]
    """
  }
}
