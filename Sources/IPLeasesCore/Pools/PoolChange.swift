import Addresses
import Basics
import Cluster
import Execution

/// What an edit makes of a pool and of what announces it.
struct PoolChange {
  var old: PoolShape
  var new: PoolShape
  /// nil for a way back, which is guarded by the fields alone.
  var resourceVersion: String?
  var announcements: [AnnouncementChange] = []

  static let kind = "ipaddresspools.metallb.io"
  private static let addresses = "/spec/addresses"
  private static let autoAssign = "/spec/autoAssign"
  private static let avoidBuggyIPs = "/spec/avoidBuggyIPs"

  init(
    _ snapshot: ClusterSnapshot, _ name: String, entries: [PoolEntry], _ options: PoolOptions
  ) throws(UserMessage) {
    if let problem = snapshot.pools.problem { throw problem }
    guard let objects = snapshot.pools.value, let live = objects.pool(name) else {
      throw UserMessage(
        "There is no pool \(SafeText.line(name, limit: 80)) in the cluster yet.",
        advice: name == ConsoleSettings.poolName
          ? "Make it first: \(own: "apply pools --pool RANGE")." : "See \(own: "pools show").")
    }
    old = PoolShape(live)
    new = old
    new.entries = entries
    if let autoAssign = options.autoAssign { new.autoAssign = autoAssign }
    if let avoidBuggyIPs = options.avoidBuggyIPs { new.avoidBuggyIPs = avoidBuggyIPs }
    resourceVersion = live.metadata.resourceVersion
    for wanted in options.advertisements {
      guard let advertisement = objects.advertisements.first(where: { $0.metadata.name == wanted })
      else {
        let names = objects.advertisements.map { SafeText.line($0.metadata.name, limit: 80) }
        throw UserMessage(
          "There is no L2Advertisement \(SafeText.line(wanted, limit: 80)).",
          advice: names.isEmpty
            ? "Make one: \(own: "apply pools")." : "There are: \(names.joined(separator: ", ")).")
      }
      if let change = try AnnouncementChange.make(
        advertisement, pool: live, options.announcements[wanted],
        options.reaches[wanted] ?? AnnouncementReach())
      {
        announcements.append(change)
      }
    }
  }

  /// nil where the cluster is not as the record's edit left it.
  init?(undoing record: UndoRecord, _ snapshot: ClusterSnapshot) {
    guard let objects = snapshot.pools.value else { return nil }
    let patches = record.actions.compactMap(SavedPatch.init)
    announcements = patches.compactMap(AnnouncementChange.init)
    guard announcements.allSatisfy({ $0.fits(objects.advertisements) }) else { return nil }
    if let patch = patches.lazy.compactMap(Saved.init).first {
      guard let live = objects.pool(patch.name).map(PoolShape.init), patch.fits(live) else {
        return nil
      }
      old = live
      new = patch.applied(to: live)
    } else {
      guard let live = announcements.lazy.compactMap({ Self.pool(of: $0, objects) }).first else {
        return nil
      }
      old = PoolShape(live)
      new = old
    }
  }

  /// A pool that a change is about, where it says so by what announces it only.
  private static func pool(of change: AnnouncementChange, _ objects: PoolObjects) -> IPAddressPool?
  {
    if let names = change.pools {
      // The one name that the lists differ in is the pool's.
      let name = Set(names.old ?? []).symmetricDifference(names.new ?? []).first
      return name.flatMap(objects.pool)
    }
    let advertisement = objects.advertisements.first { $0.metadata.name == change.advertisement }
    let covered = objects.pools.filter { advertisement?.covers(pool: $0) ?? false }
    return covered.first { $0.metadata.name == ConsoleSettings.poolName } ?? covered.first
  }

  /// True where the cluster is as it was before the record's edit: refused, or taken back by hand.
  static func isNotInForce(_ record: UndoRecord, _ snapshot: ClusterSnapshot) -> Bool {
    guard let objects = snapshot.pools.value else { return false }
    let patches = record.actions.compactMap(SavedPatch.init)
    let isPoolAsBefore = patches.lazy.compactMap(Saved.init).first.map { patch in
      objects.pool(patch.name).map(PoolShape.init).map { patch.applied(to: $0) == $0 } ?? false
    }
    let isAnnouncedAsBefore = patches.compactMap(AnnouncementChange.init).allSatisfy {
      $0.reversed.fits(objects.advertisements)
    }
    return !patches.isEmpty && isPoolAsBefore ?? true && isAnnouncedAsBefore
  }

  var isEmpty: Bool { old == new && announcements.isEmpty }

  var reversed: PoolChange {
    var change = self
    (change.old, change.new, change.resourceVersion) = (new, old, nil)
    change.announcements = announcements.reversed().map(\.reversed)
    return change
  }

  /// What becomes part of a pool comes before what is announced.
  func commands(_ kubectl: Kubectl) -> [Command] {
    (old == new ? [] : [poolPatch(kubectl)]) + announcements.map { $0.command(kubectl) }
  }

  private func poolPatch(_ kubectl: Kubectl) -> Command {
    var operations: [JSONPatch.Operation] = []
    if let resourceVersion {
      operations.append(.test(path: "/metadata/resourceVersion", .string(resourceVersion)))
    }
    if old.entries != new.entries {
      operations += [
        .test(path: Self.addresses, .texts(old.entries.texts)),
        .replace(path: Self.addresses, .texts(new.entries.texts)),
      ]
    }
    func set(_ path: String, _ before: Bool, _ after: Bool) {
      guard before != after else { return }
      // On the way forward a field may be missing, which means its default.
      if resourceVersion == nil { operations.append(.test(path: path, .bool(before))) }
      // In a patch, `add` sets a field whether or not it is there.
      operations.append(.add(path: path, .bool(after)))
    }
    set(Self.autoAssign, old.autoAssign, new.autoAssign)
    set(Self.avoidBuggyIPs, old.avoidBuggyIPs, new.avoidBuggyIPs)
    return kubectl.patch(
      Self.kind, new.name, namespace: ConsoleSettings.metallbNamespace,
      operations: JSONPatch.text(operations),
      purpose: "change the pool \(SafeText.line(new.name, limit: 80))")
  }

  var title: String {
    let name = SafeText.line(new.name, limit: 80)
    if old == new {
      return announcements.contains { $0.pools != nil }
        ? "Change who announces the pool \(name)"
        : "Change from where the pool \(name) is announced"
    }
    let counts = (old.size.text, new.size.text)
    return counts.0 == counts.1
      ? "Change the pool \(name): \(counts.0) addresses as before"
      : "Change the pool \(name): \(counts.0) addresses become \(counts.1)"
  }

  var diff: String {
    let pool =
      old == new
      ? ""
      : UnifiedDiff.make(
        old: old.specText, new: new.specText,
        name: "ipaddresspool/\(SafeText.line(new.name, limit: 80))")
    return pool + announcements.map(\.diff).joined()
  }

  /// One for each edit, so that each has its own way back. Edits of one version of the object that
  /// lead to the same state are the same edit.
  var undoID: String {
    let text = new.specText + announcements.map(\.diff).joined()
    return PoolEdit.undoPrefix + "\(resourceVersion ?? "0")-\(TextDigest.of(text))"
  }

  /// The pool's part of a saved way back: what it expects, and what it writes.
  private struct Saved {
    let name: String
    let addresses: (expected: [PoolEntry], written: [PoolEntry])?
    let autoAssign: Bool?
    let avoidBuggyIPs: Bool?

    init?(_ patch: SavedPatch) {
      guard patch.kind == PoolChange.kind else { return nil }
      name = patch.name
      if let expected = patch.value("test", PoolChange.addresses)?.listedTexts,
        let written = patch.value("replace", PoolChange.addresses)?.listedTexts
      {
        addresses = (expected.map(PoolEntry.init), written.map(PoolEntry.init))
      } else {
        addresses = nil
      }
      autoAssign = patch.value("add", PoolChange.autoAssign)?.flag
      avoidBuggyIPs = patch.value("add", PoolChange.avoidBuggyIPs)?.flag
    }

    func fits(_ live: PoolShape) -> Bool {
      addresses.map { $0.expected == live.entries } ?? true
        && autoAssign != live.autoAssign && avoidBuggyIPs != live.avoidBuggyIPs
    }

    func applied(to live: PoolShape) -> PoolShape {
      PoolShape(
        name: live.name, entries: addresses?.written ?? live.entries,
        autoAssign: autoAssign ?? live.autoAssign,
        avoidBuggyIPs: avoidBuggyIPs ?? live.avoidBuggyIPs)
    }
  }
}

extension PoolShape {
  /// The part of the object that an edit may change, as YAML.
  var specText: String {
    "spec:\n  addresses:\n" + entries.map { "  - \(SafeText.line($0.text))\n" }.joined()
      + "  autoAssign: \(autoAssign)\n  avoidBuggyIPs: \(avoidBuggyIPs)\n"
  }
}
