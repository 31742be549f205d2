import Basics
import Cluster

/// The Akash IP operator: its release, its address, its rights, its barrier.
enum OperatorChecks {
  static let release = Check(
    "IPL-0750", "operator-release", .operator, "the operator's release is deployed",
    want: "status deployed", why: "helm refuses a pending release; a failed one is half changed.",
    hint: "helm -n akash-services history akash-ip-operator", remedies: [.rollBackRelease],
    dependsOn: ["IPL-0050"], needs: [.releases]
  ) { snapshot in
    let pending = ReleaseCheck.pending(snapshot.ipOperatorRelease, snapshot)
    return pending.kind != .pass ? pending : ReleaseCheck.failed(snapshot.ipOperatorRelease)
  }

  static let installed = Check(
    "IPL-0752", "operator-installed", .operator, "the IP operator is installed",
    want: "Deployment operator-ip (akash-ip-operator before chart 9)",
    why: "It makes the Services that lease addresses.",
    hint: "kubectl -n akash-services get deployments", step: .ipOperator,
    dependsOn: ["IPL-0001"], needs: [.akash]
  ) { snapshot in
    snapshot.ipOperator.map { .pass(got: $0.deployment.metadata.name) } ?? .fail(got: "not found")
  }

  static let kind = Check(
    "IPL-0706", "leased-ip-kind", .operator, "the kind ProviderLeasedIP is there",
    guide: .barrier, want: "providerleasedips.akash.network",
    why: "The operator watches these objects; without the kind its barrier stays locked.",
    hint: "Apply the provider's crd.yaml of its own version (pkg/apis/akash.network/crd.yaml).",
    dependsOn: ["IPL-0001"], needs: [.leasedIPKind]
  ) { snapshot in
    snapshot.leasedIPKind.isAbsent ? .fail(got: "not there") : .pass(got: "found")
  }

  static let address = Check(
    "IPL-0701", "operator-address", .operator, "the operator was given a provider address",
    want: "akash1…, with a right checksum", why: "With anything else it ends at its start.",
    hint: "kubectl -n akash-services get configmap operator-ip -o yaml", step: .ipOperator,
    dependsOn: ["IPL-0752"], needs: [.akash]
  ) { snapshot in
    let found = snapshot.ipOperator?.providerAddress ?? ""
    if found.isEmpty { return .fail(got: "none") }
    do throws(UserMessage) { _ = try AkashAddress(parsing: found) } catch {
      return .fail(got: "\(found): \(error.what)")
    }
    return .pass(got: found)
  }

  static let ownAddress = Check(
    "IPL-0702", "operator-address-own", .operator, "it is the address of this provider",
    want: "the provider's own", why: "With another one it runs, and no lease shows its addresses.",
    hint: "Compare with: helm -n akash-services get values akash-ip-operator", step: .ipOperator,
    dependsOn: ["IPL-0701"], needs: [.akash], judges: [.providerValues, .providerStatus]
  ) { snapshot in
    guard let own = snapshot.ownAddressOfProvider else {
      return .notRun(.nothingToTest("the provider's address is not known"))
    }
    let given = snapshot.ipOperator?.providerAddress ?? ""
    return given == own ? .pass(got: own) : .fail(got: "\(given), the provider is \(own)")
  }

  static let image = Check(
    "IPL-0753", "operator-image", .operator, "the operator's image was pulled",
    want: "no pod waits for an image", why: "It does not run without it.",
    hint: "kubectl -n akash-services describe pods: see Events. ghcr.io must be reachable.",
    dependsOn: ["IPL-0752"], needs: [.akash]
  ) { snapshot in
    PodCheck.images(snapshot.ipOperator?.pods ?? [])
  }

  static let crashes = Check(
    "IPL-0754", "operator-crashes", .operator, "the operator does not crash",
    want: "no CrashLoopBackOff", why: "It ends at its start; the log says why.",
    hint: "kubectl -n akash-services logs deployment/operator-ip --previous",
    dependsOn: ["IPL-0701", "IPL-0753"], needs: [.akash]
  ) { snapshot in
    let verdict = PodCheck.crashes(snapshot.ipOperator?.pods ?? [])
    guard case .fail(let got) = verdict, let cause = BarrierCause(snapshot) else { return verdict }
    return .fail(got: "\(got); state \(cause.state.rawValue): \(cause.text)")
  }

  static let rollout = Check(
    "IPL-0755", "operator-ready", .operator, "the operator's pod is ready", want: "1/1",
    why: "Nothing answers the provider until it is.",
    hint: "kubectl -n akash-services describe deployment/operator-ip",
    dependsOn: ["IPL-0754"], needs: [.akash]
  ) { snapshot in
    PodCheck.rollout(
      snapshot.ipOperator?.deployment, snapshot.ipOperator?.pods ?? [], snapshot.akash.readAt)
  }.since { PodCheck.notReadySince($0.ipOperator?.pods ?? []) }

  static let rights = Check(
    "IPL-0705", "operator-rights", .operator, "the operator may read ProviderLeasedIPs",
    guide: .barrier, want: "its account may list them in namespace lease",
    why: "A ClusterRole of another chart version keeps its barrier locked.",
    hint: "kubectl auth can-i list providerleasedips.akash.network -n lease "
      + "--as=system:serviceaccount:akash-services:operator-ip",
    dependsOn: ["IPL-0706", "IPL-0752"], needs: [.operatorRights], judges: [.operatorUsage]
  ) { snapshot in
    if case .totals? = snapshot.operatorUsage.value {
      return .pass(got: "yes: its barrier is open")
    }
    return snapshot.operatorRights.value == false ? .fail(got: "no") : .pass(got: "yes")
  }

  static let generation = Check(
    "IPL-0710", "operator-generation", .operator, "operator and provider find each other",
    want: "both charts before 9, or both since 9",
    why: "The Service's name and port changed with chart 9; the provider looks for its own.",
    hint: "Install the operator chart of the provider's major version.",
    dependsOn: ["IPL-0005", "IPL-0752"], needs: [.akash, .releases]
  ) { snapshot in
    guard let chart = snapshot.providerRelease?.chartVersion, let found = snapshot.ipOperator else {
      return .notRun(.nothingToTest("a chart's version is not known"))
    }
    return found.generation == ChartGeneration(chart: chart)
      ? .pass(got: found.deployment.metadata.name)
      : .fail(got: "\(found.deployment.metadata.name) with provider chart \(chart)")
  }

  static let versions = Check(
    "IPL-0709", "operator-version", .operator, "operator and provider are of one version",
    want: "the same major and minor version", why: "Mixed versions are tried by nobody.",
    hint: "kubectl -n akash-services get pods -o wide; upgrade the older one, pinned.",
    dependsOn: ["IPL-0710"], needs: [.akash, .releases]
  ) { snapshot in
    guard let own = snapshot.ipOperator?.deployment.imageVersion,
      let provider = snapshot.providerStatefulSet?.imageVersion
    else { return .notRun(.nothingToTest("an image names no version")) }
    let isSame = own.major == provider.major && own.minor == provider.minor
    let both = "operator \(own), provider \(provider)"
    if own == provider { return .pass(got: "\(own)") }
    return isSame ? .pass(got: both) : .warn(got: both)
  }

  static let setting = Check(
    "IPL-0756", "operator-setting", .operator, "the running operator has the present address",
    want: "the address of its ConfigMap",
    why: "helm changes only the ConfigMap; the process reads it at its start.",
    hint: "kubectl -n akash-services rollout restart deployment/operator-ip",
    remedies: [.bounceOperator], dependsOn: ["IPL-0755"], needs: [.akash, .operatorLog]
  ) { snapshot in
    let lines = snapshot.operatorLog.value ?? []
    let running = lines.lazy.reversed().compactMap { line -> String? in
      if case .worksFor(let address) = line.kind { address } else { nil }
    }.first
    guard let running else { return .notRun(.nothingToTest("its log does not say it any more")) }
    let wanted = snapshot.ipOperator?.providerAddress ?? ""
    return running == wanted ? .pass(got: running) : .fail(got: "it runs for \(running)")
  }

  static let barrier = Check(
    "IPL-0704", "barrier-open", .operator, "the operator's barrier is open",
    guide: .barrier, want: "/usage answers 200",
    why: "While it is locked no address is handed out, though the provider may go on offering.",
    hint: "kubectl -n akash-services logs deployment/operator-ip --timestamps",
    dependsOn: [
      "IPL-0203", "IPL-0207", "IPL-0250", "IPL-0705", "IPL-0755", "IPL-0756", "IPL-0903",
    ],
    needs: [.akash, .cluster, .metallb, .leasedIPKind], judges: [.operatorUsage]
  ) { snapshot in
    switch snapshot.operatorUsage {
    case .known(.totals, _): return .pass(got: "/usage answers")
    case .absent: return .fail(got: "there is no operator to ask")
    case .unreadable(let problem, _): return .fail(got: problem.reason ?? problem.what)
    case .notRead: return .notRun(.unreadable("not read"))
    case .known(.locked, _): break
    }
    let cause = BarrierCause(snapshot)
    if cause?.state == .renewal { return .warn(got: "503, a watch is being renewed") }
    if let cause {
      let help = cause.restartHelps ? "a restart helps" : "a restart does not help"
      return .fail(got: "503, barrier is locked, state \(cause.state.rawValue): \(help)")
    }
    if PodCheck.isStarting(snapshot.ipOperator?.pods ?? [], snapshot.operatorUsage.readAt) {
      return .warn(got: "503, it has just started")
    }
    let error = snapshot.operatorLog.value?.lazy.reversed().compactMap { line -> String? in
      if case .observationStopped(let error?) = line.kind { error } else { nil }
    }.first
    return .fail(
      got: "503, barrier is locked; "
        + (error.map { "the log says: \(SafeText.line($0, limit: 160))" }
          ?? "the log does not say why"))
  }.explained { snapshot in
    BarrierCause(snapshot).map { cause in
      let isForHand = cause.remedies.isEmpty && cause.state != .renewal
      return Check.Explanation(
        why: "\(cause.text). \(cause.evidence.joined(separator: "; "))",
        hint: isForHand ? "What helps: \(cause.advice)" : nil, remedies: cause.remedies)
    }
  }.since(BarrierCause.lockedSince)
}
