import Basics

/// What the processes write (domain: milestone lines and log grammars).
enum LogLines {
  /// Of what repeats itself, the lines of the last hours are kept.
  private static let kept = 6 * 3600.0

  /// - Parameter since: of what repeats itself, only later lines are needed.
  static func lines(
    of pod: PodRecord, container: String, in state: RehearsalState, since: Double
  ) -> [(time: Double, text: String)] {
    let spec = pod.template["spec"]
    if spec["initContainers"].items.contains(where: { $0["name"].text == container }) {
      guard let startedAt = pod.startedAt else { return [] }
      let check = "Checking whether provider.yaml needs to be updated on the chain ..."
      let refused = [
        (startedAt - 0.15, "Updating provider info in the blockchain in 10 seconds ..."),
        (startedAt - 0.1, "+ provider-services tx provider update provider.yaml"),
        (
          startedAt - 0.1,
          "Error: rpc error: code = Unknown desc = insufficient fees; got: 2500uakt required: 5000uakt"
        ),
      ]
      return [
        (startedAt - 0.4, "+ provider-services keys import"),
        (startedAt - 0.2, "+ echo '\(check)'"), (startedAt - 0.2, check),
      ] + (state.faults.contains(.updateRefused) ? refused : [])
    }
    // Its program writes to the first container; the others stay silent.
    guard spec["containers"].items.first?["name"].text == container else { return [] }
    guard let startedAt = pod.startedAt else {
      return pod.crashReason.map { [(pod.createdAt, "Error: \($0)")] } ?? []
    }
    let earliest = max(since, state.time - kept)
    return lines(of: pod, from: startedAt, state.time, earliest, state).sorted {
      $0.time < $1.time
    }
  }

  static func previousLines(of pod: PodRecord, in state: RehearsalState)
    -> [(time: Double, text: String)]
  {
    guard let startedAt = pod.startedAt else {
      return pod.crashReason.map { [(pod.createdAt, "Error: \($0)")] } ?? []
    }
    // The liveness probe ended it.
    return lines(of: pod, from: startedAt - 270, startedAt, startedAt - 270, state)
  }

  private static func lines(
    of pod: PodRecord, from start: Double, _ now: Double, _ earliest: Double,
    _ state: RehearsalState
  ) -> [(time: Double, text: String)] {
    switch pod.program {
    case .metallbController: return controller(pod, start)
    case .ipOperator:
      return ipOperator(pod, start)
        + ipOperatorRoutine(pod, start, now, earliest, AkashProcesses(state: state).operatorTrouble)
    case .provider: return provider(pod, start, now) + providerRoutine(pod, start, now, earliest)
    case .other: return other(pod, start, now, earliest)
    }
  }

  // MARK: What comes again and again

  /// The moments from `start` on, the last hours' only.
  private static func moments(
    every interval: Double, from start: Double, to now: Double, after earliest: Double
  ) -> [(number: Int, time: Double)] {
    let first = max(1, Int(((earliest - start) / interval).rounded(.up)))
    let last = Int(((now - start) / interval).rounded(.down))
    return first <= last ? (first...last).map { ($0, start + Double($0) * interval) } : []
  }

  private static func ipOperatorRoutine(
    _ pod: PodRecord, _ start: Double, _ now: Double, _ earliest: Double, _ trouble: String?
  ) -> [(Double, String)] {
    guard let process = pod.ipOperator else { return [] }
    if process.isStuck {
      return moments(every: 2, from: start + 2, to: now, after: earliest).map {
        ($0.time, "<nil> ERR barrier is locked, can't service request operator=ip path=/health")
      }
        + moments(every: 60, from: start, to: now, after: earliest).map {
          ($0.time, "<nil> ERR observation stopped err=\"context deadline exceeded\" operator=ip")
        }
    }
    if !process.isOpen, let lockedAt = process.lockedAt, let trouble {
      let text = JSONText.compact(.string(trouble))
      let isOfEvent = trouble == AkashProcesses.refusal
      return moments(every: 3, from: lockedAt - 3, to: now, after: earliest).flatMap {
        (isOfEvent
          ? [($0.time, "<nil> ERR failed applying event err=\(text) operator=ip")] : []) + [
            ($0.time, "<nil> ERR observation stopped err=\(text) operator=ip"),
            ($0.time, "<nil> INF delaying operator=ip"),
          ]
      }
    }
    guard process.isOpen else { return [] }
    return moments(every: 600, from: start + 2, to: now, after: earliest).map {
      (
        $0.time,
        "<nil> INF ip address inventory available=\(process.total) in-use=\(process.inUse) "
          + "operator=ip"
      )
    }
  }

  private static func providerRoutine(
    _ pod: PodRecord, _ start: Double, _ now: Double, _ earliest: Double
  ) -> [(Double, String)] {
    guard let servesAt = pod.provider?.servesAt, servesAt <= now else {
      return moments(every: 2, from: start + 2, to: now, after: earliest).map {
        (
          $0.time,
          coloured(
            $0.time, "ERR", "not yet ready",
            "err=\"ip operator is not yet alive\" module=provider-cluster")
        )
      }
    }
    return moments(every: 17, from: servesAt, to: now, after: earliest).map { number, time in
      let order = "akash1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq/\(19_127_000 + number)/1/1"
      return (
        time, coloured(time, "INF", "order detected", "module=bidengine-service order=\(order)")
      )
    }
  }

  private static func other(
    _ pod: PodRecord, _ start: Double, _ now: Double, _ earliest: Double
  ) -> [(Double, String)] {
    if pod.owner.name.hasSuffix("speaker") {
      return [
        (
          start,
          #"{"caller":"main.go:118","level":"info","msg":"MetalLB speaker starting","ts":""#
            + Timestamp.rfc3339(start) + "\"}"
        )
      ]
    }
    if pod.owner.name == "kube-proxy" {
      return [
        (start, "I\(Timestamp.klog(start))       1 server_others.go:269] \"Using ipvs Proxier\"")
      ]
    }
    guard pod.owner.name.contains("hostname") else { return [] }
    return [(start, "<nil> INF HTTP listening address=0.0.0.0:8080 operator=hostname")]
      + moments(every: 29, from: start, to: now, after: earliest).map {
        ($0.time, "<nil> INF preparing web data operator=hostname")
      }
  }

  private static func ipOperator(_ pod: PodRecord, _ start: Double) -> [(Double, String)] {
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
      return (time, coloured(time, level, message, fields))
    }
  }

  private static func coloured(
    _ time: Double, _ level: String, _ message: String, _ fields: String
  ) -> String {
    let colour = level == "ERR" ? 31 : 32
    let escape = "\u{1B}["
    return
      "\(escape)90m\(Timestamp.kitchen(time))\(escape)0m \(escape)\(colour)m\(level)\(escape)0m "
      + "\(escape)1m\(message)\(escape)0m \(fields)"
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
