/// What must be hidden wherever it is shown, as far as it was read.
package struct KnownSecrets: Sendable {
  package private(set) var redaction = Redaction()
  /// Why there may be secrets nobody has read; nil once they were.
  package private(set) var problem: UserMessage?
  private var isRead = false

  package init() {}

  /// Of a reading that came to its end.
  package init(_ texts: [String]) {
    redaction = Redaction(secrets: texts)
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
    let known = Set(redaction.secrets)
    let new = other.redaction.secrets.filter { !known.contains($0) }
    // Making it anew costs more than all the rest.
    if !new.isEmpty { redaction = Redaction(secrets: redaction.secrets + new) }
  }
}

extension KnownSecrets: Equatable {
  package static func == (one: KnownSecrets, other: KnownSecrets) -> Bool {
    one.redaction.secrets == other.redaction.secrets && one.problem == other.problem
      && one.isRead == other.isRead
  }
}
