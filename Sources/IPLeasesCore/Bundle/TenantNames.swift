import Basics
import Cluster
import Foundation

/// The names by which tenants could be known, as the objects of their leases tell them, and what
/// they are called instead.
struct TenantNames {
  private static let owner = "akash.network/lease.id.owner"
  private static let sequence = "akash.network/lease.id.dseq"
  private static let service = "akash.network/manifest-service"
  private static let own: Set<String> = [
    ConsoleSettings.metallbNamespace, ConsoleSettings.akashNamespace, "kube-system", "default",
    "lease", "kube-public", "kube-node-lease",
  ]
  /// They tell nobody, and the program and its logs are full of them.
  private static let common: Set<String> = [
    "web", "app", "api", "http", "https", "tcp", "udp", "node", "server", "service", "services",
    "test", "nginx", "ip", "main", "ssh", "provider", "operator", "controller", "speaker",
    "metallb", "akash", "kube", "system", "pool", "default", "lease", "leases", "pod", "status",
    "name", "namespace", "info", "warn", "error", "debug", "true", "false", "null", "public",
  ]

  private var namespaces: Set<String> = []
  private var names: Set<String> = []
  private var sequences: Set<String> = []
  /// Of objects that are no tenant's.
  private var others: Set<String> = []

  init(_ reads: RecordedReads) {
    let objects = reads.answers.values.flatMap { answer -> [JSONValue] in
      guard let value = try? JSONText.parse(String(decoding: answer.body, as: UTF8.self)) else {
        return []
      }
      return value["items"].items.isEmpty ? [value] : value["items"].items
    }
    for object in objects { find(object) }
    for object in objects {
      let metadata = object["metadata"]
      guard let name = metadata["name"].text else { continue }
      if let namespace = metadata["namespace"].text, namespaces.contains(namespace) {
        names.insert(name)
        names.formUnion(metadata["ownerReferences"].items.compactMap { $0["name"].text })
      } else if !namespaces.contains(name) {
        others.insert(name)
      }
    }
  }

  private mutating func find(_ object: JSONValue) {
    let metadata = object["metadata"]
    let labels = metadata["labels"].texts
    let lease = object["spec"]["lease_id"]
    if lease.fields.isEmpty, labels[Self.owner] == nil { return }
    if let namespace = metadata["namespace"].text ?? metadata["name"].text,
      !Self.own.contains(namespace)
    {
      namespaces.insert(namespace)
    }
    let found = [
      labels[Self.service], object["spec"]["service_name"].text,
      object["spec"]["sharing_key"].text.flatMap(Self.endpoint(ofSharingKey:)),
    ]
    names.formUnion(found.compactMap(\.self))
    let number = lease["dseq"].text ?? lease["dseq"].number.map(String.init)
    sequences.formUnion([labels[Self.sequence], number].compactMap(\.self))
    if !lease.fields.isEmpty, let name = metadata["name"].text { names.insert(name) }
  }

  /// The tenant's name of an endpoint, out of `OWNER-ip-ENDPOINT`.
  private static func endpoint(ofSharingKey key: String) -> String? {
    key.firstRange(of: "-ip-").map { String(key[$0.upperBound...]) }
  }

  /// By the old name the new one; in the same order, as long, and of the same letters.
  var pseudonyms: [String: String] {
    var result: [String: String] = [:]
    for (index, namespace) in namespaces.sorted().enumerated() {
      let number = String(index + 1)
      let zeros = max(1, namespace.count - 6 - number.count)
      result[namespace] = "tenant" + String(repeating: "0", count: zeros) + number
    }
    let plain = names.subtracting(namespaces).subtracting(others).subtracting(Self.common)
      .subtracting(sequences)
      .filter { $0.count >= 3 }
    let width = String(plain.count).count
    for (index, name) in plain.sorted().enumerated() {
      result[name] = "svc" + String(index + 1).leftFilled(to: width)
    }
    // What the operator makes of a tenant's name still tells of which.
    for name in plain {
      guard let parts = name.wholeMatch(of: #/(.+)(-ip-\d+-(?:tcp|udp))/#) else { continue }
      let stem = String(parts.1)
      result[name] = (result[stem] ?? stem) + parts.2
    }
    let long = sequences.filter { $0.count >= 5 }
    for (index, sequence) in long.sorted(by: { ($0.count, $0) < ($1.count, $1) }).enumerated() {
      result[sequence] = "1" + String(index + 1).leftFilled(to: sequence.count - 1)
    }
    return result
  }
}

extension String {
  fileprivate func leftFilled(to width: Int) -> String {
    String(repeating: "0", count: max(0, width - count)) + self
  }
}
