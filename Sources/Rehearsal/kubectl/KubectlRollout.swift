import Execution

extension KubectlRehearsal {
  mutating func rollout(_ words: [String]) throws(ToolRefusal) -> Answer {
    let (kind, names) = try target(Array(words.dropFirst()))
    guard let name = names.first, kind.group == "apps" else {
      throw .tool("required resource not specified")
    }
    var workload = try existing(kind, name)
    switch words.first {
    case "restart":
      try checkRights("patch", kind)
      workload["spec"]["template"]["metadata"]["annotations"][
        "kubectl.kubernetes.io/restartedAt"] = .string(Timestamp.rfc3339(state.time))
      state.update(key(kind, name), to: workload, manager: "kubectl-rollout")
      return done("\(kind.shownName)/\(name) restarted")
    case "status": return waitForRollout(key(kind, name))
    default: throw .tool("unknown command \"\(words.first ?? "")\" for \"kubectl rollout\"")
    }
  }

  /// Prints each stage as it comes, until the roll-out is complete or the time is up.
  private func waitForRollout(_ key: ObjectKey) -> Answer {
    var future = state
    let start = state.time
    let limit = start + (arguments.seconds("timeout") ?? 3600)
    var answer = Answer("", delay: Self.ownTime)
    future.advance(to: start)
    while true {
      let (line, isDone) = Self.stage(of: key, in: future)
      answer.delay = max(Self.ownTime, future.time - start + 0.05)
      answer.pieces.append(.init(after: answer.delay, text: line + "\n", isError: false))
      if isDone || arguments.last("watch") == "false" { return answer }
      let next = future.advance(until: limit) { Self.stage(of: key, in: $0).line != line }
      if next == nil {
        answer.delay = limit - start
        answer.exit = .code(1)
        answer.warn("error: timed out waiting for the condition\n")
        return answer
      }
    }
  }

  /// kubectl's words for how far a roll-out is.
  static func stage(of key: ObjectKey, in state: RehearsalState) -> (line: String, isDone: Bool) {
    let count = ShownObjects(state: state).counts(of: key)
    let name = key.name
    switch key.plural {
    case "statefulsets":
      if count.ready < count.wanted {
        return ("Waiting for \(count.wanted - count.ready) pods to be ready...", false)
      }
      if count.updated < count.wanted {
        return (
          "Waiting for partitioned roll out to finish: \(count.updated) out of \(count.wanted) new "
            + "pods have been updated...", false
        )
      }
      return (
        "partitioned roll out complete: \(count.updated) new pods have been updated...", true
      )
    case "daemonsets":
      let head = "Waiting for daemon set \"\(name)\" rollout to finish:"
      if count.updated < count.wanted {
        return (
          "\(head) \(count.updated) out of \(count.wanted) new pods have been updated...", false
        )
      }
      if count.ready < count.wanted {
        return (
          "\(head) \(count.ready) of \(count.wanted) updated pods are available...", false
        )
      }
      return ("daemon set \"\(name)\" successfully rolled out", true)
    default:
      let head = "Waiting for deployment \"\(name)\" rollout to finish:"
      if count.updated < count.wanted {
        return (
          "\(head) \(count.updated) out of \(count.wanted) new replicas have been updated...",
          false
        )
      }
      if count.existing > count.updated {
        return (
          "\(head) \(count.existing - count.updated) old replicas are pending termination...",
          false
        )
      }
      if count.ready < count.updated {
        return (
          "\(head) \(count.ready) of \(count.updated) updated replicas are available...", false
        )
      }
      return ("deployment \"\(name)\" successfully rolled out", true)
    }
  }
}
