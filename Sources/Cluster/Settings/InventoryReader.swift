import Basics
import Foundation

/// Finds what Ansible would read for an inventory: the file itself or the files of its folder, the
/// variables of groups and hosts beside it and beside the playbook, and the Kubespray checkout around
/// it (ansible-core: inventory/manager.py, plugins/vars/host_group_vars.py and
/// parsing/dataloader.py at v2.14.18).
enum InventoryReader {
  static func read(_ path: String) throws(UserMessage) -> KubesprayInventory {
    let place = try Place(path)
    var files = try place.sources.map { source throws(UserMessage) in
      InventoryFile(path: source, text: try text(of: source), kind: .inventory)
    }
    let documents = files.map(InventoryDocument.init)
    var groups = AnsibleGroups(documents)
    let isDynamic = documents.contains { $0.isDynamic }
    // What a file of variables alone is for: Kubespray's own groups, and the one named.
    let named = place.named.map {
      InventoryFile(path: $0.path, text: SecretText(""), kind: $0.kind)
    }
    if groups.isAssumed {
      groups = AnsibleGroups(documents + [named].compactMap(\.self).map(InventoryDocument.init))
    }
    let nodes = InventoryLayout.nodes(groups)
    let names = Set(nodes.flatMap(groups.groups(of:)))
    var unread: [KubesprayInventory.Unread] = []
    let checkout = checkout(around: place.folder)
    for folder in [place.folder, checkout?.folder].compactMap(\.self) {
      let isBesidePlaybook = folder == checkout?.folder && folder != place.folder
      var found: [InventoryFile] = []
      let variables = VariableFolder("\(folder)/group_vars")
      for group in [AnsibleGroups.all] + names.sorted() {
        found += try variables.files(of: group, kind: .group(group), &unread)
      }
      unread += variables.unknown(besides: names.union([AnsibleGroups.all]), isDynamic: isDynamic)
      let own = VariableFolder("\(folder)/host_vars")
      for host in nodes { found += try own.files(of: host, kind: .host(host), &unread) }
      for index in found.indices { found[index].isBesidePlaybook = isBesidePlaybook }
      files += found
    }
    if let named = place.named, !files.contains(where: { $0.path == named.path }) {
      throw UserMessage(
        "Ansible does not read \(named.path).",
        reason: unread.first { $0.path == named.path }?.reason
          ?? "no node of the inventory \(place.inventory) gets its variables",
        advice: "Name the inventory itself, or a file it reads: --inventory FILE.")
    }
    let cluster = InventoryLayout.clusterGroups.first(where: names.contains) ?? AnsibleGroups.all
    return KubesprayInventory(
      path: place.inventory, files: files, checkout: checkout,
      unread: unread.filter { speaksOfIt($0.path) },
      newFile: VariableFolder("\(place.folder)/group_vars").newFile(of: cluster))
  }

  /// Where an inventory lies, by the path that was given: a file or folder with hosts and groups, or
  /// a file of variables beside one.
  private struct Place {
    var inventory: String
    var folder: String
    /// Files with hosts and groups, in the order in which they are read.
    var sources: [String]
    var named: (path: String, kind: InventoryFile.Kind)?

    init(_ path: String) throws(UserMessage) {
      guard let kind = InventoryReader.kind(of: path) else {
        throw UserMessage(
          "The inventory \(path) is not there.", advice: "Name another: --inventory FILE.")
      }
      inventory = path
      folder = path
      sources = [path]
      if kind == .folder {
        sources = Self.sources(in: path)
        guard !sources.isEmpty else {
          throw UserMessage(
            "The folder \(path) holds no inventory.",
            reason: "Ansible passes over .ini, .cfg and hidden files of a folder",
            advice: "Name the file itself: --inventory FILE.")
        }
        return
      }
      folder = InventoryReader.parent(of: path)
      for (part, make) in [
        ("/group_vars/", InventoryFile.Kind.group), ("/host_vars/", InventoryFile.Kind.host),
      ] {
        let parts = path.components(separatedBy: part)
        guard parts.count > 1 else { continue }
        folder = parts.dropLast().joined(separator: part)
        named = (path, make(Self.owner(of: parts[parts.count - 1])))
        let names = [
          "hosts.yaml", "hosts.yml", "inventory.yml", "inventory.yaml", "inventory.ini",
          "hosts.ini", "hosts", "inventory",
        ]
        let found = names.map { "\(folder)/\($0)" }.first { InventoryReader.kind(of: $0) == .file }
        inventory = found ?? folder
        sources = [found].compactMap(\.self)
      }
    }

    /// `k8s_cluster` of `k8s_cluster/addons.yml` and of `k8s_cluster.yml`.
    private static func owner(of path: String) -> String {
      let parts = path.split(separator: "/")
      let name = String(parts.first ?? "")
      guard parts.count == 1 else { return name }
      let ending = InventoryDocument.yamlEndings.first { name.hasSuffix($0) } ?? ""
      return String(name.dropLast(ending.count))
    }

    private static func sources(in folder: String) -> [String] {
      InventoryReader.names(in: folder).flatMap { name -> [String] in
        let path = "\(folder)/\(name)"
        let isIgnored =
          name.hasPrefix(".") || ["host_vars", "group_vars", "vars_plugins"].contains(name)
          || ignoredEndings.contains { name.hasSuffix($0) }
        switch InventoryReader.kind(of: path) {
        case .folder where !isIgnored: return sources(in: path)
        case .file where !isIgnored: return [path]
        default: return []
        }
      }
    }

    private static let ignoredEndings = [
      ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".ini", ".cfg",
      ".retry",
    ]
  }

  /// `group_vars` or `host_vars`: of each owner the folder, or the file without an ending, else the
  /// first with one.
  private struct VariableFolder {
    let path: String
    let names: Set<String>

    init(_ path: String) {
      self.path = path
      names = Set(InventoryReader.names(in: path))
    }

    func files(
      of owner: String, kind: InventoryFile.Kind, _ unread: inout [KubesprayInventory.Unread]
    ) throws(UserMessage) -> [InventoryFile] {
      let candidates = ([""] + InventoryDocument.yamlEndings).map { owner + $0 }
      let present = candidates.filter(names.contains)
      guard let first = present.first else { return [] }
      for other in present.dropFirst() {
        let what = InventoryReader.kind(of: "\(path)/\(first)") == .folder ? "the folder " : ""
        unread += Self.all(in: "\(path)/\(other)").map { file in
          KubesprayInventory.Unread(path: file, reason: "\(what)\(first) beside it is read instead")
        }
      }
      return try Self.all(in: "\(path)/\(first)").map { file throws(UserMessage) in
        InventoryFile(path: file, text: try InventoryReader.text(of: file), kind: kind)
      }
    }

    /// In the owner's folder; nil where a file of the owner is there, which a folder would hide.
    func newFile(of owner: String) -> InventoryFile? {
      let folder = "\(path)/\(owner)"
      let isFolder = InventoryReader.kind(of: folder) == .folder
      let others = ([""] + InventoryDocument.yamlEndings).map { owner + $0 }
      guard isFolder || !others.contains(where: names.contains) else { return nil }
      let taken = InventoryReader.names(in: folder)
      guard
        let name = ["addons.yml", "metallb.yml", "ip-leases.yml"].first(where: {
          !taken.contains($0)
        })
      else { return nil }
      var file = InventoryFile(
        path: "\(folder)/\(name)", text: SecretText("---\n"), kind: .group(owner))
      file.isNew = true
      return file
    }

    /// Files of groups that no node is in.
    func unknown(besides groups: Set<String>, isDynamic: Bool) -> [KubesprayInventory.Unread] {
      guard !isDynamic else { return [] }
      return names.sorted().flatMap { name -> [KubesprayInventory.Unread] in
        let ending = InventoryDocument.yamlEndings.first { name.hasSuffix($0) } ?? ""
        let owner = String(name.dropLast(ending.count))
        guard !groups.contains(owner), !groups.contains(name) else { return [] }
        return Self.all(in: "\(path)/\(name)").map { file in
          KubesprayInventory.Unread(
            path: file,
            reason: "no node of the cluster is in a group \(SafeText.line(owner, limit: 80))")
        }
      }
    }

    /// The file, or those of the folder and of the folders in it that have no ending.
    private static func all(in path: String) -> [String] {
      guard InventoryReader.kind(of: path) == .folder else { return [path] }
      return InventoryReader.names(in: path).flatMap { name -> [String] in
        guard !name.hasPrefix("."), !name.hasSuffix("~") else { return [] }
        let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
        let inside = "\(path)/\(name)"
        switch InventoryReader.kind(of: inside) {
        case .folder: return ending.isEmpty ? all(in: inside) : []
        case .file:
          return ending.isEmpty || InventoryDocument.yamlEndings.contains(ending) ? [inside] : []
        case nil: return []
        }
      }
    }
  }

  private static func checkout(around folder: String) -> KubesprayCheckout? {
    var place = folder
    for _ in 0..<6 {
      let templates = "\(place)/roles/kubernetes-apps/metallb/templates"
      if kind(of: "\(place)/cluster.yml") == .file, kind(of: templates) == .folder {
        let names = names(in: templates)
        let isNew = names.contains { $0.hasPrefix("pools.") || $0.contains("ipaddresspools") }
        let isOld = names.contains { $0.hasPrefix("metallb-config.") }
        let galaxy = try? text(of: "\(place)/galaxy.yml").reveal()
        let version = galaxy?.split(whereSeparator: \.isNewline).first { $0.hasPrefix("version:") }
        return KubesprayCheckout(
          folder: place, form: isNew ? .new : isOld ? .old : nil,
          version: version.map { $0.dropFirst(8).filter { !$0.isWhitespace && $0 != "\"" } } ?? "")
      }
      if place == "/" || place.isEmpty { return nil }
      place = parent(of: place)
    }
    return nil
  }

  // MARK: Files

  private enum Kind { case file, folder }

  /// nil where nothing is there. Symbolic links are followed.
  private static func kind(of path: String) -> Kind? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue ? .folder : .file
  }

  /// In the order in which Python sorts them.
  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
  }

  private static func parent(of path: String) -> String {
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    return path.hasPrefix("/") ? "/\(parent)" : parent
  }

  private static func speaksOfIt(_ path: String) -> Bool {
    (try? text(of: path)).map { InventoryDocument.speaksOfIt($0.reveal()) } ?? false
  }

  private static func text(of path: String) throws(UserMessage) -> SecretText {
    guard let bytes = try AtomicFile.read(path, limit: YAMLText.mostBytes) else {
      return SecretText("")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserMessage("\(path) is not UTF-8.", advice: "Is it the right file?")
    }
    return SecretText(text)
  }
}
