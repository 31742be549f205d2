import Addresses
import Basics
import Cluster
import Foundation
import Yams

/// The settings file: a mapping whose keys are the long names of the flags.
///
///     pool: [203.0.113.0/28, 198.51.100.10-198.51.100.14]
///     provider-file: /srv/akash/provider.yaml
package struct ConfigFile: Hashable, Sendable {
  package var kubeconfig: String?
  package var context: String?
  package var pools: [PoolEntry] = []
  package var providerAddress: String?
  package var providerFile: String?
  package var way: Way?
  package var inventory: String?
  package var kubesprayForm: KubesprayForm?
  package var metallbVersion: String?
  package var isReadOnly = false
  package var stateDirectory: String?
  /// As --timeout takes it.
  package var timeout: String?

  package static let keys = [
    "kubeconfig", "context", "pool", "provider-address", "provider-file", "way", "inventory",
    "kubespray-form", "metallb-version", "read-only", "state-dir", "timeout",
  ]

  package static func usualPath(_ folders: UserFolders) -> String {
    "\(folders.configuration)/ip-leases/config.yaml"
  }

  /// What the file says, by key, as it could be written there.
  package var values: [String: String] {
    let all: [String: String?] = [
      "kubeconfig": kubeconfig, "context": context,
      "pool": pools.isEmpty ? nil : pools.texts.joined(separator: ", "),
      "provider-address": providerAddress, "provider-file": providerFile, "way": way?.rawValue,
      "inventory": inventory, "kubespray-form": kubesprayForm?.rawValue,
      "metallb-version": metallbVersion, "read-only": isReadOnly ? "true" : nil,
      "state-dir": stateDirectory, "timeout": timeout,
    ]
    return all.compactMapValues(\.self)
  }

  /// An explicit path must exist; the default one need not.
  package static func read(_ path: String?, _ folders: UserFolders) throws(UserMessage)
    -> ConfigFile
  {
    let file = path ?? usualPath(folders)
    guard let bytes = try AtomicFile.read(file, limit: 1 << 20) else {
      if path == nil { return ConfigFile() }
      throw UserMessage("The config file \(file) is not there.", advice: "Give another --config.")
    }
    return try ConfigFile(parsing: String(decoding: bytes, as: UTF8.self), name: file)
  }

  package init() {}

  package init(parsing text: String, name: String) throws(UserMessage) {
    if let alias = YAMLAliases(text).uses.first {
      throw UserMessage(
        "The config file \(name) uses the YAML alias *\(SafeText.line(alias.name, limit: 40)).",
        advice: "Write the value out in both places.")
    }
    let node: Yams.Node?
    do {
      node = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch {
      throw UserMessage(
        "The config file \(name) is not YAML.", reason: SafeText.line("\(error)", limit: 200))
    }
    guard let node else { return }
    guard let mapping = node.mapping else {
      throw UserMessage("The config file \(name) is not a mapping.", advice: "Write key: value.")
    }
    for (keyNode, value) in mapping {
      try set(keyNode.string ?? "", value, name)
    }
  }

  private mutating func set(_ key: String, _ value: Yams.Node, _ name: String) throws(UserMessage) {
    switch key {
    case "kubeconfig": kubeconfig = value.string
    case "context": context = value.string
    case "pool":
      pools = (value.sequence?.compactMap(\.string) ?? [value.string].compactMap(\.self))
        .map(PoolEntry.init)
    case "provider-address": providerAddress = value.string
    case "provider-file": providerFile = value.string
    case "metallb-version": metallbVersion = value.string
    case "state-dir": stateDirectory = value.string
    case "timeout": timeout = value.string
    case "inventory": inventory = value.string
    case "read-only": isReadOnly = value.bool ?? false
    case "way":
      guard let way = value.string.flatMap(Way.init(rawValue:)) else {
        throw UserMessage("The config file \(name): way is helm or kubespray.")
      }
      self.way = way
    case "kubespray-form":
      guard let form = value.string.flatMap(KubesprayForm.init(rawValue:)) else {
        throw UserMessage("The config file \(name): kubespray-form is old or new.")
      }
      kubesprayForm = form
    default:
      throw UserMessage(
        "The config file \(name) has a key that is not known: \(SafeText.line(key, limit: 60)).",
        advice: "It takes: \(Self.keys.joined(separator: ", ")). Other flags are given each time.")
    }
  }
}
