import Basics
import Cluster

/// The tools, the access, and the provider that Helm manages.
enum ToolChecks {
  static let cluster = Check(
    "IPL-0001", "cluster-access", .tools, "the cluster answers",
    want: "nodes, namespaces and Services can be read",
    why: "Nothing else can be told without it.",
    hint:
      "kubectl config current-context; kubectl get nodes. On k3s: KUBECONFIG=/etc/rancher/k3s/k3s.yaml",
    needs: [.cluster]
  ) { snapshot in
    let nodes = snapshot.cluster.value?.nodes.count ?? 0
    return nodes > 0 ? .pass(got: "\(nodes) node(s)") : .fail(got: "a cluster without nodes")
  }

  static let helm = Check(
    "IPL-0050", "helm-access", .tools, "helm shows the releases",
    want: "helm list -A answers",
    why: "Without the releases no version and no value of the provider is known.",
    hint: "helm list -A; helm keeps its releases in Secrets, which this user must be able to read.",
    dependsOn: ["IPL-0001"], needs: [.releases]
  ) { snapshot in
    .pass(got: "\(snapshot.releases.value?.count ?? 0) release(s)")
  }

  static let helmMajor = Check(
    "IPL-0002", "helm-version", .tools, "helm is one this console knows",
    want: "Helm 3 or 4",
    why: "Flags differ between the major versions; the plans use what is in both 3 and 4.",
    hint: "helm version; HELM names another helm.", needs: [.helmVersion]
  ) { snapshot in
    guard let version = snapshot.helmVersion.value else { return .fail(got: "no version") }
    return (3...4).contains(version.major)
      ? .pass(got: "\(version)") : .warn(got: "\(version), never tried")
  }

  static let permissions = Check(
    "IPL-0003", "permissions", .tools, "this user may do what the plans need",
    want: "kubectl auth can-i '*' '*' -A says yes",
    why: "Reading goes on with what is allowed; a plan may be refused half-way.",
    hint: "Use the kubeconfig of a cluster administrator.",
    dependsOn: ["IPL-0001"], needs: [.permissions]
  ) { snapshot in
    snapshot.permissions.value == false ? .warn(got: "no") : .pass(got: "yes")
  }

  static let provider = Check(
    "IPL-0004", "provider-release", .tools, "Helm manages the provider",
    guide: .notHelm, want: "a release of the chart provider",
    why: "Only a provider of Helm can be switched on here; another one is set by hand.",
    hint:
      "helm list -A -a. By hand: AKASH_IP_OPERATOR=true, and run provider-services operator ip.",
    dependsOn: ["IPL-0050"], needs: [.releases, .akash]
  ) { snapshot in
    if let release = snapshot.providerReleases.first {
      return .pass(got: "\(release.namespace)/\(release.name), chart \(release.chartVersionText)")
    }
    return snapshot.providerByHand.map {
      .warn(got: "\($0.reference), which Helm does not manage: set by hand")
    } ?? .fail(got: "no release of the chart provider")
  }

  static let oneProvider = Check(
    "IPL-0005", "one-provider", .tools, "there is one provider",
    want: "one release of the chart provider",
    why: "With two it is not known which one leases addresses.",
    hint: "helm list -A; give the context of the right cluster, or remove the other release.",
    dependsOn: ["IPL-0004"], needs: [.releases, .akash]
  ) { snapshot in
    if let provider = snapshot.providerByHand { return .pass(got: provider.reference) }
    let found = snapshot.providerReleases
    let names = found.map { "\($0.namespace)/\($0.name)" }.joined(separator: ", ")
    return found.count == 1 ? .pass(got: names) : .fail(got: "\(found.count): \(names)")
  }

  static let repositories = Check(
    "IPL-0104", "chart-repositories", .tools, "the chart repositories are the projects' own",
    want: "metallb and akash lead to the projects' addresses, or are not there yet",
    why: "A plan takes charts by these names; under another address they are other charts.",
    hint: "helm repo list; helm repo add NAME URL --force-update puts one right.",
    needs: [.repositories]
  ) { snapshot in
    let wanted = PublishedChart.repositories
    let known = snapshot.repositories.value ?? []
    let wrong = known.filter { repository in
      wanted.contains {
        $0.name == repository.name && $0.url != repository.url.trimmingSlash
      }
    }
    if let first = wrong.first {
      return .warn(got: "\(first.name) leads to \(URLSecrets.hiding(in: first.url))")
    }
    let missing = wanted.filter { name in !known.contains { $0.name == name.name } }
    return missing.isEmpty
      ? .pass(got: "both lead there")
      : .pass(got: "\(missing.map(\.name).joined(separator: ", ")) not there; plans add it")
  }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
