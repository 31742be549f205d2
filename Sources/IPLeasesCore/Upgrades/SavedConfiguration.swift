import Basics
import Cluster
import Execution
import Foundation

/// MetalLB's pools and what goes with them as a file that `kubectl apply -f` takes again. What the
/// server keeps of an object is left out, and so is every peer with a password.
package struct SavedConfiguration {
  let text: String
  /// Objects in it.
  let count: Int
  /// Peers that are not in it, as they have a password.
  let peersLeftOut: [String]

  /// In the order they are applied: what names others comes after them.
  private static let kinds = [
    "Community", "BFDProfile", "BGPPeer", "IPAddressPool", "BGPAdvertisement", "L2Advertisement",
  ]
  private static let namespace = ConsoleSettings.metallbNamespace
  private static let prefix = "metallb-pools-"

  /// - Parameter listed: what kubectl printed of the objects.
  /// - Throws: where it cannot be read: it is not upgraded what cannot be saved.
  init(_ listed: SecretText) throws(UserMessage) {
    let documents: [YAMLValue]
    do throws(YAMLDocument.ReadFailure) {
      documents = try YAMLDocument.read(listed.reveal())
    } catch {
      throw Self.unreadable(error.problem)
    }
    guard case .sequence(let items)? = documents.first?["items"] else {
      throw Self.unreadable("it is no list")
    }
    var objects: [(place: Int, name: String, text: String)] = []
    var leftOut: [String] = []
    for item in items {
      guard let kind = item["kind"]?.text, let place = Self.kinds.firstIndex(of: kind),
        let name = item["metadata"]?["name"]?.text
      else { throw Self.unreadable("an object in it is of no kind of MetalLB") }
      if let password = item["spec"]?["password"]?.text, !password.isEmpty {
        leftOut.append(name)
        continue
      }
      objects.append((place, name, ResourceWriter.text(try Self.object(item))))
    }
    objects.sort { ($0.place, $0.name) < ($1.place, $1.name) }
    peersLeftOut = leftOut.sorted()
    count = objects.count
    let heading = [
      "# MetalLB's pools and what goes with them, as they were before an upgrade.",
      "# kubectl apply -f THIS-FILE brings them back.",
    ]
    let missing = peersLeftOut.map {
      "# Not in here, as it has a password: BGPPeer \(SafeText.line($0, limit: 253))"
    }
    text =
      (heading + missing).map { $0 + "\n" }.joined()
      + objects.map { "---\n" + $0.text }.joined()
  }

  /// The file is named by its text, so that it is never in the way of another.
  func change(from version: Version, _ settings: ConsoleSettings) -> FileChange {
    FileChange(
      path: "\(LegacyFiles.folder(settings))/\(Self.prefix)\(version)-\(TextDigest.of(text)).yaml",
      contents: SecretText(text),
      diff: UnifiedDiff.make(old: "", new: text, name: "MetalLB's objects"))
  }

  /// What earlier runs have left.
  package static func all(of settings: ConsoleSettings) -> [String] {
    let folder = LegacyFiles.folder(settings)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.map { "\(folder)/\($0)" }
  }

  // MARK: Helpers

  private static func object(_ item: YAMLValue) throws(UserMessage) -> YAMLValue {
    let metadata = item["metadata"]
    let marks = "kubectl.kubernetes.io/last-applied-configuration"
    return .fields([
      "apiVersion": .string(item["apiVersion"]?.text ?? ""),
      "kind": .string(item["kind"]?.text ?? ""),
      "metadata": .fields([
        "name": .string(metadata?["name"]?.text ?? ""),
        "namespace": .string(metadata?["namespace"]?.text ?? namespace),
        "labels": try metadata?["labels"].map { value throws(UserMessage) in try written(value) },
        "annotations": texts(of: metadata?["annotations"], without: marks),
      ]),
      "spec": try item["spec"].map { value throws(UserMessage) in try written(value) },
    ])
  }

  private static func texts(of value: YAMLValue?, without name: String) -> YAMLValue? {
    guard case .mapping(let pairs)? = value else { return nil }
    let texts = pairs.filter { $0.key != name }.map { ($0.key, $0.value.text ?? "") }
    return .texts(byName: Dictionary(texts, uniquingKeysWith: { first, _ in first }))
  }

  /// - Throws: for what MetalLB's kinds do not have.
  private static func written(_ value: YAMLValue) throws(UserMessage) -> YAMLValue {
    func isWhole(_ value: YAMLValue) -> Bool {
      switch value {
      case .double: false
      case .sequence(let items): items.allSatisfy(isWhole)
      case .mapping(let pairs): pairs.allSatisfy { isWhole($0.value) }
      case .null, .bool, .int, .string: true
      }
    }
    guard isWhole(value) else { throw unreadable("a number in it is not whole") }
    return value
  }

  private static func unreadable(_ reason: String) -> UserMessage {
    UserMessage(
      "MetalLB's objects cannot be saved, so it is not upgraded.", reason: reason,
      advice: "See what kubectl -n \(namespace) get ipaddresspools -o yaml prints.")
  }
}
