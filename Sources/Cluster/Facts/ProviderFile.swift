import Basics
import Foundation

extension FactName {
  /// The text of provider.yaml on this machine. Secret.
  package static let providerFile = FactName("providerFile")
}

extension ClusterSnapshot {
  package var providerFile: Fact<SecretText> {
    get { self[.providerFile] }
    set { self[.providerFile] = newValue }
  }
}

extension FactDefinition {
  static let providerFile = FactDefinition(
    name: .providerFile,
    making: .local { snapshot, settings, at in
      snapshot.providerFile = text(of: settings.providerFile, at: at)
    })

  private static func text(of path: String, at time: Date) -> Fact<SecretText> {
    if let obstacle = AtomicFile.obstacle(toWriting: path) {
      return .unreadable(obstacle, at: time)
    }
    do {
      guard let bytes = try AtomicFile.read(path) else { return .absent(at: time) }
      return .known(SecretText(String(decoding: bytes, as: UTF8.self)), at: time)
    } catch {
      return .unreadable(error, at: time)
    }
  }
}
