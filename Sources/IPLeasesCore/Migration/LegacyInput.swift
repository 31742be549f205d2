import Basics
import Cluster
import Foundation

/// The old configuration as it was given: in its ConfigMap, in YAML or JSON, or bare.
struct LegacyInput: Hashable, Sendable {
  var config: LegacyValue
  /// Where the new objects go: the ConfigMap's own namespace.
  var namespace = ConsoleSettings.metallbNamespace

  /// More than the largest ConfigMap, written out with everything kubectl shows of it.
  static let mostBytes = 4 << 20
  static let key = ConfigMap.metallbKey

  private static let name = "The input"
  private static let configName = "The text under data.config"
  static let sections = ["peers", "address-pools", "bgp-communities", "bfd-profiles"]

  init(_ bytes: Data, _ reader: inout LegacyReader) throws(UserMessage) {
    guard bytes.count <= Self.mostBytes else {
      throw UserMessage(
        "The input is too large.", reason: "4 MiB is the most, and no ConfigMap has as many",
        advice: "Check that it is the right file.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserMessage(
        "The input is not UTF-8 text.", advice: "Check that it is the right file.")
    }
    if let map = try? JSONDecoder().decode(JSONConfigMap.self, from: bytes) {
      self = try LegacyInput(map.object, &reader)
      return
    }
    let (roots, failure) = try LegacyText.documents(in: text, name: Self.name)
    if let first = try roots.first.map({ root throws(UserMessage) in try LegacyValue(root) }),
      Self.isBare(first)
    {
      // As MetalLB's converter takes it.
      if roots.count > 1 || failure != nil {
        reader.warn("the input: only its first YAML document is read; more follow")
      }
      config = first
      return
    }
    if let failure { throw failure }
    var parts = LegacyParts()
    for root in roots { try parts.take(try LegacyValue(root)) }
    self = try LegacyInput(parts, &reader)
  }

  /// The one configuration there is in it; what else there is, is named.
  private init(_ parts: LegacyParts, _ reader: inout LegacyReader) throws(UserMessage) {
    guard parts.count < 2 else {
      throw UserMessage(
        parts.count == parts.inline.count
          ? "The input holds \(parts.count) times configInline."
          : "The input holds \(parts.count) configurations of MetalLB 0.12.",
        advice: "Give each by itself.")
    }
    for name in parts.left where parts.count == 1 {
      reader.warn("the input: \(SafeText.line(name, limit: 80)) is left out")
    }
    if let map = parts.maps.first {
      self = try LegacyInput(try ConfigMapObject(map), &reader)
    } else if let inline = parts.inline.first {
      config = inline
    } else if !parts.pools.isEmpty {
      config = LegacyParts.configuration(of: parts.pools)
      let places = Set(parts.pools.compactMap { $0["metadata"]?["namespace"]?.word })
      if places.count == 1, let place = places.first { namespace = place }
      if places.count > 1 {
        reader.warn(
          "the address pools are of several namespaces; the objects go into \(namespace)")
      }
    } else if let odd = parts.odd {
      // Says what is wrong with it.
      self = try LegacyInput(try ConfigMapObject(odd), &reader)
    } else {
      throw Self.nothing
    }
  }

  private static func isBare(_ value: LegacyValue) -> Bool {
    guard case .map(let entries) = value.content else { return false }
    let keys = Set(entries.map(\.key))
    return !keys.contains("kind") && !keys.contains("apiVersion")
      && keys.contains { sections.contains($0.lowercased()) }
  }

  private init(_ object: ConfigMapObject, _ reader: inout LegacyReader) throws(UserMessage) {
    guard object.kind == "ConfigMap", object.apiVersion == "v1" else {
      throw UserMessage(
        "The input is not a ConfigMap of version v1, but of kind "
          + "\(LegacyReader.quoted(object.kind)).",
        advice: "kubectl -n metallb-system get configmap config -o yaml gives the right one.")
    }
    guard let text = object.data[Self.key], !text.isEmpty else {
      throw UserMessage(
        "The ConfigMap has no data under \"config\".", advice: "Check that it is MetalLB's.")
    }
    for key in object.data.keys.sorted() where key != Self.key {
      reader.warn("the ConfigMap: its key \(LegacyReader.quoted(key)) is left out")
    }
    if let own = object.namespace, !own.isEmpty { namespace = own }
    guard let document = try LegacyText.document(in: text, name: Self.configName) else {
      throw Self.nothing
    }
    if document.isFollowed {
      reader.warn("the text under data.config: only its first YAML document is read; more follow")
    }
    config = try LegacyValue(document.root)
  }

  private static let nothing = UserMessage(
    "The input holds no configuration of MetalLB 0.12.",
    reason: "it has none of \(sections.joined(separator: ", "))",
    advice: "Give the ConfigMap as YAML or JSON, the text under its key config, or helm values "
      + "with configInline.")
}

/// What counts of a ConfigMap.
private struct ConfigMapObject {
  var apiVersion = ""
  var kind = ""
  var namespace: String?
  var data: [String: String] = [:]
}

extension ConfigMapObject {
  init(_ value: LegacyValue) throws(UserMessage) {
    guard case .map(let entries) = value.content else { return }
    for entry in entries {
      switch (entry.key, entry.value.content) {
      case ("apiVersion", .text(let text)): apiVersion = text
      case ("kind", .text(let text)): kind = text
      case ("metadata", .map(let fields)):
        if case .text(let text) = fields.first(where: { $0.key == "namespace" })?.value.content {
          namespace = text
        }
      case ("data", .map(let fields)):
        for field in fields {
          guard case .text(let text) = field.value.content else {
            throw UserMessage(
              "data.\(SafeText.line(field.key, limit: 80)) of the ConfigMap is "
                + "\(field.value.kindText), where a text is expected.",
              advice: "Check the file: below \"config\" stands one text, behind a |.")
          }
          data[field.key] = text
        }
      default: continue
      }
    }
  }
}

/// A ConfigMap as kubectl writes it with `-o json`.
private struct JSONConfigMap: Decodable {
  var apiVersion: String
  var kind: String
  var metadata: Metadata?
  var data: [String: String]?

  struct Metadata: Decodable {
    var namespace: String?
  }

  var object: ConfigMapObject {
    ConfigMapObject(
      apiVersion: apiVersion, kind: kind, namespace: metadata?.namespace, data: data ?? [:])
  }
}
