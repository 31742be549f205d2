import Basics
import Execution
import Foundation
import Synchronization

extension RehearsalExecutor {
  /// Only for following: what is read once is read with the tools' own words.
  package nonisolated func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome {
    switch use {
    case .reading: await body(nil)
    case .following:
      await body(APIAccess(server: RehearsalServer(executor: self), keepsReleases: false))
    }
  }
}

/// The API server of the built-in cluster: lists, watches and what stands behind its proxy.
final class RehearsalServer: APIServer {
  private let executor: RehearsalExecutor
  /// What was listed under which resourceVersion: a watch tells what became of it.
  private let listed = Mutex(Listed())

  private struct Listed {
    var lists: [Int: [String: String]] = [:]
    var count = 0

    /// So many lists are remembered: a watch begins soon after its list.
    static let most = 200

    mutating func keep(_ objects: [String: String]) -> Int {
      count += 1
      lists[count] = objects
      lists[count - Self.most] = nil
      return count
    }
  }

  init(executor: RehearsalExecutor) { self.executor = executor }

  var isOpen: Bool { true }

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    if target == "/apis" { return try await groups() }
    if let pod = PodTarget(target), !pod.isLog {
      return answer(try await executor.run(pod.command))
    }
    guard let list = ListTarget(target) else {
      return answer(try await executor.run(Self.raw(target)))
    }
    let result = try await executor.listing(list.command)
    guard result.exit.isSuccess, let objects = Self.objects(in: result.output) else {
      return Self.refusal(result.errors)
    }
    let version = listed.withLock { $0.keep(objects) }
    let items = objects.sorted { $0.key < $1.key }.map(\.value).joined(separator: ",")
    let text =
      #"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)"},"#
      + #""items":[\#(items)]}"#
    return APIAnswer(status: 200, body: Data(text.utf8))
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    if let pod = PodTarget(target), pod.isLog { return try await log(pod.command, onBody) }
    guard let list = ListTarget(target), let version = list.resourceVersion,
      var known = listed.withLock({ $0.lists[version] })
    else { return APIAnswer(status: 410, body: Data()) }
    func tell(_ type: String, _ object: String) {
      Array("{\"type\":\"\(type)\",\"object\":\(object)}\n".utf8).withUnsafeBytes { onBody($0) }
    }
    for await result in await executor.listings(list.command) {
      // Its kind is gone, or it does not answer: as a server that closes its watches.
      guard result.exit.isSuccess, let now = Self.objects(in: result.output) else { break }
      // What goes on from here is told under a version of its own.
      let next = listed.withLock { $0.keep(now) }
      for (name, object) in now where known[name] != object { tell("MODIFIED", object) }
      for (name, object) in known where now[name] == nil { tell("DELETED", object) }
      if known != now {
        tell("BOOKMARK", #"{"metadata":{"resourceVersion":"\#(next)"}}"#)
      }
      known = now
    }
    try Task.checkCancellation()
    return APIAnswer(status: 200, body: Data())
  }

  private func log(
    _ command: Command, _ onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    let errors = Mutex("")
    let exit = try await executor.follow(command) { chunk in
      if chunk.isError {
        errors.withLock { $0 += String(decoding: chunk.bytes, as: UTF8.self) }
      } else {
        chunk.bytes.withUnsafeBytes { onBody($0) }
      }
    }
    try Task.checkCancellation()
    return exit.isSuccess
      ? APIAnswer(status: 200, body: Data()) : Self.refusal(errors.withLock(\.self))
  }

  // MARK: Helpers

  private static func raw(_ target: String) -> Command {
    Kubectl(Connection()).raw(target, purpose: "ask the API server")
  }

  /// The groups, by what a kind of each says.
  private func groups() async throws -> APIAnswer {
    var groups: [String] = []
    for group in Set(ResourceKind.all.map(\.group)).subtracting([""]).sorted() {
      let kinds = ResourceKind.all.filter { $0.group == group }
      guard let kind = kinds.first else { continue }
      let command = Kubectl(Connection()).get(
        [kind.plural], allNamespaces: true, purpose: "see which kinds there are")
      let result = try await executor.listing(command)
      if result.errors.contains("doesn't have a resource type") { continue }
      guard result.exit.isSuccess else { return Self.refusal(result.errors) }
      let versions = Set(kinds.map(\.version)).sorted().map { #"{"version":"\#($0)"}"# }
      groups.append(#"{"name":"\#(group)","versions":[\#(versions.joined(separator: ","))]}"#)
    }
    return APIAnswer(
      status: 200, body: Data(#"{"groups":[\#(groups.joined(separator: ","))]}"#.utf8))
  }

  private func answer(_ result: CommandResult) -> APIAnswer {
    result.exit.isSuccess
      ? APIAnswer(status: 200, body: result.standardOutput) : Self.refusal(result.errorText)
  }

  /// kubectl's words, as the server said them.
  private static func refusal(_ words: String) -> APIAnswer {
    guard let match = words.firstMatch(of: /Error from server \((\w+)\): (.*)/) else {
      return APIAnswer(
        status: words.contains("doesn't have a resource type") ? 404 : 502,
        body: Data(words.utf8))
    }
    let status =
      switch match.1 {
      case "BadRequest": 400
      case "NotFound": 404
      case "Forbidden": 403
      case "ServiceUnavailable": 503
      default: 500
      }
    let body: JSONValue = [
      "kind": "Status", "reason": .string(String(match.1)), "message": .string(String(match.2)),
    ]
    return APIAnswer(status: status, body: Data(JSONText.compact(body).utf8))
  }

  /// By namespace and name, each as JSON.
  private static func objects(in output: String) -> [String: String]? {
    guard let list = try? JSONText.parse(output) else { return nil }
    var objects: [String: String] = [:]
    for item in list.fields["items"]?.items ?? [] {
      let metadata = item.fields["metadata"]?.fields ?? [:]
      let name = [metadata["namespace"]?.text ?? "", metadata["name"]?.text ?? ""]
      objects[name.joined(separator: "/")] = JSONText.compact(item)
    }
    return objects
  }
}

/// A path under which the objects of a kind are, and what is asked of them.
private struct ListTarget {
  var command: Command
  var resourceVersion: Int?

  init?(_ target: String) {
    guard let url = URLComponents(string: target) else { return nil }
    var parts = url.path.split(separator: "/").map(String.init)[...]
    switch parts.popFirst() {
    case "api": parts = parts.dropFirst()
    case "apis": parts = parts.dropFirst(2)
    default: return nil
    }
    var namespace: String?
    if parts.count == 3, parts.first == "namespaces" {
      parts = parts.dropFirst()
      namespace = parts.popFirst()
    }
    guard parts.count == 1, let name = parts.first,
      ResourceKind.all.contains(where: { $0.plural == name })
    else { return nil }
    func item(_ name: String) -> String? { url.queryItems?.first { $0.name == name }?.value }
    command = Kubectl(Connection()).get(
      [name], namespace: namespace, allNamespaces: namespace == nil,
      selector: item("labelSelector"), showManagedFields: true, purpose: "list the \(name)")
    resourceVersion = item("resourceVersion").flatMap { Int($0) }
  }
}
