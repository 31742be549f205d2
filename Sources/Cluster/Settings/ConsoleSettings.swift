import Addresses
import Execution
import Foundation

/// By which means the cluster came by MetalLB, and so by which it is changed.
package enum Way: String, Hashable, Sendable, Codable, CaseIterable {
  case helm
  case kubespray
}

/// What the admin asked for, by flags, environment and config file.
package struct ConsoleSettings: Hashable, Sendable {
  package var connection = Connection()
  /// Ranges for the pool `default`, as given by `--pool`; empty where none was given.
  package var poolRanges: [PoolEntry] = []
  package var providerAddress: String?
  /// Absolute path of provider.yaml.
  package var providerFile: String
  /// The way that was chosen; nil: the one found in the cluster.
  package var way: Way?
  /// Absolute path of Kubespray's inventory, or of a file below its `group_vars`.
  package var inventory: String?
  /// Which variables that Kubespray reads; nil: as its checkout or the cluster shows.
  package var kubesprayForm: KubesprayForm?
  package var metallbVersion = "0.14.8"
  package var isReadOnly = false
  /// The longest a plan may wait for one thing; nil: as long as the plan itself says.
  package var waitLimit: Duration?
  /// Absolute path of the folder for the journal, the lock and the saved ways back.
  package var stateDirectory: String
  /// The scenario of the built-in cluster; nil on a real one.
  package var rehearsal: String?
  /// When the bundle was made that is looked at; nil on a cluster.
  package var bundle: Date?
  /// The options of the call that chose all this, as they were given: what is advised carries them.
  package var ownOptions: [String] = []

  /// It is told from others by its name, not by its uid.
  package var isNamed: Bool { rehearsal != nil || bundle != nil }

  package init(providerFile: String, stateDirectory: String) {
    self.providerFile = providerFile
    self.stateDirectory = stateDirectory
  }

  /// The namespace Akash's IP operator looks for MetalLB in; hard-wired there
  /// (provider: operator/ip, domain name `controller.metallb-system`).
  package static let metallbNamespace = "metallb-system"
  /// The namespace the Akash charts are hard-wired to (helm-charts: akash-ip-operator templates).
  package static let akashNamespace = "akash-services"
  /// The pool whose addresses the operator counts by default (provider: operator/ip, flag
  /// `metal-lb-pool`).
  package static let poolName = "default"
}
