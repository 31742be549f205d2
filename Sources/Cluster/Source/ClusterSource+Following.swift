import Basics
import Execution
import Foundation

/// What following needs of the API server, beside what is read once.
extension ClusterSource {
  enum Listed: Sendable {
    /// With the path that the kind is kept at, ready for further items of a query.
    case items(ObjectList, path: String)
    /// The kind is not in the cluster.
    case absent
    case refused(UserMessage)
    case silent(UserMessage)
  }

  /// For those who follow: asks a server that is open, where one can be lent. The one that was lent may
  /// have ended.
  package func renewed<Outcome: Sendable>(
    _ reads: (ClusterSource) async -> Outcome
  ) async -> Outcome {
    guard use == .following, await !isOpen else { return await reads(self) }
    return await ClusterSource(executor, connection).shared(for: .following, reads)
  }

  /// Tells of the objects of a listing until the task is cancelled, or the server that was lent is gone.
  package func watch(
    _ listing: Listing, _ emit: @escaping @Sendable (ObjectWatch.News) -> Void
  ) async {
    await ObjectWatch(listing: listing, source: self, emit: emit).run()
  }

  /// The API server was lent and can be asked.
  package var isOpen: Bool {
    get async {
      guard let access else { return false }
      return await access.server.isOpen
    }
  }

  /// Whether it can be followed at all.
  var canFollow: Bool {
    get async {
      guard access != nil else { return false }
      return await groups?.value != nil
    }
  }

  /// Helm's releases can be followed.
  var keepsReleases: Bool { access?.keepsReleases ?? false }

  func list(_ listing: Listing) async -> Listed {
    guard let access else { return .silent(Self.silence(nil)) }
    // What the server has may be more by now.
    guard let groups = await Self.groups(access.server) else {
      return .silent(await silence ?? Self.silence(nil))
    }
    return await APIReader(
      server: access.server, groups: groups, start: .now, timeLimit: Self.listPatience
    ).listed(listing)
  }

  /// That the server does not answer, by its cheapest answer; nil where it does.
  var silence: UserMessage? {
    get async {
      guard let access else { return Self.silence(nil) }
      let answer = try? await access.server.get(
        "/version", accept: APIAnswer.json, until: .now + Self.patience, limit: 1 << 16)
      guard let answer, answer.status < 500 else { return Self.silence(answer) }
      return nil
    }
  }

  /// - Returns: HTTP's status at the end; nil where it was cut.
  func follow(
    _ target: String, accept: String = APIAnswer.json,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async -> Int? {
    guard let access else { return nil }
    return try? await access.server.follow(target, accept: accept, onBody: onBody).status
  }

  /// The way is there, and nobody answers at its end.
  var isSilentNow: Bool {
    get async {
      guard await isOpen else { return false }
      return await silence != nil
    }
  }

  /// Where a watch of what stands under a path begins; nil where it cannot be listed.
  func resourceVersion(of path: String) async -> String? {
    struct Names: Decodable {
      struct Metadata: Decodable { var resourceVersion: String? }
      var metadata: Metadata
    }
    let answer = try? await access?.server.get(
      "\(path)&limit=1",
      accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
      until: .now + Self.patience, limit: 1 << 20)
    guard let answer, answer.status == 200 else { return nil }
    return (try? JSONDecoder().decode(Names.self, from: answer.body))?.metadata.resourceVersion
  }

  /// How long a list may take; as kubectl's get.
  private static let listPatience = Duration.seconds(30)

  /// `kubectl proxy` says in plain text why it did not reach the server.
  private static func words(_ answer: APIAnswer) -> String {
    let body = String(decoding: answer.body.prefix(400), as: UTF8.self)
    let line = body.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return line.isEmpty || line.hasPrefix("{")
      ? "HTTP \(answer.status)" : SafeText.line(line, limit: 200)
  }

  private static func silence(_ answer: APIAnswer?) -> UserMessage {
    ToolFailure.silence(reason: answer.map(words) ?? "nothing came back within 2 s")
  }
}
