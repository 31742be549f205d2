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
    /// A mapping of variables, below `group_vars`.
    case variables
    /// Hosts and groups, with a section `vars`.
    case inventory
  }

  package var path: String
  package var text: SecretText
  package var kind: Kind

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

/// What Kubespray's next run would do to MetalLB and kube-proxy, as far as files say it.
package struct KubesprayInventory: Hashable, Sendable {
  /// What Ansible is given by `-i`.
  package var path: String
  /// Where a variable is in several, the last one counts.
  package var files: [InventoryFile]
  package var checkout: KubesprayCheckout?

  package init(path: String, files: [InventoryFile], checkout: KubesprayCheckout? = nil) {
    self.path = path
    self.files = files
    self.checkout = checkout
  }

  package static let strictARP = "kube_proxy_strict_arp"

  /// What a variable says and where. Files that cannot be read say nothing here; an edit names them.
  private func definition(of name: String) -> (value: YAMLNode, path: String)? {
    files.reversed().lazy.compactMap { file in
      guard let variables = try? InventoryVariables(file), let value = variables.value(name) else {
        return nil
      }
      return (value, file.path)
    }.first
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
}

/// One file's variables, with the place where further ones go.
struct InventoryVariables {
  let file: InventoryFile
  var yaml: YAMLText
  /// The mapping that holds the variables; it need not be there yet.
  let section: [String]

  init(_ file: InventoryFile) throws(UserMessage) {
    self.file = file
    yaml = try YAMLText(parsing: file.text.reveal(), name: file.path, allowsAliases: true)
    switch file.kind {
    case .variables: section = []
    case .inventory: section = Self.section(of: yaml)
    }
    guard yaml.root.pairs != nil, file.kind == .variables || yaml.root["all"]?.pairs != nil else {
      throw UserMessage(
        "\(file.path) holds no variables that could be edited.",
        reason: "it is not a mapping of them, nor an inventory in YAML with the group all",
        advice: "Name the group vars file or a YAML inventory: --inventory FILE.")
    }
  }

  func value(_ name: String) -> YAMLNode? { yaml.node(at: section)?[name] }

  var names: [String] { yaml.node(at: section)?.pairs?.compactMap(\.key.string) ?? [] }

  var holdsMetalLB: Bool { names.contains { $0.hasPrefix("metallb_") } }

  /// Of the groups every node of Kubespray is in, the one whose variables speak of this already;
  /// else those of all.
  private static func section(of yaml: YAMLText) -> [String] {
    let all = ["all", "vars"]
    let places = [["all", "children", "k8s_cluster", "vars"], all]
    return places.first { place in
      yaml.node(at: place)?.pairs?.contains { pair in
        let name = pair.key.string ?? ""
        return name.hasPrefix("metallb_") || name.hasPrefix("kube_proxy_")
      } ?? false
    } ?? all
  }
}
