import Basics
import Cluster
import Execution
import Foundation
import Logs

/// One stream, from its opening to its end.
extension LogFollower {
  struct Outcome: Sendable {
    var joint: LogJoint
    /// Why it did not end by itself; nil where it did.
    var failure: UserMessage?
    var hasCome: Bool
  }

  /// - Parameter isLast: no other stream is joined to this one.
  func stream(
    _ source: LogSource, _ extent: Kubectl.LogExtent, _ joint: LogJoint, isLast: Bool,
    _ emit: @escaping Emit
  ) async -> Outcome {
    let log = ContainerLog(
      namespace: source.namespace, pod: source.pod, container: source.container, extent)
    let state = LogStreamState(source, joint, emit)
    let failure = await withTaskGroup(of: StreamEnd.self) { group in
      group.addTask {
        let failure = await self.source.stream(log) { bytes in
          state.hear(at: clock.now())
          state.advance { $0.take(bytes, at: clock.now()) }
        }
        return .ended(failure)
      }
      if joint.isJoining {
        group.addTask {
          while !Task.isCancelled, state.isJoining {
            try? await clock.sleep(Self.settling)
            state.advance { $0.settle(at: clock.now(), clock.date()) }
          }
          return .settled
        }
      }
      if !extent.follows {
        group.addTask {
          await waitForSilence(of: state, log.command(settings.connection))
        }
      }
      for await case .ended(let failure) in group {
        group.cancelAll()
        return failure
      }
      return nil
    }
    state.advance(isEnd: true) { $0.end(isLast: isLast && failure == nil, clock.date()) }
    return Outcome(joint: state.joint, failure: failure, hasCome: state.hasCome)
  }

  private enum StreamEnd: Sendable {
    /// The stream is joined to the one before; no more is to be looked after.
    case settled
    case ended(UserMessage?)
  }

  /// Between two looks whether what is held can go out.
  private static let settling = Duration.milliseconds(100)

  /// What only reads what is there is given up when nothing comes for so long. A log of any length
  /// may be read to its end.
  private static let patience = Duration.seconds(30)

  private func waitForSilence(of state: LogStreamState, _ command: Command) async -> StreamEnd {
    state.hear(at: clock.now())
    while !Task.isCancelled {
      let rest = Self.patience - (clock.now() - state.heardAt)
      guard rest > .zero else {
        return .ended(
          UserMessage(
            "\(command.purpose) was given up",
            reason: "nothing came for \(Self.patience.components.seconds) s",
            advice: "try \(command.shellText)"))
      }
      try? await clock.sleep(rest)
    }
    return .settled
  }
}
