import Basics
import Foundation

/// Which values of a provider's Helm values must never be shown.
package enum ProviderSecrets {
  /// Every secret text of the values, the longest first: whole values, the longer lines of values
  /// that have several, and what the base64 of a password stands for.
  static func values(in root: YAMLNode) -> [String] {
    var found: Set<String> = []
    for pair in root.pairs ?? [] where pair.key.string != "attributes" {
      collect(pair, into: &found)
    }
    for item in root["attributes"]?.items ?? [] {
      for pair in item.pairs ?? [] where pair.key.string != "key" && pair.key.string != "value" {
        collect(pair, into: &found)
      }
    }
    collectURLs(in: root, into: &found)
    return found.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
  }

  /// Shorter lines of a long value ("fi", "}") say nothing, and hiding them everywhere hides all.
  static let shortestLine = 12

  /// Below this a secret is also part of harmless words, and what may be shown is decided by
  /// the keys alone.
  static let shortestTelling = 6

  /// The text holds one of the secrets.
  package static func isTold(in text: String, _ secrets: [String]) -> Bool {
    secrets.contains { $0.utf8.count >= shortestTelling && text.contains($0) }
  }

  static func isSecret(_ key: String) -> Bool {
    let name = key.lowercased().filter { $0 != "_" && $0 != "-" }
    if ["keyringbackend", "keyname"].contains(name) { return false }
    return words.contains { name.contains($0) }
  }

  private static let words = [
    "key", "secret", "password", "passwd", "passphrase", "token", "credential", "mnemonic",
    "bidpricescript", "private", "apikey", "auth",
  ]

  private static func collect(_ pair: YAMLNode.Pair, into found: inout Set<String>) {
    if isSecret(pair.key.string ?? "") {
      collectAll(pair.value, into: &found)
    } else {
      collectNested(pair.value, into: &found)
    }
  }

  private static func collectNested(_ node: YAMLNode, into found: inout Set<String>) {
    switch node.content {
    case .scalar: return
    case .sequence(let items): for item in items { collectNested(item, into: &found) }
    case .mapping(let pairs):
      // `name: DB_PASSWORD` beside `value: …`, as in lists of environment variables.
      let names = pairs.filter { ["name", "key"].contains($0.key.string) }
      let isNamedSecret = names.contains { isSecret($0.value.string ?? "") }
      for pair in pairs {
        if isNamedSecret, pair.key.string == "value" {
          collectAll(pair.value, into: &found)
        } else {
          collect(pair, into: &found)
        }
      }
    }
  }

  /// Passwords in addresses, whatever their keys are called.
  private static func collectURLs(in node: YAMLNode, into found: inout Set<String>) {
    switch node.content {
    case .scalar(let text, _): found.formUnion(URLSecrets.passwords(in: text))
    case .sequence(let items): for item in items { collectURLs(in: item, into: &found) }
    case .mapping(let pairs): for pair in pairs { collectURLs(in: pair.value, into: &found) }
    }
  }

  private static func collectAll(_ node: YAMLNode, into found: inout Set<String>) {
    switch node.content {
    case .sequence(let items): for item in items { collectAll(item, into: &found) }
    case .mapping(let pairs): for pair in pairs { collectAll(pair.value, into: &found) }
    case .scalar(let text, _):
      guard !node.isNull, node.bool == nil else { return }
      insert(text, into: &found)
      let packed = text.filter { !$0.isWhitespace }
      if let data = Data(base64Encoded: packed), let plain = String(data: data, encoding: .utf8) {
        insert(plain, into: &found)
      }
    }
  }

  private static func insert(_ text: String, into found: inout Set<String>) {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    let telling = lines.filter { $0.utf8.count >= shortestLine }
    for part in [text] + telling {
      let trimmed = part.trimmingCharacters(in: .whitespacesAndNewlines)
      if !trimmed.isEmpty { found.insert(trimmed) }
    }
  }
}
