import Basics

/// How Kubespray's MetalLB role reads its pool. It ignores the variables of the other form without
/// a word (kubespray: roles/kubernetes-apps/metallb at v2.21.0 and v2.22.0).
package enum KubesprayForm: String, Hashable, Sendable, Codable, CaseIterable {
  /// `metallb_pool_name`, `metallb_ip_range`, `metallb_protocol`: up to v2.21.
  case old
  /// `metallb_config`: since v2.22.
  case new

  package var text: String {
    switch self {
    case .old: "metallb_ip_range, up to Kubespray v2.21"
    case .new: "metallb_config, since Kubespray v2.22"
    }
  }

  /// Variables only this form's role reads.
  var ownVariables: Set<String> {
    switch self {
    case .old:
      [
        "metallb_ip_range", "metallb_pool_name", "metallb_protocol", "metallb_auto_assign",
        "matallb_auto_assign", "metallb_avoid_buggy_ips", "metallb_additional_address_pools",
        "metallb_peers",
      ]
    case .new: ["metallb_config"]
    }
  }

  var other: KubesprayForm { self == .old ? .new : .old }
}

/// A file Ansible takes variables from. Its text may hold passwords.
package struct InventoryFile: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A mapping of variables for a group or a host, below `group_vars` or `host_vars`.
    case group(String)
    case host(String)
    /// Hosts and groups, in YAML or INI form.
    case inventory

    /// Variables of every host.
    package static let variables = Kind.group("all")
  }

  package var path: String
  package var text: SecretText
  package var kind: Kind
  /// Beside the playbook, not beside the inventory: of the same group or host it wins.
  package var isBesidePlaybook = false
  /// Still to be made.
  package var isNew = false

  package init(path: String, text: SecretText, kind: Kind) {
    self.path = path
    self.text = text
    self.kind = kind
  }
}

/// The Kubespray checkout an inventory lies in.
package struct KubesprayCheckout: Hashable, Sendable {
  /// Where `cluster.yml` is.
  package var folder: String
  /// nil where its role shows neither form.
  package var form: KubesprayForm?
  /// From galaxy.yml; "" where there is none.
  package var version: String

  package init(folder: String, form: KubesprayForm?, version: String) {
    self.folder = folder
    self.form = form
    self.version = version
  }
}

/// What Kubespray's next run would do to MetalLB and kube-proxy, as far as files say it: the
/// variables of the node its MetalLB role runs on.
package struct KubesprayInventory: Hashable, Sendable {
  /// What Ansible is given by `-i`.
  package let path: String
  package let files: [InventoryFile]
  package let checkout: KubesprayCheckout?
  /// Files that look as if they counted, and why Ansible does not read them.
  package let unread: [Unread]
  /// Where variables can go that have no other place; nil where a file of the group is in the way.
  let newFile: InventoryFile?
  let documents: [InventoryDocument]
  let layout: InventoryLayout

  package struct Unread: Hashable, Sendable {
    package var path: String
    package var reason: String
  }

  package init(
    path: String, files: [InventoryFile], checkout: KubesprayCheckout? = nil, unread: [Unread] = [],
    newFile: InventoryFile? = nil
  ) {
    self.newFile = newFile
    self.path = path
    self.files = files
    self.checkout = checkout
    self.unread = unread
    documents = files.map(InventoryDocument.init)
    layout = InventoryLayout(documents)
  }

  package static let strictARP = "kube_proxy_strict_arp"

  /// What a variable says on the first node of the control plane, and where. Files that cannot be
  /// read say nothing here; an edit names them.
  private func definition(of name: String) -> (value: YAMLNode, path: String)? {
    layout.masters.first.flatMap { layout.winner(of: name, on: $0) }
      .map { ($0.value, files[$0.place.file].path) }
  }

  package func bool(_ name: String) -> Bool? {
    guard let value = definition(of: name)?.value else { return nil }
    // Ansible takes the words of YAML in quotes too.
    return value.bool ?? value.string.flatMap { YAMLNode.plain($0).bool }
  }

  package func file(of name: String) -> String? { definition(of: name)?.path }

  /// A Jinja expression, which only Ansible can work out.
  package func isExpression(_ name: String) -> Bool {
    definition(of: name)?.value.string?.contains("{{") ?? false
  }

  /// A pool of the new form that hands nothing out by itself.
  package func isKeptBack(pool name: String) -> Bool {
    let pool = definition(of: "metallb_config")?.value["address_pools"]?[name]
    return pool?["auto_assign"]?.bool == false
  }

  /// Variables that are there and that a role of this form does not read.
  package func ignoredVariables(_ form: KubesprayForm) -> [String] {
    form.other.ownVariables.sorted().filter { definition(of: $0) != nil }
  }

  /// The ranges of a pool; nil where the pool is not there or its ranges are an expression.
  package func ranges(ofPool name: String, _ form: KubesprayForm) -> [String]? {
    let list: YAMLNode?
    switch form {
    case .new: list = definition(of: "metallb_config")?.value["address_pools"]?[name]?["ip_range"]
    case .old:
      let isMain = (definition(of: "metallb_pool_name")?.value.string ?? "loadbalanced") == name
      let further = definition(of: "metallb_additional_address_pools")?.value[name]?["ip_range"]
      list = isMain ? definition(of: "metallb_ip_range")?.value : further
    }
    let ranges = list?.items?.compactMap(\.string) ?? []
    return ranges.isEmpty || ranges.contains { $0.contains("{{") } ? nil : ranges
  }

  /// The role announces the pool.
  package func announces(_ name: String, _ form: KubesprayForm) -> Bool {
    switch form {
    case .new:
      definition(of: "metallb_config")?.value["layer2"]?.items?.contains { $0.string == name }
        ?? false
    case .old: (definition(of: "metallb_protocol")?.value.string ?? "layer2") == "layer2"
    }
  }

  /// What is to be known of the places the variables stand in.
  package var remarks: [String] {
    func shown(_ path: String) -> String { SafeText.line(path, limit: 200) }
    var remarks = unread.map { "Ansible does not read \(shown($0.path)): \($0.reason)." }
    for (index, document) in documents.enumerated() where document.isEncrypted {
      remarks.append(
        "\(shown(files[index].path)) is encrypted: what it says of MetalLB is not known.")
    }
    let names = ["metallb_enabled", "metallb_speaker_enabled", Self.strictARP, "metallb_config"]
    for name in names { remarks += differences(of: name) }
    return remarks
  }

  /// The nodes on which the variable says something else than on the first of the control plane.
  private func differences(of name: String) -> [String] {
    guard let first = layout.masters.first else { return [] }
    let counted = layout.winner(of: name, on: first)?.value
    let others = layout.nodes.compactMap { node -> (node: String, path: String)? in
      guard let found = layout.winner(of: name, on: node) else { return nil }
      if let counted, found.value.says(counted) { return nil }
      return (node.name, files[found.place.file].path)
    }
    guard let one = others.first else { return [] }
    let nodes = others.prefix(5).map { SafeText.line($0.node, limit: 60) }.joined(separator: ", ")
    let more = others.count > 5 ? " and \(others.count - 5) more" : ""
    let main = SafeText.line(first.name, limit: 60)
    return [
      "\(name) differs on \(nodes)\(more) (\(SafeText.line(one.path, limit: 200))); the role runs "
        + "on the first node of the control plane, \(main), and that one counts."
    ]
  }
}
