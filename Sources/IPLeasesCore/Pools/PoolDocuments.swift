import Addresses
import Basics
import Cluster

/// Finds pools in YAML and JSON documents: MetalLB's objects, the text of MetalLB 0.12, Kubespray
/// variables wherever in an inventory they stand, what `pools -o json` prints, and bare lists.
enum PoolDocuments {
  static func add(_ document: YAMLValue, to contents: inout PoolFileContents) {
    switch document {
    case .sequence(let items):
      let entries = document.entries
      if entries.isEmpty {
        for item in items { add(item, to: &contents) }
      } else {
        contents.pools.append(ImportedPool(entries: entries))
      }
    case .mapping: add(mapping: document, to: &contents)
    case .null, .bool, .int, .double, .string: break
    }
  }

  private static func add(mapping: YAMLValue, to contents: inout PoolFileContents) {
    let kind = mapping["kind"]?.scalarText
    switch kind {
    case "IPAddressPool", "AddressPool": contents.pools.append(object(mapping))
    case "L2Advertisement", "BGPAdvertisement":
      contents.advertisements.append(advertisement(mapping, kind ?? ""))
    case "ConfigMap":
      if let text = mapping["data"]?["config"]?.scalarText,
        let documents = try? YAMLDocument.read(text.withoutByteOrderMark)
      {
        for document in documents { add(document, to: &contents) }
      } else {
        contents.left.append(shown(mapping))
      }
    case .some(let kind):
      if kind.hasSuffix("List"), let items = mapping["items"]?.items {
        for item in items { add(listed(item, of: kind), to: &contents) }
      } else if let inline = inlineConfiguration(in: mapping) {
        add(inline, to: &contents)
      } else {
        contents.left.append(shown(mapping))
      }
    case nil:
      if let pools = withoutKind(mapping) {
        contents.pools += pools
      } else if let inline = inlineConfiguration(in: mapping) {
        add(inline, to: &contents)
      } else {
        contents.pools += kubespray(in: mapping)
      }
    }
  }

  /// The items of a typed list need not say their kind.
  private static func listed(_ item: YAMLValue, of list: String) -> YAMLValue {
    guard item["kind"] == nil, list != "List", case .mapping(let pairs) = item else { return item }
    return .mapping(
      pairs + [YAMLValue.Pair(key: "kind", value: .string(String(list.dropLast(4))))])
  }

  /// MetalLB 0.12, and what this program prints.
  private static func withoutKind(_ mapping: YAMLValue) -> [ImportedPool]? {
    for key in ["address-pools", "pools"] {
      if let list = mapping[key]?.items { return list.map { pool($0, named: $0["name"]) } }
    }
    return mapping["addresses"].map { _ in [pool(mapping, named: mapping["name"])] }
  }

  /// `configInline` of helm values up to chart 0.12, wherever it stands: bare, or in a HelmRelease, a
  /// HelmChart, a bundle of Fleet.
  private static func inlineConfiguration(in mapping: YAMLValue) -> YAMLValue? {
    for value in allMappings(in: mapping) {
      if let inline = value["configInline"], inline.pairs != nil { return inline }
      // k3s' HelmChart and Argo's Application hold the values as one text.
      for key in ["valuesContent", "values"] {
        guard case .string(let text)? = value[key], text.contains("configInline"),
          let documents = try? YAMLDocument.read(text.withoutByteOrderMark)
        else { continue }
        for document in documents {
          if let inline = document["configInline"], inline.pairs != nil { return inline }
        }
      }
    }
    return nil
  }

  private static func object(_ mapping: YAMLValue) -> ImportedPool {
    let spec = mapping["spec"]
    var found = pool(spec, named: mapping["metadata"]?["name"])
    found.namespace = mapping["metadata"]?["namespace"]?.scalarText
    found.isObject = true
    if let allocation = spec?["serviceAllocation"], allocation != .null {
      found.allocation = IPAddressPool.ServiceAllocation(
        namespaces: allocation["namespaces"]?.items?.compactMap(\.scalarText))
    }
    return found
  }

  private static func advertisement(
    _ mapping: YAMLValue, _ kind: String
  ) -> PoolFileContents.Advertisement {
    func number(_ key: String) -> Int? {
      if case .int(let number)? = mapping["spec"]?[key] { number } else { nil }
    }
    return PoolFileContents.Advertisement(
      kind: kind, name: mapping["metadata"]?["name"]?.scalarText ?? "",
      pools: mapping["spec"]?["ipAddressPools"]?.items?.compactMap(\.scalarText),
      aggregationLength: number("aggregationLength"),
      aggregationLengthV6: number("aggregationLengthV6"), localPreference: number("localPref"))
  }

  private static func shown(_ mapping: YAMLValue) -> String {
    let words = [mapping["kind"]?.scalarText, mapping["metadata"]?["name"]?.scalarText]
    return SafeText.line(words.compactMap(\.self).joined(separator: " "), limit: 80)
  }

  private static func pool(_ value: YAMLValue?, named name: YAMLValue?) -> ImportedPool {
    ImportedPool(
      name: name?.scalarText ?? ConsoleSettings.poolName,
      entries: value?["addresses"]?.entries ?? [],
      autoAssign: value?.flag("autoAssign", "auto-assign", "auto_assign"),
      avoidBuggyIPs: value?.flag("avoidBuggyIPs", "avoid-buggy-ips", "avoid_buggy_ips"))
  }

  /// Variables of the role (kubespray: roles/kubernetes-apps/metallb at v2.21.0 and v2.22.0). In an
  /// inventory they stand below `all: vars:` or a group; the new form wins, as it does there.
  private static func kubespray(in value: YAMLValue) -> [ImportedPool] {
    let mappings = allMappings(in: value)
    for mapping in mappings {
      guard let config = mapping["metallb_config"]?["address_pools"]?.pairs, !config.isEmpty else {
        continue
      }
      return config.map(additional)
    }
    for mapping in mappings where mapping["metallb_ip_range"] != nil {
      let first = ImportedPool(
        name: mapping["metallb_pool_name"]?.scalarText ?? "loadbalanced",
        entries: mapping["metallb_ip_range"]?.entries ?? [],
        autoAssign: mapping.flag("metallb_auto_assign"),
        avoidBuggyIPs: mapping.flag("metallb_avoid_buggy_ips"))
      let others = mapping["metallb_additional_address_pools"]?.pairs ?? []
      return [first] + others.map(additional)
    }
    return []
  }

  private static func additional(_ pair: YAMLValue.Pair) -> ImportedPool {
    ImportedPool(
      name: pair.key, entries: pair.value["ip_range"]?.entries ?? [],
      autoAssign: pair.value.flag("auto_assign"),
      avoidBuggyIPs: pair.value.flag("avoid_buggy_ips"))
  }

  /// The mapping and those inside it, the outer ones first.
  private static func allMappings(in value: YAMLValue) -> [YAMLValue] {
    var found: [YAMLValue] = []
    var level = [value]
    while !level.isEmpty {
      let mappings = level.filter { $0.pairs != nil }
      found += mappings
      level =
        mappings.flatMap { ($0.pairs ?? []).map(\.value) }
        + level.flatMap { $0.items ?? [] }
    }
    return found
  }
}

extension YAMLValue {
  fileprivate var pairs: [YAMLValue.Pair]? {
    if case .mapping(let pairs) = self { pairs } else { nil }
  }

  fileprivate var items: [YAMLValue]? {
    if case .sequence(let items) = self { items } else { nil }
  }

  /// What a scalar says; "10.1" is a number to YAML, and a wrong entry to us.
  fileprivate var scalarText: String? {
    switch self {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .null, .sequence, .mapping: nil
    }
  }

  /// A list of scalars, or one alone.
  fileprivate var entries: [PoolEntry] {
    (items?.compactMap(\.scalarText) ?? [scalarText].compactMap(\.self)).map(PoolEntry.init)
  }

  /// The first of the keys that is a boolean.
  fileprivate func flag(_ keys: String...) -> Bool? {
    for key in keys {
      if case .bool(let flag) = self[key] { return flag }
    }
    return nil
  }
}
