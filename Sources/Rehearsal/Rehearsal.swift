import Execution
import Foundation

/// The tools' answers, as a pure function of the state (values files apart).
enum Rehearsal {
  /// `state` has been brought up to now.
  static func answer(_ command: Command, state: inout RehearsalState) -> Answer {
    var keeper = ManifestKeeper(state: state)
    keeper.hear(command)
    state = keeper.state
    switch command.tool {
    case .kubectl:
      return KubectlRehearsal.answer(
        command.arguments, standardInput: command.standardInput ?? "", state: &state, read: read)
    case .helm:
      let input = command.standardInput
      return HelmRehearsal.answer(command.arguments, state: &state) { path in
        path == "-" ? input : read(path)
      }
    case .curl: return curl(command.arguments)
    case .ansiblePlaybook:
      return AnsibleRehearsal.answer(command.arguments, folder: command.folder, state: &state)
    }
  }

  private static func read(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Nothing of the rehearsal can be reached from outside its cluster.
  private static func curl(_ arguments: [String]) -> Answer {
    let url = arguments.first { $0.contains("://") } ?? ""
    let host = url.split(separator: "/").dropFirst().first?.split(separator: ":").first ?? ""
    var answer = Answer("", exit: .code(6), delay: 0.1)
    answer.warn("curl: (6) Could not resolve host: \(host)\n")
    return answer
  }
}

extension RehearsalState {
  /// What a misfortune does at once.
  mutating func begin(_ fault: RehearsalFault) {
    switch fault {
    case .apiStopped(let seconds): apiAnswersAt = time + seconds
    case .operatorLocked:
      for (key, pod) in pods where pod.ipOperator != nil {
        pods[key]?.ipOperator?.isStuck = true
        pods[key]?.ipOperator?.isOpen = false
        pods[key]?.ipOperator?.triesAt = nil
      }
    case .twoProviders:
      guard var twin = releases.first(where: { $0.name == "akash-provider" }) else { return }
      twin.name = "akash-provider-2"
      releases.append(twin)
    case .noProvider:
      guard let index = releases.firstIndex(where: { $0.name == "akash-provider" }),
        let revision = releases[index].latest
      else { return }
      for object in Charts.objects(of: revision, of: releases[index]) {
        guard let kind = ResourceKind.of(object) else { continue }
        let metadata = object["metadata"]
        remove(
          ObjectKey(
            kind.plural, metadata["namespace"].text ?? "", metadata["name"].text ?? ""))
      }
      releases.remove(at: index)
    case .helmKilled, .webhookDown, .chartServerDown, .valuesNull, .forbidden, .secretsForbidden,
      .helmTwo, .metricsRefused, .operatorCutOff, .rightsMissing, .staleConfiguration, .miscounted,
      .unannounced, .eventRefused, .updateRefused, .announcedTwice, .countsUntold:
      break
    }
  }

  /// Marks the release a helm call works on as failed, as helm does on an interrupt.
  mutating func interruptRelease(of arguments: [String]) {
    let words = arguments.filter { !$0.hasPrefix("-") }
    guard words.count > 1, let index = releases.firstIndex(where: { $0.name == words[1] }) else {
      return
    }
    fail(release: index, reason: "context canceled")
  }
}
