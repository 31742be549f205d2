import Basics

/// A provider's Helm values (provider.yaml): what the console reads of them, and edits that leave
/// every other byte alone. Printing or describing it shows no value.
package struct ProviderValues: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  package struct Attribute: Hashable, Sendable {
    package var key: String
    package var value: String
  }

  package let yaml: YAMLText
  /// As helm reads it; nil where it is absent or no boolean.
  package let ipOperator: Bool?
  /// In the order of the file.
  package let attributes: [Attribute]
  /// The name of a key, or an address.
  package let from: String
  package let domain: String
  /// What must be taken out of every text that leaves the file: the longest first.
  package let secretValues: [String]

  package static let name = "provider.yaml"

  /// The text as it was given; it holds secrets.
  package var text: SecretText { SecretText(yaml.lines.text) }

  package var description: String { "provider.yaml (hidden)" }
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// - Throws: `UserMessage`; it never quotes the text.
  package init(parsing text: String) throws(UserMessage) {
    yaml = try YAMLText(parsing: text, name: Self.name)
    let root = yaml.root
    if root.isNull {
      throw UserMessage(
        "\(Self.name) is empty: the provider's release keeps no values.",
        reason: "an upgrade with none would leave a provider that cannot sign",
        advice: "find the file it was set up with; helm -n akash-services get values RELEASE "
          + "--revision N -o yaml shows those of an earlier revision")
    }
    guard root.pairs != nil else {
      throw UserMessage(
        "\(Self.name) does not hold Helm values.", reason: "its top level is not a mapping",
        advice: "capture it with: helm -n akash-services get values RELEASE -o yaml")
    }
    let missing = ["from", "domain", "key", "keysecret"].filter { name in
      guard let value = root[name], !value.isNull, let text = value.string else { return true }
      return text.isEmpty
    }
    guard missing.isEmpty else {
      throw UserMessage(
        "\(Self.name) lacks \(missing.joined(separator: ", ")).",
        reason: "without them the provider cannot sign or be reached after an upgrade",
        advice: "capture the values again, or add what is missing")
    }
    ipOperator = root["ipoperator"]?.bool
    attributes = (root["attributes"]?.items ?? []).compactMap { item in
      guard let key = item["key"]?.string else { return nil }
      return Attribute(key: key, value: item["value"]?.string ?? "")
    }
    from = root["from"]?.string ?? ""
    domain = root["domain"]?.string ?? ""
    secretValues = ProviderSecrets.values(in: root)
  }

  /// The text of a plain top-level value that is no secret (`node`, `chainid`); else nil.
  package func setting(_ key: String) -> String? {
    guard !ProviderSecrets.isSecret(key), let value = yaml.root[key], !value.isNull else {
      return nil
    }
    return value.string
  }

  /// The admin prices by a script of his own; its text is a secret.
  package var hasPriceScript: Bool { yaml.root["bidpricescript"].map { !$0.isNull } ?? false }

  /// Both the switch and the attributes are there already.
  package func isEnabled(attributes names: [String]) -> Bool {
    ipOperator == true
      && names.allSatisfy { name in
        attributes.contains { $0.key == name && $0.value == "true" }
      }
  }
}
