import Foundation

/// Asks the API server through the proxy and answers as kubectl does.
struct DirectAnswer: Sendable {
  var proxy: APIProxy
  var groups: APIGroups
  var start: ContinuousClock.Instant
  var timeLimit: Duration
  var collector: OutputCollector

  /// What is kept of an answer that is an error.
  private static let errorLimit = 64 << 10

  private enum Part: Sendable {
    case ok
    case missing
    /// In kubectl's words.
    case failed(String)
    case unknown
    case timedOut
  }

  /// - Returns: nil where the tool is to be asked.
  func result(of read: DirectRead) async -> CommandResult? {
    let part =
      switch read {
      case .lists(let resources, let namespace, let selector):
        await lists(resources, namespace, selector, until: start + timeLimit)
      case .raw(let path, let seconds):
        await raw(path, .seconds(seconds))
      case .log(let workload, let name, let container, let namespace, let lines):
        await log(workload, name, container, namespace, lines, until: start + timeLimit)
      }
    let duration = ContinuousClock.now - start
    // More came than is taken in.
    if collector.cause != nil { return collector.result(.code(0), after: duration) }
    switch part {
    case .ok: return collector.result(.code(0), after: duration)
    case .timedOut: return CommandResult(exit: .timedOut, duration: duration)
    case .failed(let words):
      return CommandResult(
        exit: .code(1), standardError: Data("\(words)\n".utf8), duration: duration)
    case .missing, .unknown:
      return duration < timeLimit ? nil : CommandResult(exit: .timedOut, duration: duration)
    }
  }

  /// kubectl's own limit is below that of the command, and it says so when it is over.
  private func raw(_ path: String, _ own: Duration) async -> Part {
    let part = await get(path, until: min(.now + own, start + timeLimit))
    guard case .timedOut = part, ContinuousClock.now < start + timeLimit else { return part }
    return .failed(
      "Unable to connect to the server: context deadline exceeded "
        + "(Client.Timeout exceeded while awaiting headers)")
  }

  // MARK: Lists

  /// One list of the lists of each kind.
  private func lists(
    _ resources: [APIResource], _ namespace: String?, _ selector: String?,
    until deadline: ContinuousClock.Instant
  ) async -> Part {
    let query = selector.map { "?labelSelector=\(Self.encoded($0))" } ?? ""
    // As kubectl, which looks at all kinds before it reads one.
    for resource in resources where resource.versions(groups).isEmpty {
      return .failed(#"error: the server doesn't have a resource type "\#(resource.name)""#)
    }
    write(#"{"apiVersion":"v1","kind":"List","items":["#)
    for (index, resource) in resources.enumerated() {
      if index > 0 { write(",") }
      var part = Part.missing
      for version in resource.versions(groups) {
        part = await get(resource.path(version, namespace: namespace) + query, until: deadline)
        guard case .missing = part else { break }
      }
      // Too much came: nothing more is of use.
      if collector.cause != nil { return .ok }
      guard case .ok = part else { return part }
    }
    write("]}")
    return .ok
  }

  private func write(_ text: String) {
    Array(text.utf8).withUnsafeBytes { _ = collector.take($0, isError: false) }
  }

  // MARK: Logs

  private struct Workload: Decodable {
    struct Spec: Decodable { var selector: Selector }
    struct Selector: Decodable {
      var matchLabels: [String: String]?
      var matchExpressions: [Expression]?
    }
    struct Expression: Decodable {}
    var spec: Spec
  }

  private struct Pods: Decodable {
    struct Pod: Decodable {
      var metadata: Metadata
      var spec: Spec
    }
    struct Metadata: Decodable { var name: String }
    struct Spec: Decodable {
      struct Container: Decodable { var name: String }
      var containers: [Container]
    }
    var items: [Pod]
  }

  /// Where a workload has one pod and it is plain which container is meant: kubectl chooses by rules
  /// of its own among several.
  private func log(
    _ workload: APIResource, _ name: String, _ container: String?, _ namespace: String,
    _ lines: Int, until deadline: ContinuousClock.Instant
  ) async -> Part {
    guard let version = workload.versions(groups).first,
      let found = await value(
        workload.path(version, namespace: namespace) + "/\(name)", as: Workload.self,
        until: deadline),
      found.spec.selector.matchExpressions?.isEmpty ?? true,
      let labels = found.spec.selector.matchLabels, !labels.isEmpty
    else { return .unknown }
    let selector = labels.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ",")
    let root = "/api/v1/namespaces/\(namespace)/pods"
    guard
      let pods = await value(
        "\(root)?labelSelector=\(Self.encoded(selector))", as: Pods.self, until: deadline),
      pods.items.count == 1, let pod = pods.items.first,
      let container = container
        ?? (pod.spec.containers.count == 1 ? pod.spec.containers[0].name : nil)
    else { return .unknown }
    return await get(
      "\(root)/\(pod.metadata.name)/log?container=\(Self.encoded(container))"
        + "&tailLines=\(lines)&timestamps=true", until: deadline)
  }

  // MARK: Asking

  private struct Status: Decodable {
    var kind: String
    var message: String?
    var reason: String?
  }

  /// The body goes to the collector.
  private func get(_ path: String, until deadline: ContinuousClock.Instant) async -> Part {
    await get(path, into: collector, until: deadline)
  }

  private func get(
    _ path: String, into collector: OutputCollector, until deadline: ContinuousClock.Instant
  ) async -> Part {
    let refusal = OutputCollector(limit: Self.errorLimit, onOutput: nil)
    do {
      let status = try await proxy.get(path, until: deadline) { isSuccess, bytes in
        (isSuccess ? collector : refusal).take(bytes, isError: false)
      }
      switch status {
      case 200: return .ok
      case 404: return .missing
      // Of an error of the API server itself kubectl may try again.
      case 403,
        500 where path.contains("/proxy/"), 503 where path.contains("/proxy/"):
        let body = refusal.result(.code(1), after: .zero).standardOutput
        guard let status = try? JSONDecoder().decode(Status.self, from: body),
          status.kind == "Status", let message = status.message
        else { return .unknown }
        // kubectl: pkg/cmd/util/helpers.go, StandardErrorMessage
        let reason = status.reason.flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
        return .failed("Error from server\(reason): \(message)")
      default: return .unknown
      }
    } catch UnixSocket.Failure.timedOut {
      return .timedOut
    } catch {
      return .unknown
    }
  }

  private func value<Value: Decodable>(
    _ path: String, as type: Value.Type, until deadline: ContinuousClock.Instant
  ) async -> Value? {
    let own = OutputCollector(limit: 8 << 20, onOutput: nil)
    guard case .ok = await get(path, into: own, until: deadline), own.cause == nil else {
      return nil
    }
    return try? JSONDecoder().decode(
      Value.self, from: own.result(.code(0), after: .zero).standardOutput)
  }

  private static func encoded(_ text: String) -> String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }
}
