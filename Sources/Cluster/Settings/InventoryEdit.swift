import Basics
import Execution

/// Several edits of one inventory, the files as they are after each. A variable is changed where it
/// counts: in the place that wins for each node of the control plane.
struct InventoryEdit {
  private let inventory: KubesprayInventory
  private var documents: [InventoryDocument]
  private var layout: InventoryLayout

  /// One value inside a variable; the empty path is the variable itself.
  private typealias Step = (path: [String], value: YAMLNode)

  init(_ inventory: KubesprayInventory) throws(UserMessage) {
    // A file that cannot be read may say the contrary of what is written into another.
    if let problem = inventory.documents.lazy.compactMap(\.problem).first { throw problem }
    self.inventory = inventory
    documents = inventory.documents
    layout = inventory.layout
  }

  // MARK: Wishes

  /// An expression is left as it is: `{{ metallb_enabled }}` follows the other variable.
  mutating func turnOn(_ name: String) throws(UserMessage) {
    try change(name) { old in
      let word = old?.string ?? ""
      return word.contains("{{") || YAMLNode.plain(word).bool == true
        ? [] : [([], .plain("true"))]
    }
  }

  mutating func setPool(
    _ name: String, _ ranges: [String], handsOut: Bool
  ) throws(UserMessage) {
    let list = YAMLNode(content: .sequence(ranges.map(YAMLNode.quoted)))
    let path = ["address_pools", name]
    try change("metallb_config") { old in
      var steps: [Step] = []
      if let pool = old?["address_pools"]?[name], pool.pairs != nil {
        steps.append((path + ["ip_range"], list))
        if pool["auto_assign"] == nil || (handsOut && pool["auto_assign"]?.bool == false) {
          steps.append((path + ["auto_assign"], .plain("true")))
        }
      } else {
        // The role's template wants auto_assign too (kubespray: templates/pools.yaml.j2).
        steps.append((path, .mapping(["ip_range": list, "auto_assign": .plain("true")])))
      }
      // A pool that is there and announced by BGP stays so: its ranges change, not its way.
      if old?["address_pools"]?[name] != nil, old?["layer3"] != nil { return steps }
      let announced = old?["layer2"]?.items ?? []
      if !announced.contains(where: { $0.string == name }) {
        let all = announced + [.plain(name)]
        steps.append((["layer2"], YAMLNode(content: .sequence(all))))
      }
      return steps
    }
  }

  mutating func setOldPool(
    _ name: String, _ ranges: [String], handsOut: Bool
  ) throws(UserMessage) {
    let list = YAMLNode(content: .sequence(ranges.map(YAMLNode.quoted)))
    let further = "metallb_additional_address_pools"
    if let pool = value(of: further)?[name] {
      return try change(further) { _ in
        let isKeptBack = handsOut && pool["auto_assign"]?.bool == false
        return [([name, "ip_range"], list)]
          + (isKeptBack ? [([name, "auto_assign"], .plain("true"))] : [])
      }
    }
    let isThere = value(of: "metallb_pool_name")?.string == name
    let hasProtocol = value(of: "metallb_protocol") != nil
    try word("metallb_pool_name", name)
    if !isThere || !hasProtocol { try word("metallb_protocol", "layer2") }
    try change("metallb_ip_range") { _ in [([], list)] }
    // The role once read the second name (kubespray: roles/kubernetes-apps/metallb@v2.14.0).
    for name in ["metallb_auto_assign", "matallb_auto_assign"] where handsOut {
      if value(of: name) != nil { try turnOn(name) }
    }
  }

  /// The images' tag has a "v" in front; Kubespray puts it there itself since v2.28.0, before that it
  /// stands in the variable (kubespray: roles/kubespray-defaults/defaults/main/download.yml).
  mutating func setVersion(_ version: String) throws(UserMessage) {
    let name = "metallb_version"
    let old = value(of: name)?.string
    guard old?.contains("{{") != true else {
      throw UserMessage(
        "\(name) is an expression, which only Ansible can work out.",
        advice: "Write it by hand: the version is to be \(version).")
    }
    let marksVersions = inventory.checkout.flatMap { Version($0.version) }
      .map { $0 < Version(2, 28, 0) }
    guard let hasMark = old.map({ $0.hasPrefix("v") }) ?? marksVersions else {
      throw UserMessage(
        "It is not known how this Kubespray writes MetalLB's version.",
        reason: "the inventory has no \(name), and lies in no checkout that says its version",
        advice: "Write it by hand: \(name): \(version) since v2.28.0, v\(version) before.")
    }
    try word(name, hasMark ? "v\(version)" : version)
  }

  private mutating func word(_ name: String, _ text: String) throws(UserMessage) {
    try change(name) { old in old?.string == text ? [] : [([], .plain(text))] }
  }

  private func value(of name: String) -> YAMLNode? {
    layout.masters.first.flatMap { layout.winner(of: name, on: $0)?.value }
  }

  // MARK: Places

  /// - Parameter steps: what is to be written over the old value.
  private mutating func change(
    _ name: String, _ steps: (YAMLNode?) -> [Step]
  ) throws(UserMessage) {
    var seen: Set<InventoryLayout.Place> = []
    var isMissing = false
    for node in layout.masters {
      guard let found = layout.winner(of: name, on: node) else {
        isMissing = true
        continue
      }
      let wanted = steps(found.value)
      guard seen.insert(found.place).inserted, let first = wanted.first else { continue }
      // What a line of an INI inventory says of a group loses to any file of variables.
      if documents[found.place.file].isINI, !found.isOfHost, wanted.count == 1, first.path.isEmpty {
        isMissing = true
        continue
      }
      for step in wanted { try set(name, step, at: found.place) }
      layout = InventoryLayout(documents)
    }
    let new = steps(nil)
    if isMissing, !new.isEmpty { try place(name, new) }
  }

  private mutating func set(
    _ name: String, _ step: Step, at place: InventoryLayout.Place
  ) throws(UserMessage) {
    let document = documents[place.file]
    let path = [name] + step.path
    if let edited = document.setting(place.section, path, to: step.value) {
      documents[place.file] = edited
      return
    }
    throw UserMessage(
      "\(document.file.path) was not edited.",
      reason: document.isINI
        ? "\(name) stands in an inventory in INI form, which is not edited"
        : "\(path.joined(separator: ".")) stands in a layout that cannot be changed with every other "
          + "byte kept",
      advice: "Write it by hand: \(Self.text(path, step.value))")
  }

  /// Writes a variable that no file has yet into the first place where that can be done and where it
  /// counts.
  private mutating func place(_ name: String, _ steps: [Step]) throws(UserMessage) {
    var problem: UserMessage?
    for candidate in candidates {
      var tried = self
      if candidate.file == tried.documents.count, let file = inventory.newFile {
        tried.documents.append(InventoryDocument(file))
      }
      do throws(UserMessage) {
        for step in steps { try tried.set(name, step, at: candidate) }
        tried.layout = InventoryLayout(tried.documents)
        let missed = tried.layout.masters.first { node in
          guard let found = tried.layout.winner(of: name, on: node) else { return true }
          return tried.documents[found.place.file].isINI
        }
        if missed == nil {
          self = tried
          return
        }
      } catch { problem = problem ?? error }
    }
    throw problem
      ?? UserMessage(
        "No file of the inventory \(inventory.path) holds variables that could be edited.",
        advice: "Name a group vars file: --inventory .../group_vars/\(layout.cluster)/addons.yml.")
  }

  /// Beside the others of MetalLB; else where the cluster's variables stand, a file for the addons
  /// first; else in the inventory itself, as the guide has it; else among those of every host; else in
  /// a file of its own.
  private var candidates: [InventoryLayout.Place] {
    let shared = layout.masters.first?.sources.reversed().filter { index in
      layout.masters.allSatisfy { $0.sources.contains(index) }
    }
    let beside = (shared ?? []).filter { index in
      layout.sources[index].variables.keys.contains { $0.hasPrefix("metallb_") }
    }.map { layout.sources[$0].place }
    func files(_ kind: InventoryFile.Kind) -> [InventoryLayout.Place] {
      documents.indices.filter { documents[$0].file.kind == kind }.map {
        InventoryLayout.Place(file: $0, section: [])
      }
    }
    let ofCluster = files(.group(layout.cluster)).sorted { one, other in
      isOfAddons(one) && !isOfAddons(other)
    }
    let inside = files(.inventory).map { place in
      InventoryLayout.Place(file: place.file, section: [AnsibleGroups.all, "vars"])
    }
    let new = inventory.newFile.map { _ in
      InventoryLayout.Place(file: documents.count, section: [])
    }
    let isThere = documents.contains { $0.file.isNew }
    return beside + ofCluster + inside + files(.variables).reversed()
      + (isThere ? [] : [new].compactMap(\.self))
  }

  private func isOfAddons(_ place: InventoryLayout.Place) -> Bool {
    documents[place.file].file.path.split(separator: "/").last?.hasPrefix("addons") ?? false
  }

  // MARK: Outcome

  var changes: [FileChange] {
    let layout = InventoryLayout(documents)
    return documents.enumerated().compactMap { index, new in
      let old =
        index < inventory.documents.count ? inventory.documents[index] : nil
      guard old?.lines != new.lines else { return nil }
      let before = old?.lines ?? FileLines("")
      return FileChange(
        path: new.file.path, contents: SecretText(new.lines.text),
        diff: InventoryDiff.make(
          old: old.map { ($0, inventory.layout) }, new: (new, layout), file: index),
        expected: old?.file.text,
        edits: LineEdit.edits(from: before, to: new.lines), keepsMode: true)
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
