import Basics
import Cluster
import Execution
import Foundation

/// The namespace, the release, the controller and the speakers.
enum MetalLBChecks {
  private static let namespaceName = ConsoleSettings.metallbNamespace

  static let namespace = Check(
    "IPL-0101", "namespace", .metallb, "the namespace metallb-system is there",
    guide: .namespace, want: "metallb-system",
    why: "The IP operator looks for MetalLB in this namespace only.",
    hint: "kubectl get namespaces", remedies: [.labelNamespace],
    dependsOn: ["IPL-0001"], needs: [.cluster]
  ) { snapshot in
    snapshot.cluster.value?.namespace(namespaceName) == nil
      ? .fail(got: "there is no such namespace") : .pass(got: "found")
  }

  static let terminating = Check(
    "IPL-0102", "namespace-active", .metallb, "the namespace is not being deleted",
    guide: .namespace, want: "phase Active", why: "Everything in it is refused and goes away.",
    hint: "kubectl get namespace metallb-system -o yaml shows under conditions what it waits for.",
    dependsOn: ["IPL-0101"], needs: [.cluster]
  ) { snapshot in
    let found = snapshot.cluster.value?.namespace(namespaceName)
    return found?.isTerminating == true ? .fail(got: "Terminating") : .pass(got: "Active")
  }

  static let podSecurity = Check(
    "IPL-0103", "pod-security", .metallb, "Pod Security lets the speakers run",
    guide: .namespace, want: "enforce, audit and warn = privileged",
    why: "Speakers use the host's network; where Pod Security is enforced their pods are refused.",
    hint: "kubectl get namespace metallb-system --show-labels", remedies: [.labelNamespace],
    dependsOn: ["IPL-0102"], needs: [.cluster]
  ) { snapshot in
    guard let security = PodSecurity(snapshot) else {
      return .notRun(.nothingToTest("no namespace"))
    }
    let missing = security.missing
    guard let first = missing.first else { return .pass(got: PodSecurity.wanted) }
    return security.refusal.map { .fail(got: "enforce = \($0)") }
      ?? .warn(got: "\(missing.count) of 3 labels are not, as \(first)")
  }

  static let releasePending = Check(
    "IPL-0106", "metallb-release-pending", .metallb, "no helm run on MetalLB was cut off",
    want: "status deployed", why: "helm refuses every change of a pending release.",
    hint: "helm -n metallb-system history metallb. If a helm runs somewhere, let it end first.",
    remedies: [.rollBackRelease], dependsOn: ["IPL-0050"], needs: [.releases]
  ) { snapshot in
    ReleaseCheck.pending(snapshot.metallbRelease, snapshot)
  }.since { $0.metallbRelease?.updatedAt }

  static let releaseFailed = Check(
    "IPL-0107", "metallb-release-failed", .metallb, "the last change of MetalLB went through",
    want: "status deployed",
    why: "helm gave it up, or only its waiting: what runs may be of two revisions.",
    hint: "helm -n metallb-system history metallb shows why.",
    remedies: [.rollBackRelease], dependsOn: ["IPL-0106"], needs: [.releases]
  ) { snapshot in
    ReleaseCheck.failed(snapshot.metallbRelease)
  }

  static let installed = Check(
    "IPL-0110", "metallb-installed", .metallb, "MetalLB runs in metallb-system",
    want: "its controller in metallb-system",
    why: "The IP operator asks for it in this namespace only.",
    hint: "kubectl get deployments -A -l app.kubernetes.io/name=metallb, and -l app=metallb",
    step: .metallb,
    dependsOn: ["IPL-0102"], needs: [.metallb]
  ) { snapshot in
    if let found = snapshot.metallbInstallation {
      return .pass(got: "deployment \(found.controller.metadata.name)")
    }
    let elsewhere = snapshot.metallbRelease.map { ": release \($0.namespace)/\($0.name)" } ?? ""
    return .fail(got: "no controller found\(elsewhere)")
  }

  static let oneInstaller = Check(
    "IPL-0108", "one-installer", .metallb, "MetalLB was installed once",
    want: "one controller, owned by one installer",
    why: "Two installations fight over the same kinds and the same webhook.",
    hint: "kubectl -n metallb-system get deployments; remove the one that is not wanted.",
    dependsOn: ["IPL-0110"], needs: [.metallb, .releases, .webhook]
  ) { snapshot in
    let objects = snapshot.metallb.value ?? NamespaceObjects()
    let controllers = objects.deployments.filter { snapshot.isMetalLB($0, "controller") }
    if controllers.count > 1 {
      let names = controllers.map(\.metadata.name).joined(separator: ", ")
      return .fail(got: "\(controllers.count) controllers: \(names)")
    }
    let owner = snapshot.webhook.value?.metadata.annotations?["meta.helm.sh/release-name"]
    if let owner, let release = snapshot.metallbRelease, owner != release.name {
      return .fail(got: "the webhook belongs to release \(owner), not \(release.name)")
    }
    return .pass(got: snapshot.metallbRelease.map { "release \($0.name)" } ?? "by manifests")
  }

  static let version = Check(
    "IPL-0109", "metallb-version", .metallb, "this MetalLB goes with the IP operator",
    want: "0.13 or newer, below 0.16",
    why: "From 0.16 its metrics come over HTTPS with a token only; the operator speaks plain HTTP.",
    hint: "kubectl -n metallb-system get deployments -o wide shows the image.",
    remedies: [.lowerMetalLB], dependsOn: ["IPL-0110"], needs: [.metallb]
  ) { snapshot in
    guard let found = snapshot.metallbInstallation, let version = found.version else {
      return .warn(got: "its version cannot be told from the image")
    }
    guard let problem = MetalLBVersionRule.problem(with: "\(version)") else {
      return .pass(got: "\(version)")
    }
    return version == Version(0, 15, 0) ? .warn(got: problem.what) : .fail(got: "\(version)")
  }.explained { snapshot in
    snapshot.isMetalLBLegacy
      ? Check.Explanation(
        why: "MetalLB before 0.13 knows no pools as objects, which the IP operator's pool is.",
        remedies: [], step: .metallb)
      : nil
  }.since { snapshot in
    PodCheck.pods(of: snapshot.metallbInstallation?.controller, snapshot)
      .compactMap(\.status?.startTime).min()
  }

  static let kubernetes = Check(
    "IPL-0150", "kubernetes-version", .metallb, "MetalLB and Kubernetes go together",
    want: "1.21 or newer for MetalLB 0.14, and no pair that is known to fail",
    why: "MetalLB 0.14 reads EndpointSlices v1 only; older ones crash or cannot be changed by "
      + "helm on some newer versions.",
    hint: "kubectl get nodes; kubectl -n metallb-system get deployments -o wide",
    dependsOn: ["IPL-0110"], needs: [.cluster, .metallb]
  ) { snapshot in
    let kubelets = snapshot.cluster.value?.nodes.compactMap { node in
      node.status?.nodeInfo?.kubeletVersion.flatMap { Version($0) }
    }
    guard let oldest = kubelets?.min(), let newest = kubelets?.max() else {
      return .notRun(.nothingToTest("no node says its version"))
    }
    guard let own = snapshot.metallbInstallation?.version else { return .pass(got: "\(oldest)") }
    for server in [oldest, newest] {
      if let why = MetalLBVersionRule.clash(own, server) {
        return .warn(got: "MetalLB \(own) on \(server): \(why)")
      }
    }
    return .pass(got: "\(oldest)")
  }

  static let memberlistKey = Check(
    "IPL-0153", "memberlist-key", .metallb, "the speakers have the key of now",
    want: "speakers that started after Secret memberlist was made",
    why: "Speakers read their common key at their start. With different ones they do not see each "
      + "other: two may answer for one address, and none takes over.",
    hint: "kubectl -n metallb-system get secrets,pods", remedies: [.restartSpeakers],
    dependsOn: ["IPL-0112"], needs: [.metallb], judges: [.memberlistKey]
  ) { snapshot in
    guard let made = snapshot.memberlistKey.value else {
      return .pass(got: "the speakers use none")
    }
    let speakers = PodCheck.pods(of: snapshot.metallbInstallation?.speaker, snapshot)
    // At an installation both begin within a moment, by two clocks.
    let older = speakers.filter { pod in
      pod.runsSince.map { made.timeIntervalSince($0) > PodCheck.startingTime } ?? false
    }
    return older.isEmpty
      ? .pass(got: "\(speakers.count) speaker(s)")
      : .warn(got: "\(older.count) of \(speakers.count) speaker(s) started before it was made")
  }.since { $0.memberlistKey.value }

  static let images = Check(
    "IPL-0111", "metallb-images", .metallb, "MetalLB's images were pulled",
    want: "no pod waits for an image", why: "A node without the image has no MetalLB.",
    hint: "kubectl -n metallb-system describe pods: see Events. quay.io must be reachable.",
    dependsOn: ["IPL-0110"], needs: [.metallb]
  ) { snapshot in
    PodCheck.images(snapshot.metallb.value?.pods ?? [])
  }

  static let crashes = Check(
    "IPL-0151", "metallb-crashes", .metallb, "MetalLB's pods do not crash",
    want: "no pod in CrashLoopBackOff", why: "It is not there while it waits for its next start.",
    hint: "kubectl -n metallb-system logs POD --previous", dependsOn: ["IPL-0111"],
    needs: [.metallb]
  ) { snapshot in
    PodCheck.crashes(snapshot.metallb.value?.pods ?? [])
  }

  static let controller = Check(
    "IPL-0152", "controller-ready", .metallb, "MetalLB's controller is ready",
    want: "all its pods ready", why: "It gives the addresses and judges every pool.",
    hint: "kubectl -n metallb-system describe pods", dependsOn: ["IPL-0151"], needs: [.metallb]
  ) { snapshot in
    PodCheck.rollout(
      snapshot.metallbInstallation?.controller, snapshot.metallb.value?.pods ?? [],
      snapshot.metallb.readAt)
  }.since { snapshot in
    PodCheck.notReadySince(PodCheck.pods(of: snapshot.metallbInstallation?.controller, snapshot))
  }

  static let probes = Check(
    "IPL-0114", "speaker-probes", .metallb, "the speakers' probes are answered",
    want: "no speaker is Unhealthy",
    why: "The node itself must reach port 7472; a firewall that forbids it keeps speakers unready.",
    hint: "kubectl -n metallb-system get events; allow 7472/tcp on the node from itself.",
    dependsOn: ["IPL-0151"], needs: [.metallb, .metallbSurroundings]
  ) { snapshot in
    let speakers = PodCheck.pods(of: snapshot.metallbInstallation?.speaker, snapshot)
    let unready = Set(speakers.filter { !$0.isReady }.map(\.metadata.name))
    let now = snapshot.metallbSurroundings.readAt ?? .distantPast
    let events = (snapshot.metallbSurroundings.value?.events ?? []).filter { event in
      event.reason == "Unhealthy" && unready.contains(event.involvedObject?.name ?? "")
        && now.timeIntervalSince(event.lastTimestamp ?? .distantPast) < 600
    }
    guard let first = events.first else { return .pass(got: "\(speakers.count) speaker(s)") }
    return .fail(got: "\(first.involvedObject?.name ?? ""): \(first.message ?? "Unhealthy")")
  }

  static let speakers = Check(
    "IPL-0112", "speakers-ready", .metallb, "the speakers are ready",
    want: "a ready speaker on each node that should have one",
    why: "Only a node with a speaker answers for an address.",
    hint: "kubectl -n metallb-system describe daemonset; taints need speaker.tolerations.",
    dependsOn: ["IPL-0103", "IPL-0114"], needs: [.metallb, .cluster, .metallbSurroundings]
  ) { snapshot in
    guard let speaker = snapshot.metallbInstallation?.speaker else {
      return .fail(got: "there is no speaker DaemonSet")
    }
    if speaker.wanted == 0 { return .fail(got: "no node is meant to have one") }
    let refused = snapshot.metallbSurroundings.value?.events.last { event in
      event.reason == "FailedCreate" && event.involvedObject?.name == speaker.metadata.name
    }
    let pods = PodCheck.pods(of: speaker, snapshot)
    if pods.count < speaker.wanted, let refused {
      return .fail(got: "\(pods.count) of \(speaker.wanted): \(refused.message ?? "FailedCreate")")
    }
    let nodes = snapshot.cluster.value?.nodes.count ?? 0
    let verdict = PodCheck.rollout(speaker, pods, snapshot.metallb.readAt)
    guard case .pass(let got) = verdict else { return verdict }
    return .pass(got: "\(got), \(nodes) node(s)")
  }.since { snapshot in
    PodCheck.notReadySince(PodCheck.pods(of: snapshot.metallbInstallation?.speaker, snapshot))
  }

  static let frr = Check(
    "IPL-0113", "frr-restarts", .metallb, "the frr container does not restart",
    want: "fewer than 5 restarts",
    why: "On small hosts its probes fail; layer 2 does not need it at all.",
    hint: "helm upgrade metallb with speaker.frr.enabled=false, pinned to the installed version.",
    dependsOn: ["IPL-0110"], needs: [.metallb]
  ) { snapshot in
    let pods = snapshot.metallb.value?.pods ?? []
    let counts = pods.compactMap { pod in
      pod.status?.containerStatuses?.first { $0.name == "frr" }?.restartCount
    }
    guard let most = counts.max() else { return .pass(got: "no frr container") }
    return most >= 5 ? .warn(got: "\(most) restarts") : .pass(got: "\(most) restart(s)")
  }
}
