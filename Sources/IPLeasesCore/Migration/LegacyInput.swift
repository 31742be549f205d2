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
  private static let sections = ["peers", "address-pools", "bgp-communities", "bfd-profiles"]

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
    guard let document = try LegacyText.document(in: text, name: Self.name) else {
      throw Self.nothing
    }
    if document.isFollowed {
      reader.warn("the input: only its first YAML document is read; more follow")
    }
    let whole = try LegacyValue(document.root)
    let inline = Self.inlineValues(whole)
    guard inline.count < 2 else {
      throw UserMessage(
        "The input holds \(inline.count) times configInline.", advice: "Give each by itself.")
    }
    let value = inline.first ?? whole
    guard case .map(let entries) = value.content else { throw Self.nothing }
    let keys = Set(entries.map(\.key))
    if keys.contains("kind") || keys.contains("apiVersion") {
      self = try LegacyInput(try ConfigMapObject(value), &reader)
    } else {
      guard keys.contains(where: { Self.sections.contains($0.lowercased()) }) else {
        throw Self.nothing
      }
      config = value
    }
  }

  /// Helm values of MetalLB's chart up to 0.12 keep it under a key of their own; so do those inside a
  /// HelmRelease, a HelmChart or another chart's values.
  private static func inlineValues(_ value: LegacyValue, depth: Int = 0) -> [LegacyValue] {
    guard depth < 5, case .map(let entries) = value.content else { return [] }
    return entries.flatMap { entry -> [LegacyValue] in
      if entry.key == "configInline", case .map = entry.value.content { return [entry.value] }
      return inlineValues(entry.value, depth: depth + 1)
    }
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
