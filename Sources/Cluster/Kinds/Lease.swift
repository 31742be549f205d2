import Basics

/// Which lease something belongs to: the tenant's address on chain and the number of the deployment.
package struct Lease: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var owner: String
  /// The deployment's sequence number (dseq), as written.
  package var sequence: String

  package init(owner: String, sequence: String) {
    self.owner = owner
    self.sequence = sequence
  }

  /// From the labels of a Service; nil for one that is no lease's.
  package init?(_ meta: ObjectMeta) {
    guard let owner = meta.label("akash.network/lease.id.owner") else { return nil }
    self.init(owner: owner, sequence: meta.label("akash.network/lease.id.dseq") ?? "")
  }

  package static func < (left: Lease, right: Lease) -> Bool {
    (left.owner, left.sequence) < (right.owner, right.sequence)
  }

  package var description: String {
    SafeText.line(sequence.isEmpty ? owner : "\(owner)/\(sequence)", limit: 120)
  }
}

extension IntOrString: CustomStringConvertible {
  package var description: String {
    switch self {
    case .int(let number): "\(number)"
    case .string(let text): text
    }
  }
}
