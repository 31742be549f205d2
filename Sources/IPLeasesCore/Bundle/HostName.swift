/// Names in DNS that somebody owns, told from the many other words with dots.
enum HostName {
  /// Suffixes that tell nobody: software, its registries, the names within a cluster.
  private static let known = [
    "kubernetes.io", "k8s.io", "x-k8s.io", "akash.network", "metallb.io", "metallb.universe.tf",
    "github.com", "github.io", "githubusercontent.com", "ghcr.io", "quay.io", "docker.io",
    "docker.com", "gcr.io", "pkg.dev", "helm.sh", "golang.org", "google.com", "googleapis.com",
    "gopkg.in", "cosmossdk.io", "cosmos.network", "projectcalico.org", "cilium.io",
    "cert-manager.io",
    "nginx.org", "cattle.io", "rancher.io", "k3s.io", "prometheus.io", "coreos.com", "grafana.com",
    "letsencrypt.org", "openebs.io", "rook.io", "ceph.com", "istio.io", "linkerd.io", "helm.io",
    "fluxcd.io", "argoproj.io", "nvidia.com", "intel.com", "amd.com",
  ]

  /// Ends of hosts; two letters are a country, but for these.
  private static let generic: Set<String> = [
    "com", "net", "org", "info", "biz", "dev", "app", "cloud", "xyz", "online", "site", "tech",
    "network", "zone", "host", "hosting", "systems", "services", "digital", "agency", "studio",
    "solutions", "company", "center", "space", "store", "shop", "live", "life", "world", "today",
    "pro", "club", "vip", "fun", "top", "link", "email", "finance", "capital", "ventures", "group",
    "games", "software", "computer", "technology", "website", "domains", "bond", "academy",
    "foundation", "energy", "farm", "house", "run", "one", "gmbh", "edu", "gov", "mil", "name",
    "mobi", "wtf", "lol", "icu", "art", "design", "wiki", "blog", "dao", "eth",
  ]
  /// Ends of files, and fields of objects.
  private static let noCountries = Set(
    "go py rs js ts so gz sh db ip id md pl cc in".split(separator: " "))

  /// Labels that say nothing of who it is.
  private static let common: Set<String> = [
    "www", "api", "rpc", "grpc", "provider", "ingress", "akash", "node", "mail", "status",
    "gateway", "app", "localhost",
  ]

  /// The text as a host that somebody owns, in lower case; nil where it is none.
  static func host(_ text: String) -> String? {
    guard text.utf8.count <= 253, text.contains(".") else { return nil }
    let lower = text.lowercased()
    let labels = lower.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, let end = labels.last,
      labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 && $0.first != "-" })
    else { return nil }
    let isCountry =
      end.utf8.count == 2 && end.allSatisfy(\.isLetter) && !noCountries.contains(end)
    guard isCountry || generic.contains(String(end)) else { return nil }
    guard labels[labels.count - 2].contains(where: \.isLetter) else { return nil }
    guard !known.contains(where: { lower == $0 || lower.hasSuffix(".\($0)") }) else { return nil }
    return lower
  }

  /// The part that was registered.
  static func domain(of host: String) -> String {
    let labels = host.split(separator: ".")
    let second = labels.count >= 3 ? labels[labels.count - 2] : ""
    let isBelowCountry =
      labels.last?.utf8.count == 2
      && ["co", "com", "net", "org", "ac", "gov", "edu", "or", "ne"].contains(second)
    return labels.suffix(isBelowCountry ? 3 : 2).joined(separator: ".")
  }

  /// Those before the domain that may say who it is.
  static func ownLabels(of host: String) -> [String] {
    host.dropLast(domain(of: host).count).split(separator: ".").map(String.init)
      .filter { !common.contains($0) }
  }
}
