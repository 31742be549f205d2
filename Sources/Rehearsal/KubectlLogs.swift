import IPLeasesCore

extension KubectlRehearsal {
  /// The lines a pod has written so far.
  func logs(_ words: [String]) throws(ToolFailure) -> Answer {
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
      var own = LogLines.lines(of: pod, in: state)
      if let tail = arguments.last("tail").flatMap(Int.init), tail >= 0 {
        own = Array(own.suffix(tail))
      }
      let container = pod.template["spec"]["containers"].items.first?["name"].text ?? ""
      let prefix =
        arguments.isOn("prefix") ? "[pod/\(pod.name)/\(container)] " : ""
      let hasTime = arguments.isOn("timestamps")
      lines += own.map {
        prefix + (hasTime ? Timestamp.rfc3339Nano($0.time) + " " : "") + $0.text
      }
    }
    return lines.isEmpty ? Answer("", delay: Self.ownTime) : done(lines.joined(separator: "\n"))
  }
}

/// What the processes write (domain: milestone lines and log grammars).
enum LogLines {
  static func lines(of pod: PodRecord, in state: RehearsalState) -> [(time: Double, text: String)] {
    guard let startedAt = pod.startedAt else {
      return pod.crashReason.map { [(pod.createdAt, "Error: \($0)")] } ?? []
    }
    switch pod.program {
    case .metallbController: return controller(pod, startedAt)
    case .ipOperator: return ipOperator(pod, startedAt, state)
    case .provider: return provider(pod, startedAt, state.time)
    case .other: return []
    }
  }

  private static func ipOperator(_ pod: PodRecord, _ start: Double, _ state: RehearsalState)
    -> [(Double, String)]
  {
    guard let process = pod.ipOperator else { return [] }
    let dns =
      "lookup _monitoring._TCP.controller.metallb-system.svc.cluster.local on 10.96.0.10:53: "
      + "no such host"
    var lines = [
      (start, "INF HTTP listening address=0.0.0.0:8080 operator=ip"),
      (start, "INF ip operator start operator=ip"),
      (start, "INF associated provider addr=\(process.address ?? "") operator=ip"),
      (start, "INF fetching existing IP passthroughs operator=ip"),
    ]
    if process.isStuck {
      lines += [
        (
          start,
          "ERR dns discovery failed error=\"\(dns)\" namespace=metallb-system operator=ip "
            + "portName=monitoring service-name=controller"
        ),
        (
          start + 2, "ERR barrier is locked, can't service request operator=ip path=/health"
        ),
      ]
    } else if process.isOpen {
      lines += [
        (
          start + 1,
          "INF dns discovery success addrs=[{\"Target\":\"controller.metallb-system.svc.cluster."
            + "local.\",\"Port\":7472,\"Priority\":0,\"Weight\":100}] operator=ip"
        ),
        (
          start + 2,
          "INF ip address inventory available=\(process.total) in-use=\(process.inUse) operator=ip"
        ),
        (start + 2, "INF starting observation operator=ip"),
        (start + 2.5, "INF barrier can now be passed operator=ip"),
      ]
      for renewal in (process.renewals ?? []).sorted() {
        lines += [
          (renewal, "INF observation stopped err=null operator=ip"),
          (renewal + 1, "INF starting observation operator=ip"),
          (renewal + 1, "INF barrier can now be passed operator=ip"),
        ]
      }
    } else if let lockedAt = process.lockedAt, let trouble = state.operatorTrouble {
      let text = JSONText.compact(.string(trouble))
      let beats = max(0, Int((state.time - lockedAt) / 3))
      for beat in max(0, beats - 20)...beats {
        lines += [
          (lockedAt + Double(beat) * 3, "ERR observation stopped err=\(text) operator=ip"),
          (lockedAt + Double(beat) * 3, "INF delaying operator=ip"),
        ]
      }
    }
    return lines.map { ($0.0, "<nil> \($0.1)") }
  }

  private static func provider(_ pod: PodRecord, _ start: Double, _ now: Double)
    -> [(Double, String)]
  {
    var lines = [(start, "INF", "starting provider service", "module=provider")]
    if pod.provider?.hasMissed == true {
      lines.append(
        (
          start + 1, "ERR", "dns discovery failed",
          "error=\"lookup _rest._TCP.operator-ip.akash-services.svc.cluster.local on "
            + "10.96.0.10:53: no such host\" service-name=operator-ip"
        ))
    }
    if let servesAt = pod.provider?.servesAt {
      if servesAt <= now {
        lines.append((servesAt, "INF", "all waitables ready", "module=provider-cluster"))
      }
      if let error = pod.provider?.addressError {
        lines.append(
          (now, "ERR", "checking IP addresses", "err=\"\(error)\" module=provider-cluster"))
      }
    } else {
      lines.append(
        (
          start + 2, "ERR", "not yet ready",
          "err=\"ip operator is not yet alive\" module=provider-cluster"
        ))
    }
    return lines.map { time, level, message, fields in
      let colour = level == "ERR" ? 31 : 32
      let escape = "\u{1B}["
      return (
        time,
        "\(escape)90m\(Timestamp.kitchen(time))\(escape)0m \(escape)\(colour)m\(level)\(escape)0m "
          + "\(escape)1m\(message)\(escape)0m \(fields)"
      )
    }
  }

  private static func controller(_ pod: PodRecord, _ start: Double) -> [(Double, String)] {
    func line(_ time: Double, _ fields: JSONValue) -> (Double, String) {
      var fields = fields
      fields["level"] = "info"
      fields["ts"] = .string(Timestamp.rfc3339(time))
      return (time, JSONText.compact(fields))
    }
    let version = pod.imageVersion.map { "v\($0)" } ?? ""
    return [
      line(
        start,
        [
          "caller": "main.go:178", "msg": .string("MetalLB controller starting \(version)"),
          "version": .string(version),
        ]),
      line(
        start,
        ["action": "setting up cert rotation", "caller": "webhook.go:31", "op": "startup"]),
      line(start + 1, ["action": "webhooks enabled", "caller": "webhook.go:53", "op": "startup"]),
    ]
  }
}
