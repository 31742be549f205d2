import Basics
import Cluster

/// What the documents of an input hold: ConfigMaps, helm values with `configInline`, objects of the old
/// kind AddressPool, alone, in a List or in a stream.
struct LegacyParts {
  private(set) var maps: [LegacyValue] = []
  private(set) var inline: [LegacyValue] = []
  private(set) var pools: [LegacyValue] = []
  /// What nothing is taken from, as in "Service web".
  private(set) var left: [String] = []
  /// The only object there is, which is none of these.
  private(set) var odd: LegacyValue?

  /// Configurations; the address pools make one together.
  var count: Int { maps.count + inline.count + (pools.isEmpty ? 0 : 1) }

  mutating func take(_ value: LegacyValue) throws(UserMessage) {
    let entries: [LegacyValue.Entry]
    switch value.content {
    case .list(let items):
      for item in items { try take(item) }
      return
    case .map(let all): entries = all
    case .null, .bool, .integer, .float, .text: return
    }
    let kind = value["kind"]?.word ?? ""
    if kind.hasSuffix("List"), case .list(let items)? = value["items"]?.content {
      for item in items { try take(item.ofKind(String(kind.dropLast(4)))) }
      return
    }
    if kind == "AddressPool" { return pools.append(value) }
    if kind == "ConfigMap", let text = value["data"]?[LegacyInput.key]?.word,
      LegacyInput.sections.contains(where: { text.lowercased().contains($0) })
    {
      return maps.append(value)
    }
    let found = try Self.inlineValues(value)
    if !found.isEmpty {
      inline += found
      return
    }
    let isFirst = odd == nil && left.isEmpty
    odd = isFirst && (!kind.isEmpty || value["apiVersion"] != nil) ? value : nil
    let name = value["metadata"]?["name"]?.word
    let words = [kind, name].compactMap(\.self).filter { !$0.isEmpty }
    left.append(
      words.isEmpty ? "a document with \(entries.count) keys" : words.joined(separator: " "))
  }

  /// Helm values of MetalLB's chart up to 0.12 keep it under a key of their own; so do those inside a
  /// HelmRelease, a HelmChart or another chart's values, there also as one text.
  private static func inlineValues(
    _ value: LegacyValue, depth: Int = 0
  ) throws(UserMessage) -> [LegacyValue] {
    guard depth < 6 else { return [] }
    switch value.content {
    case .map(let entries):
      var found: [LegacyValue] = []
      for entry in entries {
        if entry.key == "configInline", case .map = entry.value.content {
          found.append(entry.value)
        } else if ["values", "valuesContent"].contains(entry.key),
          let text = entry.value.word, text.contains("configInline")
        {
          let (roots, failure) = try LegacyText.documents(
            in: text, name: "The text under \(entry.key)")
          if let failure { throw failure }
          for root in roots { found += try inlineValues(try LegacyValue(root), depth: depth + 1) }
        } else {
          found += try inlineValues(entry.value, depth: depth + 1)
        }
      }
      return found
    case .list(let items):
      var found: [LegacyValue] = []
      for item in items { found += try inlineValues(item, depth: depth + 1) }
      return found
    case .null, .bool, .integer, .float, .text: return []
    }
  }

  // MARK: AddressPool

  /// The kind of MetalLB's operator and of 0.13 in the words of the ConfigMap (MetalLB:
  /// api/v1beta1/addresspool_types.go@v0.13.12).
  static func configuration(of pools: [LegacyValue]) -> LegacyValue {
    let list = pools.map { pool -> LegacyValue in
      var entries = [LegacyValue.Entry(key: "name", value: pool["metadata"]?["name"] ?? .null)]
      if case .map(let fields)? = pool["spec"]?.content { entries += fields.map(renamed) }
      return LegacyValue(.map(entries))
    }
    return LegacyValue(
      .map([LegacyValue.Entry(key: "address-pools", value: LegacyValue(.list(list)))]))
  }

  private static let names = [
    "autoAssign": "auto-assign", "avoidBuggyIPs": "avoid-buggy-ips",
    "bgpAdvertisements": "bgp-advertisements", "aggregationLength": "aggregation-length",
    "aggregationLengthV6": "aggregation-length-v6", "localPref": "localpref",
  ]

  private static func renamed(_ entry: LegacyValue.Entry) -> LegacyValue.Entry {
    LegacyValue.Entry(key: names[entry.key] ?? entry.key, value: renamed(entry.value))
  }

  private static func renamed(_ value: LegacyValue) -> LegacyValue {
    switch value.content {
    case .map(let entries): LegacyValue(.map(entries.map { renamed($0) }))
    case .list(let items): LegacyValue(.list(items.map { renamed($0) }))
    case .null, .bool, .integer, .float, .text: value
    }
  }
}

extension LegacyValue {
  fileprivate static let null = LegacyValue(.null)

  subscript(key: String) -> LegacyValue? {
    guard case .map(let entries) = content else { return nil }
    return entries.last { $0.key == key }?.value
  }

  var word: String? { if case .text(let text) = content { text } else { nil } }

  /// An item of a typed list need not say its kind.
  fileprivate func ofKind(_ kind: String) -> LegacyValue {
    guard case .map(let entries) = content, self["kind"] == nil, !kind.isEmpty else { return self }
    return LegacyValue(.map(entries + [Entry(key: "kind", value: LegacyValue(.text(kind)))]))
  }
}
