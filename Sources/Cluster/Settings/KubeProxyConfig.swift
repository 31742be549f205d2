import Basics

/// kube-proxy's `config.conf` (KubeProxyConfiguration v1alpha1): the mode and strict ARP, and an
/// edit that leaves every other byte alone.
package struct KubeProxyConfig: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable {
    /// What an empty mode means on Linux too.
    case iptables
    case ipvs
    case nftables
  }

  private let yaml: YAMLText
  /// As written: "" means iptables on Linux.
  package let modeText: String
  /// nil where the key is absent, null or no boolean; kube-proxy then takes false.
  package let strictARP: Bool?

  private static let name = "kube-proxy's config.conf"

  package init(parsing text: String) throws(UserMessage) {
    yaml = try YAMLText(parsing: text, name: Self.name)
    guard yaml.root.pairs != nil else {
      throw UserMessage(
        "\(Self.name) is not a configuration.", reason: "its top level is not a mapping",
        advice: "look at ConfigMap kube-proxy in kube-system")
    }
    let mode = yaml.root["mode"]
    modeText = mode?.isNull == true ? "" : mode?.string ?? ""
    strictARP = yaml.root["ipvs"]?["strictARP"]?.bool
  }

  /// nil for a mode this console does not know.
  package var mode: Mode? { modeText.isEmpty ? .iptables : Mode(rawValue: modeText) }

  package var text: String { yaml.lines.text }

  /// The text with `ipvs.strictARP` set, proved by reading it again: nothing else changed.
  package func settingStrictARP(_ value: Bool) throws(UserMessage) -> String {
    if strictARP == value { return text }
    let word = value ? "true" : "false"
    if yaml.hasPlainLineEnds {
      for atEnd in [true, false] {
        guard let (edits, expected) = edit(word, atEnd: atEnd),
          let edited = yaml.proved(edits, says: expected)
        else { continue }
        return edited.lines.text
      }
    }
    throw UserMessage(
      "\(Self.name) was not edited.",
      reason: "its layout is not one that can be edited with every other byte kept",
      advice: "set ipvs.strictARP to \(word) by hand:"
        + " kubectl -n kube-system edit configmap kube-proxy")
  }

  private func edit(_ word: String, atEnd: Bool) -> ([LineEdit], YAMLNode)? {
    guard var pairs = yaml.root.pairs, let firstKey = pairs.first?.key else { return nil }
    var expected = yaml.root
    let indent = String(repeating: " ", count: firstKey.column - 1)
    let flag = YAMLNode.Pair(key: .plain("strictARP"), value: .plain(word))
    guard let index = pairs.firstIndex(where: { $0.key.string == "ipvs" }) else {
      let section = YAMLNode.Pair(
        key: .plain("ipvs"), value: YAMLNode(content: .mapping([flag])))
      expected.content = .mapping(atEnd ? pairs + [section] : [section] + pairs)
      let place = atEnd ? yaml.lines.count : firstKey.line - 1
      let lines = [indent + "ipvs:", indent + "  strictARP: " + word]
      return ([.insert(after: place, lines: lines)], expected)
    }
    let section = pairs[index]
    var fields = section.value.pairs ?? []
    let edits: [LineEdit]?
    if let field = fields.firstIndex(where: { $0.key.string == "strictARP" }) {
      edits = yaml.replacing(fields[field].value, with: word).map { [$0] }
      fields[field].value = .plain(word)
    } else {
      edits = insertion(into: section, "strictARP: " + word, indent)
      fields.insert(flag, at: 0)
    }
    guard let edits else { return nil }
    pairs[index].value.content = .mapping(fields)
    expected.content = .mapping(pairs)
    return (edits, expected)
  }

  private func insertion(
    into section: YAMLNode.Pair, _ line: String, _ indent: String
  ) -> [LineEdit]? {
    let value = section.value
    if let first = value.pairs?.first {
      guard first.key.line > section.key.line else { return nil }
      let column = String(repeating: " ", count: first.key.column - 1)
      return [.insert(after: section.key.line, lines: [column + line])]
    }
    let new = LineEdit.insert(after: section.key.line, lines: [indent + "  " + line])
    if value.string?.isEmpty == true { return [new] }
    return yaml.removingEmpty(section).map { [$0, new] }
  }
}
