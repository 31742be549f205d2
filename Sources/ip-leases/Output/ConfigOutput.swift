import Basics
import Foundation
import IPLeasesCore

/// `config show -o json`.
struct ConfigDocument: Encodable {
  struct Row: Encodable {
    var key: String
    /// "" where nothing was said.
    var value: String
    /// `flag`, `default`, or the file.
    var from: String
  }

  let schema = "ip-leases/config/v1"
  var file: String
  var settings: [Row]

  init(_ options: GlobalOptions, _ folders: UserFolders) throws(UserMessage) {
    let path = options.config.map { GlobalOptions.absolute($0, folders) }
    file = path ?? ConfigFile.usualPath(folders)
    let said = try ConfigFile.read(path, folders).values
    let standing = try options.settings(folders)
    let flags = options.values
    let defaults = [
      "provider-file": standing.providerFile, "state-dir": standing.stateDirectory,
      "metallb-version": standing.metallbVersion, "read-only": "\(standing.isReadOnly)",
      "inventory": standing.inventory ?? "",
    ]
    // The built-in cluster has its own.
    let aside: Set<String> =
      options.rehearse == nil ? [] : ["provider-file", "inventory"]
    let source = file
    settings = ConfigFile.keys.map { key in
      if let value = flags[key] { return Row(key: key, value: value, from: "flag") }
      if let value = said[key], !aside.contains(key) {
        return Row(key: key, value: value, from: source)
      }
      return Row(key: key, value: defaults[key] ?? "", from: "default")
    }
  }

  var text: String {
    let width = settings.map(\.key.count).max() ?? 0
    let wide = min(40, settings.map(\.value.count).max() ?? 0)
    return settings.map { row in
      "\(row.key.padded(to: width))  \(SafeText.line(row.value).padded(to: wide))  "
        + "\(SafeText.line(row.from))\n"
    }.joined()
  }
}

/// `config init`.
enum ConfigTemplate {
  /// In the order of `ConfigFile.keys`.
  private static let examples: [(key: String, meaning: String, value: String)] = [
    ("kubeconfig", "The kubeconfig file.", "/etc/kubernetes/admin.conf"),
    ("context", "The context in the kubeconfig.", "my-provider"),
    (
      "pool", "Addresses for a pool that is not there yet.",
      "[203.0.113.0/28, 198.51.100.10-198.51.100.14]"
    ),
    ("provider-address", "The provider's address on chain; found by itself otherwise.", "akash1…"),
    ("provider-file", "Where the provider's values are written.", "~/provider.yaml"),
    ("way", "How MetalLB gets into the cluster: helm or kubespray.", "helm"),
    ("inventory", "Kubespray's inventory in YAML.", "/srv/kubespray/inventory/akash/hosts.yaml"),
    ("kubespray-form", "Kubespray's variables: old up to v2.21, new since v2.22.", "new"),
    ("metallb-version", "The version of MetalLB to install.", "0.14.8"),
    ("read-only", "Change nothing, whatever is asked.", "true"),
    ("state-dir", "Journal, lock and ways back.", "~/.local/state/ip-leases"),
    ("timeout", "The longest wait for one thing.", "5m"),
  ]

  static let text =
    "# Settings of ip-leases; man ip-leases.yaml tells more. A flag wins over this file.\n"
    + examples.map { "\n# \($0.meaning)\n# \($0.key): \($0.value)\n" }.joined()
}
