import Basics
import Foundation

/// Finds what Ansible would read for an inventory: the file itself, the group variables beside it
/// that speak of MetalLB or strict ARP, and the Kubespray checkout around it.
enum InventoryReader {
  /// Ansible's order: what stands later wins (the groups Kubespray puts its nodes in).
  private static let groups = ["all", "kube_node", "kube_control_plane", "k8s_cluster"]

  static func read(_ path: String) throws(UserMessage) -> KubesprayInventory {
    guard let named = try text(of: path) else {
      throw UserMessage(
        "The inventory \(path) is not there.", advice: "Name another: --inventory FILE.")
    }
    let parts = path.components(separatedBy: "/group_vars/")
    let isVariables = parts.count > 1
    let folder = isVariables ? parts[0] : parent(of: path)
    var files: [InventoryFile] = []
    for file in variableFiles(in: folder) {
      let own = file == path ? named : try text(of: file)
      guard let own, file == path || speaksOfIt(own) else { continue }
      files.append(InventoryFile(path: file, text: SecretText(own), kind: .variables))
    }
    var inventory = path
    if isVariables {
      if !files.contains(where: { $0.path == path }) {
        files.append(InventoryFile(path: path, text: SecretText(named), kind: .variables))
      }
      let names = ["hosts.yaml", "hosts.yml", "inventory.yml", "inventory.ini", "hosts.ini"]
      inventory =
        names.map { "\(folder)/\($0)" }.first(where: isThere) ?? folder
    } else {
      let file = InventoryFile(path: path, text: SecretText(named), kind: .inventory)
      // One in INI form has no variables for us; its group_vars do.
      if files.isEmpty || (try? InventoryVariables(file)) != nil { files.insert(file, at: 0) }
    }
    return KubesprayInventory(path: inventory, files: files, checkout: checkout(around: folder))
  }

  private static func speaksOfIt(_ text: String) -> Bool {
    text.contains("metallb_") || text.contains(KubesprayInventory.strictARP)
  }

  private static func variableFiles(in folder: String) -> [String] {
    groups.flatMap { group -> [String] in
      let base = "\(folder)/group_vars/\(group)"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: base))?.sorted() ?? []
      let single = ["\(base).yml", "\(base).yaml"].filter(isThere)
      return single
        + names.filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }.map { "\(base)/\($0)" }
    }
  }

  private static func checkout(around folder: String) -> KubesprayCheckout? {
    var place = folder
    for _ in 0..<6 {
      let templates = "\(place)/roles/kubernetes-apps/metallb/templates"
      if isThere("\(place)/cluster.yml"), isThere(templates) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: templates)) ?? []
        let isNew = names.contains { $0.hasPrefix("pools.") || $0.contains("ipaddresspools") }
        let isOld = names.contains { $0.hasPrefix("metallb-config.") }
        let galaxy = try? text(of: "\(place)/galaxy.yml")
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

  private static func isThere(_ path: String) -> Bool { access(path, R_OK) == 0 }

  private static func parent(of path: String) -> String {
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    return path.hasPrefix("/") ? "/\(parent)" : parent
  }

  private static func text(of path: String) throws(UserMessage) -> String? {
    guard let bytes = try AtomicFile.read(path, limit: YAMLText.mostBytes) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserMessage("\(path) is not UTF-8.", advice: "Is it the right file?")
    }
    return text
  }
}
