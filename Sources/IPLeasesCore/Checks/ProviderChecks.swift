import Basics
import Cluster
import Foundation

/// The provider: what it is set to, what it runs with, whether it answers.
enum ProviderChecks {
  private static let settings = ConsoleSettings(providerFile: "", stateDirectory: "")

  private static func values(_ snapshot: ClusterSnapshot) -> Result<ProviderValues, UserMessage>? {
    snapshot.providerValues.value.map { text in
      Result { () throws(UserMessage) in try ProviderValues(parsing: text.reveal()) }
    }
  }

  static let release = Check(
    "IPL-0650", "provider-release-state", .provider, "the provider's release is deployed",
    want: "status deployed", why: "helm refuses a pending release; a failed one is half changed.",
    hint: "helm -n akash-services history akash-provider. Let a helm that runs end first.",
    remedies: [.rollBackRelease], dependsOn: ["IPL-0005"], needs: [.releases]
  ) { snapshot in
    let pending = ReleaseCheck.pending(snapshot.providerRelease, snapshot)
    return pending.kind != .pass ? pending : ReleaseCheck.failed(snapshot.providerRelease)
  }.since { $0.providerRelease?.updatedAt }

  static let whole = Check(
    "IPL-0601", "provider-values", .provider, "the provider's values are whole",
    want: "from, domain, key and keysecret are there",
    why: "An upgrade with a file that lacks them leaves a provider that cannot sign.",
    hint: "helm -n akash-services get values akash-provider -o yaml (holds the key: keep it 0600)",
    dependsOn: ["IPL-0005"], needs: [.providerValues]
  ) { snapshot in
    switch values(snapshot) {
    case .success: .pass(got: "from, domain, key, keysecret")
    case .failure(let problem): .fail(got: problem.what)
    case nil:
      snapshot.providerByHand.map { .notRun(.nothingToTest("\($0.reference) has no values")) }
        ?? .fail(got: "helm has no values for it")
    }
  }

  static let switchedOff = Check(
    "IPL-0656", "provider-switched-off", .provider, "no provider runs on with a setting taken back",
    guide: .environment, want: "where ipoperator is off, a pod younger than that",
    why:
      "A setting in the ConfigMap is read at the pod's start. A provider that still has IP leases "
      + "on waits for its operator, and bids on nothing without it.",
    hint:
      "Compare: kubectl -n akash-services get pods, and get configmap akash-provider-main -o yaml "
      + "--show-managed-fields.",
    remedies: [.restartProvider], dependsOn: ["IPL-0601", "IPL-0650"],
    needs: [.releases, .akash, .providerValues, .cluster]
  ) { snapshot in
    guard let setting = ProviderSetting(snapshot), case .success(let found)? = values(snapshot)
    else {
      return .notRun(.nothingToTest("no release of Helm"))
    }
    if found.ipOperator == true { return .pass(got: "ipoperator is on") }
    // Without a sign that they were on, an older pod is a matter of other settings.
    guard snapshot.ipOperator != nil || !snapshot.leaseServices.isEmpty else {
      return .pass(got: "IP leases were not on")
    }
    return setting.isRestartNeeded
      ? .fail(got: "off in the values, and the running pod is older than that: it may have it on")
      : .pass(got: "off, and the running pod has read it")
  }

  static let isOn = Check(
    "IPL-0651", "provider-on", .provider, "IP leases are switched on",
    want: "ipoperator: true in the release's values",
    why: "Until then the provider answers every order of an address with no.",
    hint: "helm -n akash-services get values akash-provider shows it, and the key with it.",
    step: .provider, dependsOn: ["IPL-0601", "IPL-0656"], needs: [.providerValues],
    judges: [.switchedOff]
  ) { snapshot in
    if let provider = snapshot.providerByHand { return setting(provider) }
    guard case .success(let found)? = values(snapshot) else {
      return .notRun(.nothingToTest("no values"))
    }
    if found.ipOperator == true { return .pass(got: "ipoperator: true") }
    let now = "ipoperator: \(found.ipOperator.map(String.init) ?? "not set")"
    guard let found = snapshot.switchedOff.value, let on = found.on else {
      return .fail(got: now)
    }
    return .fail(got: "\(now) since revision \(found.off); revision \(on) had it on")
  }.explained { snapshot in
    guard let found = snapshot.switchedOff.value, found.on != nil else { return nil }
    let time = found.at.map { " at \($0.formatted(.iso8601))" } ?? ""
    let lines = ProviderSetting.attributes.map { "- {key: \($0), value: \"true\"}" }
    return Check.Explanation(
      why: "Switched off by revision \(found.off)\(time); did a playbook run? Akash's own, and the "
        + "provider console, write the values anew, without what was added. Put into the playbook's "
        + "template (roles/provider/templates/provider.yaml.j2) \"ipoperator: true\", and below "
        + "attributes: \(lines.joined(separator: ", "))", remedies: [])
  }.since { snapshot in
    snapshot.switchedOff.value.flatMap { $0.on == nil ? nil : $0.at }
  }

  static let attributes = Check(
    "IPL-0609", "provider-attributes", .provider, "buyers can see that addresses are leased",
    want: "feat-endpoint-ip, ip-lease and capabilities/ip-lease, each once",
    why: "An order is matched by every name it asks for, so that each one that is missing loses "
      + "the buyers who ask by it; a key given twice is refused on chain.",
    hint: "On chain: provider-services query provider get ADDRESS", remedies: [.offerAttributes],
    dependsOn: ["IPL-0651"], needs: [.providerValues]
  ) { snapshot in
    guard case .success(let found)? = values(snapshot) else {
      return .notRun(.nothingToTest("no values; on chain: provider-services query provider get"))
    }
    let keys = found.attributes.map(\.key)
    let twice = Set(keys.filter { key in keys.count { $0 == key } > 1 }).sorted()
    if !twice.isEmpty { return .fail(got: "given twice: \(twice.joined(separator: ", "))") }
    let missing = ProviderSetting.missingAttributes(found)
    return missing.isEmpty
      ? .pass(got: "all three") : .warn(got: "without \(missing.joined(separator: ", "))")
  }

  private static func setting(_ provider: ProviderByHand) -> Verdict {
    provider.ipOperator == true
      ? .pass(got: "on, in \(provider.reference)")
      : .fail(got: "\(ProviderByHand.variable) is not \"true\" in \(provider.reference)")
  }

  static let setting = Check(
    "IPL-0607", "provider-setting", .provider, "the running provider has IP leases on",
    guide: .environment, want: "AKASH_IP_OPERATOR is \"true\" for the running pod",
    why: "The release may say done while the pod still runs the old setting.",
    hint: "Look in the StatefulSet's env, then in ConfigMap akash-provider-main.",
    remedies: [.restartProvider], dependsOn: ["IPL-0650", "IPL-0651"], needs: [.releases, .akash]
  ) { snapshot in
    if let provider = snapshot.providerByHand { return setting(provider) }
    guard let setting = ProviderSetting(snapshot), setting.set != nil else {
      return .fail(got: "the StatefulSet was not found")
    }
    if setting.isRestartNeeded {
      return .fail(got: "the running pod is older than the setting's last change")
    }
    if setting.inSet == "true" { return .pass(got: "on, in the StatefulSet") }
    return setting.inMap == "true"
      ? .pass(got: "on, in the ConfigMap")
      : .fail(got: "\(ProviderByHand.variable) is not \"true\"")
  }.since { ProviderSetting($0)?.changedAt }

  static let image = Check(
    "IPL-0652", "provider-image", .provider, "the provider's image was pulled",
    guide: .environment, want: "no pod waits for an image", why: "It does not run without it.",
    hint: "kubectl -n akash-services describe pods: see Events.",
    dependsOn: ["IPL-0005"], needs: [.akash]
  ) { snapshot in
    PodCheck.images([snapshot.providerPod].compactMap(\.self))
  }

  static let crashes = Check(
    "IPL-0653", "provider-crashes", .provider, "the provider does not crash",
    guide: .environment, want: "no CrashLoopBackOff",
    why: "It bids on nothing while it waits for its next start.",
    hint: "kubectl -n akash-services logs akash-provider-0 --previous",
    dependsOn: ["IPL-0652"], needs: [.akash]
  ) { snapshot in
    PodCheck.crashes([snapshot.providerPod].compactMap(\.self))
  }

  static let initialised = Check(
    "IPL-0610", "provider-init", .provider, "the provider's init container is through",
    guide: .status, want: "ended",
    why: "It waits for a synced RPC node and a right clock, then writes to the chain.",
    hint: "kubectl -n akash-services logs akash-provider-0 -c init",
    dependsOn: ["IPL-0653"], needs: [.akash]
  ) { snapshot in
    guard let pod = snapshot.providerPod else { return .fail(got: "there is no pod") }
    let inits = pod.status?.initContainerStatuses ?? []
    let isThrough = inits.allSatisfy { $0.ready == true || $0.state?.terminated != nil }
    if isThrough { return .pass(got: inits.isEmpty ? "it needs none" : "ended") }
    return PodCheck.isStarting([pod], snapshot.akash.readAt)
      ? .warn(got: "still at work") : .fail(got: "stuck for more than two minutes")
  }

  static let hostnames = Check(
    "IPL-0654", "hostname-operator", .provider, "the hostname operator is ready",
    guide: .status, want: "ready",
    why: "The provider waits for it before it serves, as for the IP operator.",
    hint: "kubectl -n akash-services describe deployment/operator-hostname",
    dependsOn: ["IPL-0005"], needs: [.akash]
  ) { snapshot in
    let names = ["operator-hostname", "akash-hostname-operator"]
    let objects = snapshot.akash.value ?? NamespaceObjects()
    let found = objects.deployments.first { names.contains($0.metadata.name) }
    return PodCheck.rollout(found, objects.pods, snapshot.akash.readAt)
  }

  static let lookup = Check(
    "IPL-0655", "provider-found-operator", .provider, "the provider found its operators",
    guide: .status, want: "no failed lookup in its log",
    why: "It looks for them once at its start. Switched on before the operator was there, it waits "
      + "for ever and bids on nothing.",
    hint: "kubectl -n akash-services logs statefulset/akash-provider: dns discovery failed",
    remedies: [.restartProvider], dependsOn: ["IPL-0610", "IPL-0704"],
    needs: [.akash, .providerLog]
  ) { snapshot in
    let lines = snapshot.providerLog.value ?? []
    for line in lines.reversed() {
      if case .lookupFailed(let reason) = line.kind { return .fail(got: reason) }
      if line.kind == .allReady { return .pass(got: "all of them") }
    }
    return .pass(got: "no failed lookup in its log")
  }.since(waitsSince)

  static let status = Check(
    "IPL-0611", "provider-status", .provider, "the provider answers /status on 8443",
    guide: .status, want: "an answer within 5 s",
    why: "A provider that hangs here bids on nothing and is restarted every four to five minutes.",
    hint: "/version answers even then: what it waits for is in its log (not yet ready).",
    remedies: [.restartProvider],
    dependsOn: ["IPL-0607", "IPL-0654", "IPL-0655", "IPL-0704"], needs: [.akash],
    judges: [.providerStatus, .providerVersion]
  ) { snapshot in
    switch snapshot.providerStatus {
    case .known(let status, _): return .pass(got: "answers, \(status.leases ?? 0) lease(s)")
    case .notRead: return .notRun(.unreadable("not read"))
    case .absent: return .fail(got: "the provider's Service was not found")
    case .unreadable(let problem, _):
      let pods = [snapshot.providerPod].compactMap(\.self)
      if PodCheck.isStarting(pods, snapshot.providerStatus.readAt) {
        return .warn(got: "not yet: the pod has just started")
      }
      if snapshot.providerVersion.value != nil {
        return .fail(got: "/version answers, /status hangs: it waits for something")
      }
      return .fail(got: problem.reason ?? problem.what)
    }
  }.since(waitsSince)

  /// Since the provider is not ready, whatever number of starts ago that was; else its start.
  private static func waitsSince(_ snapshot: ClusterSnapshot) -> Date? {
    let lines = snapshot.providerLog.value ?? []
    if lines.contains(where: { $0.kind == .allReady }) { return nil }
    let pod = snapshot.providerPod
    return PodCheck.unreadySince(pod?.status?.conditions) ?? pod?.runsSince
  }

  static let restarts = Check(
    "IPL-0612", "provider-restarts", .provider, "the provider is not restarted again and again",
    guide: .status, want: "no restart within the last half hour, or fewer than 3 in all",
    why: "Its liveness probe asks /status; each restart stops the bidding for about a minute.",
    hint: "kubectl -n akash-services describe pod akash-provider-0: see Last State and Events.",
    dependsOn: ["IPL-0611"], needs: [.akash]
  ) { snapshot in
    let containers = snapshot.providerPod?.status?.containerStatuses ?? []
    guard let own = containers.first(where: { $0.name == "provider" }) ?? containers.first else {
      return .notRun(.nothingToTest("there is no pod"))
    }
    let count = own.restartCount ?? 0
    let now = snapshot.akash.readAt ?? .distantPast
    let last = own.lastState?.terminated?.finishedAt
    let isRecent = last.map { now.timeIntervalSince($0) < 1_800 } ?? false
    return count >= 3 && isRecent
      ? .warn(got: "\(count) restarts, the last a short while ago")
      : .pass(got: "\(count) restart(s)")
  }
}
