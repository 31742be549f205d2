import Foundation
import Testing

/// The main job from start to end, and back, and to the end again.
struct EnablementWalk {
  let site: ClusterSite

  /// Order of the checklist.
  static let ids = [
    "preflight", "namespace", "metallb", "metrics-service", "pools", "strict-arp", "ip-operator",
    "capacity", "provider", "verification",
  ]
  static let statesBefore = [
    "preflight done", "namespace todo", "metallb blocked", "metrics-service blocked",
    "pools blocked", "strict-arp todo", "ip-operator blocked", "capacity blocked",
    "provider blocked", "verification blocked",
  ]
  static let statesAfter = ids.map { "\($0) done" }
  /// Steps that change something.
  static let changing = [
    "namespace", "metallb", "metrics-service", "pools", "strict-arp", "ip-operator", "provider",
  ]

  /// Every change of the way from fresh to the end: the same on every cluster of that state.
  static let changes = [
    "kubectl create namespace metallb-system",
    "kubectl label namespace metallb-system pod-security.kubernetes.io/enforce=privileged "
      + "pod-security.kubernetes.io/audit=privileged pod-security.kubernetes.io/warn=privileged "
      + "--overwrite",
    "helm repo add metallb https://metallb.github.io/metallb",
    "helm repo update metallb",
    "helm install metallb metallb/metallb --version 0.14.8 --set speaker.ignoreExcludeLB=true "
      + "--wait --timeout 300s -n metallb-system",
    "kubectl -n metallb-system expose deployment metallb-controller --name=controller "
      + #"--overrides={"spec":{"ports":[{"protocol":"TCP","name":"monitoring","port":7472,"#
      + #""targetPort":7472}]}}"#,
    "kubectl create -f -",
    "kubectl create -f -",
    "kubectl -n kube-system patch configmap kube-proxy --type=json --patch-file=/dev/stdin",
    "kubectl -n kube-system rollout restart daemonset/kube-proxy",
    "helm repo update akash",
    "helm install akash-ip-operator akash/akash-ip-operator --version 19.0.2 --set "
      + "provider_address=\(ClusterSite.address) --wait --timeout 300s -n akash-services",
    "helm repo update akash",
    "helm upgrade akash-provider akash/provider --version 19.0.2 -f PROVIDER_FILE --wait "
      + "--timeout 600s -n akash-services",
  ]

  func walk() async throws {
    let start = try await ClusterPicture.take(of: site)
    try await lookBefore()
    try await tryOnTheServer(start)
    try await applyAndProve()
    try await applyAgain()
    let secrets = try await Canaries(of: site)
    try secrets.checkFolder(of: site)
    try await takeBack(to: start)
    let again = try await site.apply()
    #expect(again.ending == .exited(0), "\(again.transcript)")
    let (steps, ending) = try await site.steps()
    #expect(steps.states == Self.statesAfter)
    #expect(ending == .exited(0))
  }

  // MARK: The parts

  func lookBefore() async throws {
    let steps = try await site.run("steps", "-o", "json")
    #expect(steps.ending == .exited(1), "\(steps.transcript)")
    try DocumentKeys.checkSteps(steps.object())
    let answer = try steps.decoded(as: StepsAnswer.self)
    #expect(answer.states == Self.statesBefore)
    #expect(answer.way == "helm")
    #expect(answer.steps.map(\.blockedBy.isEmpty) == answer.steps.map { $0.state != "blocked" })

    let text = try await site.run("plan", "--pool", ClusterSite.pool)
    #expect(text.ending == .exited(0), "\(text.transcript)")
    #expect(text.output.contains("    $ \(Self.changes[0])"))
    let plan = try await site.run("plan", "-o", "json", "--pool", ClusterSite.pool)
    #expect(plan.ending == .exited(0), "\(plan.transcript)")
    try DocumentKeys.checkPlan(plan.object())
    let status = try await site.run("status", "-o", "json")
    #expect(status.ending == .exited(1), "\(status.transcript)")
    try DocumentKeys.checkStatus(status.object())
    #expect(try await site.activity().isEmpty)
  }

  func tryOnTheServer(_ start: ClusterPicture) async throws {
    let outcome = try await site.run(
      "apply", "--dry-run=server", "--yes", "--pool", ClusterSite.pool)
    #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
    #expect(try await ClusterPicture.take(of: site).difference(to: start) == [])
    #expect(try await site.changes().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: site.providerFile))
  }

  func applyAndProve() async throws {
    let watch = ArgumentWatch(for: try await Canaries(of: site))
    let outcome = try await site.apply()
    let leaks = watch.end()
    #expect(leaks == [])
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    #expect(outcome.errors.isEmpty)
    let shown = ShownPlans(outcome.output)
    #expect(shown.unannounced == [])
    let journal = try await site.activity().filter(\.changes)
    // What the journal says was run is what was announced, command by command.
    let changing = Set(journal.map(\.shellText))
    #expect(shown.started.filter(changing.contains) == journal.map(\.shellText))
    #expect(journal.map(\.exit) == journal.map { _ in 0 })
    #expect(journal.map { site.normalized($0.argv).joined(separator: " ") } == Self.changes)

    let (steps, ending) = try await site.steps()
    #expect(ending == .exited(0))
    #expect(steps.states == Self.statesAfter)
    #expect(steps.steps.allSatisfy { !$0.evidence.isEmpty })
    let status = try await site.run("status")
    #expect(status.ending == .exited(0), "\(status.transcript)")
    let activity = try await site.run("activity", "-o", "json")
    for line in activity.output.split(separator: "\n") { try DocumentKeys.checkActivity(line) }
    let mode = try FileManager.default.attributesOfItem(atPath: site.providerFile)[
      .posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  func applyAgain() async throws {
    let picture = try await ClusterPicture.take(of: site)
    let before = try await site.activity().count(where: \.changes)
    let outcome = try await site.run("apply", "--yes", "-o", "json", "--pool", ClusterSite.pool)
    #expect(outcome.ending == .exited(0), "\(outcome.transcript)")
    try DocumentKeys.checkApply(outcome.object())
    let answer = try outcome.decoded(as: ApplyAnswer.self)
    #expect(answer.results == Self.ids.map { "\($0) unchanged" })
    #expect(try await site.activity().count(where: \.changes) == before)
    #expect(try await ClusterPicture.take(of: site).difference(to: picture) == [])
  }

  func takeBack(to start: ClusterPicture) async throws {
    try await tryOutOfOrder()
    let planned = try await site.run("rollback", "--dry-run", "-o", "json", "provider")
    #expect(planned.ending == .exited(0), "\(planned.transcript)")
    try DocumentKeys.checkPlan(planned.object())
    for step in Self.changing.reversed() {
      let outcome = try await site.run("rollback", "--yes", step)
      #expect(outcome.ending == .exited(0), "\(step)\n\(outcome.transcript)")
      #expect(ShownPlans(outcome.output).unannounced == [])
    }
    #expect(try await ClusterPicture.take(of: site).difference(to: start) == [])
    let (steps, _) = try await site.steps()
    #expect(steps.states == Self.statesBefore)
    let nothing = try await site.run("rollback", "--yes", "namespace")
    #expect(nothing.ending == .exited(1))
    #expect(nothing.errors.contains("no way back saved"))
    // provider.yaml of the first time is still there and is what this run captured.
  }

  /// MetalLB may not be taken from under what stands on it.
  private func tryOutOfOrder() async throws {
    let before = try await site.activity().count(where: \.changes)
    let outcome = try await site.run("rollback", "--yes", "metallb")
    #expect(outcome.ending == .exited(1), "\(outcome.transcript)")
    // The options that lead to this cluster stand in each command.
    let advice = outcome.errors.replacing(#/ip-leases( --\S+ \S+)+ /#, with: "ip-leases ")
    #expect(
      advice.contains(
        "ip-leases rollback provider, then ip-leases rollback ip-operator, then ip-leases "
          + "rollback pools, then ip-leases rollback metrics-service"), "\(outcome.errors)")
    #expect(try await site.activity().count(where: \.changes) == before)
  }
}
