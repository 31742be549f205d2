import Basics
import Cluster
import Execution
import Foundation
import SystemPackage

/// What is kept on this machine of which cluster: finds the folder of one, and knows those of others
/// that were met under the same name. Nothing of another cluster is ever used.
///
/// An earlier version kept things by the name alone. Such a folder becomes the cluster's own once, by
/// one rename, where everything in it is younger than the cluster: what is older was kept of another.
package struct KeptClusters: Sendable {
  private let root: String

  package init(root: String) { self.root = root }

  /// Whose folder it is, and where it comes from. Stands in the folders that were taken over.
  private struct Owner: Codable {
    var uid: String
    var takenFrom: String
    /// The ways back that were there then, each with the time it was saved.
    var waysBack: [String: Date]
  }

  // MARK: Finding

  /// The identity with the folder its things are kept in, and what is to be said of that.
  ///
  /// - Parameter isReadOnly: nothing is written or moved; what would be is used where it lies.
  package func settle(_ identity: ClusterIdentity, isReadOnly: Bool)
    -> (identity: ClusterIdentity, notices: [UserMessage])
  {
    var identity = identity
    let name = identity.name.text
    switch identity.mark {
    case .name: return (identity, [])
    case .unknown:
      // For looking only: what was done with the one that was met last under this name. Nothing
      // else of it may colour what may be another one.
      if let uid = names[name]?.first {
        identity.journalKey = ClusterIdentity.key(uid: uid)
      } else if isThere(folder(name)), owner(of: folder(name)) == nil, !name.isEmpty {
        identity.journalKey = name
      }
      return (identity, [])
    case .uid(let uid, let born):
      // Without a name nothing is known of earlier ones.
      guard !name.isEmpty else { return (identity, []) }
      var notices: [UserMessage] = []
      let before = names[name]?.first
      switch takeOver(identity, uid: uid, born: born, isReadOnly: isReadOnly) {
      case .nothing: break
      case .taken(let notice): notices.append(notice)
      case .left(let notice):
        // Once: from then on the name leads here.
        if before != uid { notices.append(notice) }
      case .usedInPlace(let reason):
        identity.key = name
        identity.journalKey = name
        identity.unsettled = reason
      }
      if before != uid {
        if let before, let notice = notice(of: before, identity) { notices.append(notice) }
        if !isReadOnly { note(uid, under: name) }
      }
      return (identity, notices)
    }
  }

  /// True for a way back that came with a folder that was taken over.
  func isTakenOver(_ record: UndoRecord, in folder: StateFolder) -> Bool {
    owner(of: folder)?.waysBack[record.id] == record.time
  }

  /// A way back that was kept of another cluster under the same name; nil where there is none.
  package func foreignWayBack(_ id: String, _ identity: ClusterIdentity)
    -> (record: UndoRecord, folder: StateFolder)?
  {
    for folder in others(than: identity) {
      let undo = UndoStore(folder: folder, context: "")
      let found = undo.all().first { record in
        record.id == id || id == PoolEdit.step.rawValue && PoolEdit.isEdit(record)
      }
      if let found { return (found, folder) }
    }
    return nil
  }

  private func others(than identity: ClusterIdentity) -> [StateFolder] {
    let name = identity.name.text
    guard !name.isEmpty, identity.mark != .name else { return [] }
    let known = (names[name] ?? []).map { folder(ClusterIdentity.key(uid: $0)) }
    let own = folder(identity.key)
    return (known + [folder(name)]).filter { $0 != own && isThere($0) }
  }

  // MARK: Names

  /// By name the uids of the clusters that were met under it, the latest first.
  private var namesFile: JSONFile<[String: [String]]> {
    JSONFile(path: "\(root)/clusters.json", isPretty: true)
  }

  private var names: [String: [String]] { namesFile.value ?? [:] }

  /// It only explains: where it cannot be written, nothing is lost but the explanation.
  private func note(_ uid: String, under name: String) {
    _ = try? namesFile.update(overDamage: true) { kept throws(UserMessage) in
      var names = kept ?? [:]
      names[name] = [uid] + (names[name] ?? []).filter { $0 != uid }
      kept = names
    }
  }

  private func notice(of uid: String, _ identity: ClusterIdentity) -> UserMessage? {
    let folder = folder(ClusterIdentity.key(uid: uid))
    let contents = contents(of: folder)
    return UserMessage(
      "Another cluster stood behind \(Self.shown(identity)) before; this is a new one.",
      reason: contents.isEmpty
        ? nil
        : "kept of the other one, not used here: \(contents.joined(separator: ", ")), in "
          + folder.path)
  }

  private static func shown(_ identity: ClusterIdentity) -> String {
    let server = identity.name.server.isEmpty ? "" : " (\(identity.name.server))"
    return SafeText.line("the context \(identity.context)\(server)", limit: 200)
  }

  /// In words, what an admin would miss.
  private func contents(of folder: StateFolder) -> [String] {
    func text(_ count: Int, _ one: String, _ several: String) -> String? {
      count == 0 ? nil : "\(count) \(count == 1 ? one : several)"
    }
    return [
      text(
        UndoStore(folder: folder, context: "").savedIDs.count, "saved way back", "saved ways back"),
      text(DraftStore(folder: folder).all().count, "draft", "drafts"),
      text(SetAsideStore(folder: folder).all().count, "step set aside", "steps set aside"),
      text(
        FindingStore(folder: folder).aside(at: Date()).count, "finding set aside",
        "findings set aside"),
    ].compactMap(\.self)
  }

  // MARK: What an earlier version kept by the name

  private enum Taking {
    case nothing
    case taken(UserMessage)
    case left(UserMessage)
    /// Another process works in it, or nothing may be moved; why.
    case usedInPlace(UserMessage)
  }

  private func takeOver(
    _ identity: ClusterIdentity, uid: String, born: Date?, isReadOnly: Bool
  ) -> Taking {
    let old = folder(identity.name.text)
    let new = folder(identity.key)
    guard isThere(old) else { return .nothing }
    if isThere(new) { return beside(old, new, identity) }
    if let owner = owner(of: old), owner.uid != uid {
      return left(old, identity, "it is marked so")
    }
    if owner(of: old) == nil {
      guard let born else {
        return left(old, identity, "the cluster does not tell when it was made")
      }
      let oldest = KeptTimes.oldest(in: old)
      if let oldest, oldest < born {
        return left(
          old, identity,
          "in it is something of \(oldest.formatted(.iso8601)), and this cluster was made "
            + born.formatted(.iso8601))
      }
    }
    if isReadOnly { return .usedInPlace(UserMessage("Nothing is moved: --read-only was given.")) }
    do throws(Errno) { return try move(old, to: new, uid: uid, identity) } catch {
      if error == .wouldBlock { return .usedInPlace(Self.busy) }
      return .usedInPlace(
        FileFailure.message(
          "could not move \(old.path), which an earlier version made, to \(new.path)",
          error))
    }
  }

  private static let busy = UserMessage(
    "An earlier version of this program works on this cluster, or left a change of it running.",
    advice: "Leave it, or wait until its change ends, then call again.")

  /// The cluster was met without this name before: two histories of one thing are not mixed.
  private func beside(
    _ old: StateFolder, _ new: StateFolder, _ identity: ClusterIdentity
  ) -> Taking {
    let contents = contents(of: old)
    guard !contents.isEmpty else { return .nothing }
    return .left(
      UserMessage(
        "What an earlier version kept for \(Self.shown(identity)) is not used: "
          + "\(contents.joined(separator: ", ")), in \(old.path).",
        reason: "this cluster had a folder of its own already, \(new.path)"))
  }

  private func left(
    _ old: StateFolder, _ identity: ClusterIdentity, _ reason: String
  ) -> Taking {
    let contents = contents(of: old)
    guard !contents.isEmpty else { return .nothing }
    return .left(
      UserMessage(
        "What an earlier version kept for \(Self.shown(identity)) is of another cluster and is not "
          + "used: \(contents.joined(separator: ", ")), in \(old.path).",
        reason: reason))
  }

  /// One rename: killed at any moment, the folder is where it was or where it is to be.
  private func move(
    _ old: StateFolder, to new: StateFolder, uid: String, _ identity: ClusterIdentity
  ) throws(Errno) -> Taking {
    // One at a time; who comes second finds it done. It takes milliseconds, and the kernel ends the
    // turn of whoever is killed.
    let turn = try OpenFile("\(root)/taking-over.lock", .readWrite, [.create, .noFollow])
    try turn.lock(LOCK_EX)
    guard isThere(old), !isThere(new) else { return .nothing }
    // Neither a console of the earlier version nor a change it left to finish may lose its folder.
    let lock = try OpenFile(old.lock, .readWrite, [.create, .noFollow])
    try lock.lock(LOCK_EX | LOCK_NB)
    guard JobFolder.running(in: old).isEmpty else { return .usedInPlace(Self.busy) }
    if owner(of: old) == nil {
      // Whoever is killed now has said whose it is: no other cluster takes it.
      let saved = UndoStore(folder: old, context: "").all().map { ($0.id, $0.time) }
      let owner = Owner(
        uid: uid, takenFrom: identity.name.text,
        waysBack: Dictionary(saved, uniquingKeysWith: { first, _ in first }))
      do throws(UserMessage) { try ownerFile(of: old).write(owner) } catch {
        throw .ioError
      }
    }
    try Errno.check { rename(old.path, new.path) }
    if let folder = try? OpenFile(root, .readOnly, .directory) { try? folder.sync() }
    return .taken(
      UserMessage(
        "What an earlier version kept for \(Self.shown(identity)) is this cluster's from now on."))
  }

  private func ownerFile(of folder: StateFolder) -> JSONFile<Owner> {
    JSONFile(path: "\(folder.path)/cluster.json", isPretty: true)
  }

  private func owner(of folder: StateFolder) -> Owner? { ownerFile(of: folder).value }

  // MARK: Folders

  private func folder(_ key: String) -> StateFolder { StateFolder(root: root, cluster: key) }

  private func isThere(_ folder: StateFolder) -> Bool {
    var found = stat()
    return lstat(folder.path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
  }
}
