import Basics

/// One file of an inventory as it is read: a tree of what it says, and the text where that can be
/// edited.
struct InventoryDocument: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case yaml(YAMLText)
    /// An inventory in INI form, as the same tree as one in YAML; it is not edited.
    case ini(YAMLNode)
    /// Nothing yet: comments at most.
    case blank
    /// Encrypted by ansible-vault.
    case encrypted
    /// An inventory that a plugin or a program makes.
    case dynamic
    case unreadable(UserMessage)
  }

  let file: InventoryFile
  private(set) var content: Content

  init(_ file: InventoryFile) {
    self.file = file
    let text = file.text.reveal()
    if text.hasPrefix("$ANSIBLE_VAULT;") {
      content = .encrypted
    } else if Self.isBlank(text) {
      content = .blank
    } else if file.kind == .inventory {
      content = Self.inventory(text, file.path)
    } else {
      content = Self.yaml(text, file.path)
    }
  }

  var root: YAMLNode? {
    switch content {
    case .yaml(let text): text.root
    case .ini(let tree): tree
    case .blank, .encrypted, .dynamic, .unreadable: nil
    }
  }

  var yaml: YAMLText? { if case .yaml(let text) = content { text } else { nil } }

  var isEncrypted: Bool { content == .encrypted }

  /// The hosts are known to a plugin or a program of Ansible alone.
  var isDynamic: Bool { content == .dynamic }

  var isINI: Bool { if case .ini = content { true } else { false } }

  /// Why an edit of the inventory is not safe: the file may say the contrary of what is written.
  var problem: UserMessage? {
    guard case .unreadable(let message) = content else { return nil }
    return file.kind == .inventory || Self.speaksOfIt(file.text.reveal()) ? message : nil
  }

  /// What the lines of the file are after an edit.
  var lines: FileLines { yaml?.lines ?? FileLines(file.text.reveal()) }

  /// The mapping at this place, which need not be there yet.
  func setting(_ section: [String], _ path: [String], to value: YAMLNode) -> InventoryDocument? {
    let edited: YAMLText?
    switch content {
    case .yaml(let text): edited = text.setting(section + path, to: value)
    case .blank where section.isEmpty && path.count > 0:
      let text = file.text.reveal()
      let ended = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
      let holder = try? YAMLText(
        parsing: "\(ended)\(path[0]):\n", name: file.path, allowsAliases: true)
      edited = holder?.setting(path, to: value)
    case .blank, .ini, .encrypted, .dynamic, .unreadable: edited = nil
    }
    guard let edited else { return nil }
    var document = self
    document.content = .yaml(edited)
    return document
  }

  static func speaksOfIt(_ text: String) -> Bool {
    text.contains("metallb_") || text.contains(KubesprayInventory.strictARP)
  }

  private static func isBlank(_ text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).allSatisfy { line in
      let words = line.drop(while: \.isWhitespace)
      return words.isEmpty || words.hasPrefix("#") || words.split(separator: " ") == ["---"]
    }
  }

  private static func yaml(_ text: String, _ path: String) -> Content {
    do throws(UserMessage) {
      let yaml = try YAMLText(parsing: text, name: path, allowsAliases: true)
      if yaml.root.pairs != nil { return .yaml(yaml) }
      return .unreadable(
        UserMessage(
          "\(path) holds no variables that could be edited.", reason: "it is not a mapping of them",
          advice: "Name the group vars file or the inventory: --inventory FILE."))
    } catch {
      return .unreadable(error)
    }
  }

  /// As Ansible tries it: YAML by the name of the file, else INI (ansible-core:
  /// plugins/inventory/yaml.py and ini.py at v2.14.18).
  private static func inventory(_ text: String, _ path: String) -> Content {
    if text.hasPrefix("#!") { return .dynamic }
    let name = path.split(separator: "/").last ?? ""
    let isYAMLByName = !name.contains(".") || yamlEndings.contains { name.hasSuffix($0) }
    let read = isYAMLByName ? yaml(text, path) : nil
    if case .yaml(let yaml) = read { return yaml.root["plugin"] == nil ? .yaml(yaml) : .dynamic }
    do throws(UserMessage) { return .ini(try INIInventory.tree(text, path)) } catch {
      if case .unreadable = read, text.contains(":\n") { return read ?? .unreadable(error) }
      return .unreadable(error)
    }
  }

  static let yamlEndings = [".yml", ".yaml", ".json"]
}
