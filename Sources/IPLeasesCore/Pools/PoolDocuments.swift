import Addresses
import Basics
import Cluster

/// Finds pools in YAML and JSON documents: MetalLB's objects, the text of MetalLB 0.12, Kubespray
/// variables wherever in an inventory they stand, what `pools -o json` prints, and bare lists.
enum PoolDocuments {
  static func pools(in document: YAMLValue) -> [ImportedPool] {
    switch document {
    case .sequence(let items):
      let entries = document.entries
      return entries.isEmpty ? items.flatMap(pools) : [ImportedPool(entries: entries)]
    case .mapping: return inMapping(document)
    case .null, .bool, .int, .double, .string: return []
    }
  }

  private static func inMapping(_ mapping: YAMLValue) -> [ImportedPool] {
    switch mapping["kind"]?.scalarText {
    case "IPAddressPool": return [pool(mapping["spec"], named: mapping["metadata"]?["name"])]
    case "ConfigMap":
      guard let text = mapping["data"]?["config"]?.scalarText,
        let documents = try? YAMLDocument.read(text)
      else { return [] }
      return documents.flatMap(pools)
    case "List", "IPAddressPoolList": return (mapping["items"]?.items ?? []).flatMap(pools)
    case .some: return []
    case nil: break
    }
    // MetalLB 0.12, and what this program prints.
    for key in ["address-pools", "pools"] {
      if let list = mapping[key]?.items {
        return list.map { pool($0, named: $0["name"]) }
      }
    }
    if mapping["addresses"] != nil { return [pool(mapping, named: mapping["name"])] }
    return kubespray(in: mapping)
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
      level = mappings.flatMap { ($0.pairs ?? []).map(\.value) }
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
