import Execution
import Foundation

extension KubectlRehearsal {
  /// The lines a pod has written so far.
  func logs(_ words: [String]) throws(ToolRefusal) -> Answer {
    let pods: [PodRecord]
    if let selector = arguments.last("selector") {
      let pairs = selector.split(separator: ",").map { $0.split(separator: "=").map(String.init) }
      pods = state.pods.values.filter { pod in
        pod.namespace == namespace && pairs.allSatisfy { pod.labels[$0[0]] == $0.last }
      }
      if pods.isEmpty {
        var answer = Answer("", delay: Self.ownTime)
        answer.warn("No resources found in \(namespace) namespace.\n")
        return answer
      }
    } else if words.first?.contains("/") == true {
      let (kind, names) = try target(words)
      _ = try existing(kind, names[0])
      pods = Array(state.pods(of: key(kind, names[0])).suffix(1))
    } else {
      guard let pod = state.pods["\(namespace)/\(words.first ?? "")"] else {
        throw .server("NotFound", "pods \"\(words.first ?? "")\" not found")
      }
      pods = [pod]
    }
    var lines: [String] = []
    for pod in pods.sorted(by: { $0.name < $1.name }) {
      let container = try container(of: pod)
      var own = try written(by: pod, container)
      if let tail = arguments.last("tail").flatMap(Int.init), tail >= 0 {
        own = Array(own.suffix(tail))
      }
      let prefix =
        arguments.isOn("prefix") ? "[pod/\(pod.name)/\(container)] " : ""
      let hasTime = arguments.isOn("timestamps")
      lines += own.map {
        prefix + (hasTime ? Timestamp.rfc3339Nano($0.time) + " " : "") + $0.text
      }
    }
    return lines.isEmpty ? Answer("", delay: Self.ownTime) : done(lines.joined(separator: "\n"))
  }

  private func container(of pod: PodRecord) throws(ToolRefusal) -> String {
    let spec = pod.template["spec"]
    guard let name = arguments.last("container") else {
      return spec["containers"].items.first?["name"].text ?? ""
    }
    let all = spec["initContainers"].items + spec["containers"].items
    guard all.contains(where: { $0["name"].text == name }) else {
      throw .tool("container \(name) is not valid for pod \(pod.name)")
    }
    return name
  }

  private func written(by pod: PodRecord, _ container: String) throws(ToolRefusal)
    -> [(time: Double, text: String)]
  {
    let place = "container \"\(container)\" in pod \"\(pod.name)\""
    if arguments.isOn("previous"), pod.restarts == 0 {
      throw .server("BadRequest", "previous terminated \(place) not found")
    }
    let isNamed = arguments.last("container") != nil
    let isInit = pod.template["spec"]["initContainers"].items.contains {
      $0["name"].text == container
    }
    if isNamed, !isInit, pod.startedAt == nil, pod.crashReason == nil {
      throw .server("BadRequest", "\(place) is waiting to start: ContainerCreating")
    }
    let since =
      arguments.seconds("since").map { state.time - $0 }
      ?? arguments.last("since-time").flatMap { try? Date($0, strategy: .iso8601) }?
      .timeIntervalSince1970 ?? 0
    let lines =
      arguments.isOn("previous")
      ? LogLines.previousLines(of: pod, in: state)
      : LogLines.lines(of: pod, container: container, in: state, since: since)
    return lines.filter { $0.time >= since && $0.time <= state.time }
  }
}
