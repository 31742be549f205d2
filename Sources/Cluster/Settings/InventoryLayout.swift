import Basics

/// Which variables each node gets, and from where.
struct InventoryLayout: Hashable, Sendable {
  /// A mapping of variables in a file.
  struct Place: Hashable, Sendable {
    var file: Int
    /// The keys that lead to the mapping; it need not be there yet.
    var section: [String]
  }

  struct Source: Hashable, Sendable {
    var place: Place
    var variables: [String: YAMLNode]
    /// Of one host alone.
    var isOfHost: Bool
  }

  struct Node: Hashable, Sendable {
    var name: String
    /// Places among the sources; the last one that has a variable wins.
    var sources: [Int]
  }

  private(set) var sources: [Source] = []
  /// Where Kubespray's MetalLB role runs, the one it runs on first.
  private(set) var masters: [Node] = []
  /// All nodes of the cluster.
  private(set) var nodes: [Node] = []
  /// What the group of all nodes is called.
  let cluster: String

  static let clusterGroups = ["k8s_cluster", "k8s-cluster"]
  static let masterGroups = ["kube_control_plane", "kube-master"]
  private static let workerGroups = ["kube_node", "kube-node"]

  init(_ documents: [InventoryDocument]) {
    let groups = AnsibleGroups(documents)
    cluster = Self.clusterGroups.first { groups.hosts(of: $0) != nil } ?? Self.clusterGroups[0]
    let masters = Self.masters(groups)
    let known = Set(masters)
    let others = Self.nodes(groups).filter { !known.contains($0) }
    var files: [InventoryFile.Kind: [Int]] = [:]
    for (index, document) in documents.enumerated() {
      files[document.file.kind, default: []].append(index)
    }
    var builder = Builder(groups: groups, documents: documents, files: files)
    let made = (masters + others).map { builder.node($0) }
    sources = builder.sources
    self.masters = Array(made.prefix(masters.count))
    nodes = made
  }

  /// What the variable says on the node, and where.
  func winner(of name: String, on node: Node) -> (value: YAMLNode, place: Place, isOfHost: Bool)? {
    for index in node.sources.reversed() {
      if let value = sources[index].variables[name] {
        return (value, sources[index].place, sources[index].isOfHost)
      }
    }
    return nil
  }

  /// The hosts whose variables count for Kubespray.
  static func nodes(_ groups: AnsibleGroups) -> [String] {
    groups.hosts(ofFirst: clusterGroups)
      ?? (masters(groups) + (groups.hosts(ofFirst: workerGroups) ?? []))
  }

  private static func masters(_ groups: AnsibleGroups) -> [String] {
    groups.hosts(ofFirst: masterGroups) ?? groups.hosts(ofFirst: clusterGroups) ?? groups.hosts
  }

  /// Ansible's order: inside the inventory `all`, then the groups; the files of `all`; those of the
  /// groups; the host's own lines; its files. Beside the playbook wins over beside the inventory.
  private struct Builder {
    let groups: AnsibleGroups
    let documents: [InventoryDocument]
    let files: [InventoryFile.Kind: [Int]]
    var sources: [Source] = []
    private var known: [Place: Int] = [:]

    init(
      groups: AnsibleGroups, documents: [InventoryDocument], files: [InventoryFile.Kind: [Int]]
    ) {
      self.groups = groups
      self.documents = documents
      self.files = files
    }

    mutating func node(_ name: String) -> Node {
      let own = groups.groups(of: name)
      var found: [Int] = []
      for group in [AnsibleGroups.all] + own {
        found += add(groups.sectionsOfGroup[group] ?? [], isOfHost: false)
      }
      found += add(files: [.group(AnsibleGroups.all)])
      found += add(files: own.map(InventoryFile.Kind.group))
      found += add(groups.sectionsOfHost[name] ?? [], isOfHost: true)
      found += add(files: [.host(name)])
      return Node(name: name, sources: found)
    }

    private mutating func add(_ sections: [AnsibleGroups.Section], isOfHost: Bool) -> [Int] {
      sections.map { section in
        add(Place(file: section.file, section: section.path), section.pairs, isOfHost)
      }
    }

    private mutating func add(files kinds: [InventoryFile.Kind]) -> [Int] {
      let found = kinds.flatMap { files[$0] ?? [] }
      let ordered =
        found.filter { !documents[$0].file.isBesidePlaybook }
        + found.filter { documents[$0].file.isBesidePlaybook }
      return ordered.map { index in
        var isOfHost = false
        if case .host = documents[index].file.kind { isOfHost = true }
        return add(Place(file: index, section: []), documents[index].root?.pairs ?? [], isOfHost)
      }
    }

    private mutating func add(_ place: Place, _ pairs: [YAMLNode.Pair], _ isOfHost: Bool) -> Int {
      if let index = known[place] { return index }
      var variables: [String: YAMLNode] = [:]
      for pair in pairs {
        if let name = pair.key.string { variables[name] = pair.value }
      }
      sources.append(Source(place: place, variables: variables, isOfHost: isOfHost))
      known[place] = sources.count - 1
      return sources.count - 1
    }
  }
}
