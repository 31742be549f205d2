import Addresses
import Basics
import Cluster
import Execution
import Foundation

/// Proof that an address of the pool works: a Service of this console's own takes a free one for a
/// moment, is announced, and is removed. Pure; `Session` runs it.
package enum CanaryProof {
  /// The id of its plan, and of its record while the Service may be there.
  package static let id = "proof"

  /// On every test Service.
  package static let label = Service.proofLabel

  /// Checks without which the proof says nothing; the free address among them.
  package static let buildsOn = [
    ToolChecks.cluster, MetalLBChecks.installed, MetalLBChecks.controller, MetalLBChecks.speakers,
    PoolChecks.usable, PoolChecks.entries, PoolChecks.announced, NetworkChecks.excluded,
    PoolChecks.stale, NetworkChecks.balancers, CountChecks.free,
  ].map(\.code)

  package static let needs: Set<FactName> =
    Checks.needs(of: buildsOn).union([.cluster, .pools, .akash, .releases, .announcements])

  /// How long MetalLB is given to assign the address, and to announce it.
  private static let patience = Duration.seconds(30)

  /// The provider's own door: what stands behind the test address is public anyway.
  private static let port = 8_443

  /// A name that no other proof has.
  package static func newToken() -> String {
    String(UInt32.random(in: .min ... .max) | 0x8000_0000, radix: 16)
  }

  /// - Parameters:
  ///   - token: the end of the Service's name.
  ///   - hold: how long the address is kept for a try from a second machine; nil: not at all.
  /// - Throws: `UserMessage` where the proof would say nothing or take the last address.
  package static func plan(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings, token: String, hold: Duration? = nil
  ) throws(UserMessage) -> Plan {
    try refuse(snapshot)
    // Its removal is owed by whoever made it; a second one would take over that debt.
    if let left = canaries(snapshot).first {
      throw UserMessage(
        "The proof was not made: the test Service of an earlier one is still there: "
          + "\(left.metadata.name).",
        advice: "kubectl -n \(left.metadata.namespace ?? "") delete service \(left.metadata.name)")
    }
    guard let address = freeAddress(snapshot) else {
      throw UserMessage(
        "The proof was not made: no address of the pool is free.",
        advice: "Add one: \(own: "pools plan --add RANGE").")
    }
    let (set, selector) = try target(snapshot)
    let kubectl = Kubectl(settings.connection)
    let namespace = set.metadata.namespace ?? ConsoleSettings.akashNamespace
    let name = "ip-leases-proof-\(token)"
    let remove = Action.command(
      kubectl.delete("service", name, namespace: namespace, purpose: "remove the test Service"))
    let waits = patience * (snapshot.announcements.isAbsent ? 2 : 3)
    let stand = waits + (hold ?? .zero) + .seconds(60)
    let manifest = manifest(
      name, namespace, token, address: address, selector: selector, stand: stand)
    var plan = Plan(id: id, title: "Prove that an address of the pool works")
    plan.actions =
      [
        .command(kubectl.create(manifest, purpose: "create the test Service")),
        .wait(isAssigned(address, name, namespace, kubectl)),
        .wait(isAnnounced(name, namespace, kubectl)),
      ] + (snapshot.announcements.isAbsent ? [] : [.wait(hasStatus(name, kubectl))])
    if let hold {
      plan.actions.append(.wait(isTried(address, hold, name, namespace, kubectl)))
    }
    plan.actions.append(remove)
    plan.closingCount = 1
    plan.undo = [remove]
    plan.touches = ["no lease: \(address) is free, and is given back at the end"]
    plan.notes = [
      "The Service is removed at the end, however that comes: also on Ctrl-C, on SIGTERM and when "
        + "the line is cut. If this program is killed, a process of its own removes it; if this "
        + "machine stops then, the next start of the console or of a command that changes something.",
      "Behind the address stands the provider's own port \(port), which is public anyway.",
    ].map(Note.init)
    return plan.waiting(atMost: settings.waitLimit)
  }

  /// The command for a second machine, outside of the cluster.
  package static func outsideCommand(_ address: String) -> String {
    Curl.version(of: address, port: port).shellText
  }

  /// Test Services that are there now, of this console or another.
  package static func canaries(_ snapshot: ClusterSnapshot) -> [Service] {
    snapshot.cluster.value?.services.filter { $0.metadata.label(label) != nil } ?? []
  }

  /// What MetalLB said on announcing: "node1". From `kubectl get events -o json`; hostile text.
  package static func node(inEvents output: Data) -> String {
    struct List: Decodable { var items: [ClusterEvent] }
    let events = (try? JSONDecoder.withTimes.decode(List.self, from: output))?.items ?? []
    let message = events.last { $0.reason == "nodeAssigned" }?.message ?? ""
    let quoted = message.split(separator: "\"", omittingEmptySubsequences: false)
    return quoted.count > 2 ? SafeText.line(quoted[1], limit: 60) : ""
  }

  /// Reads the events of the Service a plan creates.
  package static func events(_ plan: Plan, _ settings: ConsoleSettings) -> Command? {
    for case .wait(let wait) in plan.actions where wait.until == announced { return wait.probe }
    return nil
  }

  /// The address a plan borrows.
  package static func address(of plan: Plan) -> String? {
    for case .wait(let wait) in plan.actions {
      if case .prints(let text) = wait.passes, wait.until != announced {
        return text.replacing("\"", with: "")
      }
    }
    return nil
  }

  // MARK: Before it

  private static func refuse(_ snapshot: ClusterSnapshot) throws(UserMessage) {
    let bad = Checks.run(snapshot, only: buildsOn).filter { result in
      switch result.verdict {
      case .fail, .notRun(.unreadable), .notRun(.waitsFor): true
      case .warn: result.code == CountChecks.free.code
      case .pass, .notRun(.nothingToTest), .notRun(.onRequest): false
      }
    }
    guard let first = bad.first else { return }
    let codes = bad.map(\.code).joined(separator: ", ")
    throw UserMessage(
      "The proof waits for \(codes).",
      reason: "\(first.title): \(SafeText.line(first.verdict.got, limit: 200))",
      advice: first.remedies.first?.advice ?? first.hint)
  }

  /// The provider's pods: they are there before the first lease, and serve something to try.
  private static func target(_ snapshot: ClusterSnapshot) throws(UserMessage)
    -> (Workload, [String: String])
  {
    guard let set = snapshot.providerStatefulSet, let labels = set.spec?.selector?.matchLabels,
      !labels.isEmpty
    else {
      throw UserMessage(
        "The proof was not made: the provider that is to stand behind the address was not found.",
        advice: Advice(own: ["verify", "tools", "provider"]))
    }
    let pods = snapshot.akash.value?.pods(matching: labels) ?? []
    guard pods.contains(where: \.isReady) else {
      throw UserMessage(
        "The proof was not made: MetalLB announces an address only for a ready pod, and the "
          + "provider has none.", advice: Advice(own: ["verify", "provider"]))
    }
    return (set, labels)
  }

  /// The last free address: MetalLB itself begins at the other end or anywhere.
  private static func freeAddress(_ snapshot: ClusterSnapshot) -> String? {
    guard let shape = snapshot.poolShapes?.first(where: { $0.name == ConsoleSettings.poolName }),
      let services = snapshot.cluster.value?.services
    else { return nil }
    let held = services.flatMap { service in
      service.addresses + [service.spec?.loadBalancerIP].compactMap(\.self)
        + (service.spec?.externalIPs ?? [])
    }
    let taken = held.compactMap { IPAddress(parsing: $0) }.map(AddressInterval.init)
    let free = shape.addresses.subtracting(AddressSet(taken))
    for interval in free.intervals.reversed() {
      // At most two addresses in a row are such as `avoidBuggyIPs` leaves out.
      for back in 0...min(UInt128(3), interval.upper - interval.lower) {
        let address = IPAddress(family: interval.family, value: interval.upper - back)
        if address.family == .v6 || !PoolSize.isBuggy(address.value) { return "\(address)" }
      }
    }
    return shape.avoidBuggyIPs ? nil : free.intervals.last.map { "\($0.last)" }
  }

  // MARK: Its actions

  private static let announced = "a node announces it"

  private static func manifest(
    _ name: String, _ namespace: String, _ token: String, address: String,
    selector: [String: String], stand: Duration
  ) -> String {
    let labels = selector.sorted { $0.key < $1.key }.map { "    \($0.key): \"\($0.value)\"" }
    return """
      apiVersion: v1
      kind: Service
      metadata:
        name: \(name)
        namespace: \(namespace)
        labels:
          app.kubernetes.io/managed-by: ip-leases
          \(label): "\(token)"
        annotations:
          metallb.universe.tf/address-pool: \(ConsoleSettings.poolName)
          metallb.universe.tf/loadBalancerIPs: \(address)
          ip-leases/stands-at-most: "\(stand.components.seconds)s"
      spec:
        type: LoadBalancer
        selector:
      \(labels.joined(separator: "\n"))
        ports:
          - name: proof
            port: \(port)
            targetPort: \(port)
            protocol: TCP

      """
  }

  private static func isAssigned(
    _ address: String, _ name: String, _ namespace: String, _ kubectl: Kubectl
  ) -> Wait {
    Wait(
      until: "it has the address \(address)",
      probe: kubectl.field(
        ".status.loadBalancer", of: "service", name, namespace: namespace,
        purpose: "ask for the test Service's address"),
      passes: .prints("\"\(address)\""), limit: patience, interval: .seconds(1))
  }

  private static func isAnnounced(_ name: String, _ namespace: String, _ kubectl: Kubectl) -> Wait {
    Wait(
      until: announced,
      probe: kubectl.events(
        of: name, reason: "nodeAssigned", namespace: namespace,
        purpose: "ask who announces the test Service"),
      passes: .prints("announcing from node"), limit: patience, interval: .seconds(1))
  }

  private static func hasStatus(_ name: String, _ kubectl: Kubectl) -> Wait {
    Wait(
      until: "its ServiceL2Status is there",
      probe: kubectl.get(
        ["servicel2statuses"], allNamespaces: true,
        purpose: "ask for the announcements"),
      passes: .prints("\"\(name)\""), limit: patience, interval: .seconds(1))
  }

  private static func isTried(
    _ address: String, _ hold: Duration, _ name: String, _ namespace: String, _ kubectl: Kubectl
  ) -> Wait {
    Wait(
      until: "you have tried it from a second machine:  \(outsideCommand(address))",
      probe: kubectl.field(
        ".status.loadBalancer", of: "service", name, namespace: namespace,
        purpose: "ask for the test Service's address"),
      passes: .timePasses, limit: hold, interval: .seconds(2))
  }
}
