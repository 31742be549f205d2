import Foundation
import TestSupport

@testable import Cluster

/// A Kubespray inventory laid out by chance: groups above groups, YAML or INI, one file or a folder,
/// variables in any place Ansible knows.
struct RandomInventoryTree {
  private var random: SeededRandom
  private let folder: String
  private(set) var source = ""
  private var groups: [String] = []
  private var children: [String: [String]] = [:]
  private var hosts: [String: [String]] = [:]
  private var names: [String] = []
  private var number = 0

  static let switches = ["metallb_enabled", "metallb_speaker_enabled", "kube_proxy_strict_arp"]

  /// - Parameter folder: where it is laid; made if need be.
  static func lay(in folder: String, _ random: inout SeededRandom) throws -> String {
    var tree = RandomInventoryTree(random: random, folder: folder)
    tree.makeGroups()
    try tree.write()
    random = tree.random
    return tree.source
  }

  private init(random: SeededRandom, folder: String) {
    self.random = random
    self.folder = folder
  }

  // MARK: Chance

  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  private mutating func one<Item>(of items: [Item]) -> Item { items[random.below(items.count)] }

  private mutating func some(_ items: [String], percent: Int) -> [String] {
    var found: [String] = []
    for item in items where chance(percent) { found.append(item) }
    return found
  }

  // MARK: Groups

  private mutating func makeGroups() {
    let isOld = chance(25)
    let cluster = isOld ? "k8s-cluster" : "k8s_cluster"
    let control = isOld ? "kube-master" : "kube_control_plane"
    let worker = isOld ? "kube-node" : "kube_node"
    let extras = some(["gpu", "zone_a", "Zone", "aa", "zz_top", "b-1", "servers"], percent: 35)
    let above = extras.filter { _ in chance(40) }
    let below = extras.filter { !above.contains($0) }
    groups = above + [cluster, control, worker] + below
    children[cluster] = [control, worker]
    for (index, group) in groups.enumerated() {
      for child in groups[(index + 1)...] where chance(12) {
        if children[group]?.contains(child) != true { children[group, default: []].append(child) }
      }
    }
    names = (1...(1 + random.below(4))).map { "node\($0)" }
    for name in names {
      let isMaster = name == "node1" || chance(25)
      hosts[isMaster ? control : worker, default: []].append(name)
      for group in groups where chance(12) {
        if hosts[group]?.contains(name) != true { hosts[group, default: []].append(name) }
      }
    }
    if chance(20) { hosts["all", default: []] += ["outside", "node1"] }
  }

  // MARK: Variables

  /// Name and YAML lines of the value, the first behind the colon.
  private mutating func variables() -> [(name: String, lines: [String])] {
    var found: [(String, [String])] = []
    for name in Self.switches where chance(30) {
      found.append((name, [one(of: ["true", "false", "yes", "no", "\"true\"", "True"])]))
    }
    if chance(25) { found.append(("metallb_config", config())) }
    if chance(30) {
      number += 1
      found.append(("other_\(random.below(3))", ["value \(number)"]))
    }
    return found
  }

  private mutating func config() -> [String] {
    let range = "10.\(random.below(200)).0.0/24"
    let pools =
      one(of: ["default", "other"]) == "default"
      ? [
        "", "  address_pools:", "    default:", "      ip_range:", "        - \(range)",
        "      auto_assign: \(one(of: ["true", "false"]))",
      ]
      : ["", "  address_pools:", "    other:", "      ip_range: [\(range)]"]
    return chance(50) ? pools + ["  layer2:", "    - \(chance(50) ? "default" : "other")"] : pools
  }

  private func yaml(_ variables: [(name: String, lines: [String])], indent: String = "") -> String {
    variables.map { name, lines in
      "\(indent)\(name):\(lines[0].isEmpty ? "" : " ")\(lines[0])\n"
        + lines.dropFirst().map { "\(indent)\($0)\n" }.joined()
    }.joined()
  }

  // MARK: Files

  private func put(_ text: String, _ path: String) throws {
    let url = URL(filePath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private mutating func write() throws {
    switch random.below(4) {
    case 0:
      source = "\(folder)/\(one(of: ["hosts.ini", "inventory.ini", "hosts"]))"
      try put(ini(groups), String(source.dropFirst(folder.count + 1)))
    case 1:
      source = folder
      let middle = groups.count / 2
      // All groups are declared in the first, so that the second can use them.
      try put(ini(groups), one(of: ["01-hosts", "01.hosts"]))
      try put(yamlInventory(Array(groups[middle...])), "02-more.yml")
      try put("not read\n", "notes.txt")
    default:
      source = "\(folder)/\(one(of: ["hosts.yaml", "hosts.yml", "hosts"]))"
      try put(yamlInventory(groups), String(source.dropFirst(folder.count + 1)))
    }
    for group in ["all", "ungrouped"] + groups where chance(40) {
      try putVariables("group_vars/\(group)")
    }
    for name in names where chance(25) { try putVariables("host_vars/\(name)") }
    if chance(20) { try putVariables("group_vars/nobody") }
  }

  /// In one or two of the layouts of one owner.
  private mutating func putVariables(_ base: String) throws {
    let styles = ["", ".yml", ".yaml", ".json", "/"]
    var chosen = [one(of: styles)]
    if chance(20) { chosen.append(one(of: styles)) }
    // A folder and a file cannot have one name.
    if chosen.contains("/") { chosen.removeAll { $0.isEmpty } }
    for style in Set(chosen).sorted() {
      switch style {
      case "/":
        let names = [
          "a.yml", "b.yaml", "c.json", "d", "addons.yml", ".hidden.yml", "old.yml~", "x.txt",
          "sub/z.yml", "sub.d/q.yml", "B.yml", "10.yml", "9.yml",
        ]
        for name in some(names, percent: 25) + ["k.yml"] { try putFile("\(base)/\(name)") }
      default: try putFile(base + style)
      }
    }
  }

  private mutating func putFile(_ path: String) throws {
    let variables = variables()
    if path.hasSuffix(".json") {
      let fields = variables.filter { $0.lines.count == 1 }.map { name, lines in
        let word = lines[0]
        let value =
          ["true", "yes", "True", "\"true\""].contains(word)
          ? "true" : ["false", "no"].contains(word) ? "false" : "\"\(word)\""
        return "  \"\(name)\": \(value)"
      }
      return try put("{\n\(fields.joined(separator: ",\n"))\n}\n", path)
    }
    let head = one(of: ["", "---\n", "# a comment\n"])
    try put(head + yaml(variables) + (chance(30) ? "# the end\n" : ""), path)
  }

  // MARK: Inventories

  private mutating func yamlInventory(_ groups: [String]) -> String {
    var text = ""
    let isBelowAll = chance(70)
    let indent = isBelowAll ? "    " : ""
    if isBelowAll {
      text = "all:\n"
      let own = hosts["all"] ?? []
      if !own.isEmpty { text += "  hosts:\n" + own.map { "    \($0):\n" }.joined() }
      let variables = variables()
      if !variables.isEmpty { text += "  vars:\n" + yaml(variables, indent: "    ") }
      text += "  children:\n"
    }
    for group in groups {
      text += "\(indent)\(group):\n"
      let sections = [members(of: group, indent), below(group, indent), own(indent)]
      text += (chance(50) ? sections : sections.reversed()).joined()
    }
    return text
  }

  private mutating func members(of group: String, _ indent: String) -> String {
    let names = hosts[group] ?? []
    if names.isEmpty { return "" }
    var text = "\(indent)  hosts:\n"
    for name in names {
      let variables = chance(15) ? variables() : []
      text += "\(indent)    \(name):\n" + yaml(variables, indent: "\(indent)      ")
    }
    return text
  }

  private func below(_ group: String, _ indent: String) -> String {
    let names = children[group] ?? []
    if names.isEmpty { return "" }
    return "\(indent)  children:\n" + names.map { "\(indent)    \($0):\n" }.joined()
  }

  private mutating func own(_ indent: String) -> String {
    var variables = chance(25) ? variables() : []
    if chance(15) { variables.append(("ansible_group_priority", ["\(random.below(12))"])) }
    return variables.isEmpty
      ? "" : "\(indent)  vars:\n" + yaml(variables, indent: "\(indent)    ")
  }

  private mutating func ini(_ groups: [String]) -> String {
    var text = chance(50) ? "# hosts\n" : ""
    if let own = hosts["all"] { text += "[all]\n" + own.map { "\($0)\n" }.joined() }
    if chance(30), names.count > 1 {
      text += "[all]\nnode[1:\(names.count)] ansible_user=root # all of them\n"
    }
    for group in groups {
      text += "[\(group)]\n"
      for name in hosts[group] ?? [] {
        text += name
        for word in some(Self.switches, percent: 6) {
          text += " \(word)=\(one(of: ["True", "False", "'yes'", "no"]))"
        }
        text += chance(20) ? "  # a node\n" : "\n"
      }
      let names = children[group] ?? []
      if !names.isEmpty { text += "[\(group):children]\n" + names.map { "\($0)\n" }.joined() }
      if chance(25) {
        text += "[\(group):vars]\n"
        for word in some(Self.switches, percent: 30) {
          text += "\(word)\(one(of: ["=", " = "]))\(one(of: ["True", "False", "yes", "\"no\""]))\n"
        }
        if chance(30) {
          text += "metallb_config={'address_pools': {'other': {'ip_range': ['10.0.0.0/24']}}}\n"
        }
        if chance(30) { text += "ansible_group_priority=\(random.below(12))\n" }
        if chance(30) { text += "; a comment\nother_0=5 # five\n" }
      }
    }
    return text
  }
}
