/// The names that the real projects are hard-wired to.
enum Names {
  /// MetalLB's namespace, which Akash's IP operator looks into (provider: operator/ip).
  static let metallb = "metallb-system"
  /// The namespace of the Akash charts (helm-charts: akash-ip-operator templates).
  static let akash = "akash-services"
  /// The pool the operator counts (provider: operator/ip, flag `metal-lb-pool`).
  static let pool = "default"
  /// The account of the rehearsal's provider.
  static let providerAddress = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"
}
