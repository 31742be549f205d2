import Foundation
import Synchronization

@testable import Basics
@testable import Cluster
@testable import Execution

/// An API server in memory: objects that a test changes, watches that it closes, answers it prepares.
final class ScriptedServer: APIServer {
  private struct State {
    /// By path of the list, then by name: JSON.
    var objects: [String: [String: String]] = [:]
    var version = 100
    var watches: [(path: String, feed: AsyncStream<String>.Continuation)] = []
    /// Whole answers by target.
    var answers: [String: APIAnswer] = [:]
    /// Paths whose watch is refused with a status.
    var refusedWatches: [String: Int] = [:]
    var isSilent = false
    var isOpen = true
    var targets: [String] = []
  }

  private let state = Mutex(State())

  static let groups = """
    {"groups":[{"name":"apps","versions":[{"version":"v1"}]},
    {"name":"discovery.k8s.io","versions":[{"version":"v1"}]},
    {"name":"networking.k8s.io","versions":[{"version":"v1"}]},
    {"name":"admissionregistration.k8s.io","versions":[{"version":"v1"}]},
    {"name":"metallb.io","versions":[{"version":"v1beta1"}]},
    {"name":"akash.network","versions":[{"version":"v2beta2"}]}]}
    """

  var targets: [String] { state.withLock { $0.targets } }
  var isOpen: Bool { state.withLock { $0.isOpen } }

  func count(of path: String) -> Int {
    targets.count { $0.hasPrefix("\(path)?") && !$0.contains("watch=1") }
  }

  func watches(of path: String) -> Int { state.withLock { $0.watches.count { $0.path == path } } }

  // MARK: What a test does

  func prepare(_ target: String, _ body: String, status: Int = 200) {
    state.withLock { $0.answers[target] = APIAnswer(status: status, body: Data(body.utf8)) }
  }

  func refuseWatches(of path: String, status: Int) {
    state.withLock { $0.refusedWatches[path] = status }
  }

  /// - Parameter isTold: false for a change that no watch hears of, as while one is cut.
  func put(_ path: String, _ name: String, _ body: String = "", isTold: Bool = true) {
    state.withLock { state in
      state.version += 1
      let json = Self.object(name, state.version, body)
      state.objects[path, default: [:]][name] = json
      if isTold { Self.tell("MODIFIED", json, path, state) }
    }
  }

  func remove(_ path: String, _ name: String) {
    state.withLock { state in
      guard let json = state.objects[path]?.removeValue(forKey: name) else { return }
      Self.tell("DELETED", json, path, state)
    }
  }

  func tell(_ line: String, to path: String) {
    state.withLock { state in
      for watch in state.watches where watch.path == path { watch.feed.yield("\(line)\n") }
    }
  }

  /// Ends the watches of a path as the server does now and then; of all paths, with nil.
  func closeWatches(of path: String? = nil) {
    state.withLock { state in
      for watch in state.watches where path == nil || watch.path == path { watch.feed.finish() }
      state.watches.removeAll { path == nil || $0.path == path }
    }
  }

  /// Nothing is answered any more, and what was open is cut, unless the line is only dead.
  func setSilent(_ isSilent: Bool, cuts: Bool = true) {
    state.withLock { $0.isSilent = isSilent }
    if isSilent, cuts { closeWatches() }
  }

  /// The way to the server is gone.
  func close() {
    state.withLock { $0.isOpen = false }
    setSilent(true)
  }

  // MARK: APIServer

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    try state.withLock { state in
      state.targets.append(target)
      if state.isSilent { throw APIFailure.cut }
      if let answer = state.answers[target] { return answer }
      if target == "/apis" { return APIAnswer(status: 200, body: Data(Self.groups.utf8)) }
      if target == "/version" { return APIAnswer(status: 200, body: Data("{}".utf8)) }
      let path = String(target.prefix { $0 != "?" })
      if let answer = state.answers[path] { return answer }
      guard !path.contains("/proxy/"), !path.hasSuffix("/log") else {
        return APIAnswer(status: 404, body: Data())
      }
      let items = (state.objects[path] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
      let list =
        #"{"kind":"\#(Self.kind(of: path))List","metadata":{"resourceVersion":"\#(state.version)"},"#
        + #""items":[\#(items.joined(separator: ","))]}"#
      return APIAnswer(status: 200, body: Data(list.utf8))
    }
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    let path = String(target.prefix { $0 != "?" })
    let (lines, feed) = AsyncStream<String>.makeStream()
    let refusal: Int? = try state.withLock { state in
      state.targets.append(target)
      if state.isSilent { throw APIFailure.cut }
      if let status = state.refusedWatches[path] { return status }
      state.watches.append((path, feed))
      return nil
    }
    if let refusal { return APIAnswer(status: refusal, body: Data()) }
    for await line in lines { Array(line.utf8).withUnsafeBytes { onBody($0) } }
    try Task.checkCancellation()
    if state.withLock({ $0.isSilent }) { throw APIFailure.cut }
    return APIAnswer(status: 200, body: Data())
  }

  // MARK: Helpers

  private static func object(_ name: String, _ version: Int, _ body: String) -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"a","resourceVersion":"\#(version)"}\#(body.isEmpty ? "" : ",\(body)")}"#
  }

  private static func tell(_ type: String, _ json: String, _ path: String, _ state: State) {
    for watch in state.watches where watch.path == path {
      watch.feed.yield("{\"type\":\"\(type)\",\"object\":\(json)}\n")
    }
  }

  private static func kind(of path: String) -> String {
    let kinds: [String: String] = [
      "nodes": "Node", "namespaces": "Namespace", "services": "Service",
      "providerleasedips": "ProviderLeasedIP",
    ]
    return kinds[String(path.split(separator: "/").last ?? "")] ?? "Other"
  }
}
