import Basics
import Execution

extension KubesprayInventory {
  /// What the variables are to say.
  package struct Wish: Hashable, Sendable {
    package var form: KubesprayForm
    /// MetalLB and its speakers are installed.
    package var enablesMetalLB: Bool
    package var setsStrictARP: Bool
    package var pool: String?
    /// The ranges of `pool`, all of them.
    package var ranges: [String]
    /// The version of MetalLB's images, as in "0.13.12".
    package var metallbVersion: String?

    package init(
      form: KubesprayForm, enablesMetalLB: Bool = false, setsStrictARP: Bool = false,
      pool: String? = nil, ranges: [String] = [], metallbVersion: String? = nil
    ) {
      self.metallbVersion = metallbVersion
      self.form = form
      self.enablesMetalLB = enablesMetalLB
      self.setsStrictARP = setsStrictARP
      self.pool = pool
      self.ranges = ranges
    }
  }

  /// The inventory edit for these ranges: one change for each file, none where all says so already.
  /// Every byte but those of the lines meant is kept.
  ///
  /// - Throws: `UserMessage` where that cannot be done; says what to write by hand.
  package func changes(
    forPool name: String, ranges: [String], form: KubesprayForm
  ) throws(UserMessage) -> [FileChange] {
    try changes(Wish(form: form, pool: name, ranges: ranges))
  }

  package func changes(_ wish: Wish) throws(UserMessage) -> [FileChange] {
    var edit = try InventoryEdit(self)
    if wish.enablesMetalLB {
      try edit.turnOn("metallb_enabled")
      try edit.turnOn("metallb_speaker_enabled")
    }
    if wish.setsStrictARP { try edit.turnOn(Self.strictARP) }
    if let pool = wish.pool, !wish.ranges.isEmpty {
      switch wish.form {
      case .new: try edit.setPool(pool, wish.ranges)
      case .old: try edit.setOldPool(pool, wish.ranges)
      }
    }
    if let version = wish.metallbVersion { try edit.setVersion(version, checkout) }
    return edit.changes
  }

  /// The inventory as these changes leave it.
  package func applying(_ changes: [FileChange]) -> KubesprayInventory {
    var inventory = self
    for index in files.indices {
      guard let change = changes.first(where: { $0.path == files[index].path }) else { continue }
      inventory.files[index].text = change.contents
    }
    return inventory
  }
}

/// Several edits of one inventory, the files as they are after each.
private struct InventoryEdit {
  private let original: [InventoryVariables]
  private var files: [InventoryVariables]

  init(_ inventory: KubesprayInventory) throws(UserMessage) {
    var files: [InventoryVariables] = []
    var problem: UserMessage?
    for file in inventory.files {
      do throws(UserMessage) { files.append(try InventoryVariables(file)) } catch {
        problem = problem ?? error
      }
    }
    // A file that cannot be read may say the contrary of what is written into another.
    if let problem { throw problem }
    guard !files.isEmpty else {
      throw UserMessage(
        "No file of the inventory \(inventory.path) holds variables.",
        advice: "Name the group vars file: --inventory FILE.")
    }
    self.files = files
    original = files
  }

  /// Where a variable is to be written: where it counts now, else beside the others of MetalLB, else
  /// in the inventory itself, as the guide has it.
  private func place(of name: String) -> Int {
    files.lastIndex { $0.value(name) != nil } ?? files.lastIndex(where: \.holdsMetalLB)
      ?? files.firstIndex { $0.file.kind == .inventory } ?? files.count - 1
  }

  private mutating func set(
    _ name: String, _ path: [String] = [], to value: YAMLNode
  ) throws(UserMessage) {
    let index = place(of: name)
    let variables = files[index]
    guard let edited = variables.yaml.setting(variables.section + [name] + path, to: value) else {
      throw UserMessage(
        "\(variables.file.path) was not edited.",
        reason: "\(([name] + path).joined(separator: ".")) stands in a layout that cannot be "
          + "changed with every other byte kept",
        advice: "Write it by hand: \(Self.text([name] + path, value))")
    }
    files[index].yaml = edited
  }

  /// An expression is left as it is: `{{ metallb_enabled }}` follows the other variable.
  mutating func turnOn(_ name: String) throws(UserMessage) {
    if let old = files[place(of: name)].value(name) {
      let word = old.string ?? ""
      if word.contains("{{") || YAMLNode.plain(word).bool == true { return }
    }
    try set(name, to: .plain("true"))
  }

  mutating func setPool(_ name: String, _ ranges: [String]) throws(UserMessage) {
    let config = "metallb_config"
    let old = files[place(of: config)].value(config)
    let list = YAMLNode(content: .sequence(ranges.map(YAMLNode.quoted)))
    let path = ["address_pools", name]
    if old?["address_pools"]?[name]?.pairs == nil {
      // The role's template wants auto_assign too (kubespray: templates/pools.yaml.j2).
      try set(config, path, to: .mapping(["ip_range": list, "auto_assign": .plain("true")]))
    } else {
      try set(config, path + ["ip_range"], to: list)
      if old?["address_pools"]?[name]?["auto_assign"] == nil {
        try set(config, path + ["auto_assign"], to: .plain("true"))
      }
    }
    // A pool that is there and announced by BGP stays so: its ranges change, not its way.
    if old?["address_pools"]?[name] != nil, old?["layer3"] != nil { return }
    let announced = files[place(of: config)].value(config)?["layer2"]?.items ?? []
    if !announced.contains(where: { $0.string == name }) {
      let all = announced + [.plain(name)]
      try set(config, ["layer2"], to: YAMLNode(content: .sequence(all)))
    }
  }

  mutating func setOldPool(_ name: String, _ ranges: [String]) throws(UserMessage) {
    let list = YAMLNode(content: .sequence(ranges.map(YAMLNode.quoted)))
    let further = "metallb_additional_address_pools"
    if files[place(of: further)].value(further)?[name] != nil {
      return try set(further, [name, "ip_range"], to: list)
    }
    let isThere = files[place(of: "metallb_pool_name")].value("metallb_pool_name")?.string == name
    let hasProtocol = files[place(of: "metallb_protocol")].value("metallb_protocol") != nil
    try word("metallb_pool_name", name)
    if !isThere || !hasProtocol { try word("metallb_protocol", "layer2") }
    try set("metallb_ip_range", to: list)
  }

  /// The images' tag has a "v" in front; Kubespray puts it there itself since v2.28.0, before that it
  /// stands in the variable (kubespray: roles/kubespray-defaults/defaults/main/download.yml).
  mutating func setVersion(
    _ version: String, _ checkout: KubesprayCheckout?
  ) throws(UserMessage) {
    let name = "metallb_version"
    let old = files[place(of: name)].value(name)?.string
    guard old?.contains("{{") != true else {
      throw UserMessage(
        "\(name) is an expression, which only Ansible can work out.",
        advice: "Write it by hand: the version is to be \(version).")
    }
    guard let hasMark = old.map({ $0.hasPrefix("v") }) ?? Self.marksVersions(checkout) else {
      throw UserMessage(
        "It is not known how this Kubespray writes MetalLB's version.",
        reason: "the inventory has no \(name), and lies in no checkout that says its version",
        advice: "Write it by hand: \(name): \(version) since v2.28.0, v\(version) before.")
    }
    try word(name, hasMark ? "v\(version)" : version)
  }

  private static func marksVersions(_ checkout: KubesprayCheckout?) -> Bool? {
    checkout.flatMap { Version($0.version) }.map { $0 < Version(2, 28, 0) }
  }

  private mutating func word(_ name: String, _ text: String) throws(UserMessage) {
    if files[place(of: name)].value(name)?.string == text { return }
    try set(name, to: .plain(text))
  }

  var changes: [FileChange] {
    zip(original, files).compactMap { old, new in
      guard old.yaml.lines != new.yaml.lines else { return nil }
      return FileChange(
        path: old.file.path, contents: SecretText(new.yaml.lines.text),
        diff: InventoryDiff.make(old: old, new: new), expected: old.file.text,
        edits: LineEdit.edits(from: old.yaml.lines, to: new.yaml.lines), keepsMode: true)
    }
  }

  private static func text(_ path: [String], _ value: YAMLNode) -> String {
    let items = value.items?.compactMap(\.string) ?? []
    let ranges = value["ip_range"]?.items?.compactMap(\.string) ?? []
    if let word = value.string { return "\(path.joined(separator: ".")): \(word)" }
    if !items.isEmpty {
      return "\(path.joined(separator: ".")): [\(items.joined(separator: ", "))]"
    }
    return "\(path.joined(separator: ".")): {ip_range: [\(ranges.joined(separator: ", "))], "
      + "auto_assign: true}"
  }
}

/// A diff of two texts of one file that may be shown: lines of other variables only by their names.
private enum InventoryDiff {
  static func make(old: InventoryVariables, new: InventoryVariables) -> String {
    let oldLines = shown(old)
    let newLines = shown(new)
    let name = old.file.path.split(separator: "/").last.map(String.init) ?? old.file.path
    return UnifiedDiff.make(
      old: old.yaml.lines, new: new.yaml.lines, name: name, showOld: { oldLines[$0] },
      showNew: { newLines[$0] })
  }

  private static func shown(_ variables: InventoryVariables) -> [String] {
    let yaml = variables.yaml
    var open: Set<Int> = []
    var keys: [Int: String] = [:]
    if let pair = variables.section.last { open.formUnion(headings(variables, pair)) }
    for pair in yaml.node(at: variables.section)?.pairs ?? [] {
      let name = pair.key.string ?? ""
      keys[pair.key.line] = keys[pair.key.line] == nil && YAMLText.isShowable(name) ? name : ""
      guard name.hasPrefix("metallb_") || name.hasPrefix("kube_proxy_") else { continue }
      open.formUnion(pair.key.line...yaml.lastLine(of: variables.section + [name]))
    }
    return yaml.lines.lines.enumerated().map { index, line in
      let number = index + 1
      if open.contains(number) { return Redaction().redacting(SafeText.line(line)) }
      if let key = keys[number] { return key.isEmpty ? "(hidden)" : "\(key): (hidden)" }
      let text = line.drop { $0 == " " || $0 == "\t" }
      return text.isEmpty ? "" : text.hasPrefix("#") ? "# (hidden)" : "(hidden)"
    }
  }

  /// The line of the section's own key.
  private static func headings(_ variables: InventoryVariables, _ key: String) -> [Int] {
    let holder = variables.yaml.node(at: variables.section.dropLast())
    return holder?.pair(key).map { [$0.key.line] } ?? []
  }
}

extension LineEdit {
  /// What turns the one text into the other, by line of the first.
  package static func edits(from old: FileLines, to new: FileLines) -> [LineEdit] {
    var edits: [LineEdit] = []
    var last = 0
    var added: [String] = []
    func flush() {
      if !added.isEmpty { edits.append(.insert(after: last, lines: added)) }
      added = []
    }
    for step in LineDifference.steps(from: old.comparable, to: new.comparable) {
      switch step {
      case .keep(let oldLine, _):
        flush()
        last = oldLine + 1
      case .remove(let oldLine, _):
        flush()
        edits.append(.remove(line: oldLine + 1))
        last = oldLine + 1
      case .insert(_, let newLine): added.append(new.lines[newLine])
      }
    }
    flush()
    return edits
  }
}
