import Basics
import Cluster
import Execution
import Foundation

extension ClusterSnapshot {
  private static let managedBy = "app.kubernetes.io/managed-by"

  /// Helm deletes it with the next upgrade, because later charts have none.
  var isLegacyConfigMapOfHelm: Bool { legacyConfigMap?.metadata.label(Self.managedBy) == "Helm" }

  /// Passwords in the old configuration, for hiding them wherever a tool repeats them.
  var legacySecrets: [String] {
    legacyConfigMap.flatMap { try? LegacyConversion($0) }?.secrets ?? []
  }

  /// MetalLB before 0.13, which knows pools only from its ConfigMap.
  package var isMetalLBLegacy: Bool {
    metallbInstallation?.version.map { $0 < MetalLBVersionRule.objectsCame } ?? false
  }
}

extension LegacyConversion {
  /// Of a ConfigMap as it was read from the cluster.
  init(_ map: ConfigMap) throws(UserMessage) {
    try self.init(Data(map.manifest.reveal().utf8))
  }
}

extension ConfigMap {
  /// The ConfigMap as a file that brings it back. Bookkeeping of the server and of kubectl is left
  /// out.
  var manifest: SecretText {
    var annotations = metadata.annotations ?? [:]
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
    return SecretText(
      ResourceWriter.text(
        .fields([
          "apiVersion": .string("v1"),
          "kind": .string("ConfigMap"),
          "metadata": .fields([
            "name": .string(metadata.name),
            "namespace": .string(metadata.namespace ?? ConsoleSettings.metallbNamespace),
            "labels": .texts(byName: metadata.labels ?? [:]),
            "annotations": .texts(byName: annotations),
          ]),
          "data": .texts(byName: data ?? [:]),
        ])))
  }
}

/// Where the old configuration is saved and the new one written, both 0600. The names hold the uid
/// and the version of the ConfigMap, so that a file always belongs to one text.
package struct LegacyFiles: Hashable, Sendable {
  private static let prefix = "metallb-0.12-"

  /// The ConfigMap as it was.
  var saved: String
  /// What was made of it.
  var objects: String

  init(_ map: ConfigMap, _ settings: ConsoleSettings) {
    let version = [map.metadata.uid.map { String($0.prefix(8)) }, map.metadata.resourceVersion]
      .compactMap(\.self).joined(separator: "-")
    let key = StateFolder.key(for: version.isEmpty ? map.metadata.name : version)
    let stem = "\(Self.folder(settings))/\(Self.prefix)\(key)"
    saved = "\(stem)-configmap.yaml"
    objects = "\(stem)-objects.yaml"
  }

  /// What earlier runs have left there.
  package static func all(of settings: ConsoleSettings) -> [String] {
    let folder = folder(settings)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.map { "\(folder)/\($0)" }
  }

  /// Where files of MetalLB's configuration are kept.
  static func folder(_ settings: ConsoleSettings) -> String {
    settings.rehearsal.map { "\(settings.stateDirectory)/rehearsal/\($0)" }
      ?? settings.stateDirectory
  }
}

/// The ConfigMap of MetalLB 0.12 as a file, which is the first thing done wherever it is in danger.
enum LegacySaving {
  static func change(_ map: ConfigMap, _ files: LegacyFiles, _ kubectl: Kubectl) -> FileChange {
    let text = map.manifest
    let lines = text.reveal().split(separator: "\n").count
    return FileChange(
      path: files.saved, contents: text,
      diff: "+ ConfigMap \(map.metadata.name) as it is, \(lines) lines (not shown: it may hold "
        + "passwords)\n",
      capturedBy: kubectl.manifest(
        "configmap", map.metadata.name,
        namespace: map.metadata.namespace ?? ConsoleSettings.metallbNamespace))
  }
}
