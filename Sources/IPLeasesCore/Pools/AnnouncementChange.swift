/// A pool's name put into the list of an L2Advertisement, or taken out. Only this list changes;
/// selectors and interfaces stay as they are.
package struct AnnouncementChange: Hashable, Sendable {
  package var advertisement: String
  /// nil: the field is not there.
  package var old: [String]?
  package var new: [String]?
  /// nil for a way back, which is guarded by the list alone.
  package var resourceVersion: String?

  static let kind = "l2advertisements.metallb.io"
  private static let path = "/spec/ipAddressPools"

  /// nil where nothing is to be done.
  ///
  /// - Throws: why the list cannot say what is wanted.
  package static func make(
    _ advertisement: L2Advertisement, pool: IPAddressPool, _ isWanted: Bool
  ) throws(UserMessage) -> AnnouncementChange? {
    let cover = advertisement.cover(of: pool)
    let name = SafeText.line(advertisement.metadata.name, limit: 80)
    let poolName = pool.metadata.name
    let old = advertisement.spec?.ipAddressPools
    let new: [String]
    switch (cover, isWanted) {
    case (.named, true), (.everyPool, true), (.selected, true), (.none, false): return nil
    case (.none, true): new = (old ?? []) + [poolName]
    case (.everyPool, false):
      throw UserMessage(
        "\(name) announces every pool, because it names none.",
        advice: "Name the pools it is meant for first: kubectl -n metallb-system edit "
          + "l2advertisement \(name).")
    case (.selected, false):
      throw UserMessage(
        "\(name) chooses pools by label, and this pool's labels match.",
        advice: "Change the labels of the pool, or the selector.")
    case (.named, false):
      new = (old ?? []).filter { $0 != poolName }
      if new.isEmpty, advertisement.spec?.ipAddressPoolSelectors?.isEmpty ?? true {
        throw UserMessage(
          "\(name) names this pool only; without a name it would announce every pool.",
          advice: "Delete it: kubectl -n metallb-system delete l2advertisement \(name).")
      }
    }
    return AnnouncementChange(
      advertisement: advertisement.metadata.name, old: old, new: new,
      resourceVersion: advertisement.metadata.resourceVersion)
  }

  package var reversed: AnnouncementChange {
    AnnouncementChange(advertisement: advertisement, old: new, new: old)
  }

  func command(_ kubectl: Kubectl) -> Command {
    var operations: [JSONPatch.Operation] = []
    if let resourceVersion {
      operations.append(.test(path: "/metadata/resourceVersion", resourceVersion))
    }
    if let old { operations.append(.test(path: Self.path, old)) }
    // In a patch, `add` sets a field whether or not it is there.
    operations.append(new.map { .add(path: Self.path, $0) } ?? .remove(path: Self.path))
    return kubectl.patch(
      Self.kind, advertisement, namespace: ConsoleSettings.metallbNamespace,
      operations: JSONPatch.text(operations),
      purpose: "change which pools \(SafeText.line(advertisement, limit: 80)) announces")
  }

  /// True where the advertisement is as this change expects it.
  func fits(_ advertisements: [L2Advertisement]) -> Bool {
    advertisements.contains {
      $0.metadata.name == advertisement && ($0.spec?.ipAddressPools ?? []) == (old ?? [])
    }
  }

  var diff: String {
    func text(_ names: [String]?) -> String {
      guard let names else { return "spec: {}\n" }
      return "spec:\n  ipAddressPools:\n" + names.map { "  - \(SafeText.line($0))\n" }.joined()
    }
    return UnifiedDiff.make(
      old: text(old), new: text(new), name: "l2advertisement/\(advertisement)")
  }
}

extension AnnouncementChange {
  /// A patch written by `command`, read back; nil for another one.
  init?(_ patch: SavedPatch) {
    guard patch.kind == Self.kind else { return nil }
    self.init(
      advertisement: patch.name, old: patch.value("test", Self.path) as? [String],
      new: patch.value("add", Self.path) as? [String])
    if old == nil && new == nil { return nil }
  }
}
