import Foundation

/// Looks up releases where helm keeps them and answers as helm does.
struct HelmAnswer: Sendable {
  var proxy: APIProxy
  var start: ContinuousClock.Instant
  var timeLimit: Duration
  /// Gives what was packed with gzip; nil if that is not all it was.
  var unpack: @Sendable (Data) async -> Data?

  private struct Names: Decodable {
    struct Item: Decodable { var metadata: Metadata }
    struct Metadata: Decodable {
      var name: String
      var namespace: String
      var labels: [String: String]?
    }
    var items: [Item]
  }

  /// A revision's Secret, told by its labels (helm: pkg/storage/driver/secrets.go, v3.18).
  private struct Place: Hashable {
    var secret: String
    var namespace: String
    var release: String
    var revision: Int
    var status: String

    init?(_ metadata: Names.Metadata) {
      guard let labels = metadata.labels, let release = labels["name"],
        let revision = labels["version"].flatMap({ Int($0) }), let status = labels["status"]
      else { return nil }
      secret = metadata.name
      namespace = metadata.namespace
      self.release = release
      self.revision = revision
      self.status = status
    }
  }

  /// The states that are asked for.
  private static let listed: Set<String> = [
    "deployed", "failed", "pending-install", "pending-upgrade", "pending-rollback", "uninstalling",
  ]

  /// Bytes of the names of all revisions.
  private static let largestNames = 16 << 20
  /// Bytes of a Secret as JSON; the server takes 1 MiB of data.
  private static let largestSecret = 2 << 20
  /// Bytes of all that is unpacked together.
  private static let mostPacked = 32 << 20

  /// - Returns: nil where the tool is to be asked.
  func result(of read: HelmRead) async -> CommandResult? {
    let text =
      switch read {
      case .list: await list(until: start + timeLimit)
      case .values(let release, let namespace):
        await values(of: release, namespace, until: start + timeLimit)
      }
    let duration = ContinuousClock.now - start
    if let text {
      return CommandResult(exit: .code(0), standardOutput: Data(text.utf8), duration: duration)
    }
    return duration < timeLimit ? nil : CommandResult(exit: .timedOut, duration: duration)
  }

  private func list(until deadline: ContinuousClock.Instant) async -> String? {
    guard
      let places = await places("/api/v1/secrets?labelSelector=owner%3Dhelm", until: deadline)
    else { return nil }
    let wanted = places.filter { Self.listed.contains($0.status) }
    guard let releases = await releases(at: wanted, until: deadline) else { return nil }
    let rows = releases.compactMap(\.row).sorted {
      ($0.name, $0.namespace) < ($1.name, $1.namespace)
    }
    guard rows.count == wanted.count else { return nil }
    return (try? JSONEncoder().encode(rows)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func values(
    of release: String, _ namespace: String, until deadline: ContinuousClock.Instant
  ) async -> String? {
    // Names of namespaces and releases hold nothing that a path or selector would take for its own.
    guard
      (release + namespace).allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }),
      let places = await places(
        "/api/v1/namespaces/\(namespace)/secrets?labelSelector=owner%3Dhelm%2Cname%3D\(release)",
        until: deadline), places.count == 1,
      let found = await releases(at: places, until: deadline)
    else { return nil }
    return found.first?.config?.helmText
  }

  /// The last revision of each release.
  private func places(
    _ target: String, until deadline: ContinuousClock.Instant
  ) async -> [Place]? {
    guard
      let answer = await get(
        target, accept: Self.namesOnly, limit: Self.largestNames, until: deadline),
      let names = try? JSONDecoder().decode(Names.self, from: answer)
    else { return nil }
    let all = names.items.compactMap { Place($0.metadata) }
    guard all.count == names.items.count else { return nil }
    return Dictionary(grouping: all) { [$0.namespace, $0.release] }.values
      .compactMap { $0.max { $0.revision < $1.revision } }
      .sorted { $0.secret < $1.secret }
  }

  private struct Secret: Decodable {
    var data: [String: Data]?
  }

  private func releases(
    at places: [Place], until deadline: ContinuousClock.Instant
  ) async -> [StoredRelease]? {
    var packed = Data()
    for place in places {
      guard
        let answer = await get(
          "/api/v1/namespaces/\(place.namespace)/secrets/\(place.secret)",
          accept: "application/json", limit: Self.largestSecret, until: deadline),
        let secret = try? JSONDecoder().decode(Secret.self, from: answer),
        let text = secret.data?["release"], let bytes = Data(base64Encoded: text),
        bytes.starts(with: [0x1f, 0x8b])
      else { return nil }
      packed += bytes + Self.packedLineEnd
      guard packed.count <= Self.mostPacked else { return nil }
    }
    guard !places.isEmpty else { return [] }
    guard let unpacked = await unpack(packed) else { return nil }
    // No more pieces than there should be, whatever came.
    let texts = unpacked.split(separator: UInt8(ascii: "\n"), maxSplits: places.count)
    guard texts.count == places.count else { return nil }
    var releases: [StoredRelease] = []
    for (text, place) in zip(texts, places) {
      guard let release = try? JSONDecoder().decode(StoredRelease.self, from: text),
        release.name == place.release, release.namespace == place.namespace,
        release.version == place.revision, release.info.status == place.status
      else { return nil }
      releases.append(release)
    }
    return releases
  }

  /// A line end as gzip packs it: what is packed may be strung together. JSON in one line has none.
  private static let packedLineEnd = Data([
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xe3, 2, 0, 0x93, 6, 0xd7, 0x32, 1, 0, 0, 0,
  ])

  private static let namesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

  private func get(
    _ target: String, accept: String, limit: Int, until deadline: ContinuousClock.Instant
  ) async -> Data? {
    let collector = OutputCollector(limit: limit, onOutput: nil)
    let status = try? await proxy.get(target, accept: accept, until: deadline) { _, bytes in
      collector.take(bytes, isError: false)
    }
    guard status == 200, collector.cause == nil else { return nil }
    return collector.result(.code(0), after: .zero).standardOutput
  }
}
