import Basics
import Execution
import Foundation

/// Answers reads by asking the API server itself. What it does not answer plainly is left to the
/// tools, which have words for it and may try again.
struct APIReader: Sendable {
  var server: any APIServer
  var groups: APIGroups
  var start: ContinuousClock.Instant
  var timeLimit: Duration

  /// Objects of one answer; a longer list comes in several.
  private static let chunk = 500

  private enum Part: Sendable {
    case ok(Data)
    case missing
    /// In kubectl's words.
    case failed(String)
    case tooLarge(Data)
    case unknown
    case timedOut

    /// Why there is no answer.
    var words: String {
      switch self {
      case .ok, .missing, .unknown: "the answer cannot be read"
      case .failed(let words): words
      case .tooLarge: "the answer is larger than is taken"
      case .timedOut: "no answer in time"
      }
    }
  }

  private var deadline: ContinuousClock.Instant { start + timeLimit }

  // MARK: Objects

  private enum Listed: Sendable {
    case items(ObjectList, path: String)
    case other(Part)
  }

  /// - Returns: nil where the tool is to be asked.
  func objects(_ listings: [Listing]) async -> Reply? {
    // As kubectl, which looks at all kinds before it reads one.
    for listing in listings where listing.resource.versions(groups).isEmpty {
      return reply(
        .failed(#"error: the server doesn't have a resource type "\#(listing.resource.name)""#))
    }
    return await withTaskGroup(of: (Listing, Listed).self) { group in
      for listing in listings { group.addTask { (listing, await list(listing)) } }
      var objects = ListedObjects()
      while let (listing, listed) = await group.next() {
        switch listed {
        case .items(let list, _): objects[listing] = list.items
        case .other(let part):
          group.cancelAll()
          return reply(part)
        }
      }
      return .objects(objects)
    }
  }

  /// The same for one listing that is followed from there on.
  func listed(_ listing: Listing) async -> ClusterSource.Listed {
    if listing.resource.versions(groups).isEmpty { return .absent }
    switch await list(listing) {
    case .items(let list, let path): return .items(list, path: path)
    case .other(.missing): return .absent
    case .other(.failed(let words)):
      let command = ClusterRead.objects(
        [listing], showManagedFields: false, purpose: "read the \(listing.resource.name)"
      ).command(Connection())
      let result = CommandResult(exit: .code(1), standardError: Data(words.utf8))
      switch ToolFailure.meaning(of: result, command: command) {
      case .absent: return .absent
      case .unreadable(let problem): return .refused(problem)
      }
    case .other(let part):
      return .silent(ToolFailure.silence(reason: part.words))
    }
  }

  private func list(_ listing: Listing) async -> Listed {
    for version in listing.resource.versions(groups) {
      let path = query(listing, listing.resource.path(version, namespace: listing.namespace))
      let listed = await list(listing, path)
      guard case .other(.missing) = listed else { return listed }
    }
    return .other(.missing)
  }

  private func query(_ listing: Listing, _ path: String) -> String {
    let selector = listing.selector.map { "labelSelector=\(URLWords.encoded($0))&" }
    return "\(path)?\(selector ?? "")"
  }

  private func list(_ listing: Listing, _ path: String) async -> Listed {
    var all = ObjectList()
    let decoder = ObjectList.decoder(of: [listing.resource])
    repeat {
      let next = all.next.map { "&continue=\(URLWords.encoded($0))" } ?? ""
      let part = await get("\(path)limit=\(Self.chunk)\(next)")
      guard case .ok(let body) = part else { return .other(part) }
      guard let list = try? decoder.decode(ObjectList.self, from: body),
        all.items.count + list.items.count <= ObjectList.mostItems
      else { return .other(.unknown) }
      all.items += list.items
      all.next = list.next
      all.resourceVersion = list.resourceVersion
    } while all.next != nil
    return .items(all, path: path)
  }

  // MARK: Paths

  /// kubectl's own limit is below that of the command, and it says so when it is over.
  func endpoint(_ path: String, _ patience: Duration) async -> Reply? {
    let part = await get(path, until: min(.now + patience, deadline))
    guard case .timedOut = part, ContinuousClock.now < deadline else { return reply(part) }
    return reply(
      .failed(
        "Unable to connect to the server: context deadline exceeded "
          + "(Client.Timeout exceeded while awaiting headers)"))
  }

  // MARK: Logs

  private struct Selection: Decodable {
    struct Spec: Decodable { var selector: Selector }
    struct Selector: Decodable {
      var matchLabels: [String: String]?
      var matchExpressions: [Expression]?
    }
    struct Expression: Decodable {}
    var spec: Spec
  }

  private struct Pods: Decodable {
    var items: [Pod]
  }

  /// Where a workload has one pod and it is plain which container is meant: kubectl chooses by rules
  /// of its own among several.
  func log(_ log: WorkloadLog) async -> Reply? {
    if let pod = log.pod, [log.namespace, pod.name, pod.container].allSatisfy(URLWords.isName) {
      return reply(await text(of: pod.name, pod.container, log))
    }
    let resource: APIResource = log.kind == .deployment ? .deployments : .statefulSets
    guard
      ([log.namespace, log.name] + [log.container].compactMap(\.self)).allSatisfy(URLWords.isName),
      let version = resource.versions(groups).first,
      let found = await value(
        resource.path(version, namespace: log.namespace) + "/\(log.name)", as: Selection.self),
      found.spec.selector.matchExpressions?.isEmpty ?? true,
      let labels = found.spec.selector.matchLabels, !labels.isEmpty
    else { return nil }
    let root = "/api/v1/namespaces/\(log.namespace)/pods"
    let wanted = URLWords.encoded(Listing(.pods, labels: labels).selector ?? "")
    guard let pods = await value("\(root)?labelSelector=\(wanted)", as: Pods.self),
      pods.items.count == 1, let pod = pods.items.first, let containers = pod.spec?.containers,
      let container = log.container ?? (containers.count == 1 ? containers[0].name : nil)
    else { return nil }
    return reply(await text(of: pod.metadata.name, container, log))
  }

  private func text(of pod: String, _ container: String, _ log: WorkloadLog) async -> Part {
    await get(
      "/api/v1/namespaces/\(log.namespace)/pods/\(pod)/log"
        + "?container=\(URLWords.encoded(container))&tailLines=\(log.lines)&timestamps=true")
  }

  // MARK: Asking

  private func get(_ path: String, until limit: ContinuousClock.Instant? = nil) async -> Part {
    do {
      let answer = try await server.get(
        path, accept: APIAnswer.json, until: limit ?? deadline, limit: nil)
      switch answer.status {
      case 200: return answer.isTooLarge ? .tooLarge(answer.body) : .ok(answer.body)
      case 404: return .missing
      // Of an error of the API server itself kubectl may try again.
      case 403,
        500 where path.contains("/proxy/"), 503 where path.contains("/proxy/"):
        return answer.refusal.map(Part.failed) ?? .unknown
      default: return .unknown
      }
    } catch APIFailure.timedOut {
      return .timedOut
    } catch {
      return .unknown
    }
  }

  private func reply(_ part: Part) -> Reply? {
    let duration = ContinuousClock.now - start
    switch part {
    case .ok(let body):
      return .said(CommandResult(exit: .code(0), standardOutput: body, duration: duration))
    case .tooLarge(let beginning):
      return .said(
        CommandResult(exit: .outputTooLarge, standardOutput: beginning, duration: duration))
    case .timedOut: return .said(CommandResult(exit: .timedOut, duration: duration))
    case .failed(let words):
      return .said(
        CommandResult(
          exit: .code(1), standardError: Data("\(words)\n".utf8), duration: duration))
    case .missing, .unknown:
      return duration < timeLimit
        ? nil : .said(CommandResult(exit: .timedOut, duration: duration))
    }
  }

  private func value<Value: Decodable>(_ path: String, as type: Value.Type) async -> Value? {
    guard case .ok(let body) = await get(path) else { return nil }
    return try? JSONDecoder.withTimes.decode(Value.self, from: body)
  }
}
