import Cluster
import Execution
import Foundation
import IPLeasesCore
import Synchronization
import TestSupport
import Testing

@testable import Rehearsal

/// What happens on a healthy cluster every day raises no alarm.
struct NormalLifeTests {
  /// Restarts, renewed watches, moved pods, edited pools and new leases, looked at again and again at
  /// moments of no pattern.
  @Test(.inTurn) func aLookAtNormalLifeRaisesNoAlarm() async {
    let life = Life()
    var alarms: Set<String> = []
    for round in 0..<Amount(136, large: 1_000).count {
      if round.isMultiple(of: 8) { life.happens(round / 8) }
      life.passes(seconds: [0.2, 0.7, 1.3, 2.1, 4, 11, 60, 400][round % 8])
      let names = Checks.needs()
      let snapshot = await ClusterReader(
        executor: life, settings: life.settings, now: { life.now }
      ).read(names)
      for result in Checks.run(snapshot) where result.verdict.kind == .fail {
        alarms.insert("round \(round): \(result.code) \(result.verdict.got)")
      }
    }
    #expect(alarms.sorted().prefix(10) == [])
  }
}

/// The built-in cluster without a disk.
private final class Life: CommandExecutor {
  private let state: Mutex<RehearsalState>
  let settings = ConsoleSettings(providerFile: "/none/provider.yaml", stateDirectory: "/none")

  init() {
    state = Mutex(
      Scenarios.make(RehearsalStart(.enabled), now: Stage.start.timeIntervalSince1970))
  }

  var now: Date { state.withLock { Date(timeIntervalSince1970: $0.time) } }

  func passes(seconds: Double) { state.withLock { $0.advance(to: $0.time + seconds) } }

  /// One thing of every day.
  func happens(_ number: Int) {
    state.withLock { state in
      switch number % 8 {
      case 0: restart("deployment/operator-ip", "akash-services", &state)
      case 1: restart("statefulset/akash-provider", "akash-services", &state)
      case 2: restart("deployment/metallb-controller", "metallb-system", &state)
      case 3: restart("daemonset/metallb-speaker", "metallb-system", &state)
      case 4: restart("daemonset/kube-proxy", "kube-system", &state)
      case 5:
        let now = state.time
        state.changePods(of: "deployments", "akash-services", "operator-ip") {
          $0.ipOperator?.renewals = [now - 2, now - 2400]
        }
      case 6: state.editPool { $0.addRange("203.0.113.\(number)/32") }
      default:
        let lease = "lease\(number)"
        state.make(
          """
          apiVersion: v1
          kind: Namespace
          metadata: {name: \(lease)}
          ---
          apiVersion: v1
          kind: Service
          metadata:
            name: web-ip-\(number)-tcp
            namespace: \(lease)
            labels: {akash.network/service-target: metal-lb}
          spec:
            type: LoadBalancer
            selector: {akash.network/manifest-service: web}
            ports: [{port: 80, targetPort: 80, protocol: TCP}]
          """)
      }
    }
  }

  private func restart(_ workload: String, _ namespace: String, _ state: inout RehearsalState) {
    let command = Command(
      .kubectl, ["-n", namespace, "rollout", "restart", workload], purpose: "test", changes: true)
    _ = Rehearsal.answer(command, state: &state)
  }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    let answer = state.withLock { state in
      var copy = state
      return Rehearsal.answer(command, state: &copy)
    }
    return CommandResult(
      exit: answer.exit, standardOutput: Data(answer.output.utf8),
      standardError: Data(answer.errors.utf8))
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit { .code(0) }

  func stop() async {}
}
