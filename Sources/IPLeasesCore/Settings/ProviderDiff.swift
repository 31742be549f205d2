import Basics
import Cluster

/// A unified diff of two provider.yaml texts that may be shown: a line keeps its text only if it is
/// known to hold none but harmless values.
enum ProviderDiff {
  /// Top-level keys whose one-line values may be read by anybody: they are on the chain or in DNS.
  static let open: Set<String> = [
    "ipoperator", "from", "domain", "node", "chainid", "withdrawalperiod", "keyringbackend",
    "bidpricestrategy", "bidpriceipscale", "gasadjustment", "gasprices",
  ]

  static func make(old: YAMLText, new: YAMLText, secrets: [String]) -> String {
    let oldLines = shown(old, secrets)
    let newLines = shown(new, secrets)
    return UnifiedDiff.make(
      old: old.lines, new: new.lines, name: ProviderValues.name,
      showOld: { oldLines[$0] }, showNew: { newLines[$0] })
  }

  private static func shown(_ yaml: YAMLText, _ secrets: [String]) -> [String] {
    var keys: [Int: String] = [:]
    var openLines: Set<Int> = []
    if yaml.hasPlainLineEnds {
      for pair in yaml.root.pairs ?? [] {
        let key = pair.key.string ?? ""
        keys[pair.key.line] = isNamed(key, alone: keys[pair.key.line] == nil, secrets) ? key : ""
        if open.contains(key), isOnOneLine(pair, yaml) { openLines.insert(pair.key.line) }
        if key == "attributes" { openLines.formUnion(attributeLines(pair, yaml)) }
      }
    }
    return yaml.lines.lines.enumerated().map { index, line in
      let number = index + 1
      if openLines.contains(number), !ProviderSecrets.isTold(in: line, secrets) {
        return URLSecrets.hiding(in: SafeText.line(line))
      }
      if let key = keys[number] { return key.isEmpty ? "(hidden)" : "\(key): (hidden)" }
      let isBlank = line.allSatisfy { $0 == " " || $0 == "\t" }
      return isBlank ? "" : line.drop { $0 == " " }.hasPrefix("#") ? "# (hidden)" : "(hidden)"
    }
  }

  private static func isNamed(_ key: String, alone: Bool, _ secrets: [String]) -> Bool {
    alone && YAMLText.isShowable(key) && !ProviderSecrets.isTold(in: key, secrets)
  }

  /// A short form of several pairs on one line is never open.
  private static func isOnOneLine(_ pair: YAMLNode.Pair, _ yaml: YAMLText) -> Bool {
    pair.value.line == pair.key.line && yaml.length(of: pair.value) != nil
  }

  private static func attributeLines(_ pair: YAMLNode.Pair, _ yaml: YAMLText) -> Set<Int> {
    var lines: Set<Int> = [pair.key.line]
    for item in pair.value.items ?? [] {
      for field in item.pairs ?? [] where ["key", "value"].contains(field.key.string) {
        if isOnOneLine(field, yaml) { lines.insert(field.key.line) }
      }
    }
    return lines
  }
}
