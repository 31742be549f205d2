import Basics
import Execution
import Foundation

/// Releases looked up where helm keeps them.
struct StoredReleases: Sendable {
  var server: any APIServer
  var deadline: ContinuousClock.Instant

  private struct Names: Decodable {
    struct Item: Decodable { var metadata: Metadata }
    struct Metadata: Decodable {
      @ClusterName var name: String
      @ClusterName var namespace: String
      var labels: [String: String]?
    }
    var items: [Item]
  }

  /// A revision's Secret, told by its labels (helm: pkg/storage/driver/secrets.go, v3.18).
  private struct Record: Hashable, Sendable {
    var secret: String
    var namespace: String
    var release: String
    var revision: Int
    var status: String

    init?(_ metadata: Names.Metadata) {
      guard let labels = metadata.labels, let release = labels["name"], ClusterName.isName(release),
        let revision = labels["version"].flatMap({ Int($0) }), let status = labels["status"]
      else { return nil }
      secret = metadata.name
      namespace = metadata.namespace
      self.release = release
      self.revision = revision
      self.status = status
    }
  }

  /// The states that `helm list` is asked for.
  private static let listed: Set<String> = [
    "deployed", "failed", "pending-install", "pending-upgrade", "pending-rollback", "uninstalling",
  ]

  /// Releases asked for at once: each may be megabytes.
  private static let sideBySide = 8
  /// Bytes of the names of all revisions.
  private static let largestNames = 16 << 20
  /// Bytes of a Secret as JSON; the server takes 1 MiB of data.
  private static let largestSecret = 2 << 20
  /// Bytes of a release once it is unpacked.
  private static let largestRelease = 32 << 20

  /// - Returns: nil where helm is to be asked.
  func list() async -> [Release]? {
    guard let records = await records("/api/v1/secrets?labelSelector=owner%3Dhelm") else {
      return nil
    }
    var left = records.filter { Self.listed.contains($0.status) }[...]
    return await withTaskGroup(of: Release?.self) { group in
      func start() {
        guard let record = left.popFirst() else { return }
        group.addTask { await release(record)?.row }
      }
      for _ in 0..<Self.sideBySide { start() }
      var rows: [Release] = []
      while let row = await group.next() {
        guard let row else {
          group.cancelAll()
          return nil
        }
        rows.append(row)
        start()
      }
      return rows.sorted { ($0.name, $0.namespace) < ($1.name, $1.namespace) }
    }
  }

  /// - Returns: the values as helm prints them; nil where helm is to be asked.
  func values(of release: String, _ namespace: String) async -> String? {
    // Names of namespaces and releases hold nothing that a path or selector would take for its own.
    guard
      (release + namespace).allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }),
      let records = await records(
        "/api/v1/namespaces/\(namespace)/secrets?labelSelector=owner%3Dhelm%2Cname%3D\(release)"),
      records.count == 1
    else { return nil }
    return await self.release(records[0])?.values.helmText
  }

  /// The last revision of each release.
  private func records(_ target: String) async -> [Record]? {
    guard
      let answer = await get(target, accept: Self.namesOnly, limit: Self.largestNames),
      let names = try? JSONDecoder().decode(Names.self, from: answer)
    else { return nil }
    let all = names.items.compactMap { Record($0.metadata) }
    guard all.count == names.items.count else { return nil }
    return Dictionary(grouping: all) { [$0.namespace, $0.release] }.values
      .compactMap { $0.max { $0.revision < $1.revision } }
      .sorted { $0.secret < $1.secret }
  }

  private struct Secret: Decodable {
    var data: [String: Data]?
  }

  private func release(_ record: Record) async -> StoredRelease? {
    guard
      let answer = await get(
        "/api/v1/namespaces/\(record.namespace)/secrets/\(record.secret)",
        accept: "application/json", limit: Self.largestSecret),
      let secret = try? JSONDecoder().decode(Secret.self, from: answer),
      let text = secret.data?["release"], let packed = Data(base64Encoded: text),
      let unpacked = Gzip.unpacked(packed, limit: Self.largestRelease),
      let json = try? JSONText.parse(String(decoding: unpacked, as: UTF8.self)),
      let release = StoredRelease(json),
      release.name == record.release, release.namespace == record.namespace,
      release.version == record.revision, release.status == record.status
    else { return nil }
    return release
  }

  private static let namesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

  private func get(_ target: String, accept: String, limit: Int) async -> Data? {
    let answer = try? await server.get(target, accept: accept, until: deadline, limit: limit)
    guard let answer, answer.status == 200, !answer.isTooLarge else { return nil }
    return answer.body
  }
}
