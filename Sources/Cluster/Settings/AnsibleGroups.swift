import Basics

/// The groups and hosts of an inventory, and in which order Ansible merges their variables
/// (ansible-core: inventory/group.py, inventory/helpers.py and vars/manager.py at v2.14.18).
struct AnsibleGroups {
  /// A mapping of variables inside the inventory itself.
  struct Section: Hashable {
    var file: Int
    var path: [String]
    var pairs: [YAMLNode.Pair]
  }

  private(set) var hosts: [String] = []
  /// No host is known; one is made up.
  private(set) var isAssumed = false
  private(set) var names: [String] = []
  private var parents: [String: [String]] = [:]
  private var children: [String: [String]] = [:]
  private var members: [String: [String]] = [:]
  private var groupsOfHost: [String: [String]] = [:]
  private var priority: [String: Int] = [:]
  private(set) var sectionsOfGroup: [String: [Section]] = [:]
  private(set) var sectionsOfHost: [String: [Section]] = [:]
  private var depths: [String: Int] = [:]

  static let all = "all"
  private static let ungrouped = "ungrouped"

  init(_ documents: [InventoryDocument]) {
    add(Self.all)
    add(Self.ungrouped)
    for (index, document) in documents.enumerated() where document.file.kind == .inventory {
      for (line, pair) in (document.root?.pairs ?? []).enumerated() {
        guard let name = pair.key.string else { continue }
        // In INI form a group stands there once for each of its lines.
        take(name, pair.value, index, document.isINI ? ["\(line)", name] : [name])
      }
    }
    isAssumed = hosts.isEmpty
    if isAssumed { assume(documents) }
    for name in names { depths[name] = depth(of: name, above: []) }
  }

  // MARK: What it answers

  /// Every group of the host but `all`, the ones that win last: by depth, priority and name.
  func groups(of host: String) -> [String] {
    var found: Set<String> = []
    var left = (groupsOfHost[host] ?? []).filter { $0 != Self.all }
    if left.count > 1 || (left.count == 1 && left != [Self.ungrouped]) {
      left.removeAll { $0 == Self.ungrouped }
    } else {
      left = left.isEmpty ? [Self.ungrouped] : left
    }
    while let name = left.popLast() {
      guard name != Self.all, found.insert(name).inserted else { continue }
      left += parents[name] ?? []
    }
    return found.sorted { one, other in
      let a = (depths[one] ?? 0, priority[one] ?? 1)
      let b = (depths[other] ?? 0, priority[other] ?? 1)
      return a == b ? one.utf8.lexicographicallyPrecedes(other.utf8) : a < b
    }
  }

  /// The hosts of a group and of those below it, in Ansible's order; nil where there is no such
  /// group.
  func hosts(of group: String) -> [String]? {
    guard names.contains(group) else { return nil }
    if group == Self.all { return hosts }
    var found: [String] = []
    var seen: Set<String> = []
    var level = [group]
    while !level.isEmpty {
      for host in level.flatMap({ members[$0] ?? [] }) where seen.insert(host).inserted {
        found.append(host)
      }
      level = level.flatMap { children[$0] ?? [] }
    }
    return found
  }

  /// The first of these groups that has a host.
  func hosts(ofFirst groups: [String]) -> [String]? {
    groups.lazy.compactMap(hosts(of:)).first { !$0.isEmpty }
  }

  // MARK: Reading

  private mutating func add(_ name: String) {
    if !names.contains(name) { names.append(name) }
  }

  private mutating func take(_ name: String, _ group: YAMLNode, _ file: Int, _ path: [String]) {
    guard group.pairs != nil || group.isNull || group.says(.mapping([:])) else { return }
    add(name)
    for section in group.pairs ?? [] {
      let place = path + [section.key.string ?? ""]
      switch section.key.string {
      case "vars":
        let pairs = section.value.pairs ?? []
        sectionsOfGroup[name, default: []].append(Section(file: file, path: place, pairs: pairs))
        for pair in pairs where pair.key.string == "ansible_group_priority" {
          priority[name] = pair.value.string.flatMap { Int($0) } ?? priority[name]
        }
      case "children":
        for child in Self.entries(section.value) {
          guard let word = child.key.string else { continue }
          take(word, child.value, file, place + [word])
          connect(name, word)
        }
      case "hosts":
        for host in Self.entries(section.value) {
          guard let pattern = host.key.string else { continue }
          let section = Section(file: file, path: place + [pattern], pairs: host.value.pairs ?? [])
          for host in HostPattern.names(pattern) { join(host, name, section) }
        }
      default: break
      }
    }
  }

  /// A mapping, or the one name alone.
  private static func entries(_ value: YAMLNode) -> [YAMLNode.Pair] {
    if let pairs = value.pairs { return pairs }
    if value.isNull || value.string == nil { return [] }
    return [YAMLNode.Pair(key: value, value: .plain(""))]
  }

  private mutating func connect(_ parent: String, _ child: String) {
    // Ansible refuses a circle; here it is not followed.
    guard parent != child, !isAbove(child, parent) else { return }
    if parents[child]?.contains(parent) == true { return }
    parents[child, default: []].append(parent)
    children[parent, default: []].append(child)
  }

  private func isAbove(_ name: String, _ below: String) -> Bool {
    var left = [below]
    var seen: Set<String> = []
    while let next = left.popLast() {
      guard seen.insert(next).inserted else { continue }
      if next == name { return true }
      left += parents[next] ?? []
    }
    return false
  }

  private mutating func join(_ host: String, _ group: String, _ section: Section?) {
    if groupsOfHost[host] == nil { hosts.append(host) }
    if groupsOfHost[host, default: []].contains(group) == false {
      groupsOfHost[host, default: []].append(group)
      members[group, default: []].append(host)
    }
    if let section { sectionsOfHost[host, default: []].append(section) }
  }

  /// Where no host is known (a file of variables alone, an inventory made by a plugin): one node as
  /// Kubespray has it, with every group there are variables for.
  private mutating func assume(_ documents: [InventoryDocument]) {
    var host = "every node"
    var groups = ["etcd", "kube_control_plane", "kube_node"]
    for document in documents {
      switch document.file.kind {
      case .host(let name): host = name
      case .group(let name): groups.append(name)
      case .inventory: break
      }
    }
    for group in groups + ["k8s_cluster"] { add(group) }
    connect("k8s_cluster", "kube_control_plane")
    connect("k8s_cluster", "kube_node")
    for group in groups { join(host, group, nil) }
  }

  private func depth(of name: String, above seen: Set<String>) -> Int {
    if name == Self.all || seen.contains(name) { return 0 }
    let above = parents[name] ?? [Self.all]
    return 1 + (above.map { depth(of: $0, above: seen.union([name])) }.max() ?? 0)
  }
}

/// `node1`, `node[1:3]`, `node[a:c]:22`, `[2001:db8::1]:22`: the hosts a line of an inventory names.
enum HostPattern {
  private static let most = 10_000

  static func names(_ pattern: String) -> [String] {
    var made = [withoutPort(pattern)]
    while made.count < most, let place = made.firstIndex(where: { range(in: $0) != nil }),
      let (bounds, members) = range(in: made[place])
    {
      let name = made[place]
      made.replaceSubrange(
        place...place,
        with: members.map { name.replacingCharacters(bounds, $0) })
    }
    return made
  }

  /// `node1:22`; what has more colons is an address.
  private static func withoutPort(_ pattern: String) -> String {
    var depth = 0
    var colons: [String.Index] = []
    for index in pattern.indices {
      switch pattern[index] {
      case "[": depth += 1
      case "]": depth -= 1
      case ":" where depth == 0: colons.append(index)
      default: break
      }
    }
    guard colons.count == 1, let colon = colons.first else { return pattern }
    let port = pattern[pattern.index(after: colon)...]
    guard !port.isEmpty, port.allSatisfy({ "0"..."9" ~= $0 }) else { return pattern }
    let name = pattern[..<colon]
    let isAddress =
      name.hasPrefix("[") && name.hasSuffix("]") && name.filter { $0 == ":" }.count > 2
    return String(isAddress ? name.dropFirst().dropLast() : name)
  }

  private static func range(in name: String) -> (Range<String.Index>, [String])? {
    guard let open = name.firstIndex(of: "["), let close = name[open...].firstIndex(of: "]") else {
      return nil
    }
    let parts = name[name.index(after: open)..<close].split(
      separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let step = parts.count == 3 ? Int(parts[2]) : 1, step > 0,
      let members = members(parts[0].isEmpty ? "0" : parts[0], parts[1], step)
    else { return nil }
    return (open..<name.index(after: close), members)
  }

  private static func members(_ from: Substring, _ to: Substring, _ step: Int) -> [String]? {
    if let first = Int(from), let last = Int(to), first <= last, last - first < most {
      let width = from.hasPrefix("0") && from.count > 1 ? from.count : 0
      return stride(from: first, through: last, by: step).map { number in
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
      }
    }
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    guard from.count == 1, to.count == 1,
      let first = letters.firstIndex(of: Character(String(from))),
      let last = letters.firstIndex(of: Character(String(to))), first <= last
    else { return nil }
    return stride(from: first, through: last, by: step).map { String(letters[$0]) }
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<Index>, _ text: String) -> String {
    String(self[..<range.lowerBound]) + text + self[range.upperBound...]
  }
}
