import Addresses
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// A bundle in place of a cluster: what it holds of the state folder lies in a folder of its own for as
/// long as it is looked at.
final class OpenedBundle: Sendable {
  let bundle: EvidenceBundle
  let folder: String

  convenience init(contentsOf path: String) throws(UserMessage) {
    try self.init(EvidenceBundle(contentsOf: path))
  }

  init(_ bundle: EvidenceBundle) throws(UserMessage) {
    self.bundle = bundle
    let root = FileManager.default.temporaryDirectory.path
    var template = Array("\(root)/ip-leases-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw UserMessage(
        "The bundle could not be opened.",
        reason: "no folder can be made in \(root): \(String(cString: strerror(errno)))",
        advice: "Name another place with TMPDIR."
      )
    }
    folder = template.withUnsafeBufferPointer { text in
      text.baseAddress.map { String(cString: $0) } ?? root
    }
    let state = StateFolder(root: folder, cluster: EvidenceBundle.context)
    try state.create()
    for (name, data) in bundle.state {
      try AtomicFile.write(data, to: "\(state.path)/\(name)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// What was wanted when it was made; files of this machine are none of it.
  func settings(as given: ConsoleSettings) -> ConsoleSettings {
    var settings = given
    settings.connection = Connection()
    settings.connection.readLimit = given.connection.readLimit
    settings.stateDirectory = folder
    settings.providerFile = "\(folder)/provider.yaml"
    settings.inventory = nil
    settings.isReadOnly = true
    settings.bundle = bundle.reads.date
    if given.poolRanges.isEmpty {
      settings.poolRanges = bundle.settings.pool.map(PoolEntry.init)
    }
    settings.providerAddress = given.providerAddress ?? bundle.settings.providerAddress
    settings.way = given.way ?? bundle.settings.way
    settings.metallbVersion = bundle.settings.metallbVersion ?? given.metallbVersion
    return settings
  }

  var executor: any CommandExecutor { RecordedCluster(bundle.reads, with: self) }
}
