import Basics
import Cluster

/// What must be hidden wherever it is shown, as far as it was read.
package struct KnownSecrets: Sendable {
  private var known = Redaction()
  /// Why there may be secrets nobody has read; nil once they were.
  package private(set) var problem: UserMessage?
  private var isRead = false

  /// Hides by shape what may be a secret until all of them were read.
  package var redaction: Redaction {
    var redaction = known
    redaction.hidesShapes = !isRead
    return redaction
  }

  package init() {}

  /// Of a reading that came to its end.
  package init(_ texts: [String]) {
    known = Redaction(secrets: texts)
    isRead = true
  }

  /// - Parameter snapshot: with the releases, the provider's values and MetalLB's objects.
  package init(of snapshot: ClusterSnapshot) {
    do throws(UserMessage) {
      if let problem = snapshot.releases.problem ?? snapshot.providerValues.problem {
        throw problem
      }
      let values = try snapshot.providerValues.value.map { text throws(UserMessage) in
        try ProviderValues(parsing: text.reveal())
      }
      self.init((values?.secretValues ?? []) + snapshot.legacySecrets)
      isRead = snapshot.releases.readAt != nil
    } catch {
      self.init(snapshot.legacySecrets)
      isRead = false
      problem = error
    }
  }

  /// Adds what a later reading knows; nothing that was known is forgotten.
  package mutating func add(_ other: KnownSecrets) {
    isRead = isRead || other.isRead
    problem = isRead ? nil : other.problem
    let old = Set(known.secrets)
    let new = other.known.secrets.filter { !old.contains($0) }
    // Making it anew costs more than all the rest.
    if !new.isEmpty { known = Redaction(secrets: known.secrets + new) }
  }
}

extension KnownSecrets: Equatable {
  package static func == (one: KnownSecrets, other: KnownSecrets) -> Bool {
    one.known.secrets == other.known.secrets && one.problem == other.problem
      && one.isRead == other.isRead
  }
}
